"""RSS 0.90 to 2.0, RDF and Atom through feedparser, which takes whatever calls itself one of them.

Its sanitising and its resolving of links in texts are off: texts leave here as plain text and blocks (`markup`), which
keep no markup and no addresses but those of pictures, and these only as http.
"""

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from bot.sources.documents.items import each
from bot.sources.documents.web import http_address
from bot.sources.errors import NotAFeed
from bot.sources.feeds.entry import MOST, Entry, Feed, headlines, in_zone

_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}
_END = re.compile(r"</((?:[\w-]+:)?(?:item|entry))\s*>", re.IGNORECASE)
_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")


def parse(text: str, url: str, zone: tzinfo) -> Feed:
    """The feed of a document without an XML declaration; raises `NotAFeed` with the reason."""
    import feedparser  # 3 MiB, and ordinary feeds never come here

    # BytesIO, because feedparser opens whatever looks like a path
    document = BytesIO(_first_entries(text).encode("utf-8", "replace"))
    parsed = feedparser.parse(
        document,
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeed(f"the feed cannot be read: {parsed.get('bozo_exception') or 'unknown format'}")
    entries = each(lambda entry: _entry(entry, url, zone), parsed.entries[:MOST])
    about = parsed.feed
    return Feed(
        headlines(entries, zone),
        ttl(
            str(about.get("ttl", "")),
            str(about.get("sy_updateperiod", "")),
            str(about.get("sy_updatefrequency", "")),
        ),
        _related(about, url, "hub"),
        _related(about, url, "self"),
    )


def ttl(minutes: str, period: str, often: str) -> timedelta | None:
    """The feed's own wish: `<ttl>` in minutes, or the syndication module's period and frequency."""
    minutes, often = minutes.strip(), often.strip()
    if minutes.isdecimal() and int(minutes[:6]):
        return timedelta(minutes=min(int(minutes[:6]), 1440))
    hours = _PERIODS.get(period.strip().lower())
    return timedelta(hours=hours) / max(1, int(often[:4]) if often.isdecimal() else 1) if hours else None


def picture(media: Iterable[Any], url: str) -> str:
    """The first medium that is a picture: of enclosures and Media RSS, as mappings of their attributes."""
    for item in media:
        address = str(item.get("href") or item.get("url") or "")
        kind = str(item.get("type") or item.get("medium") or "")
        if address and (kind.startswith("image") or (not kind and _looks_like_picture(address, item))):
            return http_address(url, address)
    return ""


def _first_entries(text: str) -> str:
    """The document up to its last entry that is read: feedparser takes minutes for a hundred thousand."""
    last = next(islice(_END.finditer(text), MOST - 1, None), None)
    return text if last is None or not _END.search(text, last.end()) else text[: last.end()]


def _entry(entry: Any, url: str, zone: tzinfo) -> Entry:
    """One entry of feedparser's."""
    content, base = _content(entry)
    summary = str(entry.get("summary", ""))
    media = [*entry.get("media_content", []), *entry.get("enclosures", []), *entry.get("media_thumbnail", [])]
    detail = entry.get("summary_detail") or {}
    return Entry(
        title=str(entry.get("title", "")),
        link=_link(entry, url),
        guid=str(entry.get("id") or "").strip(),
        published=_published(entry, zone),
        # feedparser puts the content there where the entry has no summary
        summary="" if content == summary else summary,
        content=content,
        base=base or str(detail.get("base") or "") or url,
        categories=tuple(str(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags") or []),
        picture=picture(media, url),
    )


def _content(entry: Any) -> tuple[str, str]:
    """The entry's full text as HTML and what its addresses stand against, "" without one."""
    parts = [(str(part.get("value", "")), str(part.get("base") or "")) for part in entry.get("content") or []]
    return max(parts, key=lambda part: len(part[0]), default=("", ""))


def _link(entry: Any, url: str) -> str:
    """The entry's address; a guid that is one serves where there is no link."""
    if link := http_address(url, str(entry.get("link") or "")):
        return link
    guid = str(entry.get("id") or "").strip()
    return http_address(url, guid) if guid.startswith("http") else ""


def _published(entry: Any, zone: tzinfo) -> datetime | None:
    """When the entry was published, else updated; None when it does not say or says nonsense."""
    for name in ("published", "updated", "created"):
        # Its get() takes the published date for an updated one, with a warning; `in` does not
        if name in entry and (found := _moment(entry.get(f"{name}_parsed"), str(entry.get(name)), zone)):
            return found
    return None


def _moment(stamp: Any, raw: str, zone: tzinfo) -> datetime | None:
    """A date as feedparser read it, else as the text says. It reads one without a zone as UTC, or not at all."""
    try:
        found = datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else parsedate_to_datetime(raw)
        return in_zone(found, raw, zone)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _looks_like_picture(address: str, item: Any) -> bool:
    """Whether a medium without a type is a picture."""
    try:
        path = urlsplit(address).path.lower()
    except ValueError:
        return False
    return path.endswith(_PICTURES) or "width" in item


def _related(feed: Any, url: str, rel: str) -> str:
    """The address of the feed's first link with this relation."""
    links = (link.get("href") for link in feed.get("links", []) if link.get("rel") == rel)
    return next((address for link in links if (address := http_address(url, link))), "")

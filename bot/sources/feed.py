"""Feeds to headlines: RSS, Atom and RDF, through feedparser."""

import calendar
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser

from bot.domain import identity
from bot.domain.headline import Block, Headline
from bot.sources.encoding import decode
from bot.sources.errors import NotAFeed
from bot.sources.markup import blocks_of, plain

_PROLOG = re.compile(
    r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\])?[^>]*>\s*)*",
    re.DOTALL | re.IGNORECASE,
)
_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf|channel)\b", re.IGNORECASE)
_OFFSET = re.compile(r"(?:[+-]\d\d:?\d\d|\dZ|\b[A-Z]{1,5})\s*(?:\([\w ]+\))?\s*$")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_TEXT_LETTERS = 400
_MOST_ENTRIES = 500
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 168, "monthly": 720, "yearly": 8760}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries as headlines, and how long it wishes not to be asked again."""

    headlines: tuple[Headline, ...]
    ttl: timedelta | None = None


def is_feed(text: str) -> bool:
    """Whether a document's first element is a feed's."""
    return bool(_ROOT.match(text, _PROLOG.match(text[:20_000]).end()))  # type: ignore[union-attr]  # it may match nothing


def read(body: bytes, url: str, content_type: str = "", zone: tzinfo = UTC) -> list[Headline]:
    """The feed's entries as it lists them; raises `NotAFeed` with the reason."""
    return list(parse(body, url, content_type, zone).headlines)


def parse(body: bytes, url: str, content_type: str = "", zone: tzinfo = UTC) -> Feed:
    """The feed; raises `NotAFeed` with the reason. `zone` is what a date without one means."""
    text = decode(body, content_type).lstrip("\ufeff")
    if not is_feed(text):
        raise NotAFeed(
            "the document is a web page, not a feed" if _is_html(text) else "the document is not a feed"
        )
    # BytesIO, because feedparser opens whatever looks like a path; and always as UTF-8, because it is by now
    document = BytesIO(_DECLARATION.sub("", text).lstrip().encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    parsed = feedparser.parse(document, response_headers=headers)
    if not parsed.get("version") and not parsed.entries:
        raise NotAFeed(f"the feed cannot be read: {parsed.get('bozo_exception') or 'unknown format'}")
    entries = parsed.entries[:_MOST_ENTRIES]
    shared = [guid for guid, count in Counter(entry.get("id") for entry in entries).items() if count > 1]
    headlines = [_headline(entry, url, shared, zone) for entry in entries]
    return Feed(tuple(line for line in headlines if line is not None), _ttl(parsed.feed))


def _is_html(text: str) -> bool:
    return bool(re.search(r"<(?:!doctype\s+html|html|body|head)\b", text[:4000], re.IGNORECASE))


def _headline(entry: Any, url: str, shared: Iterable[str | None], zone: tzinfo) -> Headline | None:
    """One entry; None when it has neither title nor text. A guid that several entries share identifies none."""
    lead = plain(_summary(entry))
    title = plain(entry.get("title", "")) or _shortened(lead)
    if not title:
        return None
    link = _link(entry, url)
    published = _published(entry, zone)
    guid = entry.get("id") if entry.get("id") not in shared else None
    own = identity.of_guid(guid) if guid else identity.of_link(link) if link else None
    return Headline(
        identity=own or identity.of_title(title, published, zone),
        title=title,
        link=link,
        published=published,
        lead="" if lead == title else _shortened(lead, 500),
        categories=_categories(entry),
        picture=_picture(entry, url),
        blocks=_blocks(entry, link or url),
    )


def _summary(entry: Any) -> str:
    """The entry's summary; feedparser puts the content there when there is none."""
    return "" if _content(entry) == entry.get("summary") else str(entry.get("summary", ""))


def _content(entry: Any) -> str:
    """The entry's full text as HTML, "" without one."""
    parts = entry.get("content") or []
    return max((str(part.get("value", "")) for part in parts), key=len, default="")


def _blocks(entry: Any, base: str) -> tuple[Block, ...]:
    """The full text, where the feed brings it and not just the beginning."""
    blocks = blocks_of(_content(entry), base)
    return (
        blocks
        if sum(len(block.text) + sum(map(len, block.items)) for block in blocks) >= _TEXT_LETTERS
        else ()
    )


def _link(entry: Any, url: str) -> str:
    """The entry's address; a guid that is one serves where there is no link."""
    for value in (entry.get("link"), entry.get("id")):
        if value and urlsplit(whole := urljoin(url, str(value).strip())).scheme in ("http", "https"):
            if value is entry.get("id") and not str(value).startswith("http"):
                continue
            return whole
    return ""


def _published(entry: Any, zone: tzinfo) -> datetime | None:
    """When the entry was published, else updated; None when it does not say or says nonsense."""
    for name in ("published", "updated", "created"):
        # Its get() takes the published date for an updated one, with a warning; `in` does not
        if name in entry and (moment := _moment(entry.get(f"{name}_parsed"), str(entry.get(name)), zone)):
            return moment
    return None


def _moment(stamp: Any, raw: str, zone: tzinfo) -> datetime | None:
    """A date as feedparser read it, else as the text says. It reads one without a zone as UTC, or not at all."""
    try:
        moment = datetime.fromtimestamp(calendar.timegm(stamp), UTC) if stamp else parsedate_to_datetime(raw)
        if moment.tzinfo is None or not _OFFSET.search(raw):
            moment = moment.replace(tzinfo=zone)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _categories(entry: Any) -> tuple[str, ...]:
    """The entry's categories, each once."""
    terms = [plain(str(tag.get("label") or tag.get("term") or "")) for tag in entry.get("tags") or []]
    return tuple(dict.fromkeys(term[:100] for term in terms if term))[:20]


def _picture(entry: Any, url: str) -> str:
    """The entry's picture: an enclosure, Media RSS, else the first in its text."""
    media = [*entry.get("media_content", []), *entry.get("enclosures", []), *entry.get("media_thumbnail", [])]
    for item in media:
        address = str(item.get("href") or item.get("url") or "")
        kind = str(item.get("type") or item.get("medium") or "")
        if address and (kind.startswith("image") or (not kind and _looks_like_picture(address, item))):
            return _http(urljoin(url, address))
    pictures = [
        block.url for block in blocks_of(_content(entry) or str(entry.get("summary", "")), url) if block.url
    ]
    return pictures[0] if pictures else ""


def _looks_like_picture(address: str, item: Any) -> bool:
    """Whether a medium without a type is a picture."""
    path = urlsplit(address).path.lower()
    return path.endswith((".jpg", ".jpeg", ".png", ".webp", ".gif")) or "width" in item


def _http(address: str) -> str:
    return address if urlsplit(address).scheme in ("http", "https") else ""


def _ttl(feed: Any) -> timedelta | None:
    """The feed's own wish: `<ttl>` in minutes, or the syndication module's period."""
    ttl = str(feed.get("ttl", "")).strip()
    if ttl.isdigit() and int(ttl[:6]):
        return timedelta(minutes=min(int(ttl[:6]), 1440))
    hours = _PERIODS.get(str(feed.get("sy_updateperiod", "")).strip().lower())
    often = str(feed.get("sy_updatefrequency", "1")).strip()
    return timedelta(hours=hours) / max(1, int(often[:4]) if often.isdigit() else 1) if hours else None


def _shortened(text: str, most: int = 120) -> str:
    """The text, cut between words where it is longer."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"

"""What every format of feed is read into: entries as the feed says them, then headlines, cleaned alike."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

from bot.domain import identity
from bot.domain.headline import Block, Headline
from bot.domain.ticker_time import in_utc
from bot.sources.documents.items import each
from bot.sources.documents.markup import blocks_of, plain

MOST = 500
"""More entries of one feed are not read."""

_TEXT_LETTERS = 400
_LOOK = 20_000  # more of a title or summary is not read: of either only the beginning is kept
_OFFSET = re.compile(r"(?:[+-]\d\d:?\d\d|\dZ|\b[A-Z]{1,5})\s*(?:\([\w ]+\))?\s*$", re.IGNORECASE)
# Zones of Europe that neither feedparser nor email.utils know: both take them for UTC
_ZONES = {
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "MEZ": 1,
    "CEST": 2,
    "MESZ": 2,
    "EET": 2,
    "OEZ": 2,
    "EEST": 3,
    "MSK": 3,
}
_NAMED = re.compile(rf"\d\s?({'|'.join(_ZONES)})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its format says it. `title`, `summary`, `content` and `categories` may hold HTML; `link` and
    `picture` are absolute http addresses or ""; `base` is what relative addresses in the texts stand against."""

    title: str = ""
    link: str = ""
    guid: str = ""
    published: datetime | None = None
    summary: str = ""
    content: str = ""
    base: str = ""
    categories: tuple[str, ...] = ()
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its entries as headlines, how long it wishes not to be asked again, the hub that tells of its changes
    (WebSub), and the address that it gives itself."""

    headlines: tuple[Headline, ...]
    ttl: timedelta | None = None
    hub: str = ""
    self_url: str = ""


def headlines(entries: Iterable[Entry], zone: tzinfo) -> tuple[Headline, ...]:
    """The entries as headlines, in order. One with neither title nor text is none; a guid that several share
    identifies none of them."""
    entries = list(entries)
    counts = Counter(entry.guid for entry in entries)
    return tuple(each(lambda entry: _headline(entry, zone, known=counts[entry.guid] == 1), entries))


def moment(raw: str, zone: tzinfo) -> datetime | None:
    """A date as feeds write it (RFC 822 or ISO 8601) in UTC; `zone` is for one that names none. None for nonsense."""
    raw = raw.strip()
    try:
        found = datetime.fromisoformat(raw) if raw[:4].isdigit() else parsedate_to_datetime(raw)
        return in_zone(found, raw, zone)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def in_zone(found: datetime, raw: str, zone: tzinfo) -> datetime | None:
    """The moment in UTC: in `zone` where the text that it was read from names no zone, whatever its reader took. None
    for the year 1 and the like."""
    if named := _NAMED.search(raw):
        found = found.replace(tzinfo=timezone(timedelta(hours=_ZONES[named[1].upper()])))
    elif found.tzinfo is None or not _OFFSET.search(raw):
        # RFC 5322: -0000 is a time in UTC of somebody elsewhere
        found = found.replace(tzinfo=UTC if raw.endswith("-0000") else zone)
    return in_utc(found, zone)


def _headline(entry: Entry, zone: tzinfo, *, known: bool) -> Headline | None:
    """One entry; `known`: its guid is its own."""
    lead = plain(entry.summary[:_LOOK])
    title = plain(entry.title[:_LOOK]) or _shortened(lead or plain(entry.content[:_LOOK]))
    if not title:
        return None
    blocks = blocks_of(entry.content, entry.base)
    return Headline(
        identity=_identity(entry, title, zone, known=known),
        title=title,
        link=entry.link,
        published=entry.published,
        lead="" if lead == title else _shortened(lead, 500),
        categories=_categories(entry),
        picture=entry.picture or _picture_in(entry, blocks),
        blocks=blocks if _letters(blocks) >= _TEXT_LETTERS else (),
    )


def _identity(entry: Entry, title: str, zone: tzinfo, *, known: bool) -> str:
    """By guid, else by link, else by title and day."""
    try:
        own = identity.of_guid(entry.guid) if entry.guid and known else ""
    except ValueError:  # it looks like an address and is none
        own = ""
    own = own or (identity.of_link(entry.link) if entry.link else "")
    return own or identity.of_title(title, entry.published, zone)


def _categories(entry: Entry) -> tuple[str, ...]:
    """The entry's categories, each once."""
    terms = (plain(term)[:100] for term in entry.categories)
    return tuple(dict.fromkeys(term for term in terms if term))[:20]


def _picture_in(entry: Entry, blocks: tuple[Block, ...]) -> str:
    """The first picture of the entry's text."""
    if not entry.content and "<img" in entry.summary.lower():
        blocks = blocks_of(entry.summary, entry.base)
    return next((block.url for block in blocks if block.url), "")


def _letters(blocks: tuple[Block, ...]) -> int:
    """How long the text is: a beginning alone is no full text."""
    return sum(len(block.text) + sum(map(len, block.items)) for block in blocks)


def _shortened(text: str, most: int = 120) -> str:
    """The text, cut between words where it is longer."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"

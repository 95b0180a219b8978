"""What a document is: ticker, feed, or a page that names its feed. Runs in the parser's child."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from bot.domain.catalogue import SourceKind
from bot.domain.headline import Headline
from bot.sources import feed, ticker
from bot.sources.document import parse
from bot.sources.encoding import decode
from bot.sources.errors import NotATicker
from bot.sources.markup import http_address

_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
)
_MOST_ALTERNATES = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read. A page without a ticker that names feeds is of kind `page`: `alternates` are their
    addresses, `refusal` why it has no ticker."""

    kind: Literal["feed", "ticker", "page"]
    headlines: tuple[Headline, ...] = ()
    ttl: timedelta | None = None
    alternates: tuple[str, ...] = ()
    refusal: str = ""


def read(kind: SourceKind, body: bytes, url: str, content_type: str, now: datetime, zone: str) -> Reading:
    """Reads a document as what it is declared to be, or as what it is. Raises `NotATicker` or `NotAFeed`."""
    place = ZoneInfo(zone)
    if kind == "feed" or (kind == "auto" and feed.is_feed(decode(body, content_type))):
        found = feed.parse(body, url, content_type, place)
        return Reading("feed", found.headlines, found.ttl)
    try:
        return Reading("ticker", tuple(ticker.read(body, url, now, place, content_type)))
    except NotATicker as refusal:
        alternates = feeds_of(body, url, content_type) if kind == "auto" else ()
        if not alternates:
            raise
        return Reading("page", alternates=alternates, refusal=str(refusal))


def feeds_of(body: bytes, url: str, content_type: str = "") -> tuple[str, ...]:
    """The feeds that a page names in its head, comments last."""
    tree = parse(decode(body, content_type)) if body.strip() else None
    if tree is None:
        return ()
    base = urljoin(url, next(iter(tree.xpath("//base/@href")), ""))
    links = []
    for link in tree.xpath("//link[@href]"):
        kinds = (link.get("rel") or "").lower().split()
        if "alternate" in kinds and (link.get("type") or "").strip().lower() in _FEED_TYPES:
            about = f"{link.get('title') or ''} {link.get('href')}".lower()
            links.append(("comment" in about or "kommentar" in about, http_address(base, link.get("href"))))
    addresses = [address for _, address in sorted(links, key=lambda link: link[0]) if address]
    return tuple(dict.fromkeys(addresses))[:_MOST_ALTERNATES]

"""What a document is: ticker, feed, or a page that names its feed. Runs in the parser's child."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.catalogue import SourceKind
from bot.sources.documents import mentions
from bot.sources.documents.document import parse
from bot.sources.documents.encoding import decode
from bot.sources.errors import NotAFeed, NotATicker
from bot.sources.feeds import feed, news_sitemap
from bot.sources.parsing.reading import Reading
from bot.sources.tickers import ticker


def read(kind: SourceKind, body: bytes, url: str, content_type: str, now: datetime, zone: str) -> Reading:
    """Reads a document as what it is declared to be, or as what it is. Raises `NotATicker` or `NotAFeed`; a page of
    unknown kind without a ticker is none of these: its feed may be found."""
    place = ZoneInfo(zone)
    text = decode(body, content_type) if kind == "auto" else ""
    if kind == "auto" and feed.is_sitemap_index(text):
        return _index(text, url)
    if kind == "feed" or (kind == "auto" and feed.is_feed(text)):
        return _feed(body, url, content_type, place)
    try:
        return Reading("ticker", tuple(ticker.read(body, url, now, place, content_type)))
    except NotATicker as refusal:
        if kind != "auto":
            raise
        return _page(text, url, str(refusal))


def follow(body: bytes, url: str, content_type: str, zone: str) -> Reading:
    """Reads what may be a page's feed: a feed, or a page or list of sitemaps that names some. Raises `NotAFeed`."""
    text = decode(body, content_type)
    if feed.is_sitemap_index(text):
        return _index(text, url)
    try:
        return _feed(body, url, content_type, ZoneInfo(zone))
    except NotAFeed as refusal:
        page = _page(text, url, str(refusal))
        if not page.alternates and not page.mentions:
            raise
        return page


def _feed(body: bytes, url: str, content_type: str, zone: ZoneInfo) -> Reading:
    found = feed.parse(body, url, content_type, zone)
    return Reading("feed", found.headlines, found.ttl, hub=found.hub, self_url=found.self_url)


def _index(text: str, url: str) -> Reading:
    """A list of sitemaps, as a page that names those of news."""
    named = news_sitemap.news_sitemaps(text, url)
    if not named:
        raise NotAFeed("the document is a list of sitemaps, and none of them is of news")
    return Reading("page", alternates=named[:1], refusal="the document is a list of sitemaps")


def _page(text: str, url: str, refusal: str) -> Reading:
    """A page with the feeds that it names."""
    tree = parse(text) if text.strip() else None
    if tree is None:
        return Reading("page", refusal=refusal)
    return Reading(
        "page",
        alternates=mentions.alternates(tree, url),
        mentions=mentions.visible(tree, url),
        refusal=refusal,
    )

"""A document to a feed: RSS, RDF and Atom, JSON Feed, or a sitemap of news. Known by what it is, never by its type."""

import re
from datetime import UTC, tzinfo

from bot.domain.headline import Headline
from bot.sources.documents.encoding import decode
from bot.sources.documents.mend import mended
from bot.sources.errors import NotAFeed
from bot.sources.feeds import json_feed, news_sitemap, prolog, quick_feed, syndication
from bot.sources.feeds.entry import Feed
from bot.sources.feeds.quick_feed import Unusual

_SYNDICATION = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>\s*([^<]{1,200})", re.IGNORECASE)
_ROOT = re.compile(r"<([\w:.-]{1,40})")
_SHOWN = 60


def is_feed(text: str) -> bool:
    """Whether a document is a feed of any kind; a sitemap is one as far as its first element tells."""
    return is_syndication(text) or news_sitemap.is_sitemap(_body(text)) or json_feed.is_feed(text)


def is_syndication(text: str) -> bool:
    """Whether a document's first element is that of RSS, RDF or Atom."""
    return bool(_SYNDICATION.match(_body(text)))


def is_sitemap_index(text: str) -> bool:
    """Whether a document lists sitemaps."""
    return news_sitemap.is_index(_body(text))


def read(body: bytes, url: str, content_type: str = "", zone: tzinfo = UTC) -> list[Headline]:
    """The feed's entries as it lists them; raises `NotAFeed` with the reason."""
    return list(parse(body, url, content_type, zone).headlines)


def parse(body: bytes, url: str, content_type: str = "", zone: tzinfo = UTC) -> Feed:
    """The feed; raises `NotAFeed` with the reason. `zone` is what a date without one means."""
    text = mended(decode(body, content_type).lstrip("\ufeff"))
    if is_syndication(text):
        return _syndicated(_DECLARATION.sub("", text).lstrip(), url, zone)
    if json_feed.is_json(text):
        return json_feed.parse(text, url, zone)
    if news_sitemap.is_sitemap(_body(text)):
        return news_sitemap.parse(text, url, zone)
    raise NotAFeed(_seen(text))


def _syndicated(text: str, url: str, zone: tzinfo) -> Feed:
    """RSS, RDF or Atom: what is ordinary by the quick way, all else by the one that takes everything."""
    try:
        return quick_feed.parse(text, url, zone)
    except Unusual:
        return syndication.parse(text, url, zone)


def _body(text: str) -> str:
    """The beginning of what stands behind declaration, comments and doctype."""
    start = prolog.length(text)
    return text[start : start + _SHOWN]


def _seen(text: str) -> str:
    """What a document is that is no feed, for the admin."""
    if not text.strip():
        return "the document is empty, not a feed"
    if _HTML.search(text[:4000]):
        title = _TITLE.search(text[: prolog.LETTERS])
        named = f" (“{' '.join(title[1].split())[:_SHOWN]}”)" if title and title[1].strip() else ""
        return f"the document is a web page{named}, not a feed"
    if root := _ROOT.match(_body(text)):
        return f"the document is not a feed: it begins with <{root[1]}>"
    return f"the document is not a feed: it begins with “{' '.join(text[:_SHOWN].split())[:40]}”"

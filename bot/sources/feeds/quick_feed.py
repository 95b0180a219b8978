"""Ordinary, well-formed RSS 2.0 and Atom 1.0, read by lxml in a fraction of the time that feedparser takes.

Only what both read alike is read here. Whatever is odd (broken markup, other versions, a doctype, an element twice or
one that feedparser makes something of, a date written otherwise) is `Unusual`, and feedparser reads the document.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Any

import lxml.etree

from bot.sources.documents.web import http_address
from bot.sources.feeds import prolog
from bot.sources.feeds.entry import MOST, Entry, Feed, headlines, moment
from bot.sources.feeds.syndication import picture, ttl

_NAMES = {
    "": "",
    "http://www.w3.org/2005/Atom": "atom:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
}
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_PASSED_OVER = {
    *("author", "comments", "source", "dc:creator", "dc:publisher", "dc:rights"),
    *("atom:author", "atom:contributor", "atom:rights", "atom:source"),
    *("media:group", "media:credit", "media:title", "media:text", "media:copyright", "media:rating"),
}
# Namespaces of which feedparser makes nothing that is used here; their elements may hold text and no more
_HARMLESS = re.compile(
    r"http://(?:purl\.org/rss/1\.0/modules/(?:slash|threading)/|wellformedweb\.org/CommentAPI/"
    r"|purl\.org/syndication/thread/1\.0|rssnamespace\.org/feedburner/ext/1\.0|www\.georss\.org/georss)"
)
_SIMPLE = {"type", "isPermaLink", "{http://www.w3.org/XML/1998/namespace}lang"}
_PLAIN_TYPES = (None, "text", "html", "text/html", "text/plain")
_RFC_822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?[0-3]?\d (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d "
    r"[012]\d:[0-5]\d:[0-5]\d (?:[+-][01]\d[0-5]\d|GMT|UTC|UT)",
    re.ASCII,
)
_ISO_8601 = re.compile(r"20\d\d-\d\d-\d\dT[012]\d:[0-5]\d:[0-5]\d(?:Z|[+-][01]\d:[0-5]\d)", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE | re.ASCII)
_WITH_SCHEME = re.compile(r"(?:https?://|urn:|tag:)[^\s<>\"{}|\\^`]+", re.ASCII)
_WINDOWS = re.compile("[\x80-\x9f]")  # letters in Windows only: feedparser mends them


class Unusual(Exception):  # noqa: N818  it is what happened
    """The document is not of the ordinary kind; `str()` says why."""


@dataclass(frozen=True, slots=True)
class _Format:
    """What the elements of one format are called; `own`: a guid of this shape is taken as it stands."""

    entry: str
    title: str
    guid: str
    summary: str
    content: str
    dates: tuple[tuple[str, re.Pattern[str]], ...]
    own: re.Pattern[str]
    link: str = ""


_RSS = _Format(
    "item", "title", "guid", "description", "content:encoded",
    (("pubDate", _RFC_822), ("dc:date", _ISO_8601)), _ADDRESS, "link",
)  # fmt: skip
_ATOM = _Format(
    "atom:entry", "atom:title", "atom:id", "atom:summary", "atom:content",
    (("atom:published", _ISO_8601), ("atom:updated", _ISO_8601)), _WITH_SCHEME,
)  # fmt: skip


@dataclass(slots=True)
class _Item:
    """What the elements of one entry brought."""

    texts: dict[str, str] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    contents: list[Mapping[str, str]] = field(default_factory=list)
    enclosures: list[Mapping[str, str]] = field(default_factory=list)
    thumbnails: list[Mapping[str, str]] = field(default_factory=list)
    has_own_guid: bool = False


def parse(text: str, url: str, zone: tzinfo) -> Feed:
    """The feed of a document without an XML declaration; raises `Unusual`."""
    root = _root(text)
    name = _name(root)
    if name == "rss" and (root.get("version") or "").startswith("2.") and len(root) == 1:
        return _feed(root[0], _RSS, url, zone)
    if name == "atom:feed":
        return _feed(root, _ATOM, url, zone)
    raise Unusual(f"the first element is {name or 'nothing'}")


def _root(text: str) -> Any:
    """The first element of a well-formed document without a doctype."""
    if _WINDOWS.search(text) or "<!doctype" in text[: prolog.length(text)].lower():
        raise Unusual("a doctype, or letters of Windows")
    parser = lxml.etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True,
        remove_pis=True,
    )  # fmt: skip
    try:
        return lxml.etree.fromstring(text.encode("utf-8"), parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise Unusual(str(error)) from error


def _feed(channel: Any, form: _Format, url: str, zone: tzinfo) -> Feed:
    """The feed of its channel."""
    entries: list[Entry] = []
    about: dict[str, str] = {}
    related: dict[str, str] = {}
    for child in channel:
        name = _name(child)
        if name == form.entry and len(entries) < MOST:
            entries.append(_entry(child, form, url, zone))
        elif name == "atom:link":
            address = http_address(url, child.get("href"))
            related.setdefault((child.get("rel") or "").lower() if address else "", address)
        elif name in ("ttl", "sy:updatePeriod", "sy:updateFrequency"):
            about[name] = child.text or ""
    if _BASE in channel.attrib or _BASE in channel.getroottree().getroot().attrib:
        raise Unusual("xml:base")
    wish = ttl(*(about.get(name, "") for name in ("ttl", "sy:updatePeriod", "sy:updateFrequency")))
    return Feed(headlines(entries, zone), wish, related.get("hub", ""), related.get("self", ""))


def _entry(element: Any, form: _Format, url: str, zone: tzinfo) -> Entry:
    """One entry."""
    if _BASE in element.attrib:
        raise Unusual("xml:base")
    item = _Item()
    texts = {form.title, form.guid, form.summary, form.content, form.link, *(name for name, _ in form.dates)}
    for child in element:
        _take(child, _name(child), item, texts)
    guid, links = item.texts.get(form.guid, ""), [*filter(None, [item.texts.get(form.link, "")]), *item.links]
    if len(links) > 1 or (form.link and item.links):
        raise Unusual("several links")
    if guid and not item.has_own_guid and not form.own.fullmatch(guid):
        raise Unusual("a guid that should be an address and is none")
    title, summary, content = (item.texts.get(name, "") for name in (form.title, form.summary, form.content))
    if not title and "media:title" in item.texts:
        raise Unusual("a title of the medium only")
    dates = [_date(item.texts.get(name, ""), shape, zone) for name, shape in form.dates]
    return Entry(
        title=title,
        link=http_address(url, "".join(links))
        or (http_address(url, guid) if guid.startswith("http") else ""),
        guid=guid,
        published=dates[0] or dates[1],
        summary="" if summary == content else summary,
        content=content,
        base=url,
        categories=tuple(item.categories),
        picture=picture([*item.contents, *item.enclosures, *item.thumbnails], url),
    )


def _take(child: Any, name: str, item: _Item, texts: set[str]) -> None:
    """Puts one element where it belongs."""
    if name in texts:
        _take_text(child, name, item)
    elif name in ("category", "dc:subject") and not len(child) and set(child.keys()) <= {"domain"}:
        item.categories.append(_text(child))
    elif name == "atom:category" and not (child.text or "").strip():
        item.categories.append(child.get("label") or child.get("term") or "")
    elif name == "atom:link" and child.get("href"):
        _take_link(child, item)
    elif name in ("enclosure", "media:content", "media:thumbnail", "media:group"):
        _take_medium(child, name, item, texts)
    elif name == "media:title":
        item.texts[name] = child.text or ""
    elif name not in _PASSED_OVER and not (name.startswith("?") and not len(child)):
        raise Unusual(f"an element called {name}")


def _take_text(child: Any, name: str, item: _Item) -> None:
    """A text, which is there once and holds no elements."""
    plain = child.get("type") in _PLAIN_TYPES and _SIMPLE.issuperset(child.keys())
    if name in item.texts or len(child) or not plain:
        raise Unusual(f"a {name} that is not simply text")
    item.texts[name] = _text(child)
    if name == "guid":
        item.has_own_guid = child.get("isPermaLink", "true") != "true"


def _take_link(child: Any, item: _Item) -> None:
    """A link of Atom: to the article, or to a medium."""
    rel, kind = (child.get("rel") or "alternate").lower(), (child.get("type") or "text/html").lower()
    if rel == "alternate" and kind in ("text/html", "application/xhtml+xml"):
        item.links.append(child.get("href"))
    elif rel == "enclosure":
        item.enclosures.append(_attributes(child))


def _take_medium(child: Any, name: str, item: _Item, texts: set[str]) -> None:
    """An enclosure or a medium, and what stands in it."""
    if name != "media:group":
        where = {"enclosure": item.enclosures, "media:content": item.contents}.get(name, item.thumbnails)
        where.append(_attributes(child))
    for inner in child:
        if not _name(inner).startswith("media:"):
            raise Unusual("a medium that holds more than media")
        _take(inner, _name(inner), item, texts)


def _text(element: Any) -> str:
    """The text of an element, unless it is UTF-8 that was read as Latin-1: feedparser guesses that, and mends it."""
    text: str = (element.text or "").strip()
    if not text.isascii():
        with suppress(UnicodeError):
            text.encode("iso-8859-1").decode("utf-8")
            raise Unusual("a text that was decoded wrongly")
    return text


def _attributes(element: Any) -> dict[str, str]:
    return {key: value.lower() if key == "type" else value for key, value in element.attrib.items()}


def _date(raw: str, shape: re.Pattern[str], zone: tzinfo) -> datetime | None:
    """A date; None where there is none."""
    found = moment(raw, zone) if shape.fullmatch(raw) else None
    if raw and found is None:
        raise Unusual(f"a date such as {raw[:40]}")
    return found


def _name(element: Any) -> str:
    """The element's name with the usual prefix of its namespace, `?` for one that means nothing here."""
    namespace, _, name = str(element.tag).rpartition("}")
    namespace = namespace.lstrip("{")
    if (prefix := _NAMES.get(namespace)) is not None:
        return prefix + name
    return f"?{name}" if _HARMLESS.match(namespace) else f"{namespace}:{name}"

"""Google News sitemaps: a list of addresses, each with the title and the date of its article."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from typing import Any

import lxml.etree

from bot.sources.documents.items import each
from bot.sources.documents.web import http_address
from bot.sources.errors import NotAFeed
from bot.sources.feeds import prolog
from bot.sources.feeds.entry import MOST, Entry, Feed, headlines, moment

_SITEMAP = re.compile(r"<(?:[\w-]+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_INDEX = re.compile(r"<(?:[\w-]+:)?sitemapindex\b", re.IGNORECASE)
_NEWS = re.compile(r"news|nachricht|aktuell|actu", re.IGNORECASE)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def is_sitemap(start: str) -> bool:
    """Whether a document's first element is a sitemap's or that of a list of sitemaps."""
    return bool(_SITEMAP.match(start))


def is_index(start: str) -> bool:
    """Whether a document's first element is that of a list of sitemaps."""
    return bool(_INDEX.match(start))


def parse(text: str, url: str, zone: tzinfo) -> Feed:
    """The sitemap's news, newest first; raises `NotAFeed` for any other sitemap, and says which."""
    root = _root(text)
    if _name(root) == "sitemapindex":
        named = news_sitemaps(text, url)
        hint = f"; its news are in {named[0]}: use that address" if named else ", and none of them is of news"
        raise NotAFeed(f"the document is a list of sitemaps{hint}")
    pages = [child for child in root if _name(child) == "url"]
    entries = each(lambda page: _entry(page, url, zone), pages)
    if not entries:
        raise NotAFeed(f"the sitemap has {len(pages)} addresses, but no news:title: it is not one of news")
    newest = sorted(entries, key=lambda entry: entry.published or _LONG_AGO, reverse=True)
    return Feed(headlines(newest[:MOST], zone))


def news_sitemaps(text: str, url: str) -> tuple[str, ...]:
    """The sitemaps of a list that are of news by their names, in its order."""
    locations = (_child_text(child, "loc") for child in _root(text) if _name(child) == "sitemap")
    addresses = (http_address(url, location) for location in locations if _NEWS.search(location))
    return tuple(dict.fromkeys(filter(None, addresses)))


def _root(text: str) -> Any:
    """The first element, without doctype: nothing is fetched or expanded. What is broken is read as far as it goes."""
    parser = lxml.etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = lxml.etree.fromstring(text[prolog.length(text) :].encode("utf-8", "replace"), parser)
    except (lxml.etree.LxmlError, ValueError) as error:
        raise NotAFeed(f"the sitemap cannot be read: {error}") from error
    if root is None:
        raise NotAFeed("the sitemap cannot be read: it has no element")
    return root


def _entry(page: Any, url: str, zone: tzinfo) -> Entry | None:
    """The article of one address; None without a title."""
    news = next((child for child in page if _name(child) == "news"), None)
    title = _child_text(news, "title") if news is not None else ""
    if not title:
        return None
    keywords = re.split(r"\s*[,;]\s*", _child_text(news, "keywords"))
    date = _child_text(news, "publication_date") or _child_text(page, "lastmod")
    pictures = (_child_text(child, "loc") for child in page if _name(child) == "image")
    return Entry(
        title=title,
        link=http_address(url, _child_text(page, "loc")),
        published=moment(date, zone),
        base=url,
        categories=tuple(filter(None, keywords)),
        picture=next((found for at in pictures if (found := http_address(url, at))), ""),
    )


def _child_text(element: Any, name: str) -> str:
    """The text of the first child of this name, whatever its namespace: many sitemaps get it wrong."""
    return next(("".join(_texts(child)).strip() for child in element if _name(child) == name), "")


def _texts(element: Any) -> Iterator[str]:
    """The element's text; an entity that was not expanded has none."""
    yield element.text or ""
    for child in element:
        yield child.tail or ""


def _name(element: Any) -> str:
    """The element's name without its namespace, "" for what is none."""
    tag = element.tag
    return str(tag).rpartition("}")[2].lower() if isinstance(tag, str) else ""

"""The feeds that a page names: in its head, and where readers see them."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.sources.documents.web import http_address

FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/rdf+xml",
    "application/feed+json",
    "application/xml",
    "text/xml",
    "application/json",
)
"""The media types of feeds; the last ones are those of much else, too."""

_MOST = 3
_COMMENTS = re.compile(r"comment|kommentar|replies|antworten", re.IGNORECASE)
_NO_FEED = re.compile(r"/wp-json\b|oembed", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"(?:^|[/._?&=-])(?:rss\d?|feeds?|rdf)(?:$|[/._?&=-])|\batom\.xml$|\.atom$", re.IGNORECASE
)
# Not "Atom": to a German newspaper that is a topic
_IN_TEXT = re.compile(r"\b(?:rss|(?:news-?|atom-?)?feeds?)\b", re.IGNORECASE)
_LONGEST_TEXT = 60


def alternates(tree: Any, url: str) -> tuple[str, ...]:
    """The feeds named in the page's head, surest types first; feeds of comments are none."""
    base = _base(tree, url)
    found = []
    for link in tree.xpath("//link[@href]"):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        about = f"{link.get('title') or ''} {link.get('href')}"
        if "alternate" not in (link.get("rel") or "").lower().split() or kind not in FEED_TYPES:
            continue
        if not _COMMENTS.search(about) and not _NO_FEED.search(about):
            found.append(
                (FEED_TYPES.index(kind) > FEED_TYPES.index("application/feed+json"), link.get("href"))
            )
    return _first(base, [href for _, href in sorted(found, key=lambda link: link[0])])


def visible(tree: Any, url: str) -> tuple[str, ...]:
    """The feeds of this site that readers of the page can click, those with a telling address first."""
    base = _base(tree, url)
    found = []
    for link in tree.xpath("//a[@href]"):
        text = " ".join("".join(link.itertext()).split())
        text = text or link.get("title") or link.get("aria-label") or ""
        address = http_address(base, link.get("href"))
        telling = bool(_IN_ADDRESS.search(_path(address)))
        named = len(text) <= _LONGEST_TEXT and bool(_IN_TEXT.search(text))
        if (telling or named) and is_same_site(address, url) and not _COMMENTS.search(f"{text} {address}"):
            found.append((not telling, address))
    return _first(base, [address for _, address in sorted(found, key=lambda link: link[0])], but=url)


def is_same_site(one: str, two: str) -> bool:
    """Whether two addresses are on one host, `www.` and subdomains of it aside."""
    first, second = (_host(address) for address in (one, two))
    return bool(first and second) and (
        first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
    )


def _first(base: str, hrefs: list[str], but: str = "") -> tuple[str, ...]:
    """The first few addresses, each once."""
    addresses = (http_address(base, href).partition("#")[0] for href in hrefs)
    return tuple(dict.fromkeys(address for address in addresses if address and address != but))[:_MOST]


def _base(tree: Any, url: str) -> str:
    """What the page's relative addresses stand against."""
    return http_address(url, next(iter(tree.xpath("//base/@href")), "")) or url


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _path(address: str) -> str:
    """Path and query of an http address."""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path

"""OPML, in which feed readers exchange lists of feeds: read into what `sources.toml` takes, and written.

http://opml.org/spec2.opml. A list may come from anywhere, so it is read without entities and external references.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

MOST = 5 * 1024 * 1024
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class OpmlError(Exception):
    """A list of feeds cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A source in a list. `feed` and `page` are addresses, one of them may be ""; `folders` are the outlines around
    it, `categories` what its own attribute says."""

    name: str
    feed: str
    page: str
    folders: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""

    @property
    def url(self) -> str:
        """What is to be polled."""
        return self.feed or self.page


def read(body: bytes) -> list[Entry]:
    """The sources of a list in its order, wherever they stand in it. Raises `OpmlError`."""
    if len(body) > MOST:
        raise OpmlError(f"it is larger than {MOST // 1024 // 1024} MiB")
    try:
        root = fromstring(body)
    except DefusedXmlException as error:
        raise OpmlError("it defines entities of its own, which no list of feeds needs") from error
    except (ParseError, ValueError, LookupError) as error:
        raise OpmlError(f"it is no XML that can be read: {error}") from error
    if _plain_name(root.tag) != "opml":
        raise OpmlError(f"it is no OPML: its root is <{_plain_name(root.tag)}>")
    entries = list(_entries(root))
    if not entries:
        raise OpmlError("it is OPML, but none of its outlines has an xmlUrl or an htmlUrl")
    return entries


def write(entries: Sequence[Entry], title: str, now: datetime) -> bytes:
    """The list as UTF-8 XML: feeds by their `xmlUrl`, pages with a ticker as links."""
    root = ElementTree.Element("opml", version="2.0")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "title").text = printable(title)
    ElementTree.SubElement(head, "dateCreated").text = format_datetime(now, usegmt=True)
    body = ElementTree.SubElement(root, "body")
    for entry in entries:
        ElementTree.SubElement(body, "outline", _attributes(entry))
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def printable(text: str) -> str:
    """The text on one line, without what neither XML nor TOML takes as it is."""
    return " ".join(_CONTROL.sub(" ", text).split())


def _entries(root: Any) -> Iterator[Entry]:
    """All outlines with an address. Not by recursion: nobody limits how deep they are nested."""
    waiting: list[tuple[Any, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        inner = folders
        if _plain_name(element.tag) == "outline":
            given = {_plain_name(name): value for name, value in element.attrib.items()}
            name = printable(given.get("title") or given.get("text") or "")
            feed, page = given.get("xmlurl", "").strip(), _page(given)
            if feed or page:
                yield Entry(name, feed, page, folders, _categories(given), given.get("language", ""))
            inner = (*folders, name)[-4:] if name else folders
        waiting += [(child, inner) for child in reversed(element)]


def _page(given: dict[str, str]) -> str:
    """The page of an outline; one of type link may call its address `url`."""
    is_link = given.get("type", "").strip().lower() == "link"
    return (given.get("htmlurl") or (given.get("url", "") if is_link else "")).strip()


def _categories(given: dict[str, str]) -> tuple[str, ...]:
    """The parts of `category="/Boston/Weather,/Harvard"`, the innermost first."""
    paths = [path.split("/") for path in given.get("category", "").split(",")]
    return tuple(name for path in paths for part in reversed(path) if (name := printable(part)))


def _plain_name(tag: Any) -> str:
    """A name without its namespace, in lower case; "" for a comment."""
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _attributes(entry: Entry) -> dict[str, str]:
    kind = {"type": "rss", "xmlUrl": entry.feed} if entry.feed else {"type": "link", "url": entry.page}
    page = {"htmlUrl": entry.page} if entry.page else {}
    category = {"category": ",".join(entry.categories)} if entry.categories else {}
    language = {"language": entry.language} if entry.language else {}
    given = {"text": entry.name, "title": entry.name} | kind | page | category | language
    return {name: printable(value) for name, value in given.items()}


def host(url: str) -> str:
    """The host of an http(s) address that can be polled; "" for any other. Logins are never sent, so none is taken."""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname or "", parts.port  # a wrong port raises
    except ValueError:
        return ""
    fine = parts.scheme in ("http", "https") and "@" not in parts.netloc and printable(url) == url
    return name if fine and " " not in url else ""

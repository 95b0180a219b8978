"""Small pieces of HTML (a feed's titles and texts) to plain text and blocks."""

import html
import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.etree
import lxml.html

from bot.domain.headline import Block

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_SKIPPED = {"script", "style", "noscript", "template", "iframe", "svg", "form", "button"}
_PARAGRAPHS = {
    "p",
    "div",
    "section",
    "article",
    "figure",
    "figcaption",
    "table",
    "tr",
    "pre",
    "br",
    "header",
    "main",
}
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}


def plain(text: str) -> str:
    """The text without markup and with its entities read, on one line. A title may hold HTML, escaped once or twice."""
    for _ in range(2):
        if "<" not in text and "&" not in text:
            break
        text = html.unescape(_TAG.sub(" " if "<br" in text or "<p" in text else "", text))
    return " ".join(text.split())


def blocks_of(markup: str, base: str) -> tuple[Block, ...]:
    """The text as blocks; pictures with absolute addresses."""
    if not markup.strip():
        return ()
    try:
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        root = lxml.html.fragment_fromstring(
            markup.encode("utf-8", "replace"), create_parent="div", parser=parser
        )
    except (lxml.etree.LxmlError, ValueError, AssertionError):
        text = plain(markup)
        return (Block("paragraph", text),) if text else ()
    reader = _Reader(base)
    reader.read(root)
    reader.end()
    return tuple(reader.blocks)


def http_address(base: str, address: str | None) -> str:
    """An absolute http address, "" for anything else (data:, scripts, nothing)."""
    try:
        whole = urljoin(base, (address or "").strip())
        return whole if address and urlsplit(whole).scheme in ("http", "https") else ""
    except ValueError:
        return ""


class _Reader:
    """Walks markup and collects blocks; running text gathers until something ends the paragraph."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._running: list[str] = []
        self.blocks: list[Block] = []

    def read(self, element: Any) -> None:
        """An element with all in it."""
        self._text(element.text)
        for child in element:
            if isinstance(child.tag, str):
                self._child(child)
            self._text(child.tail)

    def end(self) -> None:
        """Ends the running paragraph."""
        if text := " ".join("".join(self._running).split()):
            self.blocks.append(Block("paragraph", text))
        self._running = []

    def _child(self, child: Any) -> None:
        tag = child.tag
        if tag in _HEADINGS:
            self._block(Block("heading", _words(child), level=_HEADINGS[tag]))
        elif tag == "blockquote":
            self._block(Block("quote", _words(child)))
        elif tag in ("ul", "ol"):
            items = tuple(text for item in child.iterchildren("li") if (text := _words(item)))
            self._block(Block("list", items=items, ordered=tag == "ol"))
        elif tag == "img":
            self._block(
                Block(
                    "picture", plain(child.get("alt") or ""), url=http_address(self._base, child.get("src"))
                )
            )
        elif tag in _PARAGRAPHS:
            self.end()
            self.read(child)
            self.end()
        elif tag not in _SKIPPED:
            self.read(child)

    def _block(self, block: Block) -> None:
        """A block of its own, unless it is empty."""
        self.end()
        if block.url if block.kind == "picture" else (block.text or block.items):
            self.blocks.append(block)

    def _text(self, text: str | None) -> None:
        if text:
            self._running.append(text)


def _words(element: Any) -> str:
    """All text of an element on one line."""
    return " ".join(" ".join(element.itertext()).split())

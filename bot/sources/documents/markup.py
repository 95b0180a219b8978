"""HTML (a feed's titles and texts, an article's body) to plain text and blocks."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import lxml.etree
import lxml.html

from bot.domain.headline import Block
from bot.sources.documents.hints import CAPTION, PICTURE, name_of
from bot.sources.documents.pictures import IMAGES, candidates, is_picture, is_spare
from bot.sources.documents.web import http_address

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_BREAK = re.compile(
    r"</?(?:p|br|div|li|[uo]l|d[ltd]|h[1-6]|hr|t[rdh]|table|blockquote|figure|section|article)\b[^<>]*>",
    re.IGNORECASE,
)
_UNSEEN = re.compile(r"<!--.{0,5000}?-->|<(script|style)\b.{0,5000}?</\1\s*>", re.DOTALL | re.IGNORECASE)
_SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "iframe",
    "svg",
    "form",
    "button",
    "select",
    "textarea",
}
_INLINE = {
    *(
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
    ),
    *(
        "kbd",
        "label",
        "mark",
        "q",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
    ),
    *("var", "wbr"),
}
_NO_CAPTION = (*("h1", "h2", "h3", "h4", "h5", "h6"), *("ul", "ol", "table", "blockquote", "figure", "audio"))
_LONGEST_CAPTION = 250
_CREDIT = re.compile(r"©|\b(?:fotos?|bild(?:quelle|rechte)?|grafik|quelle|copyright)\s*:", re.IGNORECASE)
_COUNTER = re.compile(r"^(?:(?:bild|foto)\s+)?\d{1,3}\s*(?:/|von)\s*\d{1,3}\s+", re.IGNORECASE)
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}


def plain(text: str) -> str:
    """The text without markup and with its entities read, on one line. A title may hold HTML, escaped once or twice."""
    for _ in range(2):
        if "<" not in text and "&" not in text:
            break
        text = _UNSEEN.sub("", text)
        text = html.unescape(_TAG.sub("", _BREAK.sub(" ", text)))
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
    return element_blocks(root, base)


def element_blocks(element: Any, base: str) -> tuple[Block, ...]:
    """The blocks inside an element of a parsed page."""
    reader = _Reader(base)
    reader.read(element)
    reader.end()
    return tuple(reader.blocks)


def words(element: Any) -> str:
    """All text of an element on one line. Words part where lines or boxes do, not where a letter is bold."""
    return " ".join("".join(_pieces(element)).split())


def picture_address(image: Any, base: str) -> str:
    """The picture itself rather than its placeholder, as an absolute http address; "" where there is none."""
    return next(filter(None, (http_address(base, address) for address in candidates(image))), "")


def pictures_in(element: Any, base: str) -> list[tuple[str, str]]:
    """The pictures inside an element with their alternative texts; those for browsers without scripts only where there
    are no others."""
    found: dict[str, str] = {}
    spare: dict[str, str] = {}
    for image in element.iter(*IMAGES):
        if address := picture_address(image, base):
            (spare if is_spare(image) else found).setdefault(address, plain(image.get("alt") or ""))
    return list((found or spare).items())


class _Reader:
    """Walks markup and collects blocks; running text gathers until something ends the paragraph."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._running: list[str] = []
        self._seen: set[str] = set()
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
            self._block(Block("heading", words(child), level=_HEADINGS[tag]))
            self._pictures(child)
        elif tag == "blockquote":
            self._block(Block("quote", _quote(child)))
        elif tag in ("ul", "ol", "dl", "table"):
            self._list(child)
        elif tag in IMAGES:
            self._pictures(child)
        elif tag in ("figure", "picture"):
            self._figure(child)
        elif tag in _INLINE:
            self.read(child)
        elif self._is_caption(child):
            self.blocks[-1] = replace(self.blocks[-1], text=words(child))
        elif tag in ("div", "p") and (caption := _caption_beside(child)) is not None:
            self.end()
            self._pictures(child, caption)
        elif tag not in _SKIPPED:
            self.end()
            self.read(child)
            self.end()

    def _is_caption(self, element: Any) -> bool:
        """Whether an element is called the caption of the picture right before it."""
        after = bool(self.blocks) and self.blocks[-1].kind == "picture" and not "".join(self._running).strip()
        return after and bool(CAPTION.search(name_of(element)))

    def _list(self, element: Any) -> None:
        """A list, or a table as a list of its rows; one that holds paragraphs or pictures is a box like others."""
        if _is_box(element):
            self.end()
            self.read(element)
            self.end()
            return
        items = tuple(filter(None, _items(element)))
        self._block(Block("list", items=items, ordered=element.tag == "ol"))

    def _figure(self, figure: Any) -> None:
        """A figure's pictures; what else one may frame (a table, a quote) is read as if it had no frame."""
        caption = next((words(item) for item in figure.iter("figcaption")), "")
        if not self._pictures(figure, caption):
            for item in list(figure.iter("figcaption")):
                item.drop_tree()
            self.end()
            self.read(figure)
            self.end()

    def _pictures(self, element: Any, caption: str = "") -> bool:
        """The pictures in an element, each of them once; whether there were any. The caption is the first one's."""
        found = pictures_in(element, self._base)
        for at, (address, alternative) in enumerate(found):
            if address not in self._seen:
                self._seen.add(address)
                text = caption if at == 0 and caption else alternative
                self._block(Block("picture", text, url=address))
        return bool(found)

    def _block(self, block: Block) -> None:
        """A block of its own, unless it is empty."""
        self.end()
        if block.url if block.kind == "picture" else (block.text or block.items):
            self.blocks.append(block)

    def _text(self, text: str | None) -> None:
        if text:
            self._running.append(text)


def _quote(element: Any) -> str:
    """A quote, and who said it behind a dash."""
    who = next(iter(element.xpath(".//footer|.//cite[not(ancestor::footer)]")), None)
    if who is None or who.getparent() is None or words(element) == words(who):
        return words(element)
    name = words(who).lstrip("–—- ")
    who.drop_tree()
    return f"{words(element).rstrip('–—- ')} – {name}" if name else words(element)


def _caption_beside(box: Any) -> str | None:
    """What a box says that holds one picture and a few words, and is called a picture's or tells whose it is; None for
    any other."""
    if next(box.iter(*IMAGES), None) is None or next(box.iter(*_NO_CAPTION), None) is not None:
        return None
    pictures = [image for image in box.iter(*IMAGES) if is_picture(image) and not is_spare(image)]
    text = _COUNTER.sub("", words(box))
    if len(pictures) != 1 or len(text) > _LONGEST_CAPTION or any(map(words, box.iter("a"))):
        return None
    credit = _CREDIT.search(text)
    if not credit and not PICTURE.search(name_of(box)):
        return None
    return text if not credit or credit.start() else ""


def _is_box(element: Any) -> bool:
    """Whether a list or table holds more than lines: headings, pictures, several paragraphs in an entry."""
    if any(map(is_picture, element.iter(*IMAGES))):
        return True
    if next(element.iter("figure", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"), None) is not None:
        return True
    if element.tag == "table":
        return next(element.iterdescendants("table"), None) is not None or _is_single(element)
    return any(len(list(entry.iter("p"))) > 1 for entry in element.iter("li", "dd"))


def _is_single(table: Any) -> bool:
    """Whether every row of a table has one cell only: then it arranges the page, and is no table."""
    return all(len(row.findall("td")) + len(row.findall("th")) < 2 for row in table.iter("tr"))


def _items(element: Any) -> Iterator[str]:
    """The entries of a list, terms with what they mean, or the rows of a table."""
    if element.tag == "table":
        for row in element.iter("tr"):
            yield " · ".join(filter(None, map(words, row.iter("td", "th"))))
    elif element.tag == "dl":
        term = ""
        for part in element.iter("dt", "dd"):
            if part.tag == "dd":
                yield f"{term.rstrip(':')}: {words(part)}" if term else words(part)
            term = words(part) if part.tag == "dt" else ""
    else:
        yield from map(words, element.iterchildren("li"))


def _pieces(element: Any) -> Iterator[str]:
    """The texts of an element, with a blank around whatever is not inline."""
    yield element.text or ""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            yield child.tail or ""
            continue
        gap = "" if child.tag in _INLINE else " "
        yield gap
        yield from _pieces(child)
        yield gap + (child.tail or "")

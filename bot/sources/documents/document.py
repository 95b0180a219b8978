"""An HTML page as a tree of boxes over one flat list of text pieces, each with the times that may begin a line."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import lxml.etree
import lxml.html

from bot.domain.ticker_time import Found, Wall, of_attribute, times_in
from bot.sources.documents.days import day_before

_SKIPPED = {
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "head",
    "select",
    "textarea",
    "iframe",
    "object",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BESIDE = {"aside", "nav", "footer"}
_BESIDE_ROLES = {"complementary", "navigation", "contentinfo"}
_RUN = 3
_LONG_RUN = 6
_NEAR = 24

# What may stand before a time at the start of a line, and after a title before the time at its end
_LEAD_IN = re.compile(r"[\s\W_]{0,4}(?:(?:heute|gestern|today|yesterday|am)[\s,:|-]{1,3})?", re.IGNORECASE)
_LEAD_OUT = re.compile(r"(?:[\s(\[|•·–—,-]|\bum)\s*$")
_PREPOSITION = re.compile(
    r"\b(?:um|ab|bis|gegen|seit|von|vor|nach|und|at|by|from|until|à|dès|vers)\s*$", re.IGNORECASE
)
_LOWER_NEXT = re.compile(r"\s*[a-zäöüß]")


@dataclass(slots=True)
class Piece:
    """One run of text. `times` are those that may begin or end a line here; `between` those in the middle of it.
    `cell` numbers the table cells of the page, 0 outside of one."""

    text: str
    link: str | None
    in_heading: bool
    in_paragraph: bool
    cell: int
    times: list[Found] = field(default_factory=list)
    between: list[Found] = field(default_factory=list)


@dataclass(slots=True)
class Box:
    """An element: its pieces are `start` to `end` of the page's; `slots` are its own texts (the number of the piece)
    and its child elements, in order; `element` is the tree's. `beside`: it stands in a sidebar, menu or footer."""

    element: Any
    beside: bool
    start: int = 0
    end: int = 0
    parent: "Box | None" = None
    slots: list["int | Box"] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """The element's name."""
        return str(self.element.tag)


@dataclass(slots=True)
class Document:
    """A page: its root box, its pieces, and its `<base href>`."""

    root: Box
    pieces: list[Piece]
    base: str = ""


def parse(html: str) -> Any:
    """The page's lxml tree; None when there is no markup in it."""
    try:
        # As bytes: lxml refuses text that declares an encoding
        parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        return lxml.html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return None


def document(tree: Any, zone: ZoneInfo, today: date) -> Document:
    """The page as boxes and pieces. `zone` is what a `<time datetime>` without an offset means, `today` what a date
    without a year goes by."""
    body = tree.find("body") if tree.tag == "html" else tree
    builder = _Builder(zone, today)
    root = builder.build(body if body is not None else tree, None, None)
    base = next((str(href) for href in tree.xpath("//base/@href")), "")
    return Document(root, builder.pieces, base)


class _Builder:
    """Walks a tree once."""

    def __init__(self, zone: ZoneInfo, today: date) -> None:
        self._zone = zone
        self._today = today
        self.pieces: list[Piece] = []
        self._heading = self._paragraph = self._cell = self._cells = 0

    def build(self, element: Any, parent: Box | None, link: str | None) -> Box:
        """The box of an element, its pieces appended."""
        tag = str(element.tag)
        link = element.get("href") if tag == "a" else link
        box = Box(element, _is_beside(element, parent), start=len(self.pieces), parent=parent)
        self._heading += tag in _HEADINGS
        self._paragraph += tag == "p"
        outer = self._cell
        if tag in ("td", "th"):
            self._cells += 1
            self._cell = self._cells
        if tag != "time" or not self._time(element, box, link):
            self._children(element, box, link)
        self._heading -= tag in _HEADINGS
        self._paragraph -= tag == "p"
        self._cell = outer
        box.end = len(self.pieces)
        return box

    def _children(self, element: Any, box: Box, link: str | None) -> None:
        """The element's own text and its children."""
        self._text(element.text, box, link)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                box.slots.append(self.build(child, box, link))
            self._text(child.tail, box, link)

    def _time(self, element: Any, box: Box, link: str | None) -> bool:
        """A `<time>` whose attribute tells the time: one piece, whatever it shows."""
        text = " ".join(element.text_content().split())
        mark = (
            of_attribute(element.get("datetime", ""), text, self._zone) if element.get("datetime") else None
        )
        if mark is None:
            return False
        self._add(self._piece(text, link, [Found(mark, 0, len(text))]), box)
        return True

    def _text(self, text: str | None, box: Box, link: str | None) -> None:
        """A piece for a text that is more than space."""
        if text and (clean := " ".join(text.split())):
            times, between = _line_times(clean, self._today)
            self._add(self._piece(clean, link, times, between), box)

    def _piece(
        self, text: str, link: str | None, times: list[Found], between: list[Found] | None = None
    ) -> Piece:
        return Piece(text, link, bool(self._heading), bool(self._paragraph), self._cell, times, between or [])

    def _add(self, piece: Piece, box: Box) -> None:
        box.slots.append(len(self.pieces))
        self.pieces.append(piece)


def _is_beside(element: Any, parent: Box | None) -> bool:
    """Whether the element says of itself that it is not the main thing on the page."""
    own = element.tag in _BESIDE or (element.get("role") or "").lower() in _BESIDE_ROLES
    return own or (parent is not None and parent.beside)


def _line_times(text: str, today: date) -> tuple[list[Found], list[Found]]:
    """The times that begin (or, where none does, end) a line in this text, and those in its middle that could."""
    found = _with_dates(text, times_in(text), today)
    if not found:
        return [], []
    begins = bool(_LEAD_IN.fullmatch(text, 0, found[0].start))
    possible = [item for item in found if _could_begin(text, item)]
    if len(possible) >= _RUN:
        first = [found[0]] if begins and found[0] not in possible else []
        return _pruned(first + possible), []
    if begins:
        return found[:1], [item for item in possible if item is not found[0]]
    if not text[found[-1].end :].strip(" )].|") and _LEAD_OUT.search(
        text[max(0, found[-1].start - _NEAR) : found[-1].start]
    ):
        return found[-1:], []
    return [], possible


def _with_dates(text: str, found: list[Found], today: date) -> list[Found]:
    """The times together with the dates right before them. In a run a date before one time belongs to a title."""
    dated = [_with_date(text, item, today) for item in found]
    with_one = sum(item is not new for item, new in zip(found, dated, strict=True))
    return dated if with_one * 2 > len(found) else found


def _with_date(text: str, found: Found, today: date) -> Found:
    """The time together with the date that stands right before it."""
    if not isinstance(found.mark, Wall) or not (dated := day_before(text, found.start, today)):
        return found
    start, day = dated
    return replace(found, mark=replace(found.mark, day=day), start=start)


def _pruned(found: list[Found]) -> list[Found]:
    """A run without times that jump out of its order for one line only: they stand in titles."""
    if len(found) < _LONG_RUN or not all(isinstance(item.mark, Wall) for item in found):
        return found
    at = [item.mark.at for item in found if isinstance(item.mark, Wall)]
    stray = {
        here
        for here in range(1, len(found) - 1)
        if at[here] > at[here - 1] >= at[here + 1] or at[here] < at[here + 1] <= at[here - 1]
    }
    return [item for here, item in enumerate(found) if here not in stray]


def _could_begin(text: str, found: Found) -> bool:
    """Whether a time in running text can be a ticker's and not part of a sentence ("um 20:45 verschoben")."""
    return not _PREPOSITION.search(text[max(0, found.start - _NEAR) : found.start]) and not _LOWER_NEXT.match(
        text, found.end
    )

"""How much text each element of a page holds, and how much of it is linked: counted in one pass."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_UNITS = frozenset({"p", "blockquote", "li", "dd", "pre"})
_NO_PROSE = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "button", "label", "time", "a"})
_LOOSE = 40  # so many characters directly in a <div> or a cell are prose too


@dataclass(slots=True)
class Weight:
    """Characters: of all text, of that in links, of that in links to other pages, and of prose (sentences in
    paragraphs, not linked). Headings below the first rank, and those of them that are links to other pages."""

    text: int = 0
    linked: int = 0
    away: int = 0
    prose: int = 0
    headings: int = 0
    teasers: int = 0

    def add(self, other: "Weight", times: int = 1) -> None:
        """Adds what an element inside this one weighs, or takes it off (-1)."""
        self.text += times * other.text
        self.linked += times * other.linked
        self.away += times * other.away
        self.prose += times * other.prose
        self.headings += times * other.headings
        self.teasers += times * other.teasers


_LINK, _AWAY, _UNIT, _BARRED = 1, 2, 4, 8  # where a text stands; together one number, for speed
_TAGS = {**dict.fromkeys(_UNITS, _UNIT), **dict.fromkeys(_NO_PROSE, _BARRED)}


@dataclass(slots=True)
class Weights:
    """The weights of a tree as it was when they were counted, by element."""

    of: dict[Any, Weight] = field(default_factory=dict)

    @classmethod
    def count(cls, tree: Any) -> "Weights":
        """Weighs every element."""
        weights = cls()
        places: dict[Any, int] = {}
        for element in _elements(tree):
            own = weights.of[element] = Weight()
            parent = element.getparent()
            above = places.get(parent)
            place = places[element] = _place(element) | (above or 0)
            if text := element.text:
                _weigh(own, text, place)
            if above is not None and (tail := element.tail):
                _weigh(weights.of[parent], tail, above)
        for element in reversed(weights.of):
            own = weights.of[element]
            if element.tag in HEADINGS and own.text:
                own.headings = 1
                own.teasers = int(own.away * 10 >= own.text * 7)
            if own.text and (holder := weights.of.get(element.getparent())) is not None:
                holder.add(own)
        return weights

    def __getitem__(self, element: Any) -> Weight:
        return self.of.get(element) or Weight()

    def without(self, element: Any) -> None:
        """Takes an element's weight off all that it is in, before it goes."""
        if (own := self.of.get(element)) is not None:
            for above in element.iterancestors():
                if (weight := self.of.get(above)) is not None:
                    weight.add(own, -1)

    def release(self) -> None:
        """Lets go of the elements, last first: lxml looks through a branch that was cut off whenever one of its
        elements is let go, and finds another at once only in this order (150 ms for a large page in the other)."""
        while self.of:
            self.of.popitem()

    def linkage(self, element: Any) -> float:
        """Which share of the element's text is linked, 0 to 1."""
        weight = self[element]
        return weight.linked / weight.text if weight.text else 0.0


def _weigh(weight: Weight, text: str, place: int) -> None:
    """Adds a text to what an element weighs."""
    length = len(" ".join(text.split()))
    if not length:
        return
    weight.text += length
    if place & _LINK:
        weight.linked += length
        if place & _AWAY:
            weight.away += length
    if not place & _BARRED and (place & _UNIT or length >= _LOOSE):
        weight.prose += length


def _elements(tree: Any) -> Iterator[Any]:
    return (element for element in tree.iter() if isinstance(element.tag, str))


def _place(element: Any) -> int:
    """What an element makes of the text in it."""
    if element.tag != "a":
        return _TAGS.get(element.tag, 0)
    return _LINK | _BARRED | (0 if (element.get("href") or "#").startswith("#") else _AWAY)

"""How much one document may bring, whatever its format: the last thing that its headlines and pages pass in the child.

Nothing that cannot be stored or sent comes through (NUL, lone surrogates, control characters), and nothing without end.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any

from bot.domain.headline import Block, Headline, Page

MOST_HEADLINES = 500
LONGEST_TITLE, LONGEST_LEAD, LONGEST_WORDS, LONGEST_ADDRESS = 500, 2000, 100, 2000
MOST_BLOCKS, MOST_LETTERS = 1000, 200_000
"""Of an article's text."""
_MOST_CATEGORIES = 20
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_MOST_MARKS = 30
_VOICING = "\uff9e\uff9f"  # letters that become marks
_FOREIGN = re.compile(rf"[^\x00-\u02ff]{{{_MOST_MARKS + 1},}}")  # all marks are among these


def bounded(found: Any) -> Any:
    """What a parser found, with every headline, page and text in it cleaned and cut."""
    match found:
        case str():
            return _clean(found)
        case Headline():
            return _headline(found)
        case Page():
            return _page(found)
        case tuple() | list():
            return type(found)(_items(found))
    if is_dataclass(found) and not isinstance(found, type):
        return replace(found, **{field.name: bounded(getattr(found, field.name)) for field in fields(found)})
    return found


def _items(found: Iterable[Any]) -> Iterable[Any]:
    """The items of a list; of headlines only so many, and none without a title."""
    headlines = 0
    for item in map(bounded, found):
        if isinstance(item, Headline):
            headlines += 1
            if headlines > MOST_HEADLINES or not item.title:
                continue
        yield item


def _headline(line: Headline) -> Headline:
    return replace(
        line,
        identity=_clean(line.identity),
        title=_cut(line.title, LONGEST_TITLE),
        link=_address(line.link),
        lead=_cut(line.lead, LONGEST_LEAD),
        categories=tuple(_cut(word, LONGEST_WORDS) for word in line.categories[:_MOST_CATEGORIES]),
        picture=_address(line.picture),
        blocks=_blocks(line.blocks),
    )


def _page(page: Page) -> Page:
    return replace(
        page,
        title=_cut(page.title, LONGEST_TITLE),
        lead=_cut(page.lead, LONGEST_LEAD),
        blocks=_blocks(page.blocks),
        section=_cut(page.section, LONGEST_WORDS),
        picture=_address(page.picture),
        onward=_address(page.onward),
    )


def _blocks(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks up to the longest text that an article may have; the one that exceeds it is cut, or goes."""
    kept, left = [], MOST_LETTERS
    for block in blocks[:MOST_BLOCKS]:
        items = tuple(_clean(item) for item in block.items)
        fit = replace(block, text=_cut(block.text, left), items=items, url=_address(block.url))
        left -= len(fit.text) + sum(map(len, items))
        if left < 0:
            break
        if fit.text or fit.items or fit.url:
            kept.append(fit)
    return tuple(kept)


def _clean(text: str) -> str:
    """The text without what no database stores and no message carries, and with only some marks above a letter."""
    if text.isascii() and text.isprintable():
        return text
    return _FOREIGN.sub(_levelled, _UNFIT.sub("", text))


def _levelled(found: re.Match[str]) -> str:
    """The same letters and signs with no more marks in a row than can be put in order in no time."""
    kept, marks = [], 0
    for char in found[0]:
        marks = marks + 1 if char in _VOICING or unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def _cut(text: str, most: int) -> str:
    text = _clean(text)
    return text if len(text) <= most else text[: max(most - 2, 0)].rstrip() + " …"


def _address(address: str) -> str:
    """An address; one that is no address any more once it is cut is none at all."""
    return _clean(address) if len(address) <= LONGEST_ADDRESS else ""

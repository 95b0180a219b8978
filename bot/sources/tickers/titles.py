"""The title and the link of one row of a ticker, from the pieces of text that stand around its time."""

import re
from dataclasses import dataclass

from bot.sources.documents.document import Piece

TITLE_LETTERS = 3
"""Fewer letters are no title."""

TRIM = " \t–—-:|•·»›>.,;/"
"""What separates a title from its time and is part of neither."""

_LETTER = re.compile(r"[^\W\d_]")
_MORE = re.compile(
    r"\s*(?:mehr(?: lesen| dazu)?|weiterlesen|read more|more|lire la suite|lire plus)\s*[.…»›>]*$",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:teilen|share|partager|kopieren|copy|drucken|print|merken|melden|kommentare?|comments?)\b",
    re.IGNORECASE,
)
_SHARE_LETTERS = 30
_BEGINNING = 12
_LIVE_BLOG = 300


@dataclass(slots=True)
class Part:
    """A piece, or the rest of one, in a row; `before` the time."""

    piece: Piece
    text: str
    before: bool = False


def titled(row: list[Part], time_link: str | None) -> tuple[str, str]:
    """Title and link: a heading, else a link that is long enough to be it, else all text after the time (before it
    where nothing is)."""
    after = [part for part in row if not part.before]
    parts = after if letters(after) >= TITLE_LETTERS else row
    linked = _longest_link(row)
    link = (linked[0].piece.link if linked else None) or time_link or ""
    if headings := [part for part in parts if part.piece.in_heading]:
        return _joined(headings), _link_of(headings) or link
    parts = _without_teaser(_longest_cell(parts))
    linked = _without_teaser(linked)
    whole, text = _joined(parts), _joined(linked)
    if linked and _is_title(text, whole):
        return text, link
    if len(whole) > _LIVE_BLOG and len(parts) > 1:  # a live blog: its first line is the title
        whole = _joined(parts[:1])
    return _MORE.sub("", whole).strip(TRIM[:-4]), link


def letters(parts: list[Part]) -> int:
    """How many letters the parts have."""
    return sum(len(_LETTER.findall(part.text)) for part in parts)


def is_words(text: str) -> bool:
    """Whether a text has enough letters to be a title."""
    return len(_LETTER.findall(text)) >= TITLE_LETTERS


def _longest_cell(parts: list[Part]) -> list[Part]:
    """Of a table's row the cell with the most text: the others are its section, author or number."""
    cells: dict[int, list[Part]] = {}
    for part in parts:
        cells.setdefault(part.piece.cell, []).append(part)
    return max(cells.values(), key=letters, default=[])


def _without_teaser(parts: list[Part]) -> list[Part]:
    """The parts without paragraphs, where enough for a title stands before them."""
    at = next((at for at, part in enumerate(parts) if part.piece.in_paragraph), len(parts))
    return parts[:at] if letters(parts[:at]) >= _BEGINNING else parts


def _is_title(linked: str, whole: str) -> bool:
    """Whether a link's text is the title and not "more" or a kicker."""
    return (len(linked) >= 20 and linked.count(" ") >= 2) or (len(linked) >= 0.4 * len(whole))


def _longest_link(parts: list[Part]) -> list[Part]:
    """The parts of the link with the most text; one that encloses several pieces counts as one."""
    groups: dict[str, list[Part]] = {}
    for part in parts:
        if part.piece.link and part.text.strip(TRIM):
            groups.setdefault(part.piece.link, []).append(part)
    best = max(groups.values(), key=lambda group: (_leads_on(group), letters(group)), default=[])
    after = [part for part in best if not part.before]
    return after if letters(after) >= TITLE_LETTERS else best


def _leads_on(group: list[Part]) -> bool:
    """Whether a link leads to an article, and not to a place on this page or to a service."""
    text = " ".join(part.text for part in group)
    return not (group[0].piece.link or "").startswith("#") and not (
        len(text) <= _SHARE_LETTERS and _SHARE.search(text)
    )


def _link_of(parts: list[Part]) -> str | None:
    return next((part.piece.link for part in parts if part.piece.link), None)


def _joined(parts: list[Part]) -> str:
    """The parts' text as one line, without the separators around it."""
    text = " ".join(part.text.strip() for part in parts if part.text.strip())
    return re.sub(r"\s+([,.;:!?])", r"\1", text).strip().lstrip(TRIM).rstrip(" –—-|•·»›/")

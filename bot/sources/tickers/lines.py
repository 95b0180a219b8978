"""Lists of `time title` lines in a page, found by structure: never by class names."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from bot.domain.ticker_time import Found, Mark, Wall
from bot.sources.documents.days import day_of, only_day
from bot.sources.documents.document import Box, Document, Piece
from bot.sources.tickers.titles import TITLE_LETTERS, TRIM, Part, is_words, letters, titled

_ROWS_PER_STRAY = 3  # one row in three may show a second time
_LONG_LETTERS = 12
_LABEL = 40
_DEEPEST = 3  # levels between a day's list and what it shares with the next day's


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list as it stands on the page: `link` not yet resolved."""

    mark: Mark
    title: str
    link: str = ""
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list: its lines that have a title, how many times had none, and which share of its rows had a time.
    `label` is what stands before it."""

    box: Box
    lines: tuple[Line, ...]
    untitled: int
    share: float
    label: str


@dataclass(slots=True)
class _Row:
    """A time and what stands around it. `closed`: it takes nothing from behind it. `ends`: how many parts it had
    after each slot that it took."""

    found: Found
    parts: list[Part]
    time_link: str | None
    closed: bool = False
    day: date | None = None
    ends: list[int] = field(default_factory=list)

    def take(self, parts: list[Part]) -> None:
        """Takes what stands behind it."""
        self.parts += parts
        self.ends.append(len(self.parts))


def lists(page: Document, today: date) -> list[Lines]:
    """Every list of the page in document order; those of one day each, side by side, are joined to one."""
    marked = [0]
    for piece in page.pieces:
        marked.append(marked[-1] + len(piece.times))
    joined: list[Lines] = []
    for found in _search(page, page.root, marked, today):
        both = _joined(page, joined[-1], found, today) if joined else None
        if both is not None:
            joined[-1] = both
        else:
            joined.append(found)
    return joined


def _search(page: Document, box: Box, marked: list[int], today: date) -> Iterator[Lines]:
    """The outermost boxes that are lists. `marked` counts the times before each piece."""
    count = marked[box.end] - marked[box.start]
    if not count:
        return
    reader = _Reader(page, marked, today)
    reader.read(box)
    if reader.rows and count <= len(reader.rows) + len(reader.rows) // _ROWS_PER_STRAY:
        yield reader.result(box)
        return
    for slot in box.slots:
        if isinstance(slot, Box):
            yield from _search(page, slot, marked, today)


class _Reader:
    """Reads the slots of one box as rows: `rest` is what stands before the first one, `filled` how many slots could
    have been rows."""

    def __init__(self, page: Document, marked: list[int], today: date) -> None:
        self._pieces = page.pieces
        self._marked = marked
        self._today = today
        self._day: date | None = None
        self._tag = ""
        self.rows: list[_Row] = []
        self.rest: list[Part] = []
        self.filled = 0

    def read(self, box: Box) -> None:
        """All slots of the box, in order."""
        for slot, after in zip_longest(box.slots, box.slots[1:]):
            if isinstance(slot, int):
                self._text(self._pieces[slot], ends=not isinstance(after, Box) or after.start == after.end)
            elif self._marked[slot.end] > self._marked[slot.start]:
                self._tag = self._tag or slot.tag
                row = _element_row(self._pieces, range(slot.start, slot.end))
                row.day = self._own_day(row)
                self._add([row])
            else:
                self._unmarked(slot)
        if len(self.rows) > 1 and not self.rows[-1].closed:
            self._cut_last()

    def result(self, box: Box) -> Lines:
        """The list that was read."""
        rows = _shifted(self.rows, self.rest) if _titles_come_first(self.rows, self.rest) else self.rows
        lines = tuple(line for row in rows if (line := _line(row)) is not None)
        before = self._pieces[max(0, box.start - 2) : box.start]
        label = " ".join(
            [*(piece.text[-_LABEL:] for piece in before), *(part.text[:_LABEL] for part in self.rest[:2])]
        )
        return Lines(box, lines, len(rows) - len(lines), len(rows) / max(self.filled, 1), label)

    def _text(self, piece: Piece, *, ends: bool) -> None:
        """A text of the box itself: rows that begin in it, behind what still belongs to the row before. `ends`: the
        row cannot go on behind it."""
        rows, before = _text_rows(piece, ends=ends)
        self._behind(before)
        self._add(rows)

    def _unmarked(self, slot: Box) -> None:
        """An element without a time: a day's heading, a part of the row before it, or a row that has no time."""
        parts = [Part(piece, piece.text) for piece in self._pieces[slot.start : slot.end]]
        if (day := day_of(" ".join(part.text for part in parts), self._today)) is not None:
            self._day = day
        elif parts:
            self.filled += bool(self.rows) and self.rows[-1].closed and slot.tag == self._tag
            self._behind(parts)

    def _own_day(self, row: _Row) -> date | None:
        """The day that stands in the row beside its time; it is no part of the title."""
        for part in row.parts:
            if (day := only_day(part.text, self._today)) is not None:
                row.parts.remove(part)
                return day
        return None

    def _behind(self, parts: list[Part]) -> None:
        if not self.rows:
            self.rest += parts
        elif not self.rows[-1].closed:
            self.rows[-1].take(parts)

    def _add(self, rows: list[_Row]) -> None:
        for row in rows:
            row.day = row.day or self._day
        self.rows += rows
        self.filled += len(rows)

    def _cut_last(self) -> None:
        """The last row ends after as many slots as the longest of the others: what follows is not the list's."""
        most = max(len(row.ends) for row in self.rows[:-1])
        last = self.rows[-1]
        if len(last.ends) > most:
            del last.parts[last.ends[most - 1] if most else len(last.parts) - last.ends[-1] :]


def _element_row(pieces: list[Piece], own: range) -> _Row:
    """The row that an element makes: its first time, and all its text."""
    at = next(number for number in own if pieces[number].times)
    piece = pieces[at]
    found = piece.times[0]
    before = [Part(pieces[number], pieces[number].text, before=True) for number in range(own.start, at)]
    before.append(Part(piece, piece.text[: found.start], before=True))
    after = [Part(piece, piece.text[found.end :])]
    after += [Part(pieces[number], pieces[number].text) for number in range(at + 1, own.stop)]
    before, after = _filled(before), _filled(after)
    closed = letters(after) >= TITLE_LETTERS or letters(before) >= _LONG_LETTERS
    return _Row(found, before + after, piece.link, closed)


def _text_rows(piece: Piece, *, ends: bool) -> tuple[list[_Row], list[Part]]:
    """The rows that begin inside one text, and what stands before the first of them."""
    times = piece.times or piece.between
    if not times:
        return [], [Part(piece, piece.text)]
    first = times[0]
    if ends and len(times) == 1 and first.start and not piece.text[first.end :].strip(TRIM):  # "Title, 17:39"
        return [_Row(first, _filled([Part(piece, piece.text[: first.start])]), piece.link, closed=True)], []
    stops = [found.start for found in times[1:]] + [len(piece.text)]
    rows = [
        _Row(found, _filled([Part(piece, piece.text[found.end : stop])]), piece.link)
        for found, stop in zip(times, stops, strict=True)
    ]
    return rows, _filled([Part(piece, piece.text[: first.start])])


def _filled(parts: list[Part]) -> list[Part]:
    """The parts that are more than separators."""
    return [part for part in parts if part.text.strip(TRIM)]


def _titles_come_first(rows: list[_Row], rest: list[Part]) -> bool:
    """Whether the titles of a flat list stand before their times: the last time has nothing behind it."""
    return len(rows) > 1 and bool(rest) and not rows[-1].parts and all(row.parts for row in rows[:-1])


def _shifted(rows: list[_Row], rest: list[Part]) -> list[_Row]:
    """The rows with the parts that stand before their time."""
    parts = [rest, *(row.parts for row in rows[:-1])]
    return [replace(row, parts=own) for row, own in zip(rows, parts, strict=True)]


def _line(row: _Row) -> Line | None:
    """The line of a row; None where nothing stands beside the time."""
    title, link = titled(row.parts, row.time_link)
    if not is_words(title):
        return None
    lead = " ".join(part.text for part in row.parts if part.piece.in_paragraph and part.text not in title)
    mark = row.found.mark
    if isinstance(mark, Wall) and mark.day is None and row.day is not None:
        mark = replace(mark, day=row.day)
    return Line(mark, title, link, "" if lead == title else lead[:500])


def _joined(page: Document, one: Lines, two: Lines, today: date) -> Lines | None:
    """Two lists of one kind side by side as one, when a day stands between them; else None."""
    if not _are_alike(one.box, two.box) or one.box.end > two.box.start:
        return None
    day = day_of(" ".join(piece.text for piece in page.pieces[one.box.end : two.box.start]), today)
    if day is None:
        return None
    above = day_of(page.pieces[one.box.start - 1].text, today) if one.box.start else None
    lines = _on(above, one.lines) + _on(day, two.lines)
    return Lines(two.box, lines, one.untitled + two.untitled, min(one.share, two.share), one.label)


def _are_alike(one: Box, two: Box) -> bool:
    """Whether two boxes are siblings of one kind, or stand in the same place of siblings that are."""
    for _ in range(_DEEPEST):
        if one.tag != two.tag or one.parent is None or two.parent is None:
            return False
        if one.parent is two.parent:
            return True
        one, two = one.parent, two.parent
    return False


def _on(day: date | None, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines on their day, where they do not say theirs."""
    return tuple(
        replace(line, mark=replace(line.mark, day=day))
        if isinstance(line.mark, Wall) and not line.mark.day
        else line
        for line in lines
    )

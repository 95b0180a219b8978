"""What the commands of an admin have in common: marks, tables, and a line while something is waited for."""

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

from tabulate import tabulate

OK, BAD, ODD = "✓", "✗", "!"
_COLOURS = {OK: 32, BAD: 31, ODD: 33}
_WIDTH = 160
"""Of what is no terminal: enough for nearly any line."""
_NARROWEST = 8
_GAP = 2


def say(text: str, mark: str = "") -> None:
    """A line of standard output, with a mark before it."""
    sys.stdout.write(f"{_coloured(mark)} {text}\n" if mark else f"{text}\n")


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under the names of their columns; where the terminal is too narrow, what is long folds."""
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDTH
    most = _fitted([max(map(len, cells)) for cells in zip(columns, *rows, strict=True)], width)
    shown = [[_coloured(cell) if cell in _COLOURS else cell for cell in row] for row in rows]
    say(tabulate(shown, columns, tablefmt="simple", disable_numparse=True, maxcolwidths=most))


def _coloured(mark: str) -> str:
    """A mark in its colour, where it is shown on a terminal and nobody minds."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR"):
        return mark
    return f"\x1b[{_COLOURS[mark]}m{mark}\x1b[0m"


def _fitted(widths: list[int], room: int) -> list[int]:
    """The widths, the widest of them made narrower until all have room."""
    fitted = list(widths)
    while sum(fitted) + _GAP * (len(fitted) - 1) > room and max(fitted) > _NARROWEST:
        fitted[fitted.index(max(fitted))] -= 1
    return fitted


@contextmanager
def waiting(text: str) -> Iterator[None]:
    """Shows on a terminal what is waited for, and takes it away again."""
    if not sys.stdout.isatty():
        yield
        return
    sys.stdout.write(text)
    sys.stdout.flush()
    try:
        yield
    finally:
        sys.stdout.write("\r\x1b[K")


def moment(value: datetime | None, zone: str) -> str:
    """Date and time in a zone, or a dash."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if value else "–"


def counted(topics: Sequence[tuple[str, int]]) -> str:
    """`sport 4, other 1`."""
    return ", ".join(f"{slug} {count}" for slug, count in topics) or "–"

"""What the commands of an admin have in common: tables, marks, and a line while something is waited for."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich import box
from rich.console import Console
from rich.table import Table

OK, BAD, ODD = "[green]✓[/]", "[red]✗[/]", "[yellow]![/]"


def console() -> Console:
    """Standard output; its width is the terminal's, else enough for any line."""
    found = Console(highlight=False, soft_wrap=False)
    return found if found.is_terminal else Console(highlight=False, width=160)


def table(*columns: str) -> Table:
    """An empty table; long words fold."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def moment(value: datetime | None, zone: str) -> str:
    """Date and time in a zone, or a dash."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if value else "–"


def counted(topics: Sequence[tuple[str, int]]) -> str:
    """`sport 4, other 1`."""
    return ", ".join(f"{slug} {count}" for slug, count in topics) or "–"

"""`tickerbot source import` and `source export`: lists of feeds in and out."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.sources import known
from bot.config import Settings
from bot.domain.catalogue import Catalogue, SourceSpec
from bot.sources import declaring, opml
from storage.models import Source

STDIN = "-"


def bring_in(catalogue: Catalogue, file: str) -> int:
    """Prints the sources of an OPML file as TOML; 2 with the reason where it cannot be used."""
    try:
        body = sys.stdin.buffer.read(opml.MOST + 1) if file == STDIN else _contents(Path(file))
        entries = opml.read(body)
    except (OSError, opml.OpmlError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        print(f"tickerbot: {file} cannot be imported: {why}", file=sys.stderr)  # noqa: T201  the answer
        return 2
    where = "standard input" if file == STDIN else Path(file).name
    _print(declaring.toml(entries, catalogue, where).encode())
    return 0


def hand_out(settings: Settings, catalogue: Catalogue) -> int:
    """Prints the declared sources as OPML, with the feeds that were found."""
    rows = asyncio.run(known(settings.database_url))
    entries = [_entry(spec, rows.get(spec.name)) for spec in catalogue.sources]
    _print(opml.write(entries, "Tickerbot", datetime.now(UTC)))
    return 0


def _contents(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(opml.MOST + 1)


def _entry(spec: SourceSpec, row: Source | None) -> opml.Entry:
    """A source as other programs know it: its feed where it has one, else the page itself."""
    kind = (row.found_kind if row and row.url == spec.url else None) if spec.kind == "auto" else spec.kind
    topics = (spec.topic,) if spec.topic else ()
    if kind in (None, "ticker"):
        return opml.Entry(spec.name, "", spec.url, categories=topics, language=spec.language)
    found = row.found_url if row and spec.kind == "auto" else None
    page = spec.url if found else ""
    return opml.Entry(spec.name, found or spec.url, page, categories=topics, language=spec.language)


def _print(text: bytes) -> None:
    """UTF-8, whatever the terminal's language: it goes into a file."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()

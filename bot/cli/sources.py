"""`tickerbot source`: what sources yield, and how they fare."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape

from bot.cli.console import BAD, ODD, OK, console, counted, moment, table
from bot.config import Settings
from bot.domain.catalogue import Catalogue, SourceSpec
from bot.sources.http import Fetcher
from bot.sources.inspect import Report, inspect
from bot.sources.parser import Parser
from storage import sources as stored
from storage import upgrade as migrations
from storage.engine import StorageError, open_database
from storage.models import Source

PAGES = 3
"""How many article pages `source test` reads, to show what sections and texts look like."""


def listing(settings: Settings, catalogue: Catalogue) -> int:
    """The declared sources, and what the database knows of them; those taken out of the file too."""
    rows = asyncio.run(_rows(settings.database_url))
    shown = table("", "source", "kind", "every", "last success", "last new", "state", "url")
    for spec in catalogue.sources:
        row = rows.pop(spec.name, None)
        shown.add_row(
            BAD if row and row.error else OK,
            escape(spec.name),
            spec.kind if spec.kind != "auto" else f"auto ({(row and row.found_kind) or '?'})",
            f"{spec.every.total_seconds():g} s" if spec.every else "auto",
            moment(row.last_success if row else None, settings.timezone),
            moment(row.last_new if row else None, settings.timezone),
            escape(_state(row)),
            escape(spec.url),
        )
    for row in rows.values():
        shown.add_row(
            ODD,
            escape(row.name),
            "–",
            "–",
            moment(row.last_success, settings.timezone),
            moment(row.last_new, settings.timezone),
            "not in the file any more",
            escape(row.url),
        )
    console().print(shown)
    return 0


def test(settings: Settings, catalogue: Catalogue, url: str) -> int:
    """Reads one source as a poll would and shows what it yields; 1 when it yields nothing."""
    spec = catalogue.source(url) or next((s for s in catalogue.sources if s.url == url), None)
    spec = spec or SourceSpec(name=url, url=url, timezone=settings.timezone)
    out = console()
    with out.status(f"reading {escape(spec.url)} …"):
        (report,) = asyncio.run(inspected([spec], settings, catalogue, pages=PAGES))
    _show(out, report, spec)
    return 1 if report.error else 0


async def inspected(
    specs: Sequence[SourceSpec], settings: Settings, catalogue: Catalogue, *, pages: int = 0
) -> list[Report]:
    """A report of each source, in order; they are read side by side."""
    async with AsyncExitStack() as stack:
        fetcher = Fetcher(allow_private=settings.allow_private_sources)
        stack.push_async_callback(fetcher.close)
        parser = Parser()
        stack.push_async_callback(parser.close)
        looks = (
            inspect(spec, fetcher, parser, catalogue, lambda: datetime.now(UTC), pages=pages)
            for spec in specs
        )
        return list(await asyncio.gather(*looks))


def _show(out: Console, report: Report, spec: SourceSpec) -> None:
    if report.error:
        out.print(f"{BAD} {escape(report.url)}: {escape(report.error)}")
        return
    newest = moment(report.newest, spec.timezone)
    out.print(
        f"{OK} {escape(report.url)}: a {report.kind} with {report.headlines} headlines, newest {newest}"
    )
    out.print(f"  topics: {counted(report.topics)}")
    for note in report.notes:
        out.print(f"{ODD} {escape(note)}")
    shown = table("time", "topics", "headline", "text", "link")
    for sample in report.samples:
        text = f"{len(sample.page.blocks)} blocks" if sample.page else ""
        shown.add_row(
            moment(sample.headline.published, spec.timezone),
            ", ".join(sample.topics),
            escape(sample.headline.title),
            text,
            escape(sample.headline.link),
        )
    out.print(shown)


def _state(row: Source | None) -> str:
    if row is None or row.last_poll is None:
        return "not polled yet"
    return f"{row.error} ({row.failures} times)" if row.error else "well"


async def _rows(url: str) -> dict[str, Source]:
    """What the database knows, by name; nothing when there is none yet."""
    try:
        current, newest = await migrations.state(url)
    except StorageError:
        return {}
    if current != newest:
        return {}
    database = open_database(url)
    try:
        async with database.sessions.read() as session:
            return {row.name: row for row in await stored.every(session)}
    finally:
        await database.close()

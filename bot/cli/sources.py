"""`tickerbot source`: what sources yield, and how they fare."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli.console import BAD, ODD, OK, console, counted, moment, table
from bot.config import Settings
from bot.domain.catalogue import OTHER, Catalogue, SourceSpec
from bot.domain.topics import Decision
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.parser import Parser
from bot.sources.polling.inspect import Report, inspect
from storage import hubs
from storage import sources as stored
from storage import upgrade as migrations
from storage.engine import StorageError, open_database
from storage.models import Hub, Source

Row = TypeVar("Row")

PAGES = 3
"""How many article pages `source test` reads, to show what sections and texts look like."""
_REASONS = {"setting": "the source's topic", "nothing": "nothing matched"}


def listing(settings: Settings, catalogue: Catalogue) -> int:
    """The declared sources, and what the database knows of them; those taken out of the file too."""
    rows, told = asyncio.run(known(settings.database_url)), asyncio.run(_hubs(settings.database_url))
    shown = table("", "source", "kind", "every", "last success", "last new", "state", "url")
    zone = settings.timezone
    for spec in catalogue.sources:
        row = rows.pop(spec.name, None)
        shown.add_row(
            _sign(row),
            escape(spec.name),
            spec.kind if spec.kind != "auto" else f"auto ({(row and row.found_kind) or '?'})",
            f"{spec.every.total_seconds():g} s" if spec.every else "auto",
            moment(row.last_success if row else None, settings.timezone),
            moment(row.last_new if row else None, settings.timezone),
            escape("; ".join(filter(None, (_state(row), _hub(told.get(row.id or 0), zone) if row else "")))),
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
    _advise(out, report)
    for note in report.notes:
        out.print(f"{ODD} {escape(note)}")
    shown = table("time", "topics", "because", "headline", "text", "link")
    for sample in report.samples:
        text = f"{len(sample.page.blocks)} blocks" if sample.page else ""
        shown.add_row(
            moment(sample.headline.published, spec.timezone),
            ", ".join(sample.topics),
            escape(because(sample.decision)),
            escape(sample.headline.title),
            text,
            escape(sample.headline.link),
        )
    out.print(shown)


def _sign(row: Source | None) -> str:
    if row is None:
        return OK
    if row.error or row.stopped:
        return BAD
    return ODD if row.trouble or row.moved_to else OK


def because(decision: Decision) -> str:
    """Which rule gave a headline its topics: `section "Sport"`, `keyword "Zinsen", "EZB"`."""
    if decision.rule in _REASONS:
        return _REASONS[decision.rule]
    name = "url part" if decision.rule == "url" else decision.rule
    return f"{name} " + ", ".join(f'"{word}"' for word in decision.words)


def _advise(out: Console, report: Report) -> None:
    """How many headlines no topic wants, and what the admin may add to sources.toml."""
    without = sum(sample.decision.rule == "nothing" for sample in report.samples)
    if without:
        out.print(
            f"{ODD} {without} of {report.headlines} headlines fell into {OTHER.slug}: no rule of any topic hits"
        )
    if report.unknown:
        named = ", ".join(f'"{escape(name)}" ({count})' for name, count in report.unknown)
        out.print(f"{ODD} no topic knows {named}: add what fits to a topic's sections in sources.toml")


def _state(row: Source | None) -> str:
    if row is None or row.last_poll is None:
        return "not polled yet"
    if row.stopped:
        return f"stopped: {row.stopped}"
    state = f"{row.error} ({row.failures} times)" if row.error else "well"
    if row.trouble == "silent" and not row.error:
        state = "silent for far longer than usual"
    return f"{state}; moved for good, change its url to {row.moved_to}" if row.moved_to else state


def _hub(hub: Hub | None, zone: str) -> str:
    """What a WebSub hub does for a source, where its feed names one and WEBHOOK_URL is set."""
    if hub is None or hub.state == "leaving":
        return ""
    if hub.state == "active":
        return f"told by its hub until {moment(hub.until, zone)}"
    return f"its hub is asked: {hub.reason}" if hub.reason else "its hub is asked"


async def known(url: str) -> dict[str, Source]:
    """What the database knows, by name; nothing when there is none yet."""
    return {row.name: row for row in await _stored(url, stored.every)}


async def _hubs(url: str) -> dict[int, Hub]:
    """The subscriptions at hubs, by source."""
    return {hub.source_id: hub for hub in await _stored(url, hubs.every)}


async def _stored(url: str, query: Callable[[AsyncSession], Awaitable[Sequence[Row]]]) -> Sequence[Row]:
    """What a query finds; nothing where there is no database yet, or one of another version."""
    try:
        current, newest = await migrations.state(url)
    except StorageError:
        return ()
    if current != newest:
        return ()
    database = open_database(url)
    try:
        async with database.sessions.read() as session:
            return await query(session)
    finally:
        await database.close()

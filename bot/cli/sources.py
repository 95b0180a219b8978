"""`tickerbot source`: what sources yield, and how they fare."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import TypeVar

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cli.console import BAD, ODD, OK, counted, moment, say, show_table, waiting
from bot.config import Settings
from bot.domain.catalogue import OTHER, Catalogue, SourceSpec
from bot.domain.topics import Decision
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.parser import Parser
from bot.sources.polling.inspect import Report, Sample, inspect
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
    zone = settings.timezone
    shown = []
    for spec in catalogue.sources:
        row = rows.pop(spec.name, None)
        shown.append(_declared(spec, row, told.get(row.id or 0) if row else None, zone))
    shown += [_left(row, zone) for row in rows.values()]
    show_table(("", "source", "kind", "every", "last success", "last new", "state", "url"), shown)
    return 0


def _declared(spec: SourceSpec, row: Source | None, hub: Hub | None, zone: str) -> tuple[str, ...]:
    """A line of the listing."""
    return (
        _sign(row),
        spec.name,
        spec.kind if spec.kind != "auto" else f"auto ({(row and row.found_kind) or '?'})",
        f"{spec.every.total_seconds():g} s" if spec.every else "auto",
        moment(row.last_success if row else None, zone),
        moment(row.last_new if row else None, zone),
        "; ".join(filter(None, (_state(row), _hub(hub, zone)))),
        spec.url,
    )


def _left(row: Source, zone: str) -> tuple[str, ...]:
    """The same for one that is not declared any more."""
    times = moment(row.last_success, zone), moment(row.last_new, zone)
    return ODD, row.name, "–", "–", *times, "not in the file any more", row.url


def test(settings: Settings, catalogue: Catalogue, url: str) -> int:
    """Reads one source as a poll would and shows what it yields; 1 when it yields nothing."""
    spec = catalogue.source(url) or next((s for s in catalogue.sources if s.url == url), None)
    spec = spec or SourceSpec(name=url, url=url, timezone=settings.timezone)
    with waiting(f"reading {spec.url} …"):
        (report,) = asyncio.run(inspected([spec], settings, catalogue, pages=PAGES))
    _show(report, spec)
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


def _show(report: Report, spec: SourceSpec) -> None:
    if report.error:
        say(f"{report.url}: {report.error}", BAD)
        return
    newest = moment(report.newest, spec.timezone)
    say(f"{report.url}: a {report.kind} with {report.headlines} headlines, newest {newest}", OK)
    say(f"  topics: {counted(report.topics)}")
    _advise(report)
    for note in report.notes:
        say(note, ODD)
    shown = [_sampled(sample, spec.timezone) for sample in report.samples]
    show_table(("time", "topics", "because", "headline", "text", "link"), shown)


def _sampled(sample: Sample, zone: str) -> tuple[str, ...]:
    """A headline that a source yields."""
    return (
        moment(sample.headline.published, zone),
        ", ".join(sample.topics),
        because(sample.decision),
        sample.headline.title,
        f"{len(sample.page.blocks)} blocks" if sample.page else "",
        sample.headline.link,
    )


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


def _advise(report: Report) -> None:
    """How many headlines no topic wants, and what the admin may add to sources.toml."""
    without = sum(sample.decision.rule == "nothing" for sample in report.samples)
    if without:
        say(
            f"{without} of {report.headlines} headlines fell into {OTHER.slug}: no rule of any topic hits",
            ODD,
        )
    if report.unknown:
        named = ", ".join(f'"{name}" ({count})' for name, count in report.unknown)
        say(f"no topic knows {named}: add what fits to a topic's sections in sources.toml", ODD)


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

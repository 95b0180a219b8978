"""Sources: which are due, and how a poll went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.catalogue import SourceSpec
from storage.models import Source
from storage.statements import insert


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll changes in a source's row. `error` None is a success; None in the rest leaves it as it was, and an
    empty text forgets it."""

    next_poll: datetime
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    found_kind: str | None = None
    found_url: str | None = None
    new: int = 0
    baseline_done: bool = False


_FOUND = ("etag", "last_modified", "body_hash", "found_kind", "found_url")


async def sync(session: AsyncSession, specs: Sequence[SourceSpec], now: datetime) -> None:
    """Brings the rows in line with the file: new ones due now; those that left are inactive and keep their articles;
    a changed URL forgets validators, findings and baseline, and so does a return to the file."""
    declared = {spec.name: spec for spec in specs}
    rows = {source.name: source for source in (await session.exec(select(Source).with_for_update())).all()}
    for source in rows.values():
        source.active = source.active and source.name in declared
    for name, spec in declared.items():
        if known := rows.get(name):
            _declare(known, spec, now)
        else:
            new = {"name": name, "url": spec.url, "language": spec.language, "next_poll": now}
            # Another replica may have read the same file at the same moment
            await session.exec(
                insert(session, Source).values(active=True, failures=0, **new).on_conflict_do_nothing()
            )


def _declare(source: Source, spec: SourceSpec, now: datetime) -> None:
    source.language = spec.language
    if source.active and source.url == spec.url:
        return
    source.active, source.url, source.next_poll = True, spec.url, now
    source.baseline_at, source.failures, source.error = None, 0, None
    for name in _FOUND:
        setattr(source, name, None)


async def claim_due(session: AsyncSession, now: datetime, until: datetime, limit: int) -> list[Source]:
    """Active sources due at `now`, oldest first, leased `until` in one statement (SKIP LOCKED on PostgreSQL)."""
    due = (
        select(Source.id)
        .where(col(Source.active), col(Source.next_poll) <= now)
        .where(or_(col(Source.polling_until).is_(None), col(Source.polling_until) <= now))
        .order_by(col(Source.next_poll), col(Source.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = update(Source).where(col(Source.id).in_(due)).values(polling_until=until).returning(Source)
    rows: list[Source] = list((await session.exec(claimed)).scalars().all())
    return sorted(rows, key=lambda source: (source.next_poll, source.id))


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next active source is due, or None without any. One that is being polled is due when its lease ends."""
    times = select(Source.next_poll, Source.polling_until).where(col(Source.active))
    return min((max(due, lease or due) for due, lease in await session.exec(times)), default=None)


async def leased(session: AsyncSession, now: datetime) -> set[int]:
    """The ids of the active sources that some replica polls at this moment."""
    held = select(Source.id).where(col(Source.active), col(Source.polling_until) > now)
    return {source_id for source_id in await session.exec(held) if source_id is not None}


async def settle(session: AsyncSession, source_id: int, result: PollResult, now: datetime) -> None:
    """Writes a poll's result and ends its lease."""
    values: dict[str, Any] = {"next_poll": result.next_poll, "polling_until": None, "last_poll": now}
    values |= {name: text or None for name in _FOUND if (text := getattr(result, name)) is not None}
    if result.error is None:
        values |= {"failures": 0, "error": None, "last_success": now}
    else:
        values |= {"failures": Source.failures + 1, "error": result.error}
    if result.new:
        values["last_new"] = now
    if result.baseline_done:
        values["baseline_at"] = now
    await session.exec(update(Source).where(col(Source.id) == source_id).values(values))


async def give_back(session: AsyncSession, source_id: int) -> None:
    """Ends a lease whose poll was broken off: the source is due as before."""
    await session.exec(update(Source).where(col(Source.id) == source_id).values(polling_until=None))


async def every(session: AsyncSession) -> list[Source]:
    """All sources, active first, by name."""
    return list(await session.exec(select(Source).order_by(col(Source.active).desc(), col(Source.name))))

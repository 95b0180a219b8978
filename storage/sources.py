"""Sources: which are due, and how a poll went."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Executable,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    null,
    or_,
    update,
)
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain import schedule
from bot.domain.catalogue import SourceSpec
from bot.domain.health import Standing
from storage.articles import LISTED_PRECISION
from storage.models import ArticleRow, Source
from storage.statements import chunks, insert, run, table
from storage.times import UtcDateTime


class PollResult(NamedTuple):
    """What one poll changes in a source's row. `error` None is a success; None in the rest leaves it as it was, and an
    empty text forgets it. `standing`, where given, is written as it is. `url`: the address that was polled; nothing is
    changed where another is declared by now."""

    next_poll: datetime
    error: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    found_kind: str | None = None
    found_url: str | None = None
    new: int = 0
    baseline_done: bool = False
    listed: bool = False
    standing: Standing | None = None
    url: str | None = None


class Settled(NamedTuple):
    """A poll that ended at `now`."""

    source_id: int
    result: PollResult
    now: datetime


_HISTORY = 1000
"""Headlines at most that tell how silent a source has been."""
_STANDING = Standing._fields
_standing_of = attrgetter(*_STANDING)
_FOUND = ("etag", "last_modified", "body_hash", "found_kind", "found_url")


async def sync(session: AsyncSession, specs: Sequence[SourceSpec], now: datetime) -> None:
    """Brings the rows in line with the file: those that left are inactive and keep their articles; a changed URL
    forgets all that was found out about the source, and so does a return to the file. What is new or due by now is
    due one after the other, those that are polled most often first."""
    declared = {spec.name: spec for spec in specs}
    rows = {source.name: source for source in (await session.exec(select(Source).with_for_update())).all()}
    for source in rows.values():
        source.active = source.active and source.name in declared
    for name, source in rows.items():
        if name in declared:
            _declare(source, declared[name], now)
    due = (spec for spec in declared.values() if spec.name not in rows or _is_due(rows[spec.name], now))
    for position, spec in enumerate(sorted(due, key=lambda spec: spec.every or schedule.FASTEST)):
        turn = schedule.spread(position, now)
        if known := rows.get(spec.name):
            known.next_poll = turn if turn > now else known.next_poll
        else:
            await _add(session, spec, turn)


async def _add(session: AsyncSession, spec: SourceSpec, due: datetime) -> None:
    new = {"name": spec.name, "url": spec.url, "language": spec.language, "next_poll": due}
    # Another replica may have read the same file at the same moment
    await session.exec(
        insert(session, Source).values(active=True, failures=0, **new).on_conflict_do_nothing()
    )


def _is_due(source: Source, now: datetime) -> bool:
    """Nobody polls it at this moment, but somebody should."""
    held = source.polling_until is not None and source.polling_until > now
    return source.stopped is None and source.next_poll <= now and not held


def _declare(source: Source, spec: SourceSpec, now: datetime) -> None:
    source.language = spec.language
    if source.active and source.url == spec.url:
        return
    source.active, source.url, source.next_poll, source.polling_until = True, spec.url, now, None
    source.baseline_at, source.failures, source.error = None, 0, None
    source.last_success, source.last_new, source.last_listed = None, None, None
    for name in _FOUND:
        setattr(source, name, None)
    for name in _STANDING:
        setattr(source, name, getattr(Standing(), name))


def standing(source: Source) -> Standing:
    """The columns of a row that outlive a poll, as a value."""
    return Standing(*_standing_of(source))


async def claim_due(
    session: AsyncSession, now: datetime, until: datetime, limit: int, *, proven: bool | None = None
) -> list[Source]:
    """Sources due at `now`, oldest first, leased `until` in one statement (SKIP LOCKED on PostgreSQL); only those
    whose last poll worked, or only the others, the untried before those that failed, where `proven` is given. They are
    for reading only."""
    claimed = await run(session, _claim(proven), {"at": now, "lease": until, "most": limit})
    names = table(Source).c.keys()
    # Not mapped: what SQLAlchemy watches costs as much as half a request, to make and at each look at a column
    rows = [SimpleNamespace(**dict(zip(names, one, strict=True))) for one in claimed]
    return sorted(cast("list[Source]", rows), key=attrgetter("next_poll", "id"))


@cache
def _claim(proven: bool | None) -> Executable:
    """The statement, made once: that takes longer than to run it."""
    row, now = table(Source), bindparam("at", type_=UtcDateTime())
    due = (
        select(Source.id)
        .where(_polled(proven), col(Source.next_poll) <= now, _free(now))
        .order_by(*_first(proven), col(Source.next_poll), col(Source.id))
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)
    )
    lease = bindparam("lease", type_=UtcDateTime())
    return update(row).where(row.c.id.in_(due)).values(polling_until=lease).returning(*row.c)


async def hold(session: AsyncSession, source_ids: Collection[int], until: datetime) -> None:
    """Puts off claimed sources: they are due as before, but nobody takes them until then."""
    for part in chunks(source_ids):
        await session.exec(update(Source).where(col(Source.id).in_(part)).values(polling_until=until))


async def next_due(
    session: AsyncSession, now: datetime | None = None, *, proven: bool | None = None
) -> datetime | None:
    """When the next source is due, or None without any; `proven` as in `claim_due`. One that is being polled is due
    when its lease ends, or, where `now` is given, is left out."""
    if now is not None:
        return (await session.exec(_first_free(proven), params={"at": now})).first()
    times = select(Source.next_poll, Source.polling_until).where(_polled(proven))
    return min((max(due, lease or due) for due, lease in await session.exec(times)), default=None)


@cache
def _first_free(proven: bool | None) -> SelectOfScalar[datetime]:
    """By the index on next_poll: this is asked after every look."""
    free = _free(bindparam("at", type_=UtcDateTime()))
    return select(Source.next_poll).where(_polled(proven), free).order_by(col(Source.next_poll)).limit(1)


async def leased(session: AsyncSession, now: datetime) -> set[int]:
    """The ids of the active sources that some replica polls at this moment."""
    held = select(Source.id).where(col(Source.active), col(Source.polling_until) > now)
    return {source_id for source_id in await session.exec(held) if source_id is not None}


def _polled(proven: bool | None) -> ColumnElement[bool]:
    """Declared and not stopped; of these the ones that work, or the others."""
    polled = and_(col(Source.active), col(Source.stopped).is_(None))
    if proven is None:
        return polled
    works = and_(col(Source.failures) == 0, col(Source.last_success).is_not(None))
    return and_(polled, works if proven else ~works)


def _first(proven: bool | None) -> list[ColumnElement[Any]]:
    """Dead sources do not keep a new one waiting."""
    return [case((col(Source.failures) == 0, 0), else_=1)] if proven is False else []


def _free(now: Any) -> ColumnElement[bool]:
    return or_(col(Source.polling_until).is_(None), col(Source.polling_until) <= now)


async def settle(session: AsyncSession, source_id: int, result: PollResult, now: datetime) -> None:
    """Writes a poll's result and ends its lease."""
    values = _values(result, now) | _always(worked=result.error is None)
    its = [col(Source.id) == source_id]
    if result.url is not None:
        its.append(col(Source.url) == result.url)
    await session.exec(update(Source).where(*its).values(values))


async def settle_many(session: AsyncSession, polls: Sequence[Settled]) -> None:
    """The same for many polls, in one statement for all that change the same columns."""
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for poll in polls:
        values = _values(poll.result, poll.now)
        alike[tuple(values)].append(values | {"which": poll.source_id, "where": poll.result.url})
    for names, params in alike.items():
        await run(session, _settle(worked="last_success" in names), params)


@cache
def _settle(*, worked: bool) -> Executable:
    """The statement that changes the columns that its parameters name, and what is always the same."""
    row, where = table(Source), bindparam("where", type_=String())
    this = and_(row.c.id == bindparam("which"), or_(where.is_(None), row.c.url == where))
    return update(row).where(this).values(_always(worked=worked))


def _always(*, worked: bool) -> dict[str, Any]:
    changes = {"failures": literal(0), "error": null()} if worked else {"failures": Source.failures + 1}
    return {"polling_until": null(), **changes}


def _values(result: PollResult, now: datetime) -> dict[str, Any]:
    """The columns that a poll's result sets to values of its own."""
    values: dict[str, Any] = {"next_poll": result.next_poll, "last_poll": now}
    values |= {name: text or None for name in _FOUND if (text := getattr(result, name)) is not None}
    values |= {"last_success": now} if result.error is None else {"error": result.error}
    if result.new:
        values["last_new"] = now
    if result.listed:
        values["last_listed"] = now
    if result.baseline_done:
        values["baseline_at"] = now
    if result.standing is not None:
        values |= result.standing._asdict()
    return values


async def had_news(session: AsyncSession, source_id: int, now: datetime) -> None:
    """Notes that it brought news otherwise than by a poll."""
    await session.exec(update(Source).where(col(Source.id) == source_id).values(last_new=now))


async def due_now(session: AsyncSession, source_id: int, now: datetime) -> None:
    """Somebody said that it has news: its next poll is now, where it would have been later."""
    later = col(Source.id) == source_id, col(Source.next_poll) > now
    await session.exec(update(Source).where(*later).values(next_poll=now))


async def give_back(session: AsyncSession, source_id: int) -> None:
    """Ends a lease whose poll was broken off: the source is due as before."""
    await session.exec(update(Source).where(col(Source.id) == source_id).values(polling_until=None))


async def give_all_back(session: AsyncSession) -> None:
    """Ends the leases that a killed process left. Only where no other process polls."""
    await session.exec(
        update(Source).where(col(Source.polling_until).is_not(None)).values(polling_until=None)
    )


async def listed(session: AsyncSession, source: Source) -> int:
    """About how many headlines the source listed when it was last read."""
    if source.last_listed is None:
        return 0
    article = table(ArticleRow).c
    lately = source.last_listed - LISTED_PRECISION
    count = select(func.count()).where(article.source_id == source.id, article.last_seen >= lately)
    return (await session.exec(count)).one()


async def longest_silence(session: AsyncSession, source_id: int, since: datetime) -> timedelta:
    """The longest time between two headlines of a source, of those published since then."""
    article = table(ArticleRow).c
    times = select(article.published).where(article.source_id == source_id, article.published >= since)
    published = (await session.exec(times.order_by(article.published.desc()).limit(_HISTORY))).all()
    return max((later - earlier for later, earlier in pairwise(published)), default=timedelta())


async def every(session: AsyncSession) -> list[Source]:
    """All sources, active first, by name."""
    return list(await session.exec(select(Source).order_by(col(Source.active).desc(), col(Source.name))))

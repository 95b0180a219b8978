"""One headline to a large audience: rows a second against the naive outbox, and bytes for a delivery once done.

The naive outbox is the usual one: the followers are read, an object is made for each (id, chat, article, state, time;
indexes on state and chat, foreign keys to both), and SQLAlchemy's unit of work adds them in one transaction. Its bulk
insert without objects is told beside it.
"""

import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, String, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from benchmarks import postgresql, scene
from benchmarks.common import Figure, Figures, NotHereError, now, say
from storage import outbox
from storage.engine import Database, Sessions
from storage.models import Subscription, Table
from storage.outbox import Settlement
from storage.statements import run, table

TIMES = 10.0
BYTES = {"sqlite": 60, "postgresql": 180}
_CLAIMED = {29: 8, 1000: 25}
"""Chats at once, as the sender has at so many messages a second: the more, the more versions of a row there are."""
_VACUUM_AFTER = 0.1  # of the rows, each changed twice: when PostgreSQL does so by itself, if later
_SIZE = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%delivery%'",
    "postgresql": "SELECT pg_total_relation_size('delivery')",
}


class _Base(DeclarativeBase):
    metadata = Table.metadata  # for the foreign keys


class Naive(_Base):
    """A row for each message, with an id of its own."""

    __tablename__ = "naive_outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("chat.id"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    state: Mapped[str] = mapped_column(String(16), index=True, default="pending")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))


_columns = Table.metadata.tables[Naive.__tablename__]
Write = Callable[[Database, int], Coroutine[Any, Any, None]]


async def measure(quick: bool) -> Figures:
    """On SQLite, and on PostgreSQL where it is installed."""
    async with scene.sqlite() as database:
        async for figure in _on(database, None, quick):
            yield figure
    try:
        with postgresql.running() as url:
            async with scene.opened(url) as database:
                async for figure in _on(database, url, quick):
                    yield figure
    except NotHereError as missing:
        say(f"  skipped: {missing}")


async def _on(database: Database, url: str | None, quick: bool) -> Figures:
    chats, weighed, repeats = (20_000, 10_000, 2) if quick else (50_000, 10_000, 3)
    name, sessions, people = database.dialect, database.sessions, scene.people(chats)
    await scene.followers(sessions, people[:weighed])
    for rate, claimed in _CLAIMED.items():
        size = await _bytes(database, url, claimed, weighed)
        yield Figure(f"{name}: bytes once done, {rate} a second", [size], most=BYTES[name])
        await _empty(sessions, name, "delivery")
    await scene.followers(sessions, people[weighed:])
    if url:
        await postgresql.run(url, "ANALYZE")  # as it does by itself, if later
    rates: dict[Write, list[float]] = {_ours: [], _naive: [], _bulk: []}
    async with _naive_table(sessions):
        for number in range(repeats):
            article_id = await scene.article(sessions, f"Meldung {number}")
            for write, found in rates.items():
                await _empty(sessions, name, "naive_outbox", "delivery")
                began = time.perf_counter()
                await write(database, article_id)
                found.append(chats / (time.perf_counter() - began))
    yield Figure(f"{name}: rows a second", rates[_ours])
    yield Figure(f"{name}: rows a second, naive outbox", rates[_naive])
    yield Figure(f"{name}: ours / naive outbox", _ratio(rates[_ours], rates[_naive]), "x", least=TIMES)
    yield Figure(f"{name}: ours / its bulk insert", _ratio(rates[_ours], rates[_bulk]), "x")


async def _ours(database: Database, article_id: int) -> None:
    """As the bot writes it: page by page, a transaction each."""
    async with database.sessions.write() as session:
        await outbox.fan_out(session, article_id, ["sport"])
    written: int | None = 0
    while written is not None:
        async with database.sessions.write() as session:
            written = await outbox.continue_fan_out(session)


async def _naive(database: Database, article_id: int) -> None:
    async with database.sessions.write() as session:
        session.add_all(Naive(**row) for row in await _rows(session, article_id))


async def _bulk(database: Database, article_id: int) -> None:
    async with database.sessions.write() as session:
        await run(session, insert(_columns), await _rows(session, article_id))


async def _rows(session: AsyncSession, article_id: int) -> list[dict[str, Any]]:
    column = table(Subscription).c
    query = select(column.chat_id).where(column.topic.in_(["all", "sport"])).distinct()
    moment = now()
    return [
        {"chat_id": chat_id, "article_id": article_id, "state": "pending", "created": moment}
        for chat_id in (await session.execute(query)).scalars()
    ]


async def _bytes(database: Database, url: str | None, claimed: int, chats: int) -> float:
    """A delivery's part of the table and its indexes, after all were claimed, so many chats at once, and sent."""
    await _ours(database, await scene.article(database.sessions, f"Zu {claimed} Lesern"))
    done = changed = 0
    while owed := await _claim(database.sessions, claimed):
        async with database.sessions.write() as session:
            sent = [Settlement(one, "sent", message_id=123_456) for one in owed]
            await outbox.settle(session, sent, now())
        done, changed = done + len(owed), changed + len(owed)
        if url and changed >= chats * _VACUUM_AFTER:
            await postgresql.run(url, "VACUUM delivery")
            changed = 0
    async with database.sessions.read() as session:
        size = (await run(session, text(_SIZE[database.dialect]))).scalar_one()
    return float(size) / done


async def _claim(sessions: Sessions, chats: int) -> list[outbox.Owed]:
    async with sessions.write() as session:
        lease = int(now().timestamp()) + 300
        return await outbox.claim(session, now(), chats=chats, lease=lease)


@asynccontextmanager
async def _naive_table(sessions: Sessions) -> AsyncIterator[None]:
    async with sessions.write() as session:
        await (await session.connection()).run_sync(_columns.create)
    yield
    async with sessions.write() as session:
        await (await session.connection()).run_sync(_columns.drop)


async def _empty(sessions: Sessions, dialect: str, *names: str) -> None:
    wipe = "TRUNCATE {}" if dialect == "postgresql" else "DELETE FROM {}"
    async with sessions.write() as session:
        for name in names:
            await run(session, text(wipe.format(name)))


def _ratio(ours: list[float], theirs: list[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]

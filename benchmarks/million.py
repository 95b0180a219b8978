"""One headline to 1,000,000 subscribed chats: `tickerbot run` on SQLite, 29 a second, while pages are written beside.

From the commit of the headline to the first send, how long another connection waits for the write lock, and by how much
the bot grows until all are owed it.
"""

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from benchmarks import lock, scene, tickerbot
from benchmarks.common import Figure, Figures
from benchmarks.surroundings import surroundings
from bot.demo.telegram.standin import StandIn
from storage.models import Chat
from storage.statements import table

CHATS = 1_000_000
FIRST_SEND = 2.0
LONGEST_LOCK = 50.0
GROWTH = 50.0
_KNOWN = 20_000  # to the stand-in: more than are sent to meanwhile
_AT_REST = 5.0
_PATIENCE = 900.0
_SOURCES = """
[[sources]]
name = "Atlas"
url = "{url}/"
kind = "ticker"
every = "2s"
"""
_T = TypeVar("_T")


async def measure(quick: bool) -> Figures:
    """Once: what is sent of it takes ten hours."""
    chats = 20_000 if quick else CHATS
    with tempfile.TemporaryDirectory(prefix="tickerbot-benchmark-") as name:
        folder, file = Path(name), Path(name) / "data" / "tickerbot.db"
        async with surroundings(enforce_limits=True) as (standin, site):
            (folder / "sources.toml").write_text(_SOURCES.format(url=site.url), encoding="utf-8")
            await _town(file, standin.add_readers(min(chats, _KNOWN)), chats)
            async with tickerbot.running(folder, standin) as bot:
                with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
                    await _true(lambda: _one(database, "SELECT max(baseline_at) FROM source"))
                    with lock.watched(file) as ended:
                        await asyncio.sleep(_AT_REST)
                        quiet, _ = ended()
                    with lock.watched(file) as ended:
                        site.publish()
                        async for figure in _fan_out(standin, database, bot.pid, chats):
                            yield figure
                        longest, usual = ended()
                yield Figure("longest wait for the write lock, at rest", [quiet], "ms")
                yield Figure("99th percentile while it is owed", [usual], "ms")
                yield Figure("longest wait while it is owed", [longest], "ms", most=LONGEST_LOCK)


async def _fan_out(standin: StandIn, database: sqlite3.Connection, pid: int, chats: int) -> Figures:
    before = grown = tickerbot.memory(pid)
    await _true(lambda: _one(database, "SELECT count(*) FROM (SELECT 1 FROM delivery LIMIT 1)"), 0.001)
    committed = time.time()
    first = (await _true(lambda: standin.called("sendMessage"), 0.001))[0]
    while _one(database, "SELECT count(*) FROM fan_out"):
        await asyncio.sleep(0.25)
        grown = max(grown, tickerbot.memory(pid))
    took = time.time() - committed
    if (owed := _one(database, "SELECT count(*) FROM delivery")) != chats:
        raise RuntimeError(f"{chats} should be owed the headline, but {owed} are")
    yield Figure("from its commit to the first send", [max(0.0, first.at - committed)], "s", most=FIRST_SEND)
    yield Figure("until all are owed it", [took], "s")
    yield Figure("sent meanwhile", [len(standin.called("sendMessage")) / took], "a second")
    yield Figure("memory of the bot before", [before], "MiB")
    yield Figure("its growth", [grown - before], "MiB", most=GROWTH)


async def _town(file: Path, known: list[int], chats: int) -> None:
    """So many private chats that follow everything: one as the bot makes it, the others in its likeness."""
    async with scene.opened(f"sqlite:///{file}") as database:
        await scene.followers(database.sessions, known[:1])
    same = ", ".join(column.name for column in table(Chat).c if column.name != "id")
    numbers = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
    with closing(sqlite3.connect(file)) as connection, connection:
        for into, columns in (
            ("chat", f"id, {same}"),
            ("subscription", "chat_id, topic, thread_id, created"),
        ):
            key, rest = columns.split(", ", 1)
            connection.execute(
                f"INSERT INTO {into} ({columns}) {numbers} SELECT {key} + i, {rest} FROM n, {into}",  # noqa: S608
                [chats - 1],
            )


async def _true(look: Callable[[], _T], every: float = 0.1) -> _T:
    """What it returns once that is true."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            if found := look():
                return found
            await asyncio.sleep(every)


def _one(database: sqlite3.Connection, query: str) -> object:
    return database.execute(query).fetchone()[0]

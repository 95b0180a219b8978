"""The advisory lock of the process that talks to Telegram, on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
from sqlalchemy import URL

from storage.bell import CHANNEL
from storage.engine import DatabaseUnreachableError

HOLDING = 0x7469636B_00000003
"""The advisory lock, "tick" 3."""
LOOK_SECONDS = 2.0
"""Between two looks: whether the lock is free, or whether the connection that holds it lives."""
ANSWER_SECONDS = 5.0
# When the holder's machine vanishes, the server notices after some 25 s; the holder itself knows after 7 s at most.
_KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


@asynccontextmanager
async def advisory_lock(
    url: URL, on_wait: Callable[[], None], on_owed: Callable[[], None]
) -> AsyncIterator[asyncio.Event]:
    """Waits for its turn, holds the lock while the block runs, and gives an event that is set when it is lost.
    `on_owed` is called when some process rings the bell meanwhile."""
    connection = await _connected(url)
    try:
        await _acquired(connection, on_wait)
        await _listening(connection, on_owed)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        watch = asyncio.create_task(_watch(connection, lost), name="watch the hold")
        try:
            yield lost
        finally:
            watch.cancel()
            await asyncio.wait([watch])
    finally:
        await _closed(connection)


async def _connected(url: URL) -> asyncpg.Connection:
    query = dict(url.query)
    ssl = query.pop("ssl", None)
    dsn = url.set(drivername="postgresql", query=query).render_as_string(hide_password=False)
    settings = {"application_name": "tickerbot holder", **_KEEPALIVE}
    try:
        return await asyncpg.connect(dsn, ssl=ssl, timeout=10, server_settings=settings)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _failed(error) from error


async def _acquired(connection: asyncpg.Connection, on_wait: Callable[[], None]) -> None:
    """Looks again and again: a blocking wait would not notice that the connection is dead."""
    try:
        while not await connection.fetchval(
            "SELECT pg_try_advisory_lock($1)", HOLDING, timeout=ANSWER_SECONDS
        ):
            on_wait()
            on_wait = _nothing
            await asyncio.sleep(LOOK_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _failed(error) from error


async def _listening(connection: asyncpg.Connection, on_owed: Callable[[], None]) -> None:
    try:
        await connection.add_listener(CHANNEL, lambda *_: on_owed())
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise _failed(error) from error


def _nothing() -> None:
    """Said already."""


async def _watch(connection: asyncpg.Connection, lost: asyncio.Event) -> None:
    try:
        while not lost.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            await connection.execute("SELECT 1", timeout=ANSWER_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        lost.set()


async def _closed(connection: asyncpg.Connection) -> None:
    with suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        await connection.close(timeout=ANSWER_SECONDS)


def _failed(error: Exception) -> DatabaseUnreachableError:
    return DatabaseUnreachableError(
        f"the database cannot be used: {str(error).strip() or type(error).__name__}"
    )

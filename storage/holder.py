"""One at a time: who may talk to Telegram. A lock file beside a SQLite database, an advisory lock on PostgreSQL."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import asyncpg
from sqlalchemy import URL

from storage.engine import (
    DatabaseFolderError,
    DatabaseUnreachableError,
    StorageError,
    make_folder,
    parse,
    sqlite_file,
)

HOLDING = 0x7469636B_00000003
"""The advisory lock, "tick" 3."""
LOOK_SECONDS = 2.0
"""Between two looks: whether the lock is free, or whether the connection that holds it lives."""
ANSWER_SECONDS = 5.0
# When the holder's machine vanishes, the server notices after some 25 s; the holder itself knows after 7 s at most.
_KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


class AlreadyRunning(StorageError):  # noqa: N818  it is what happened
    """Another process holds this SQLite database."""


@asynccontextmanager
async def holding(url: str, on_wait: Callable[[], None] = lambda: None) -> AsyncIterator[asyncio.Event]:
    """Holds the database while the block runs, and gives an event that is set when the hold is lost.

    SQLite: raises `AlreadyRunning` at once where another process holds it. PostgreSQL: waits for its turn (`on_wait`
    is called once when it has to); raises `DatabaseUnreachableError` when the connection fails meanwhile.
    """
    parsed = parse(url)
    hold = _lock_file(parsed) if parsed.get_backend_name() == "sqlite" else _advisory_lock(parsed, on_wait)
    async with hold as lost:
        yield lost


@asynccontextmanager
async def _lock_file(url: URL) -> AsyncIterator[asyncio.Event]:
    make_folder(url)
    database = sqlite_file(url)
    # Never removed: another could lock the removed file while a third makes a new one
    descriptor = _opened(database.with_name(database.name + ".lock"))
    try:
        _lock(descriptor, database)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield asyncio.Event()
    finally:
        os.close(descriptor)


def _opened(file: Path) -> int:
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise DatabaseFolderError(f"the lock file {file} cannot be opened: {error.strerror}") from error


def _lock(descriptor: int, database: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        process = os.pread(descriptor, 20, 0).decode(errors="replace") or "unknown"
        raise AlreadyRunning(
            f"another tickerbot (process {process}) runs on {database}; stop it first, or name another database"
        ) from error


@asynccontextmanager
async def _advisory_lock(url: URL, on_wait: Callable[[], None]) -> AsyncIterator[asyncio.Event]:
    connection = await _connected(url)
    try:
        await _acquired(connection, on_wait)
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

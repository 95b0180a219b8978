"""One at a time: who may talk to Telegram. A lock file beside a SQLite database, an advisory lock on PostgreSQL."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import URL

from storage.engine import (
    DatabaseFolderError,
    StorageError,
    make_folder,
    parse,
    sqlite_file,
)


class AlreadyRunning(StorageError):  # noqa: N818  it is what happened
    """Another process holds this SQLite database."""


@asynccontextmanager
async def holding(
    url: str, on_wait: Callable[[], None] = lambda: None, on_owed: Callable[[], None] = lambda: None
) -> AsyncIterator[asyncio.Event]:
    """Holds the database while the block runs, and gives an event that is set when the hold is lost. `on_owed` is
    called when a process on the same PostgreSQL owes something.

    SQLite: raises `AlreadyRunning` at once where another process holds it. PostgreSQL: waits for its turn (`on_wait`
    is called once when it has to); raises `DatabaseUnreachableError` when the connection fails meanwhile.
    """
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        hold = _lock_file(parsed)
    else:
        from storage.advisory import advisory_lock  # its driver is large, and SQLite needs none of it

        hold = advisory_lock(parsed, on_wait, on_owed)
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

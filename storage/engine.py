"""Opening the database, and the two kinds of session. SQLite by default, PostgreSQL by URL."""

import asyncio
import os
import sqlite3
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
from sqlalchemy import URL, Connection, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import one_hop

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
T = TypeVar("T")
BUSY_SECONDS = 10
"""How long a SQLite connection waits for a writer in another process."""


class StorageError(Exception):
    """What storage raises on purpose; its text says what is wrong and what to do."""


class DatabaseUrlError(StorageError, ValueError):
    """The URL names no database that this program can use."""


class DatabaseFolderError(StorageError):
    """The SQLite file cannot be written to, or its folder cannot be made or written to."""


class DatabaseMissingError(StorageError):
    """The SQLite file is not there, and nobody asked to make one."""


class DatabaseUnreachableError(StorageError):
    """The database does not answer, or refuses."""


class Sessions:
    """Units of work. `read()` sees one consistent state; `write()` commits at its end, rolls back on an error.

    No session is held across network I/O. On SQLite `write()` is BEGIN IMMEDIATE, and one at a time in a process.
    """

    def __init__(self, reader: AsyncEngine, writer: AsyncEngine, *, one_writer: bool) -> None:
        self._reader = reader
        self._writer = writer
        self._one_writer = one_writer
        self._turn: AbstractAsyncContextManager[None] = asyncio.Lock() if one_writer else nullcontext()
        self._writing: asyncio.Task[Any] | None = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading only; the database refuses to change anything in it."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            await self._connect(session)
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A session whose changes commit when the block ends. A cancellation while it commits comes through only after
        the commit, so that nothing is half done. One inside another would wait for itself: refused."""
        if self._one_writer and self._writing is asyncio.current_task():
            raise RuntimeError(
                "write() inside write(): on SQLite the second would wait for the first for ever"
            )
        async with self._turn:
            self._writing = asyncio.current_task()
            try:
                async with AsyncSession(self._writer, expire_on_commit=False) as session:
                    await self._connect(session)
                    yield session
                    await to_its_end(session.commit())
            finally:
                self._writing = None

    async def _connect(self, session: AsyncSession) -> None:
        """A SQLite connection is a thread: cancelled while it opens, it would be left behind, open."""
        if self._one_writer:
            await to_its_end(session.connection())


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Awaits `work` even when cancelled meanwhile; the cancellation follows."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):  # a second one must not leave the connection behind either
                await asyncio.wait([task])
        task.result()
        raise


class Database:
    """An open database: `sessions`, and `close()`, which must be called: an engine left open hangs the exit."""

    def __init__(self, dialect: str, reader: AsyncEngine, writer: AsyncEngine) -> None:
        self.dialect = dialect  # sqlite or postgresql
        self.sessions = Sessions(reader, writer, one_writer=dialect == "sqlite")
        self._engines = (reader, writer)

    async def close(self) -> None:
        """Closes every connection."""
        for engine in self._engines:
            await engine.dispose()


def open_database(url: str) -> Database:
    """Opens it and makes the folder of a SQLite file. Connects lazily. Raises `DatabaseUrlError` for a URL that names
    neither SQLite nor PostgreSQL, `DatabaseFolderError` where the file or its folder cannot be made or written to."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        make_folder(parsed)
        return Database("sqlite", sqlite_engine(parsed, writes=False), sqlite_engine(parsed))
    writer = postgresql_engine(parsed)
    # One snapshot for the whole block, as on SQLite; read-only transactions of this level never have to be repeated.
    reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Database("postgresql", reader, writer)


def parse(url: str) -> URL:
    """The URL with the driver we use, `sslmode` as asyncpg knows it. Raises `DatabaseUrlError`."""
    expected = "expected sqlite:///data/tickerbot.db or postgresql://user:password@host/name"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError(f"not a database URL; {expected}") from error
    scheme = parsed.drivername.partition("+")[0]
    if scheme not in DRIVERS:
        raise DatabaseUrlError(f"{scheme!r} is no database that can be used; {expected}")
    parsed = parsed.set(drivername=DRIVERS[scheme])
    if scheme == "sqlite" and (parsed.database or ":memory:") == ":memory:":
        raise DatabaseUrlError(f"SQLite needs a file; {expected}")
    if scheme != "sqlite" and not parsed.database:
        raise DatabaseUrlError(f"the URL names no database; {expected}")
    if mode := parsed.query.get("sslmode"):
        parsed = parsed.difference_update_query(["sslmode"]).update_query_dict({"ssl": mode})
    return parsed


def sqlite_file(url: URL) -> Path:
    """The file that a SQLite URL names."""
    return Path(url.database or "")


def make_folder(url: URL) -> None:
    """Makes the folder of a SQLite file; raises `DatabaseFolderError` where it or the file cannot be written to."""
    file = sqlite_file(url)
    if file.is_dir():
        raise DatabaseFolderError(f"{file} is a folder; name a file in it")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseFolderError(
            f"the folder {file.parent} cannot be made ({error.strerror}); make it, or name another file"
        ) from error
    if not os.access(file.parent, os.W_OK | os.X_OK):
        raise DatabaseFolderError(
            f"the folder {file.parent} cannot be written to; allow it, or name another file"
        )
    if file.exists() and not os.access(file, os.R_OK | os.W_OK):
        raise DatabaseFolderError(f"the file {file} cannot be written to; allow it, or name another file")


def refuse_missing(url: URL) -> None:
    """Raises `DatabaseMissingError` for a SQLite file that is not there (connecting would make it), and
    `DatabaseFolderError` where none could be made."""
    file = sqlite_file(url)
    if file.exists():
        return
    place = next(folder for folder in file.parents if folder.exists())
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        raise DatabaseFolderError(f"{file} cannot be made: {place} is no folder that can be written to")
    raise DatabaseMissingError(
        f"there is no database {file} yet; `tickerbot run` makes it, or name another by DATABASE_URL"
    )


class RollingBack(sqlite3.Connection):
    """One that gives up its transaction as it is closed. sqlite3 closes a connection only once its last cursor is
    gone: a cancelled `UPDATE … RETURNING`, its rows unread and kept alive by a traceback, would keep it locked."""

    def close(self) -> None:
        """Rolls back what is open, and closes."""
        with suppress(sqlite3.Error):
            self.rollback()
        super().close()


def sqlite_engine(url: URL, *, writes: bool = True, foreign_keys: bool = True) -> AsyncEngine:
    """Connections that begin immediately where they write, and cannot write where they do not."""
    engine = create_async_engine(
        url,
        pool_size=1 if writes else 3,
        max_overflow=0,
        connect_args={
            "timeout": BUSY_SECONDS,
            "factory": RollingBack,
            "async_creator_fn": one_hop.connect,
        },
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )
    pragmas = [
        "synchronous=FULL",
        f"foreign_keys={'ON' if foreign_keys else 'OFF'}",
        "journal_size_limit=67108864",  # gives the disk back after a large fan-out
        f"query_only={'OFF' if writes else 'ON'}",
        # Each connection has a cache of its own; what a reader looks for again is in the system's
        f"cache_size={-2000 if writes else -256}",
    ]

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        connection.run_async(lambda driver: driver.hop(partial(_prepare, pragmas)))

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred one that turns to writing fails at once when another has written meanwhile
        driver: Any = connection.connection.driver_connection
        driver.begin("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _prepare(pragmas: Sequence[str], cursor: sqlite3.Cursor) -> None:
    """In the connection's thread."""
    _write_ahead(cursor)
    for pragma in pragmas:
        cursor.execute(f"PRAGMA {pragma}")


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Turns a new file to WAL. Where another connection is just doing so SQLite refuses at once, whatever its timeout:
    each would wait for the other."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)


def postgresql_engine(url: URL) -> AsyncEngine:
    """Connections to PostgreSQL, asked for life before they are used."""
    return create_async_engine(
        url,
        pool_size=10,
        max_overflow=5,
        pool_pre_ping=True,
        connect_args={"timeout": 10, "server_settings": {"application_name": "tickerbot"}},
        json_serializer=_dumps,
        json_deserializer=orjson.loads,
    )


def reason_of(error: Exception) -> str:
    """What a database said, without what its driver says around it."""
    reason = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return reason.rpartition("<class 'asyncpg")[2].partition("'>: ")[2] or reason


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()

"""aiosqlite for SQLAlchemy with one hop to the connection's thread and back for each statement, where there are four (a
cursor, the statement, its rows, the end of the cursor) and three for BEGIN. A hop costs as much as a small statement.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_Execute = Callable[[sqlite3.Cursor, str, Any], sqlite3.Cursor]


class OneHopCursor:
    """What SQLAlchemy asks of a cursor. Once the statement is through all rows are here, and nothing is open."""

    def __init__(self, connection: "OneHopConnection") -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        """Runs a statement."""
        await self._connection.hop(partial(self._run, sqlite3.Cursor.execute, sql, parameters))

    async def executemany(self, sql: str, parameters: Any) -> None:
        """Runs a statement once for each of the parameters."""
        await self._connection.hop(partial(self._run, sqlite3.Cursor.executemany, sql, parameters))

    async def fetchall(self) -> Sequence[Any]:
        """The rows."""
        return self._rows

    async def close(self) -> None:
        """It is closed already."""

    def _run(self, execute: _Execute, sql: str, parameters: Any, cursor: sqlite3.Cursor) -> None:
        """In the connection's thread."""
        execute(cursor, sql, parameters)
        self._rows = cursor.fetchall()
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid


class OneHopConnection(aiosqlite.Connection):
    """A connection with such cursors. Its transactions begin with their first statement, in the same hop."""

    _beginning = ""
    _began = False
    _stopped = False

    def stop(self) -> "asyncio.Future[Any] | None":
        """Ends its thread. Asked for once more (closed, and that was cancelled) there is nobody to wait for."""
        if self._stopped:
            return None
        self._stopped = True
        return super().stop()

    def begin(self, statement: str) -> None:
        """The next statement begins a transaction, by this one."""
        self._beginning = statement

    def cursor(self) -> OneHopCursor:  # type: ignore[override]
        """A cursor; nothing is done yet."""
        return OneHopCursor(self)

    async def commit(self) -> None:
        """Commits, if anything began."""
        await self._end(super().commit)

    async def rollback(self) -> None:
        """Rolls back, if anything began."""
        await self._end(super().rollback)

    async def hop(self, work: Callable[[sqlite3.Cursor], None]) -> None:
        """Does `work` with a cursor in the connection's thread."""
        # Noted before it is done: whoever is cancelled meanwhile rolls back what is on its way to the thread
        beginning, self._beginning = self._beginning, ""
        self._began = self._began or bool(beginning)
        await self._execute(_hop, self._conn, beginning, work)  # type: ignore[no-untyped-call]

    async def _end(self, how: Callable[[], Any]) -> None:
        self._beginning = ""
        if self._began:
            await how()
            self._began = False


def _hop(connection: sqlite3.Connection, beginning: str, work: Callable[[sqlite3.Cursor], None]) -> None:
    cursor = connection.cursor()
    try:
        if beginning:
            cursor.execute(beginning)
        work(cursor)
    finally:
        cursor.close()


async def connect(database: str, **options: Any) -> OneHopConnection:
    """Opens one, with the options of sqlite3. For SQLAlchemy, as its `async_creator_fn`."""
    connection = OneHopConnection(partial(sqlite3.connect, database, **options), iter_chunk_size=64)
    connection._thread.daemon = True  # noqa: SLF001  as SQLAlchemy does: one left open must not hang the exit
    await connection
    return connection

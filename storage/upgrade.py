"""Bringing the schema to the newest revision."""

import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import (
    DatabaseUnreachableError,
    StorageError,
    make_folder,
    parse,
    postgresql_engine,
    reason_of,
    refuse_missing,
    sqlite_engine,
)

SCRIPTS = Path(__file__).parent / "migrations"
_UPGRADING = 0x7469636B_00000001  # advisory lock: "tick" 1
_REVISION = re.compile(r'^(down_revision|revision)\b.*=\s*"(\w+)"', re.MULTILINE)
Revisions = tuple[str | None, str]


async def upgrade(url: str, scripts: Path = SCRIPTS) -> Revisions:
    """Brings the database to the newest revision and returns (from, to). All of it or nothing is done; several that
    start at once take turns. Raises `DatabaseUnreachableError`, `MigrationError`."""
    return await _with_connection(parse(url), scripts, _upgrade)


async def state(url: str, scripts: Path = SCRIPTS) -> Revisions:
    """The database's revision (None: empty) and the newest one; makes nothing. Raises `DatabaseMissingError` for a
    SQLite file that is not there, `DatabaseUnreachableError`."""
    parsed = parse(url)
    if parsed.get_backend_name() == "sqlite":
        refuse_missing(parsed)
    return await _with_connection(parsed, scripts, _state)


async def _with_connection(
    url: URL, scripts: Path, work: Callable[[Connection, Path], Revisions]
) -> Revisions:
    engine = _engine(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work, scripts)
    except (OSError, TimeoutError, DBAPIError) as error:
        raise _unreachable(url, error) from error
    finally:
        await engine.dispose()


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return postgresql_engine(url)
    make_folder(url)
    # Rebuilding a table drops the old one, and with foreign keys on its children would go with it
    return sqlite_engine(url, foreign_keys=False)


def _unreachable(url: URL, error: Exception) -> StorageError:
    reason = reason_of(error)
    if url.get_backend_name() != "sqlite":
        place = url.set(drivername="postgresql").render_as_string(hide_password=True)
        return DatabaseUnreachableError(f"the database {place} cannot be used: {reason}")
    if "not a database" in reason:
        return StorageError(
            f"{url.database} is no SQLite database: move it away, or name another file in DATABASE_URL"
        )
    return DatabaseUnreachableError(f"the database {url.database} cannot be used: {reason}")


def _state(connection: Connection, scripts: Path) -> Revisions:
    return _current(connection), _newest(scripts)


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _newest(scripts: Path) -> str:
    """The revision that no other one follows, read from the files as text."""
    found: list[dict[str, str]] = [
        dict(_REVISION.findall(file.read_text())) for file in (scripts / "versions").glob("rev_*.py")
    ]
    followed = {one.get("down_revision") for one in found}
    heads = [one["revision"] for one in found if one["revision"] not in followed]
    if len(heads) != 1:
        raise StorageError("this installation has no migrations, or more than one last one: install it again")
    return heads[0]


def _upgrade(connection: Connection, scripts: Path) -> Revisions:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})
    before, newest = _state(connection, scripts)
    if before == newest:
        return before, newest
    from storage.migrating import migrate  # Alembic is large, and nearly every start has nothing to migrate

    return migrate(connection, scripts, newest), newest

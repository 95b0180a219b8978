"""Bringing the schema to the newest revision. Alembic without its env.py: nothing here reads the environment."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.engine import (
    DatabaseUnreachableError,
    StorageError,
    make_folder,
    parse,
    postgresql_engine,
    sqlite_engine,
)

SCRIPTS = Path(__file__).parent / "migrations"
_UPGRADING = 0x7469636B_00000001  # advisory lock: "tick" 1
Revisions = tuple[str | None, str]


class MigrationError(StorageError):
    """The database cannot be brought to the schema of this version."""


async def upgrade(url: str, scripts: Path = SCRIPTS) -> Revisions:
    """Brings the database to the newest revision and returns (from, to). All of it or nothing is done; several that
    start at once take turns. Raises `DatabaseUnreachableError`, `MigrationError`."""
    return await _with_connection(parse(url), scripts, _upgrade)


async def state(url: str, scripts: Path = SCRIPTS) -> Revisions:
    """The database's revision (None: empty) and the newest one. Raises `DatabaseUnreachableError`."""
    return await _with_connection(parse(url), scripts, _state)


async def _with_connection(url: URL, scripts: Path, work: Any) -> Revisions:
    engine = _engine(url)
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    directory = ScriptDirectory.from_config(config)
    try:
        async with engine.begin() as connection:
            revisions: Revisions = await connection.run_sync(work, config, directory)
            return revisions
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
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
    return DatabaseUnreachableError(f"the database {place} cannot be used: {_reason(error)}")


def _reason(error: Exception) -> str:
    reason = str(getattr(error, "orig", None) or error).strip() or type(error).__name__
    return reason.rpartition("<class 'asyncpg")[2].partition("'>: ")[2] or reason


def _state(connection: Connection, _: Config, directory: ScriptDirectory) -> Revisions:
    return MigrationContext.configure(connection).get_current_revision(), _newest(directory)


def _newest(directory: ScriptDirectory) -> str:
    head = directory.get_current_head()
    if head is None:
        raise MigrationError("this installation has no migrations: install it again")
    return head


def _upgrade(connection: Connection, config: Config, directory: ScriptDirectory) -> Revisions:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADING})
    before, newest = _state(connection, config, directory)
    if before == newest:
        return before, newest
    with _understood(before):
        _run(connection, config, directory)
    if connection.dialect.name == "sqlite" and (
        broken := connection.execute(text("PRAGMA foreign_key_check")).all()
    ):
        raise MigrationError(f"after the migration rows point to nothing, so it was undone: {broken[:5]}")
    return before, newest


@contextmanager
def _understood(before: str | None) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise MigrationError(
            f"the migration from {before} failed and was undone: {_reason(error)}"
        ) from error
    except CommandError as error:
        raise MigrationError(
            f"the database is at revision {before}, which this version does not know ({error}): "
            "it was used by a newer version; install that one, or go back to a backup"
        ) from error


def _run(connection: Connection, config: Config, directory: ScriptDirectory) -> None:
    def steps(current: Any, _: MigrationContext) -> Any:
        return directory._upgrade_revs("head", current)  # noqa: SLF001  what alembic's own command does

    with EnvironmentContext(config, directory, fn=steps, destination_rev="head") as environment:
        environment.configure(connection=connection, render_as_batch=True)
        environment.run_migrations()

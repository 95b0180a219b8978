"""Running migrations with Alembic, without its env.py: nothing here reads the environment. Imported only where there
is something to migrate: Alembic stays in memory for good."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from storage.engine import StorageError, reason_of


class MigrationError(StorageError):
    """The database cannot be brought to the schema of this version."""


def migrate(connection: Connection, scripts: Path, newest: str) -> str | None:
    """Brings the database to `newest` and returns where it was; all or nothing is done. Raises `MigrationError`."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    directory = ScriptDirectory.from_config(config)
    before = MigrationContext.configure(connection).get_current_revision()
    if before == newest:
        return before
    with _understood(before):
        _run(connection, config, directory)
    if connection.dialect.name == "sqlite" and (
        broken := connection.execute(text("PRAGMA foreign_key_check")).all()
    ):
        raise MigrationError(f"after the migration rows point to nothing, so it was undone: {broken[:5]}")
    return before


@contextmanager
def _understood(before: str | None) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        raise MigrationError(
            f"the migration from {before} failed and was undone: {reason_of(error)}"
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

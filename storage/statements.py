"""What the statements of several resources need."""

from collections.abc import Collection, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, CursorResult, Executable, Interval, Table, func, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import models

T = TypeVar("T")


def dialect(session: AsyncSession) -> str:
    """sqlite or postgresql."""
    return session.get_bind().dialect.name


async def run(
    session: AsyncSession, statement: Executable, params: Any = None
) -> CursorResult[*tuple[Any, ...]]:
    """Runs a statement that makes no objects; with several `params`, once for each."""
    execute: Any = session.exec  # its overloads know selects of objects
    result: CursorResult[*tuple[Any, ...]] = await execute(statement, params=params)
    return result


def insert(session: AsyncSession, model: type[SQLModel]) -> postgresql.Insert | sqlite.Insert:
    """An insert that knows ON CONFLICT, in the words of the session's database."""
    return (postgresql.insert if dialect(session) == "postgresql" else sqlite.insert)(table(model))


def table(model: type[SQLModel]) -> Table:
    """The table of a model, for statements that make no objects."""
    return models.Table.metadata.tables[str(model.__tablename__)]


def earlier(session: AsyncSession, time: ColumnElement[Any], by: timedelta) -> ColumnElement[Any]:
    """The time in a column, so much earlier. SQLite keeps a time as a text: this one sorts with those."""
    if dialect(session) == "sqlite":
        return func.strftime("%Y-%m-%d %H:%M:%f", time, f"{-by.total_seconds():.3f} seconds")
    return time - literal(by, Interval())


def chunks(values: Collection[T], size: int = 1000) -> Iterator[list[T]]:
    """The values in lists that a statement has room for."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def defaults(model: type[SQLModel], **given: Any) -> dict[str, Any]:
    """A row's values: what is given, and the model's defaults for the rest."""
    return model(**given).model_dump(exclude={"id"} if given.get("id") is None else set())

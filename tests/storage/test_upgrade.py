"""Migrations: up from nothing, once, and to the very schema of the models."""

import asyncio
import re
import shutil
import sqlite3
from textwrap import dedent

import pytest
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from storage.engine import (
    DatabaseUnreachableError,
    StorageError,
    open_database,
    parse,
    postgresql_engine,
    sqlite_engine,
)
from storage.migrating import MigrationError
from storage.models import Table
from storage.statements import run
from storage.upgrade import SCRIPTS, state, upgrade
from tests.storage import made

NEWEST = "0003"


def engine_of(url):
    parsed = parse(url)
    return sqlite_engine(parsed) if parsed.get_backend_name() == "sqlite" else postgresql_engine(parsed)


async def asked(url, question):
    engine = engine_of(url)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(question)
    finally:
        await engine.dispose()


async def test_an_empty_database_gets_the_newest_schema(empty_database_url):
    assert await asked(empty_database_url, schema) == {}
    assert await state(empty_database_url) == (None, NEWEST)
    assert await upgrade(empty_database_url) == (None, NEWEST)
    assert await state(empty_database_url) == (NEWEST, NEWEST)


async def test_a_second_upgrade_changes_nothing(database_url):
    before = await asked(database_url, schema)
    assert await upgrade(database_url) == (NEWEST, NEWEST)
    assert await asked(database_url, schema) == before


async def test_several_that_start_at_once_take_turns(empty_database_url):
    ends = await asyncio.gather(*(upgrade(empty_database_url) for _ in range(3)))
    assert sorted(ends, key=str) == [(NEWEST, NEWEST), (NEWEST, NEWEST), (None, NEWEST)]


async def test_a_new_file_that_another_is_just_turning_to_wal_is_waited_for(tmp_path):
    """SQLite itself refuses that at once: two that both turn it would wait for each other."""
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    upgrading = asyncio.ensure_future(upgrade(f"sqlite:///{tmp_path}/x.db"))
    await asyncio.wait([upgrading], timeout=0.3)
    assert not upgrading.done()
    other.close()
    assert await upgrading == (None, NEWEST)


async def test_the_migrations_and_the_models_agree(database_url):
    def difference(connection):
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return render_python_code(produce_migrations(context, Table.metadata).upgrade_ops).splitlines()[1:-1]

    assert [line.strip() for line in await asked(database_url, difference)] == ["pass"]


async def test_the_migrations_make_what_the_models_would(database_url, empty_database_url):
    """Alembic does not compare conditions of indexes, rowid tables and the like: the catalogue does."""
    await asked(empty_database_url, Table.metadata.create_all)
    made_by_models = await asked(empty_database_url, schema)
    assert len(made_by_models) > 15
    assert await asked(database_url, schema) == made_by_models


async def test_deliveries_of_an_older_version_stay(empty_database_url, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(SCRIPTS, older)
    (older / "versions" / "rev_0003_deliveries_without_foreign_keys.py").unlink()
    assert await upgrade(empty_database_url, older) == (None, "0002")
    database = open_database(empty_database_url)
    async with database.sessions.write() as session:
        await made.owed(session, [1, 2, -3], 2)
        await made.settle(session, "sent", *await made.claim(session, chats=1, per_chat=1), message_id=7)
        await made.claim(session, chats=2)
    before = await asked(empty_database_url, deliveries)
    assert {(lease is None, message_id) for *_, lease, _, message_id in before} == {
        (False, None),
        (True, None),
        (True, 7),
    }
    await database.close()
    assert await upgrade(empty_database_url) == ("0002", NEWEST)
    assert await asked(empty_database_url, deliveries) == before


def deliveries(connection):
    return connection.execute(
        text(
            "SELECT article_id, chat_id, thread_id, lease, attempt, message_id FROM delivery ORDER BY 1, 2, 3"
        )
    ).all()


def schema(connection):
    """Every table, column, constraint and index, in the database's own words."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    else:
        query = """
            SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conname, conrelid::regclass || pg_get_constraintdef(oid) FROM pg_constraint
              WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT table_name || '.' || column_name,
              concat_ws(' ', ordinal_position, data_type, is_nullable, column_default)
              FROM information_schema.columns WHERE table_schema = 'public'"""
    rows = connection.execute(text(query.replace("::", "\\:\\:"))).all()
    return {name: normal(sql) for name, sql in rows if "alembic_version" not in f"{name}{sql}"}


def normal(sql):
    """Without the order in which columns and constraints are written down: an added column comes last."""
    words = re.sub(r"\s+", " ", sql)
    return sorted(part.strip(" )") for part in re.split(r", (?![^()]*\))", words))


def write_script(folder, revision, before, body):
    down = f'"{before}"' if before else "None"
    head = (
        f'from alembic import op\nimport sqlalchemy as sa\nrevision = "{revision}"\ndown_revision = {down}\n'
    )
    (folder / "versions").mkdir(exist_ok=True)
    body = "\n".join(f"    {line}" for line in dedent(body).strip().splitlines())
    (folder / "versions" / f"rev_{revision}.py").write_text(f"{head}def upgrade():\n{body}\n")


PARENTS = """
    op.create_table("parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String))
    op.create_table(
        "child",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.Integer, sa.ForeignKey("parent.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO parent VALUES (1, 'x')")
    op.execute("INSERT INTO child VALUES (1, 1)")
"""
REBUILD = """
    with op.batch_alter_table("parent", recreate="auto") as batch:
        batch.alter_column("name", existing_type=sa.String(), nullable=False)
"""


async def test_rebuilding_a_table_keeps_the_rows_that_point_to_it(empty_database_url, tmp_path):
    """In SQLite a table is altered by dropping it: with foreign keys on, its children would go too."""
    write_script(tmp_path, "a", None, PARENTS)
    assert await upgrade(empty_database_url, tmp_path) == (None, "a")
    write_script(tmp_path, "b", "a", REBUILD)
    assert await upgrade(empty_database_url, tmp_path) == ("a", "b")
    assert (
        await asked(empty_database_url, lambda c: c.execute(text("SELECT count(*) FROM child")).scalar_one())
        == 1
    )


async def test_a_migration_that_fails_leaves_all_as_it_was(empty_database_url, tmp_path):
    write_script(tmp_path, "a", None, PARENTS)
    write_script(tmp_path, "b", "a", 'op.execute("INSERT INTO nowhere VALUES (1)")')
    with pytest.raises(MigrationError, match=r"undone.*nowhere"):
        await upgrade(empty_database_url, tmp_path)
    assert await state(empty_database_url, tmp_path) == (None, "b")


@pytest.mark.parametrize("dialect", ["sqlite"])  # PostgreSQL checks foreign keys itself
async def test_rows_left_without_their_parent_undo_the_migration(empty_database_url, tmp_path):
    write_script(tmp_path, "a", None, PARENTS)
    write_script(tmp_path, "b", "a", 'op.execute("DELETE FROM parent")')
    with pytest.raises(MigrationError, match="point to nothing"):
        await upgrade(empty_database_url, tmp_path)
    assert await state(empty_database_url, tmp_path) == (None, "b")


async def test_a_database_of_a_newer_version_is_not_touched(database_url):
    database = open_database(database_url)
    async with database.sessions.write() as session:
        await run(session, text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(MigrationError, match="newer version"):
        await upgrade(database_url)
    assert await state(database_url) == ("9999", NEWEST)


@pytest.mark.parametrize("ask", [upgrade, state])
async def test_a_server_that_does_not_answer_is_named_without_its_password(ask):
    with pytest.raises(DatabaseUnreachableError) as caught:
        await ask("postgresql://bot:geheim@127.0.0.1:1/news")
    assert "the database postgresql://bot:***@127.0.0.1:1/news" in str(caught.value)
    assert "geheim" not in str(caught.value)


async def test_a_database_that_does_not_exist_is_named(postgresql):
    with pytest.raises(DatabaseUnreachableError, match='database "nowhere" does not exist'):
        await upgrade(postgresql.url("nowhere"))


async def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "x.db").write_text("this is a letter, and no database at all" * 100)
    with pytest.raises(StorageError, match=r"x\.db is no SQLite database: move it away") as caught:
        await upgrade(f"sqlite:///{tmp_path}/x.db")
    assert not isinstance(caught.value, DatabaseUnreachableError), "nobody needs to wait for it"


async def test_a_database_that_another_program_locks_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.engine.BUSY_SECONDS", 0.1)
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnreachableError, match="locked"):
        await upgrade(f"sqlite:///{tmp_path}/x.db")
    other.close()

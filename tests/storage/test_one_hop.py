"""The way to SQLite's thread: one hop for each statement, and none for a transaction in which nothing is done."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.engine import open_database
from storage.one_hop import OneHopConnection


@pytest.fixture
async def sessions(tmp_path):
    database = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    async with database.sessions.write() as session:
        await session.exec(text("CREATE TABLE word (id INTEGER PRIMARY KEY, said TEXT NOT NULL)"))
    yield database.sessions
    await database.close()


@pytest.fixture
def hops(monkeypatch):
    """What goes to the thread."""
    made = []
    execute = OneHopConnection._execute

    def noted(self, work, *args, **kwargs):
        made.append(getattr(work, "__name__", "?"))
        return execute(self, work, *args, **kwargs)

    monkeypatch.setattr(OneHopConnection, "_execute", noted)
    return made


async def add(session, *words):
    await session.exec(
        text("INSERT INTO word (said) VALUES (:said)"), params=[{"said": one} for one in words]
    )


async def add_to(sessions, *words):
    async with sessions.write() as session:
        await add(session, *words)


async def words(sessions):
    async with sessions.read() as session:
        return list((await session.exec(text("SELECT said FROM word ORDER BY id"))).scalars())


async def test_a_statement_is_one_hop_with_its_rows_and_with_the_beginning(sessions, hops):
    async with sessions.write() as session:
        added = await session.exec(
            text("INSERT INTO word (said) VALUES ('eins'), ('zwei') RETURNING id, said")
        )
        assert [tuple(row) for row in added] == [(1, "eins"), (2, "zwei")]
        changed = await session.exec(text("UPDATE word SET said = 'drei'"))
        assert changed.rowcount == 2
    assert hops == ["_hop", "_hop", "commit"]


async def test_many_parameters_are_one_hop(sessions, hops):
    async with sessions.write() as session:
        await add(session, "eins", "zwei", "drei")
    assert hops == ["_hop", "commit"]
    assert await words(sessions) == ["eins", "zwei", "drei"]


async def test_a_transaction_in_which_nothing_is_done_needs_no_hop(sessions, hops):
    async with sessions.write():
        pass
    assert hops == []


async def test_what_an_error_undoes_is_not_part_of_the_next_transaction(sessions, hops):
    async def fail():
        async with sessions.write() as session:
            await add(session, "eins")
            await add(session, None)

    with pytest.raises(IntegrityError):
        await fail()
    assert hops == ["_hop", "_hop", "rollback"]
    async with sessions.write() as session:
        await add(session, "zwei")
    assert await words(sessions) == ["zwei"]


async def test_a_writer_keeps_others_out_from_its_first_statement_on(sessions, tmp_path, monkeypatch):
    monkeypatch.setattr("storage.engine.BUSY_SECONDS", 0.1)
    other = open_database(f"sqlite:///{tmp_path / 'x.db'}")
    async with sessions.write() as session:
        await session.exec(text("SELECT 1"))
        with pytest.raises(OperationalError, match="locked"):
            await add_to(other.sessions, "zwei")
    await add_to(other.sessions, "eins")
    await other.close()
    assert await words(sessions) == ["eins"]

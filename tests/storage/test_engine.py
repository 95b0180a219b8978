"""Opening a database, and its two kinds of session."""

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage import chats
from storage.engine import DatabaseFolderError, DatabaseUrlError, open_database
from storage.statements import run
from tests.storage import made


async def value(session, sql):
    return (await run(session, text(sql))).scalar_one()


async def count(sessions):
    async with sessions.read() as session:
        return await value(session, "SELECT count(*) FROM chat")


async def test_what_is_written_is_there_for_the_next_reader(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
    assert await count(sessions) == 1


async def test_an_error_undoes_all(sessions):
    async def fail():
        async with sessions.write() as session:
            await made.chat(session, 1)
            raise LookupError("no such topic")

    with pytest.raises(LookupError):
        await fail()
    assert await count(sessions) == 0


async def test_a_reader_cannot_write(sessions):
    with pytest.raises(DBAPIError):
        async with sessions.read() as session:
            await made.chat(session, 1)
    assert await count(sessions) == 0


async def test_a_reader_sees_one_state_while_others_write(sessions):
    async with sessions.read() as reader:
        assert await value(reader, "SELECT count(*) FROM chat") == 0
        async with sessions.write() as session:
            await made.chat(session, 1)
        assert await value(reader, "SELECT count(*) FROM chat") == 0
    assert await count(sessions) == 1


async def test_a_rows_values_can_be_read_after_its_session(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1)
        chat = await chats.get(session, 1)
    assert chat.title == "Chat 1"


async def test_writers_in_two_processes_worth_of_engines_all_get_through(database_url):
    databases = [open_database(database_url) for _ in range(2)]

    async def write(database, first):
        for chat_id in range(first, first + 20):
            async with database.sessions.write() as session:
                assert await chats.get(session, chat_id) is None  # a read first: a deferred one would fail
                await made.chat(session, chat_id, "sport")

    await asyncio.gather(*(write(databases[n % 2], 1 + 100 * n) for n in range(4)))
    assert await count(databases[0].sessions) == 80
    for database in databases:
        await database.close()


async def test_a_cancelled_write_is_undone_and_the_next_one_works(sessions):
    entered = asyncio.Event()

    async def write():
        async with sessions.write() as session:
            await made.chat(session, 1)
            entered.set()
            await asyncio.sleep(60)

    task = asyncio.create_task(write())
    await entered.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await count(sessions) == 0
    async with sessions.write() as session:
        await made.chat(session, 2)
    assert await count(sessions) == 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_write_cancelled_at_any_moment_is_whole_or_undone(sessions, times):
    async def write(chat_id):
        async with sessions.write() as session:
            await made.chat(session, chat_id, "sport", "kultur")

    for chat_id in range(1, 61):
        task = asyncio.create_task(write(chat_id))
        for _ in range(chat_id):
            await asyncio.sleep(0.0002)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
    async with sessions.write() as session:
        await made.chat(session, 999, "sport", "kultur")
    async with sessions.read() as session:
        whole = await value(session, "SELECT count(*) FROM chat")
        assert await value(session, "SELECT count(*) FROM subscription") == 2 * whole
    assert whole >= 1


@pytest.mark.parametrize("times", [1, 2])
async def test_a_statement_cancelled_before_its_rows_are_read_locks_nothing(sessions, times):
    """What is left of it, a cursor with rows unread, may live on in a traceback; its lock may not."""
    before = asyncio.all_tasks()
    async with sessions.write() as session:
        for chat_id in range(1, 301):
            await made.chat(session, chat_id)
    failures = []

    async def write():
        try:
            async with sessions.write() as session:
                await run(session, text("UPDATE chat SET title = 'Neu' RETURNING id"))
                await asyncio.sleep(60)
        except asyncio.CancelledError as error:
            failures.append(error)
            raise

    for pause in range(40):
        task = asyncio.create_task(write())
        await asyncio.sleep(pause / 8000)
        for _ in range(times):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.wait([task])
        async with asyncio.timeout(5), sessions.write() as session:
            assert await value(session, "SELECT count(*) FROM chat WHERE title = 'Neu'") == 0
    assert failures
    async with asyncio.timeout(5):  # nor is anything left that would wait for ever, and hang the exit
        while left := asyncio.all_tasks() - before:
            await asyncio.wait(left)


async def test_a_cancellation_while_it_commits_comes_after_the_commit(sessions):
    async def write(chat_id):
        async with sessions.write() as session:
            await made.chat(session, chat_id)
            (await chats.get(session, chat_id)).title = "changed"  # written when it commits
            loop = asyncio.get_running_loop()
            loop.call_later(chat_id * 0.00005, asyncio.current_task().cancel)

    for chat_id in range(1, 41):
        await asyncio.wait([asyncio.create_task(write(chat_id))])
        assert await count(sessions) == chat_id


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_sqlite_syncs_checks_and_waits(sessions):
    async with sessions.write() as session:
        assert await value(session, "PRAGMA journal_mode") == "wal"
        assert await value(session, "PRAGMA synchronous") == 2
        assert await value(session, "PRAGMA foreign_keys") == 1
        assert await value(session, "PRAGMA busy_timeout") == 10_000


async def test_a_write_inside_a_write_is_refused_where_it_would_hang(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/x.db")
    async with database.sessions.write():
        with pytest.raises(RuntimeError, match="inside"):
            async with database.sessions.write():
                pass
    await database.close()


async def test_the_folder_of_the_file_is_made(tmp_path):
    database = open_database(f"sqlite:///{tmp_path}/some/where/x.db")
    async with database.sessions.write() as session:
        assert await value(session, "SELECT 1") == 1
    await database.close()
    assert (tmp_path / "some" / "where" / "x.db").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseFolderError, match=f"{tmp_path}/file/data cannot be made"):
        open_database(f"sqlite:///{tmp_path}/file/data/x.db")


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path):
    with pytest.raises(DatabaseFolderError, match="is a folder"):
        open_database(f"sqlite:///{tmp_path}")


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    if os.getuid() == 0:  # root may write everywhere
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    else:
        tmp_path.chmod(0o500)
    with pytest.raises(DatabaseFolderError, match="cannot be written to"):
        open_database(f"sqlite:///{tmp_path}/x.db")


def test_a_file_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    file = tmp_path / "x.db"
    file.touch(0o400)
    if os.getuid() == 0:
        monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != file)
    with pytest.raises(DatabaseFolderError, match=f"the file {file} cannot be written to"):
        open_database(f"sqlite:///{file}")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "data/x.db",
        "mysql://host/x",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://host",
        "postgresql://h:x/y",
    ],
)
def test_a_url_that_names_no_usable_database_is_refused_with_what_is_expected(url):
    with pytest.raises(DatabaseUrlError, match="expected sqlite:///"):
        open_database(url)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+asyncpg"])
async def test_the_usual_spellings_of_postgresql_are_understood(scheme):
    database = open_database(f"{scheme}://user@127.0.0.1:1/name?sslmode=disable")
    assert database.dialect == "postgresql"
    await database.close()

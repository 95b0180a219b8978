"""The outbox at a glance."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import event, text

from storage import outbox
from storage.models import FanOut
from storage.outbox import Pulse
from storage.pulse import MOST
from storage.statements import insert, run
from tests.storage import made
from tests.storage.made import NOW, claim, later, settle


async def test_an_empty_outbox_has_nothing_oldest(sessions):
    async with sessions.read() as session:
        assert await outbox.pulse(session, NOW) == Pulse(owed=0, in_doubt=0, dead=0, oldest=None)


async def test_what_is_owed_in_doubt_and_dead_is_counted_and_what_is_done_is_not(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1, 2, 3, 4, 5])
        done, dead, waiting, doubtful, owed = await claim(session)
        await settle(session, "sent", done, message_id=1)
        await settle(session, "dead", dead, reason="poison")
        await settle(session, "later", waiting, due=later(minutes=1))
        await settle(session, "again", owed)
        found = await outbox.pulse(session, later(seconds=10))
        assert found == Pulse(owed=3, in_doubt=1, dead=1, oldest=NOW)
        counts = await outbox.counts(session)
        assert (found.owed, found.in_doubt, found.dead) == (counts.owed, counts.in_doubt, counts.dead)
        assert doubtful.chat_id == 4


async def test_a_notice_is_old_from_its_due_time_on(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await settle(session, "later", *await claim(session), due=later(minutes=1))
        assert (await outbox.pulse(session, NOW)).oldest is None
        assert (await outbox.pulse(session, later(minutes=2))).oldest == later(minutes=1)
        await claim(session, later(minutes=2))
        assert (await outbox.pulse(session, later(minutes=2))).in_doubt == 1


async def test_an_article_that_is_still_fanned_out_is_owed_since_it_was_seen(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session))
        await run(session, insert(session, FanOut).values(article_id=article_id, topics=["sport"], cursor=0))
        assert (await outbox.pulse(session, NOW)).oldest == NOW


async def test_it_counts_no_further_than_told(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1, 2, 3])
        assert (await outbox.pulse(session, NOW, most=2)).owed == 2


async def test_unless_told_it_counts_to_ten_thousand_and_no_further(sessions):
    async with sessions.write() as session:
        (article_id,) = await made.owed(session, [1])
        await _many(session, article_id, 2, 12_000, "NULL")
        assert (await outbox.pulse(session, NOW)).owed == MOST == 10_000


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_every_look_goes_by_an_index_of_what_is_open(database, database_url):
    async with database.sessions.write() as session:
        await made.owed(session, [1])
        asked = _listen(session)
        await outbox.pulse(session, NOW)  # something is owed
        await outbox.cancel(session, 1)
        await outbox.pulse(session, NOW)  # and nothing
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as file:
        plans = [
            line
            for sql, values in asked
            if sql.startswith("SELECT")
            for *_, line in file.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    assert len(plans) >= 12
    assert any("INDEX delivery_owed" in line for line in plans)
    assert any("INDEX delivery_leased" in line for line in plans)
    assert [line for line in plans if line in ("SCAN delivery", "SCAN article")] == []


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_what_postgresql_believes_of_the_table_does_not_make_it_read_all_of_it(sessions):
    async with sessions.write() as session:
        (article_id,) = await made.owed(session, [1])
        await _many(session, article_id, 2, 20_000, "7")  # not analysed: it knows nothing of what is done
        asked = _listen(session)
        await outbox.pulse(session, NOW)
        connection = await session.connection()
        plans = [
            line
            for sql, values in list(asked)
            if "FROM delivery" in sql
            for (line,) in await connection.exec_driver_sql(f"EXPLAIN {sql}", values)
        ]
    assert any("using delivery_owed" in line for line in plans)
    assert any("using delivery_leased" in line for line in plans)
    assert [line for line in plans if "Seq Scan" in line or "Bitmap" in line] == []


def _listen(session):
    """The statements with their values that are asked from now on."""
    asked = []

    def note(_connection, _cursor, statement, values, _context, _many):
        asked.append((statement, values))

    event.listen(session.get_bind().engine, "before_cursor_execute", note)
    return asked


async def _many(session, article_id, first, last, message_id):
    """Deliveries to the chats from one to another, in one statement."""
    numbers = (
        f"WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
        f" SELECT {article_id}, i, 0, 0, {message_id} FROM n"
    )
    columns = "article_id, chat_id, thread_id, attempt, message_id"
    await run(session, text(f"INSERT INTO delivery ({columns}) {numbers}"))

"""A command beside what the sender writes about the same chat: neither may wait for the other for ever. PostgreSQL
would end one of the two; SQLite has one writer at a time."""

import asyncio

import pytest
from sqlalchemy import select, text

from bot.delivery.settler import Outcome, Settler
from storage import chats, outbox
from storage.models import Chat, Delivery
from storage.statements import run, table
from tests.storage import made
from tests.storage.made import NOW, later


@pytest.fixture
def dialect():
    return "postgresql"


async def blocked(sessions, count=1):
    """Returns once so many transactions wait for another's lock."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    async with asyncio.timeout(10):
        while True:
            async with sessions.read() as session:
                if (await run(session, text(query))).scalar_one() >= count:
                    return
            await asyncio.sleep(0.02)


async def _pause(session):
    await chats.pause(session, 1)


async def _gone(session):
    await chats.disable(session, 1, "gone", "removed from the chat")


async def _renamed_and_gone(session):
    chat = await chats.get(session, 1)
    chat.title = "Anders"
    await session.flush()
    await chats.disable(session, 1, "gone", "removed from the chat")


@pytest.mark.parametrize("command", [_pause, _gone, _renamed_and_gone])
@pytest.mark.parametrize("ending", ["again", "later", "cancelled"])
async def test_a_command_beside_a_refusal_of_its_chat(sessions, other_sessions, command, ending):
    """What a 429 or 403 leaves to be written: how the deliveries ended, then the chat's own row."""
    async with sessions.write() as session:
        await made.owed(session, [1], 3)
        claimed = await made.claim(session)
    beside = []

    async def given():
        async with other_sessions.write() as session:
            await command(session)

    async def hold(session, _):
        beside.append(asyncio.create_task(given()))
        await blocked(other_sessions)
        await chats.change(session, 1, wait_until=later(seconds=5))

    settler = Settler(sessions, lambda: NOW, lambda: None)
    due = later(seconds=5) if ending == "later" else None
    settler.report(Outcome([outbox.Settlement(one, ending, due=due) for one in claimed], [hold]))
    await settler.flush()
    (command_given,) = beside  # it was written at the first try
    await command_given
    async with sessions.read() as session:
        counts = await outbox.counts(session)
    assert (counts.owed, counts.in_doubt) == (0, 0)


async def test_a_command_beside_the_end_of_several_headlines_in_one_message(sessions, other_sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1], 3)
        claimed = await made.claim(session)
        await made.settle(session, "later", *(one for one in claimed if one.article_id == ids[0]), due=NOW)
        await made.claim(session)
    newest_first = sorted(claimed, key=lambda one: -one.article_id)

    async def sent():
        async with sessions.write() as session:
            await made.settle(session, "sent", *newest_first, message_id=7)

    async def paused():
        async with other_sessions.write() as session:
            await chats.pause(session, 1)

    async with other_sessions.write() as session:
        row = table(Delivery).c
        await run(session, select(row.chat_id).where(row.article_id == ids[-1]).with_for_update())
        both = [asyncio.create_task(sent())]
        await blocked(other_sessions)
        both.append(asyncio.create_task(paused()))
        await blocked(other_sessions, 2)
    await asyncio.gather(*both)


async def test_a_group_that_moves_by_what_it_says_and_by_an_answer_at_once(sessions, other_sessions):
    async with sessions.write() as session:
        await made.owed(session, [-1], 2)
        claimed = await made.claim(session)
    beside = []

    async def said():
        async with other_sessions.write() as session:
            await chats.migrate(session, -1, -100)

    async def move(session, _):
        beside.append(asyncio.create_task(said()))
        await blocked(other_sessions)
        await chats.migrate(session, -1, -100)

    settler = Settler(sessions, lambda: NOW, lambda: None)
    settler.report(Outcome([outbox.Settlement(one, "again") for one in claimed], [move]))
    await settler.flush()
    (moved,) = beside
    await moved
    async with sessions.read() as session:
        assert [one async for one in _ids(session)] == [-100]
        assert (await outbox.counts(session)).owed == 2


async def _ids(session):
    for one in (await run(session, select(table(Chat).c.id))).scalars():
        yield one

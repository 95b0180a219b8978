"""What is owed is claimed: once, in order, and only where it may be sent."""

import asyncio

import pytest
from sqlalchemy import select

from storage import chats, outbox
from storage.engine import open_database
from storage.models import Chat, Delivery, Notice
from storage.statements import defaults, insert, run, table
from tests.fixtures.figures import steps
from tests.storage import made
from tests.storage.made import LEASE, NOW, claim, later, settle


def pairs(owed):
    return [(one.chat_id, one.article_id) for one in owed]


async def test_all_that_is_owed_to_a_chat_comes_together_oldest_first(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1], 3)
    async with sessions.write() as session:
        owed = await claim(session)
    assert pairs(owed) == [(1, article) for article in ids]
    assert {one.attempt for one in owed} == {1}
    assert {one.kind for one in owed} == {"headline"}


async def test_channels_and_groups_come_before_readers(sessions):
    async with sessions.write() as session:
        await made.owed(session, [7, -5, 3, -1_001_234_567_890, 8_123_456_789])
    async with sessions.write() as session:
        owed = await claim(session)
    assert [one.chat_id for one in owed] == [-1_001_234_567_890, -5, 3, 7, 8_123_456_789]


async def test_no_more_chats_are_claimed_than_asked_for(sessions):
    async with sessions.write() as session:
        await made.owed(session, [-2, 1, 2, 3])
    async with sessions.write() as session:
        assert [one.chat_id for one in await claim(session, chats=2)] == [-2, 1]
        assert [one.chat_id for one in await claim(session, chats=5)] == [2, 3]


async def test_the_readers_after_the_last_one_served_come_first(sessions):
    async with sessions.write() as session:
        await made.owed(session, [-2, 1, 2, 3, 4])
    async with sessions.write() as session:
        assert [one.chat_id for one in await claim(session, chats=4, after=2)] == [-2, 3, 4, 1]


async def test_at_most_so_many_of_a_chat_are_claimed_at_once(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1, 2], 5)
    async with sessions.write() as session:
        owed = await claim(session, per_chat=2)
    assert pairs(owed) == [(chat, article) for chat in (1, 2) for article in ids[:2]]


async def test_a_chat_with_something_in_flight_is_passed_over(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1], 3)
    async with sessions.write() as session:
        first = await claim(session, per_chat=1)
        assert await claim(session) == []
        await settle(session, "sent", *first, message_id=5)
        assert pairs(await claim(session)) == [(1, ids[1]), (1, ids[2])]


async def test_excluded_chats_are_passed_over(sessions):
    async with sessions.write() as session:
        await made.owed(session, [-2, 1, 2])
    async with sessions.write() as session:
        assert [one.chat_id for one in await claim(session, exclude={-2, 1})] == [2]


async def test_a_chat_that_waits_is_passed_over_until_then(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await chats.change(session, 1, wait_until=later(seconds=30))
    async with sessions.write() as session:
        assert await claim(session, NOW) == []
        assert len(await claim(session, later(seconds=30))) == 1


async def test_nothing_is_claimed_for_chats_that_are_gone_barred_or_paused(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1, 2, 3, 4])
        await chats.change(session, 1, state="gone")
        await chats.change(session, 2, state="barred")
        await chats.change(session, 3, paused=True)
    async with sessions.write() as session:
        assert [one.chat_id for one in await claim(session)] == [4]


async def test_a_headline_that_waits_for_its_next_attempt_holds_back_the_later_ones(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1], 2)
        first = await claim(session, per_chat=1)
        await settle(session, "later", *first, due=later(seconds=10))
        assert await claim(session, NOW) == []
        assert pairs(await claim(session, later(seconds=10))) == [(1, ids[0])]


async def test_a_dead_headline_holds_back_nothing(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1], 2)
        await settle(session, "dead", *await claim(session, per_chat=1), reason="Bad Request: poison")
        assert pairs(await claim(session)) == [(1, ids[1])]


async def test_an_alert_is_claimed_with_its_payload_also_by_a_paused_chat(sessions):
    payload = {"key": "alert-chat-barred", "args": {"chat": "Bürgerkanal"}}
    async with sessions.write() as session:
        await made.chat(session, 1, paused=True)
        await outbox.owe_alert(session, 1, payload, NOW)
        (alert,) = await claim(session)
    assert (alert.kind, alert.chat_id, alert.payload, alert.attempt) == ("alert", 1, payload, 1)


async def test_an_alert_in_flight_holds_back_headlines(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1])
        await outbox.owe_alert(session, 1, {"key": "a", "args": {}}, NOW)
        alerts = await claim(session)
        assert [one.kind for one in alerts] == ["alert"]
        assert await claim(session) == []
        await settle(session, "sent", *alerts, message_id=1)
        assert pairs(await claim(session)) == [(1, ids[0])]


async def test_an_alert_to_a_chat_that_is_not_known_or_gone_is_passed_over(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, state="gone")
        for chat_id in (1, 99):
            await outbox.owe_alert(session, chat_id, {"key": "a", "args": {}}, NOW)
        assert await outbox.listing(session, 10) == []


async def test_claimers_at_once_share_without_overlap_and_keep_each_chat_whole(database_url):
    async def claimer(number):
        database = open_database(database_url)
        try:
            mine = []
            while True:
                async with database.sessions.write() as session:
                    claimed = await claim(session, chats=3)
                if not claimed:
                    return mine
                mine.append((number, claimed))
                await asyncio.sleep(0)
        finally:
            await database.close()

    database = open_database(database_url)
    async with database.sessions.write() as session:
        await made.owed(session, range(1, 41), 3)
    await database.close()
    batches = [batch for mine in await asyncio.gather(*map(claimer, range(4))) for batch in mine]
    claimed = [(one.chat_id, one.article_id) for _, batch in batches for one in batch]
    assert len(claimed) == len(set(claimed)) == 120
    owner = {}
    for number, batch in batches:
        for one in batch:
            assert owner.setdefault(one.chat_id, number) == number


async def test_a_chat_claimed_in_part_is_left_to_its_claimer(sessions, other_sessions):
    """The rest of a chat must not go to another while the first part is in flight, or order is lost."""

    async def claim_too():
        async with other_sessions.write() as session:
            return await claim(session)

    async with sessions.write() as session:
        await made.owed(session, [1, 2], 3)
    async with sessions.write() as session:
        assert len(await claim(session, per_chat=1)) == 2
        other = asyncio.create_task(claim_too())
        await asyncio.sleep(0.2)
    assert await other == []


async def test_next_due_is_now_while_something_can_be_claimed(sessions):
    async with sessions.write() as session:
        assert await outbox.next_due(session, NOW) is None
        await made.owed(session, [1])
        assert await outbox.next_due(session, NOW) == NOW
        assert await outbox.next_due(session, NOW, exclude=[1]) is None
        await claim(session)
        assert await outbox.next_due(session, NOW) is None


async def test_next_due_is_when_a_waiting_chat_has_waited(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1, 2])
        await chats.change(session, 1, wait_until=later(seconds=40))
        await chats.change(session, 2, wait_until=later(seconds=30))
        assert await outbox.next_due(session, NOW) == later(seconds=30)


async def test_next_due_is_when_a_notice_is_due(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await settle(session, "later", *await claim(session), due=later(seconds=10))
        assert await outbox.next_due(session, NOW) == later(seconds=10)
        assert await outbox.next_due(session, later(seconds=11)) == later(seconds=11)
        await chats.change(session, 1, wait_until=later(seconds=50))
        assert await outbox.next_due(session, NOW) == later(seconds=50)


async def test_the_lease_is_what_was_asked_for(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await claim(session)
        assert (await run(session, select(table(Delivery).c.lease))).scalars().all() == [LEASE]


async def test_notices_are_left_where_they_are_when_told_so(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await outbox.owe_alert(session, 1, {"key": "alert-may-not", "args": {}}, NOW)
    async with sessions.write() as session:
        assert [one.kind for one in await claim(session, notices=False)] == ["headline"]
    async with sessions.read() as session:
        assert (await outbox.counts(session)).in_doubt == 1


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_a_claim_of_notices_takes_does_not_grow_with_those_that_are_due(sessions):
    async def owe(first, last):
        async with sessions.write() as session:
            rows = [
                defaults(Chat, id=one, kind="private", since=NOW, created=NOW) for one in range(first, last)
            ]
            await session.exec(insert(session, Chat), params=rows)
            due = {"kind": "alert", "due": NOW, "created": NOW}
            rows = [defaults(Notice, chat_id=one, **due) for one in range(first, last)]
            await session.exec(insert(session, Notice), params=rows)

    async def taken():
        spent = []
        async with sessions.write() as session:
            async with steps(session, spent):
                owed = await claim(session, chats=50)
                assert len({one.chat_id for one in owed}) == 50
            await settle(session, "again", *owed)
        return spent[0]

    await owe(1, 500)
    few = await taken()
    await owe(500, 4_000)
    assert await taken() < 1.5 * few

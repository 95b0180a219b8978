"""How claimed deliveries end."""

import pytest
from sqlalchemy import text
from sqlmodel import update

from storage import chats, outbox, subscriptions
from storage.models import Chat, Notice
from storage.owed import Counts
from storage.statements import defaults, insert, run
from tests.fixtures.figures import steps
from tests.storage import made
from tests.storage.made import LEASE, NOW, claim, later, settle


async def test_a_sent_one_is_done_and_never_claimed_again(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1], 2)
        await settle(session, "sent", *await claim(session), message_id=77)
        assert await claim(session) == []
        assert await outbox.counts(session) == Counts(owed=0, in_doubt=0, dead=0, done=2)


async def test_one_given_back_is_claimed_again_and_costs_no_attempt(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        first = await claim(session)
        await settle(session, "again", *first)
        assert await claim(session) == first


async def test_one_for_later_comes_at_its_time_with_its_attempts(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1])
        await settle(session, "later", *await claim(session), due=later(seconds=10), reason="timed out")
        assert await claim(session, later(seconds=9)) == []
        (again,) = await claim(session, later(seconds=10))
        assert (again.article_id, again.attempt, again.kind) == (ids[0], 2, "headline")
        assert again.notice_id is not None


async def test_one_for_later_that_does_not_count_keeps_its_attempts(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        for _ in range(3):
            (one,) = await claim(session)
            assert one.attempt == 1
            await settle(session, "later", one, due=NOW, counted=False)


async def test_later_without_a_time_is_refused(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        with pytest.raises(ValueError, match="due time"):
            await settle(session, "later", *await claim(session))


async def test_a_notice_that_is_sent_becomes_a_done_delivery(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await settle(session, "later", *await claim(session), due=NOW)
        await settle(session, "sent", *await claim(session), message_id=12)
        assert await outbox.counts(session) == Counts(owed=0, in_doubt=0, dead=0, done=1)
        assert await outbox.listing(session, 10) == []


async def test_a_notice_can_be_given_back_and_put_off_again(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await settle(session, "later", *await claim(session), due=NOW)
        (second,) = await claim(session)
        await settle(session, "again", second)
        (again,) = await claim(session)
        assert again.attempt == second.attempt == 2
        await settle(session, "later", again, due=later(minutes=1), reason="bad gateway")
        (notice,) = await outbox.listing(session, 10)
        assert (notice.due, notice.attempts, notice.reason) == (later(minutes=1), 2, "bad gateway")


async def test_a_dead_one_is_listed_with_its_reason_and_can_be_tried_again(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [1, 2])
        await settle(session, "dead", *await claim(session), reason="Bad Request: PHOTO_INVALID")
        assert await claim(session) == []
        assert [(one.chat_id, one.reason) for one in await outbox.listing(session, 1)] == [
            (2, "Bad Request: PHOTO_INVALID")
        ]
        assert (await outbox.counts(session)).dead == 2
        assert await outbox.retry(session, later(seconds=5)) == 2
        again = await claim(session, later(seconds=5))
        assert [(one.chat_id, one.article_id, one.attempt) for one in again] == [
            (1, ids[0], 1),
            (2, ids[0], 1),
        ]
        await settle(session, "dead", *again, reason="again")
        assert (await outbox.counts(session)).dead == 2


async def test_an_alert_that_is_sent_or_cancelled_is_gone(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1)
        for ending in ("sent", "cancelled"):
            await outbox.owe_alert(session, 1, {"key": "a", "args": {}}, NOW)
            await settle(session, ending, *await claim(session), message_id=1)
            assert await outbox.listing(session, 10) == []
        assert await outbox.counts(session) == Counts(owed=0, in_doubt=0, dead=0, done=0)


async def test_a_cancelled_one_is_gone(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await settle(session, "cancelled", *await claim(session))
        assert await outbox.counts(session) == Counts(owed=0, in_doubt=0, dead=0, done=0)


@pytest.mark.parametrize("ending", ["sent", "again", "later", "dead", "cancelled"])
async def test_what_was_cancelled_while_it_was_on_the_wire_stays_so(sessions, ending):
    async with sessions.write() as session:
        await made.owed(session, [1])
        claimed = await claim(session)
        await subscriptions.clear(session, 1)
        await settle(session, ending, *claimed, message_id=1, due=NOW, reason="no")
        assert await outbox.counts(session) == Counts(owed=0, in_doubt=0, dead=0, done=0)


async def test_many_endings_are_written_at_once(sessions):
    async with sessions.write() as session:
        await made.owed(session, range(1, 6))
        one, two, three, four, five = await claim(session)
        endings = [
            outbox.Settlement(one, "sent", message_id=1),
            outbox.Settlement(two, "again"),
            outbox.Settlement(three, "later", due=later(seconds=1)),
            outbox.Settlement(four, "dead", reason="poison"),
            outbox.Settlement(five, "cancelled"),
        ]
        await outbox.settle(session, endings, NOW)
        assert await outbox.counts(session) == Counts(owed=2, in_doubt=0, dead=1, done=1)


async def test_a_disabled_chat_loses_all_that_is_owed_but_not_what_it_got(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1, 2], 3)
        await settle(session, "sent", *await claim(session, per_chat=1), message_id=1)
        await settle(session, "later", *await claim(session, per_chat=1), due=NOW)
        await outbox.owe_alert(session, 1, {"key": "a", "args": {}}, NOW)
        assert await chats.disable(session, 1, "gone", "Forbidden: bot was blocked by the user") == 3
        assert (await outbox.counts(session)) == Counts(owed=2, in_doubt=0, dead=0, done=2)
        assert {one.chat_id for one in await claim(session)} == {2}


async def test_pausing_cancels_headlines_and_keeps_alerts(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1])
        await outbox.owe_alert(session, 1, {"key": "a", "args": {}}, NOW)
        await chats.pause(session, 1)
        assert [one.kind for one in await claim(session)] == ["alert"]
        await chats.resume(session, 1, NOW)
        assert (await outbox.counts(session)).owed == 1


async def left_by_a_dead_sender(session, chat_ids=(1,), count=1):
    ids = await made.owed(session, chat_ids, count)
    await claim(session)
    return ids


async def test_what_a_dead_sender_left_is_sent_once_more_then_is_dead_with_reason_unknown(sessions):
    async with sessions.write() as session:
        (article,) = await left_by_a_dead_sender(session)
        assert await outbox.give_up(session, NOW) == 0
        (once_more,) = await outbox.doubtful(session, chats=10, lease=LEASE)
        assert (once_more.article_id, once_more.attempt) == (article, 2)
        assert await outbox.doubtful(session, chats=10, lease=LEASE) == []
        assert [await outbox.give_up(session, NOW) for _ in range(2)] == [1, 0]
        (dead,) = await outbox.listing(session, 10)
        assert (dead.reason, dead.due, dead.lease, dead.article_id) == ("unknown", None, None, article)
        assert await claim(session, later(minutes=10)) == []


async def test_a_doubtful_one_that_arrives_the_second_time_is_done(sessions):
    async with sessions.write() as session:
        await left_by_a_dead_sender(session, [1, 2])
        again = await outbox.doubtful(session, chats=10, lease=LEASE + 240)
        await settle(session, "sent", *again, message_id=3)
        assert (await outbox.counts(session)).done == 2


async def test_doubtful_ones_come_some_chats_at_a_time(sessions):
    async with sessions.write() as session:
        await left_by_a_dead_sender(session, [1, 2, 3], 2)
        first = await outbox.doubtful(session, chats=2, lease=LEASE + 240)
        assert [one.chat_id for one in first] == [1, 1, 2, 2]
        second = await outbox.doubtful(session, chats=2, lease=LEASE + 240)
        assert [one.chat_id for one in second] == [3, 3]
        assert await outbox.doubtful(session, chats=2, lease=LEASE + 240) == []


async def test_notices_left_by_a_dead_sender_are_doubtful_too(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1)
        await outbox.owe_alert(session, 1, {"key": "a", "args": {"n": 1}}, NOW)
        await claim(session)
        (alert,) = await outbox.doubtful(session, chats=10, lease=LEASE + 240)
        assert (alert.kind, alert.payload, alert.attempt) == ("alert", {"key": "a", "args": {"n": 1}}, 2)
        assert await outbox.give_up(session, NOW) == 1
        (dead,) = await outbox.listing(session, 10)
        assert (dead.kind, dead.reason, dead.due) == ("alert", "unknown", None)


async def test_done_deliveries_of_old_articles_are_forgotten_in_portions(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        for chat_id in (1, 2, 3):
            await made.chat(session, chat_id, "sport")
        for number, when in enumerate([NOW, NOW, later(days=9)]):
            article = await made.article(session, source, f"a{number}", now=when)
            await outbox.fan_out(session, article, ["sport"])
        await settle(session, "sent", *await claim(session, per_chat=2), message_id=1)
        assert await outbox.forget_done(session, NOW, 100) == 0
        assert await outbox.forget_done(session, later(days=8), 4) == 4
        assert await outbox.forget_done(session, later(days=8), 4) == 2
        assert await outbox.forget_done(session, later(days=8), 4) == 0
        assert await outbox.counts(session) == Counts(owed=3, in_doubt=0, dead=0, done=0)


async def test_what_is_in_flight_to_a_disabled_chat_is_not_counted_as_cancelled_there(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1], 3)
        assert len(await claim(session, per_chat=1)) == 1
        assert await chats.disable(session, 1, "gone", "Forbidden: bot was blocked by the user") == 2
        assert (await outbox.counts(session)) == Counts(owed=0, in_doubt=0, dead=0, done=0)


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_what_trying_the_dead_again_takes_does_not_grow_with_the_chats(sessions):
    async def taken():
        spent = []
        async with sessions.write() as session:
            async with steps(session, spent):
                assert await outbox.retry(session, NOW) == 200
            await session.exec(update(Notice).values(due=None))
        return spent[0]

    async with sessions.write() as session:
        await made.owed(session, range(1, 201))
        await settle(session, "dead", *await claim(session, chats=200), reason="Bad Request: PHOTO_INVALID")
    few = await taken()
    async with sessions.write() as session:
        more = [
            defaults(Chat, id=number, kind="private", since=NOW, created=NOW) for number in range(1000, 4000)
        ]
        await session.exec(insert(session, Chat), params=more)
    assert await taken() < 1.5 * few


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_there_are_notices_beyond_the_first_two_billion(sessions):
    async with sessions.write() as session:
        await made.owed(session)
        await run(session, text("SELECT setval('notice_id_seq', 2147483647)"))
        await settle(session, "dead", *await claim(session), reason="Bad Request: PHOTO_INVALID")
        assert await outbox.retry(session, NOW) == 1
        (again,) = await claim(session)
        assert again.notice_id == 2**31
        await settle(session, "sent", again, message_id=7)
        assert await outbox.listing(session, 10) == []

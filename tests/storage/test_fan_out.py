"""Owing an article to those who follow its topics."""

import asyncio

import pytest
from sqlalchemy import update

from storage import articles, chats, outbox, subscriptions
from storage.models import Subscription
from storage.statements import run
from tests.storage import made
from tests.storage.made import BEFORE, NOW, claim, later, settle


async def owed_to(session):
    return sorted(one.chat_id for one in await claim(session))


async def test_it_goes_to_all_who_follow_one_of_its_topics_or_all(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
        await made.chat(session, 2, "wirtschaft")
        await made.chat(session, 3, "all")
        await made.chat(session, 4, "kultur")
        await made.chat(session, 5)
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport", "wirtschaft"]) == 3
        assert await owed_to(session) == [1, 2, 3]


async def test_a_chat_that_follows_several_of_its_topics_gets_it_once(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport", "wirtschaft", "all")
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport", "wirtschaft"]) == 1
        assert await owed_to(session) == [1]


async def test_it_does_not_go_to_those_who_cannot_or_do_not_want_it(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport", paused=True)
        await made.chat(session, 2, "sport", state="gone")
        await made.chat(session, 3, "sport", state="barred")
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport"]) == 0


async def test_a_chat_gets_what_appears_after_it_subscribed(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, now=BEFORE)
        await subscriptions.add(session, 1, ["sport"], later(seconds=1))
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport"]) == 0


async def test_following_a_topic_again_keeps_the_first_date(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
        await subscriptions.add(session, 1, ["sport", "kultur"], later(seconds=1))
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport"]) == 1


@pytest.mark.parametrize("back", ["resumed", "unblocked", "wrote"])
async def test_what_appeared_while_a_chat_was_away_is_not_owed_when_topics_come_late(sessions, back):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport", paused=back == "resumed")
        if back != "resumed":
            await chats.disable(session, 1, "gone", "Forbidden: bot was blocked by the user")
        article = await made.article(session, await made.source(session))
        if back == "resumed":
            await chats.resume(session, 1, later(seconds=1))
        elif back == "unblocked":
            await chats.enable(session, 1, later(seconds=1))
        else:
            await made.chat(session, 1, now=later(seconds=1))
        assert await outbox.fan_out(session, article, ["sport"]) == 0
        next_one = await made.article(session, await made.source(session), "a2", now=later(seconds=2))
        assert await outbox.fan_out(session, next_one, ["sport"]) == 1


@pytest.mark.parametrize("ending", ["owed", "claimed", "sent", "later", "dead"])
async def test_topics_that_come_late_do_not_owe_it_again(sessions, ending):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport", "kultur")
        await made.chat(session, 2, "kultur")
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport"]) == 1
        if ending != "owed":
            claimed = await claim(session)
            if ending != "claimed":
                await settle(session, ending, *claimed, message_id=9, due=later(hours=1), reason="poison")
        assert await outbox.fan_out(session, article, ["kultur"]) == 1
        chats_of = {one.chat_id for one in await claim(session)}
        assert chats_of == ({1, 2} if ending == "owed" else {2})


async def test_a_large_audience_is_owed_page_by_page_channels_first(sessions):
    async with sessions.write() as session:
        for chat_id in [5, -3, 9, -1_001_234_567_890, 2, 7]:
            await made.chat(session, chat_id, "sport", "all")
        article = await made.article(session, await made.source(session))
        assert await outbox.fan_out(session, article, ["sport"], page=2) == 2
        assert await owed_to(session) == [-1_001_234_567_890, -3]
        assert await outbox.continue_fan_out(session, page=2) == 2
        assert await owed_to(session) == [2, 5]
        assert await outbox.continue_fan_out(session, page=2) == 2
        assert await owed_to(session) == [7, 9]
        assert await outbox.continue_fan_out(session, page=2) == 0
        assert await outbox.continue_fan_out(session, page=2) is None


async def test_topics_that_come_while_pages_are_being_written_reach_all_once(sessions):
    async with sessions.write() as session:
        for chat_id in range(1, 8):
            await made.chat(session, chat_id, "sport" if chat_id % 2 else "kultur")
        article = await made.article(session, await made.source(session))
        written = await outbox.fan_out(session, article, ["sport"], page=2)
        written += await outbox.fan_out(session, article, ["kultur"], page=2)
        while (more := await outbox.continue_fan_out(session, page=2)) is not None:
            written += more
        assert written == 7
        assert await owed_to(session) == list(range(1, 8))


async def test_an_article_that_is_gone_owes_nothing(sessions):
    async with sessions.write() as session:
        assert await outbox.fan_out(session, 4711, ["sport"]) == 0


async def test_the_pages_of_a_removed_article_go_with_it(sessions):
    async with sessions.write() as session:
        for chat_id in (1, 2, 3):
            await made.chat(session, chat_id, "sport")
        source = await made.source(session)
        article = await made.article(session, source)
        await outbox.fan_out(session, article, ["sport"], page=1)
        await made.sources.sync(session, [], NOW)
        assert await articles.expire(session, later(days=1), 10) == 1
        assert await outbox.continue_fan_out(session) is None
        assert (await outbox.counts(session)).owed == 0


async def test_two_that_owe_it_at_once_owe_it_once(sessions, other_sessions):
    async def owe_too():
        async with other_sessions.write() as session:
            return await outbox.fan_out(session, article, ["kultur"])

    async with sessions.write() as session:
        for chat_id in range(1, 31):
            await made.chat(session, chat_id, "sport", "kultur")
        # In threads of their own, so that no key stops the second
        await run(session, update(Subscription).where(Subscription.topic == "kultur").values(thread_id=7))
        article = await made.article(session, await made.source(session))
    async with sessions.write() as session:
        assert await outbox.fan_out(session, article, ["sport"]) == 30
        other = asyncio.create_task(owe_too())
        await asyncio.sleep(0.2)
    assert await other == 0


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
@pytest.mark.parametrize("back", ["resumed", "unblocked", "wrote"])
async def test_what_a_fan_out_beside_a_leave_has_owed_does_not_come_as_old_news(
    sessions, other_sessions, back
):
    async with sessions.write() as session:
        source = await made.source(session)
        await made.chat(session, 1, "sport")
    async with sessions.write() as session:
        assert await outbox.fan_out(session, await made.article(session, source), ["sport"]) == 1
        async with other_sessions.write() as other:
            if back == "resumed":
                await chats.pause(other, 1)
            else:
                await chats.disable(other, 1, "gone", "Forbidden: bot was blocked by the user")
    async with sessions.write() as session:
        if back == "resumed":
            await chats.resume(session, 1, later(hours=5))
        elif back == "unblocked":
            await chats.enable(session, 1, later(hours=5))
        else:
            await made.chat(session, 1, now=later(hours=5))
        assert await claim(session, later(hours=6)) == []


async def test_who_resumes_without_a_break_gets_what_is_being_owed_just_then(sessions):
    async with sessions.write() as session:
        for chat_id in range(1, 4):
            await made.chat(session, chat_id, "sport")
        article = await made.article(session, await made.source(session))
        await outbox.fan_out(session, article, ["sport"], page=2)
        for chat_id in (1, 3):
            await chats.resume(session, chat_id, later(seconds=1))
        await outbox.continue_fan_out(session, page=2)
        assert await owed_to(session) == [1, 2, 3]


@pytest.mark.parametrize("away", ["paused", "blocked", "stopped"])
async def test_pages_that_come_after_a_break_bring_no_old_news(sessions, away):
    async with sessions.write() as session:
        for chat_id in range(1, 4):
            await made.chat(session, chat_id, "sport")
        article = await made.article(session, await made.source(session))
        await outbox.fan_out(session, article, ["sport"], page=2)
        if away == "paused":
            await chats.pause(session, 3)
            await chats.resume(session, 3, later(seconds=1))
        elif away == "blocked":
            await chats.disable(session, 3, "gone", "Forbidden: bot was blocked by the user")
            await chats.enable(session, 3, later(seconds=1))
        else:
            await subscriptions.clear(session, 3)
            await subscriptions.add(session, 3, ["sport"], later(seconds=1))
        await outbox.continue_fan_out(session, page=2)
        assert await owed_to(session) == [1, 2]


async def test_the_oldest_headline_that_is_still_coming_is_known(sessions):
    async with sessions.write() as session:
        for chat_id in range(1, 4):
            await made.chat(session, chat_id, "sport")
        source = await made.source(session)
        assert await outbox.oldest_coming(session) is None
        for number, when in enumerate((NOW, later(seconds=-7), later(seconds=5))):
            article = await made.article(session, source, f"a{number}", now=when)
            await outbox.fan_out(session, article, ["sport"], page=3 if number == 0 else 2)
        assert await outbox.oldest_coming(session) == later(seconds=-7)

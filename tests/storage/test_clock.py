"""The clock is set back: sources are polled on at their pace, and nobody waits until it has caught up."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.catalogue import SourceSpec
from storage import chats, clock, corrections, hubs, outbox, pages, sources
from storage.models import Correction
from storage.sources import PollResult
from storage.statements import insert, run
from tests.storage import made

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
async def declared(sessions):
    """Three sources: polled just now, refused until tomorrow, and never polled."""
    specs = [SourceSpec(name, f"https://{name}.example/") for name in ("eben", "morgen", "neu")]
    async with sessions.write() as session:
        await sources.sync(session, specs, NOW)
        one, two, _ = await sources.claim_due(session, NOW, NOW + MINUTE, 3)
        await sources.settle(session, one.id, PollResult(NOW + 5 * MINUTE), NOW)
        await sources.settle(session, two.id, PollResult(NOW + 24 * HOUR, error="HTTP 429"), NOW)
    return sessions


async def set_back(sessions, by):
    async with sessions.write() as session:
        count = await clock.set_back(session, NOW - by, NOW - by + MINUTE)
    async with sessions.read() as session:
        return count, {row.name: row for row in await sources.every(session)}


async def test_each_rests_for_as_long_as_it_was_to_rest(declared):
    count, rows = await set_back(declared, HOUR)
    assert count == 3
    assert rows["eben"].next_poll == NOW - HOUR + 5 * MINUTE
    assert rows["morgen"].next_poll == NOW - HOUR + 24 * HOUR
    assert (rows["morgen"].failures, rows["morgen"].error) == (1, "HTTP 429")


async def test_a_lease_of_the_future_ends_as_one_of_today_and_what_was_never_polled_is_due(declared):
    _, rows = await set_back(declared, HOUR)
    assert rows["neu"].polling_until == NOW - HOUR + MINUTE
    assert rows["neu"].next_poll <= NOW - HOUR


async def test_it_is_done_once_and_a_clock_that_differs_a_little_changes_nothing(declared):
    assert (await set_back(declared, timedelta(seconds=20)))[0] == 0
    before = (await set_back(declared, HOUR))[1]
    again, rows = await set_back(declared, HOUR)
    assert again == 0
    assert {name: row.next_poll for name, row in rows.items()} == {
        name: row.next_poll for name, row in before.items()
    }


async def test_what_is_owed_later_and_a_chat_that_waits_wait_no_longer_than_they_were_to(declared):
    async with declared.write() as session:
        for chat_id in (1, 2):
            await made.chat(session, chat_id)
            await outbox.owe_alert(session, chat_id, {"key": "a", "args": {}}, NOW)
        await chats.change(session, 2, wait_until=NOW + 10 * MINUTE)
        await chats.change(session, 1, wait_until=NOW - 2 * HOUR)
    await set_back(declared, HOUR)
    async with declared.write() as session:
        assert [one.chat_id for one in await made.claim(session, NOW - HOUR)] == [1]
        assert await outbox.next_due(session, NOW - HOUR) == NOW - HOUR + 10 * MINUTE
        assert (await chats.get(session, 1)).wait_until == NOW - 2 * HOUR


async def test_pages_corrections_and_hubs_are_due_as_soon_as_they_were_to_be(declared):
    async with declared.write() as session:
        article = await _article(session, NOW, text_due=NOW + MINUTE)
        await run(session, insert(session, Correction).values(article_id=article, edits=0, due=NOW + MINUTE))
        (source, *_) = await sources.every(session)
        assert await hubs.offer(session, source.id, "https://hub.example/", "x", "https://bot.example/", NOW)
    await set_back(declared, HOUR)
    async with declared.read() as session:
        assert await pages.next_due(session, NOW - 2 * HOUR) == NOW - HOUR + MINUTE
        assert await corrections.next_due(session) == NOW - HOUR + MINUTE
        assert await hubs.next_due(session) == NOW - HOUR


async def test_who_followed_a_moment_before_gets_what_is_news_from_now_on(declared):
    async with declared.write() as session:
        await made.chat(session, 1, "sport", now=NOW)
    await set_back(declared, HOUR)
    async with declared.write() as session:
        article = await _article(session, NOW - HOUR + MINUTE)
        assert await outbox.fan_out(session, article, ["sport"]) == 1


async def _article(session, now, **more):
    (source, *_) = await sources.every(session)
    return await made.article(session, source.id, now=now, **more)

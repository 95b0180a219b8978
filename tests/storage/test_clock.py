"""The clock is set back: sources are polled on at their pace, and nobody waits until it has caught up."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.catalogue import SourceSpec
from storage import clock, sources
from storage.sources import PollResult

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

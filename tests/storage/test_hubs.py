"""Subscriptions at hubs: one a source, asked by one replica at a time, and only what was asked is verified."""

from datetime import timedelta

import pytest

from storage import hubs, sources
from storage.models import Source
from tests.storage import made
from tests.storage.made import NOW, later

HUB, TOPIC, PLACE = "https://hub.example/", "https://news.example/feed", "a1b2c3"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
async def source_id(sessions):
    """A source whose feed has just named its hub."""
    async with sessions.write() as session:
        source_id = await made.source(session)
        assert await hubs.offer(session, source_id, HUB, TOPIC, PLACE, NOW)
    return source_id


async def row(sessions):
    async with sessions.read() as session:
        (found,) = await hubs.every(session)
    return found


async def claim(sessions, now=NOW):
    async with sessions.write() as session:
        return await hubs.claim_due(session, now, now + 10 * MINUTE, 10)


async def verify(sessions, topic=TOPIC, now=NOW, lease=DAY):
    async with sessions.write() as session:
        callback = (await hubs.every(session))[0].callback
        return await hubs.verify(session, callback, topic, now, lease, lease / 2)


async def test_an_offer_makes_a_callback_and_a_secret_that_nobody_guesses(sessions, source_id):
    found = await row(sessions)
    assert (found.state, found.url, found.topic, found.due) == ("new", HUB, TOPIC, NOW)
    assert found.callback.startswith(PLACE)
    assert len(found.callback) >= len(PLACE) + 32
    assert len(found.secret) >= 40
    assert found.secret not in found.callback


async def test_the_same_offer_again_changes_nothing(sessions, source_id):
    before = await row(sessions)
    async with sessions.write() as session:
        assert not await hubs.offer(session, source_id, HUB, TOPIC, PLACE, later(hours=1))
    assert await row(sessions) == before


async def test_no_offer_makes_no_row_and_ends_one(sessions, source_id):
    async with sessions.write() as session:
        other = await made.source(session, "Bote")
        assert not await hubs.offer(session, other, "", TOPIC, PLACE, NOW)
        assert await hubs.offer(session, source_id, "", TOPIC, PLACE, NOW)
    assert (await row(sessions)).state == "leaving"


async def test_one_replica_asks(sessions, other_sessions, source_id):
    assert len(await claim(sessions)) == 1
    assert await claim(other_sessions) == []
    assert await claim(sessions, later(minutes=9)) == []
    (again,) = await claim(sessions, later(minutes=10))
    assert (again.state, again.attempts) == ("asked", 2)


async def test_nothing_is_verified_that_was_not_asked(sessions, source_id):
    assert await verify(sessions) is None
    await claim(sessions)
    assert await verify(sessions, topic="https://other.example/") is None
    assert await verify(sessions) == source_id
    found = await row(sessions)
    assert (found.state, found.until, found.due, found.attempts) == ("active", NOW + DAY, NOW + DAY / 2, 0)


async def test_an_answer_that_comes_after_the_verification_changes_nothing(sessions, source_id):
    (asked,) = await claim(sessions)
    await verify(sessions)
    verified = await row(sessions)
    async with sessions.write() as session:
        await hubs.settle(session, asked, later(days=9), "HTTP 500", refused=True)
    assert await row(sessions) == verified


async def test_a_renewal_keeps_it_active_while_the_lease_runs(sessions, source_id):
    await claim(sessions)
    await verify(sessions)
    (renewed,) = await claim(sessions, NOW + DAY / 2)
    async with sessions.write() as session:
        await hubs.settle(session, renewed, NOW + DAY * 2, "HTTP 403", refused=True)
    assert (await row(sessions)).state == "active"
    (late,) = await claim(sessions, NOW + DAY * 2)
    assert late.state == "asked"


async def test_a_denial_ends_it_and_one_that_was_to_be_left_goes(sessions, source_id):
    await claim(sessions)
    await verify(sessions)
    callback = (await row(sessions)).callback
    async with sessions.write() as session:
        assert await hubs.deny(session, callback, "https://other.example/", "voll", later(days=1)) is None
        assert await hubs.deny(session, callback, TOPIC, "voll", later(days=1)) == source_id
    found = await row(sessions)
    assert (found.state, found.reason, found.until, found.due) == ("refused", "voll", None, later(days=1))
    async with sessions.write() as session:
        await hubs.offer(session, source_id, "", "", PLACE, NOW)
        assert await hubs.deny(session, callback, TOPIC, "voll", later(days=1)) == source_id
        assert await hubs.every(session) == []


async def test_the_hubs_of_sources_that_left_the_file_are_left(sessions, source_id):
    async with sessions.write() as session:
        await sources.sync(session, [], NOW)
        await hubs.in_line(session, PLACE, later(hours=1))
    (leaving,) = await claim(sessions, later(hours=1))
    assert leaving.state == "leaving"
    async with sessions.write() as session:
        assert await hubs.left(session, leaving.callback, "https://other.example/") is None
        assert await hubs.left(session, leaving.callback, TOPIC) == source_id
        assert await hubs.every(session) == []


async def test_the_hub_of_a_source_that_was_stopped_is_left(sessions, source_id):
    async with sessions.write() as session:
        (await session.get(Source, source_id)).stopped = "it is gone"
    async with sessions.write() as session:
        await hubs.in_line(session, PLACE, NOW)
    assert (await row(sessions)).state == "leaving"


async def test_one_that_is_wanted_again_is_not_forgotten(sessions, source_id):
    async with sessions.write() as session:
        await hubs.offer(session, source_id, "", TOPIC, PLACE, NOW)
    (leaving,) = await claim(sessions)
    async with sessions.write() as session:
        assert await hubs.offer(session, source_id, HUB, TOPIC, PLACE, NOW)
        await hubs.forget(session, leaving)
    assert (await row(sessions)).state == "new"


async def test_another_address_of_ours_is_subscribed_anew_with_new_secrets(sessions, source_id):
    await claim(sessions)
    await verify(sessions)
    before = await row(sessions)
    async with sessions.write() as session:
        await hubs.in_line(session, PLACE, NOW)
    assert await row(sessions) == before
    async with sessions.write() as session:
        await hubs.in_line(session, "ffffff", NOW)
    after = await row(sessions)
    assert (after.state, after.due, after.callback[:6]) == ("new", NOW, "ffffff")
    assert after.secret != before.secret


async def test_the_next_to_be_asked_is_known(sessions, source_id):
    async with sessions.read() as session:
        assert await hubs.next_due(session) == NOW
    await claim(sessions)
    async with sessions.read() as session:
        assert await hubs.next_due(session) == later(minutes=10)
        callback = (await hubs.every(session))[0].callback
        assert (await hubs.by_callback(session, callback)).source_id == source_id
        assert await hubs.by_callback(session, "x" * 32) is None

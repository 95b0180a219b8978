"""The sender hears of what other processes owe at once, not at its next look."""

import asyncio

import pytest

from storage import corrections, outbox
from storage.holder import holding
from storage.outbox import Settlement
from tests.storage import made
from tests.storage.made import NOW


@pytest.fixture
def dialect():
    """On SQLite there is one process."""
    return "postgresql"


async def heard(bell):
    async with asyncio.timeout(15):
        await bell.wait()
    bell.clear()


async def test_a_headline_a_correction_and_an_alert_ring_once_they_are_committed(sessions, database_url):
    bell = asyncio.Event()
    async with holding(database_url, on_owed=bell.set):
        async with sessions.write() as session:
            [article_id] = await made.owed(session)
            await asyncio.sleep(0.1)
            assert not bell.is_set()
        await heard(bell)
        async with sessions.write() as session:
            [owed] = await made.claim(session)
            await outbox.settle(session, [Settlement(owed, "sent", message_id=7)], NOW)
            assert await corrections.note(session, article_id, NOW)
        await heard(bell)
        async with sessions.write() as session:
            await outbox.owe_alert(session, 1, {"key": "alert-markup", "args": {}}, NOW)
        await heard(bell)


async def test_what_owes_nobody_anything_is_silent(sessions, database_url):
    bell = asyncio.Event()
    async with holding(database_url, on_owed=bell.set):
        async with sessions.write() as session:
            source_id = await made.source(session)
            article_id = await made.article(session, source_id)
            assert await outbox.fan_out(session, article_id, ["sport"]) == 0
        await asyncio.sleep(0.2)
        assert not bell.is_set()

"""Whom nothing could be told: admins who come later, and deliveries to whom the bot may not write any more."""

from datetime import timedelta

import pytest

from bot.domain.health import Standing
from storage import outbox, sources
from storage.sources import PollResult
from tests.fixtures.talking import CATALOGUE
from tests.flow.test_metrics import sum_of


@pytest.fixture
def admin(talk, standin):
    """An admin who has not started the bot."""
    user = standin.add_user("Verwalterin")
    talk.services.admins = (user.id,)
    talk.woken = []
    talk.services.wake_sender = lambda: talk.woken.append(True)
    return user


async def troubled(talk, trouble, error="no line with a time", **standing):
    """The source stands so, and nobody could be told."""
    async with talk.services.sessions.write() as session:
        await sources.sync(session, CATALOGUE.sources, talk.now)
        (row,) = await sources.every(session)
        known = Standing(trouble=trouble, told_at=talk.now, **standing)
        await sources.settle(session, row.id, PollResult(talk.now, error=error, standing=known), talk.now)


async def owed(talk):
    async with talk.services.sessions.read() as session:
        return await outbox.listing(session, 10)


async def test_an_admin_who_comes_later_is_told_what_is_wrong_now(talk, admin, reader):
    await troubled(talk, "unreadable")
    await talk.say(reader, "/start")
    assert await owed(talk) == []
    await talk.say(admin, "/start")
    (alert,) = await owed(talk)
    assert (alert.chat_id, alert.kind, alert.payload["key"]) == (admin.id, "alert", "alert-source-unreadable")
    args = alert.payload["args"]
    assert (args["source"], args["reason"], args["read"]) == ("Walaw Press", "no line with a time", "never")
    assert talk.woken


async def test_an_admin_who_is_here_already_is_not_told_again(talk, admin):
    await talk.say(admin, "/start")
    await troubled(talk, "unreachable")
    talk.now += timedelta(minutes=1)
    await talk.say(admin, "/start")
    assert await owed(talk) == []


async def test_an_admin_who_had_blocked_the_bot_is_told_when_it_may_write_again(talk, admin, standin):
    await talk.say(admin, "/start")
    standin.block(admin)
    await talk.handle()
    await troubled(talk, "gone", stopped="HTTP 410 Gone, for a day or longer")
    talk.now += timedelta(days=1)
    standin.unblock(admin)
    await talk.handle()
    (alert,) = await owed(talk)
    assert alert.payload["args"]["reason"] == "HTTP 410 Gone, for a day or longer"


async def test_sources_that_are_well_or_were_taken_out_are_nothing_to_tell(talk, admin):
    await troubled(talk, None)
    await talk.say(admin, "/start")
    await troubled(talk, "silent")
    async with talk.services.sessions.write() as session:
        await sources.sync(session, (), talk.now)
    await talk.say(admin, "/start")
    assert await owed(talk) == []


async def test_what_a_blocked_bot_owed_is_counted_as_cancelled(talk, standin, reader):
    await talk.say(reader, "/subscribe sport")
    for number in range(3):
        article = await talk.publish(f"Meldung {number}")
        async with talk.services.sessions.write() as session:
            await outbox.fan_out(session, article, ["sport"])
    standin.block(reader)
    await talk.handle()
    count = sum_of(talk.services.measures, "tickerbot_deliveries_total", state="cancelled", reason="gone")
    assert count == 3

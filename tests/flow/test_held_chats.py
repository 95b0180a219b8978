"""Chats to which nothing may go for a while (429) keep nobody else from being answered: over real HTTP."""

import asyncio
import time
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

import pytest

from bot import application
from bot.delivery.api import Api
from bot.delivery.handler_rate import HandlerRateLimiter
from bot.delivery.limiter import Limiter
from bot.delivery.request import AiohttpRequest
from bot.demo.telegram.standin import BOT_ID
from bot.updates import Inbox
from handlers.registry import ALLOWED_UPDATES
from storage import updates

CROWD = 40  # more than are handled side by side


@asynccontextmanager
async def answering(standin, services, limiter):
    """The handlers as the bot runs them: updates by polling, answers through this limiter."""
    request = AiohttpRequest()
    api = Api(request, standin.token, standin.url)

    async def handle(update):
        await application.handle(app, update)

    inbox = Inbox(
        services.sessions,
        api,
        services.state,
        handle,
        lambda: datetime.now(UTC),
        bot_id=BOT_ID,
        allowed=list(ALLOWED_UPDATES),
    )
    rate = HandlerRateLimiter(limiter, inbox.aside)
    app = application.build(request, standin.token, standin.url, rate, services)
    await app.initialize()
    loops = [asyncio.create_task(loop) for loop in (inbox.poll(), inbox.work())]
    try:
        yield
    finally:
        for loop in loops:
            loop.cancel()
            with suppress(asyncio.CancelledError):
                await loop
        await app.shutdown()


class Clock:
    """Time that goes by as usual, and jumps when told."""

    jumped = 0.0

    def __call__(self):
        return time.monotonic() + self.jumped

    async def sleep(self, seconds):
        until = self() + seconds
        while self() < until:  # noqa: ASYNC110  it jumps
            await asyncio.sleep(0.02)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limiter(clock):
    return Limiter(1000, clock, clock.sleep)


@pytest.fixture
def crowd(standin, limiter):
    """People to whom nothing may go for half a minute."""
    people = [standin.add_user(f"Person {number}") for number in range(CROWD)]
    for person in people:
        limiter.hold(person.id, 30)
    return people


async def test_many_chats_that_are_held_keep_nobody_else_from_being_answered(
    talk, standin, clock, limiter, crowd
):
    other = standin.add_user("Olga")
    async with answering(standin, talk.services, limiter):
        for person in crowd:
            await standin.say(person, person.id, "/help")
        await standin.say(other, other.id, "/help")
        await standin.wait_for(lambda: standin.bot_messages(other.id), 20)
        assert not any(standin.bot_messages(person.id) for person in crowd)
        clock.jumped = 30
        await standin.wait_for(lambda: all(standin.bot_messages(person.id) for person in crowd), 20)
    assert all(len(standin.bot_messages(person.id)) == 1 for person in crowd)


async def test_a_chat_that_is_held_for_long_is_obeyed_all_the_same(talk, standin, reader, limiter):
    limiter.hold(reader.id, 3600)
    async with answering(standin, talk.services, limiter):
        await standin.say(reader, reader.id, "/subscribe sport politik")
        await standin.say(reader, reader.id, "/unsubscribe sport")
        async with asyncio.timeout(20):
            while await talk.follows(reader) != {"politik"}:  # noqa: ASYNC110  a database has no event
                await asyncio.sleep(0.05)
            while await _left(talk.services.sessions):  # noqa: ASYNC110  nor here
                await asyncio.sleep(0.05)
    assert standin.bot_messages(reader.id) == []


async def _left(sessions):
    async with sessions.read() as session:
        return await updates.waiting(session, BOT_ID, 1)

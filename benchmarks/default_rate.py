"""A thousand chats at the default 29 a second, to a stand-in that enforces Telegram's limits: how long, and any 429."""

import asyncio
import time

from benchmarks import scene
from benchmarks.common import Figure, Figures, NotHereError, Stopwatch
from bot.delivery.limiter import Limiter
from bot.demo.telegram.refusals import StandInError
from bot.demo.telegram.standin import StandIn

PER_SECOND = 29.0
LIMIT = 36 / 1000
"""Seconds for each chat."""


async def measure(quick: bool) -> Figures:
    """Once: it is the limiter's clock that is measured, not the machine."""
    chats = 200 if quick else 1000
    standin = StandIn(enforce_limits=True)
    try:
        await standin.start()
    except StandInError as error:
        raise NotHereError(str(error)) from error
    try:
        async with scene.sqlite() as database:
            await scene.followers(database.sessions, standin.add_readers(chats))
            await scene.owe(database.sessions)
            limiter = Limiter(PER_SECOND, time.monotonic)
            watch = Stopwatch()
            async with scene.sender(
                database.sessions, standin.url, chats, limiter=limiter, token=standin.token
            ) as api:
                async with asyncio.timeout(120):
                    await api.all_sent.wait()
                watch.stop()
            await scene.check_all_done(database.sessions, chats)
    finally:
        await standin.stop()
    yield Figure(f"seconds for {chats} chats", [watch.wall], "s", most=LIMIT * chats)
    yield Figure("answers 429", [sum(answer.status == 429 for answer in api.refused)], most=0)

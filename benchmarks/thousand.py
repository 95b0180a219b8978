"""A thousand messages a second with 60 ms round trip: whether they are kept up, and what that costs."""

import asyncio
import gc
import time

from benchmarks import scene, server
from benchmarks.common import Figure, Figures, Stopwatch, percentile
from bot.delivery.limiter import Limiter

PER_SECOND = 1000
ROUND_TRIP = 0.06
KEPT_UP = 0.97
"""Of the budget: a message that is early is a 429, so that a timer's lateness is never quite made up for."""


async def measure(quick: bool) -> Figures:
    """Ten seconds of it, or three."""
    repeats, seconds = (1, 3) if quick else (3, 10)
    rates: list[float] = []
    shares: list[float] = []
    slow: list[float] = []
    with server.running(ROUND_TRIP) as url:
        for _ in range(repeats):
            watch, calls = await _once(url, PER_SECOND * seconds)
            rates.append(len(calls) / watch.wall)
            shares.append(100 * watch.cpu / watch.wall)
            slow.append(1000 * percentile(calls, 0.99))
    yield Figure("messages a second", rates, least=KEPT_UP * PER_SECOND)
    yield Figure("share of one core", shares, "%", most=60)
    yield Figure("a call, 99th percentile", slow, "ms", most=1000 * ROUND_TRIP + 25)


async def _once(url: str, chats: int) -> tuple[Stopwatch, list[float]]:
    async with scene.sqlite() as database:
        await scene.followers(database.sessions, scene.people(chats))
        await scene.owe(database.sessions)
        gc.collect()
        gc.freeze()  # as the bot does once it is up
        limiter = Limiter(PER_SECOND, time.monotonic)
        async with scene.sender(database.sessions, url, chats, limiter=limiter) as api:
            await api.started.wait()
            watch = Stopwatch()
            async with asyncio.timeout(300):
                await api.all_sent.wait()
            watch.stop()
        await scene.check_all_done(database.sessions, chats)
        return watch, api.seconds

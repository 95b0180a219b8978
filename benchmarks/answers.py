"""How soon an answer to /latest is there while a fan-out runs: the query, the limiter's first lane, and a real call."""

import asyncio
import time

from benchmarks import scene, server
from benchmarks.common import Figure, Figures, percentile
from bot.delivery.limiter import Lane, Limiter
from storage import articles
from storage.engine import Sessions

LIMIT_MS = 300
ROUND_TRIP = 0.06
BUDGETS = (29.0, 1000.0)
_EVERY = 0.1  # seconds between two people who ask; at 29 a second they take a third of the budget
_ASKING = 4_000_001  # people of their own: nobody asks twice


async def measure(quick: bool) -> Figures:
    """The 95th percentile at the default budget and at the largest, each while the queue is never empty."""
    repeats, answers = (1, 30) if quick else (3, 200)
    for per_second in BUDGETS:
        slow: list[float] = []
        for _ in range(repeats):
            with server.running(ROUND_TRIP) as url:
                slow.append(1000 * percentile(await _answers(url, per_second, answers), 0.95))
        yield Figure(f"at {per_second:g} a second, 95th percentile", slow, "ms", most=LIMIT_MS)


async def _answers(url: str, per_second: float, count: int) -> list[float]:
    """Seconds from each question to Telegram's word that the answer was sent."""
    chats = int(per_second * (count * _EVERY + 3))  # more than can go out meanwhile
    async with scene.sqlite() as database:
        await scene.followers(database.sessions, scene.people(chats))
        await scene.owe(database.sessions)
        limiter = Limiter(per_second, time.monotonic)
        async with scene.sender(database.sessions, url, chats, limiter=limiter) as api:
            await api.started.wait()
            asked = []
            for number in range(count):
                asked.append(asyncio.create_task(_answer(database.sessions, limiter, api, _ASKING + number)))
                await asyncio.sleep(_EVERY)
            seconds = await asyncio.gather(*asked)
            if api.all_sent.is_set():
                raise RuntimeError("the fan-out was over before the last answer")
        return seconds


async def _answer(sessions: Sessions, limiter: Limiter, api: scene.WatchedApi, chat: int) -> float:
    began = time.perf_counter()
    async with sessions.read() as session:
        newest = await articles.latest(session, None, 10)
    await limiter.acquire(chat, Lane.ANSWER)
    text = "\n".join(article.title for article in newest)
    answer = await api.call("sendMessage", {"chat_id": chat, "text": text})
    if not answer.ok:
        raise RuntimeError(f"an answer failed: {answer}")
    return time.perf_counter() - began

"""From a headline's publication to the last of 100 chats: the whole bot, a site polled every 2 s, 29 a second."""

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from benchmarks import scene
from benchmarks.common import Figure, Figures, percentile
from benchmarks.surroundings import surroundings
from bot import app, catalogue
from bot.config import FixedSettings
from bot.demo.news.site import NewsSite
from bot.demo.telegram.standin import StandIn
from bot.domain.catalogue import Catalogue, SourceSpec
from storage import sources
from storage.engine import Sessions

CHATS = 100
EVERY = 2.0
LIMIT = 6.0


async def measure(quick: bool) -> Figures:
    """Headlines appear at moments that have nothing to do with the polls."""
    headlines = 3 if quick else 20
    seconds: list[float] = []
    async with bot_at_work() as (standin, site):
        for _ in range(headlines):
            await asyncio.sleep(3 + random.uniform(0, EVERY))  # a reader takes one message a second
            seconds.append(await _published(standin, site))
    yield Figure("seconds to the last chat", seconds, "s")
    yield Figure("95th percentile", [percentile(seconds, 0.95)], "s", most=LIMIT)


async def _published(standin: StandIn, site: NewsSite) -> float:
    wanted = _sent(standin) + CHATS
    began = time.perf_counter()
    site.publish()
    await standin.wait_for(lambda: _sent(standin) >= wanted, 60)
    return time.perf_counter() - began


def _sent(standin: StandIn) -> int:
    return sum(call.status == 200 for call in standin.called("sendMessage"))


@asynccontextmanager
async def bot_at_work() -> AsyncIterator[tuple[StandIn, NewsSite]]:
    """A bot that has read the site once, and whose followers have got nothing yet."""
    with tempfile.TemporaryDirectory(prefix="tickerbot-benchmark-") as folder:
        url = f"sqlite:///{Path(folder) / 'benchmark.db'}"
        async with surroundings(enforce_limits=True) as (standin, site), scene.opened(url) as database:
            await scene.followers(database.sessions, standin.add_readers(CHATS))
            async with _running(standin, site, url):
                await _has_read(database.sessions)
                yield standin, site


@asynccontextmanager
async def _running(standin: StandIn, site: NewsSite, url: str) -> AsyncIterator[None]:
    given = {
        "bot_token": standin.token,
        "telegram_api_url": standin.url,
        "database_url": url,
        "listen": "127.0.0.1:0",
        "allow_private_sources": True,
    }
    source = SourceSpec(site.name, f"{site.url}/", kind="ticker", every=timedelta(seconds=EVERY))
    declared = Catalogue(catalogue.load(None).topics, (source,))
    stop = asyncio.Event()
    task = asyncio.create_task(app.run(FixedSettings.model_validate(given), declared, stop=stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def _has_read(sessions: Sessions) -> None:
    async with asyncio.timeout(60):
        while True:
            await asyncio.sleep(0.1)
            async with sessions.read() as session:
                if any(source.baseline_at for source in await sources.every(session)):
                    return

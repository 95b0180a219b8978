"""`tickerbot run` with a hundred sources: seconds until /readyz says that it is ready, and memory once all are read."""

import asyncio
import tempfile
from pathlib import Path

from benchmarks import tickerbot
from benchmarks.common import Figure, Figures
from benchmarks.surroundings import surroundings
from bot.demo.news.site import NewsSite
from bot.demo.telegram.standin import StandIn

SETTLED = 10.0
"""Seconds of polling after which memory is read."""
SOURCES = 100
_TOPIC = """\
[[topics]]
slug = "sport"
name = { de = "Sport" }
sections = ["sport"]
"""
_SOURCE = """
[[sources]]
name = "Atlas {number}"
url = "{url}/?{number}"
kind = "ticker"
every = "60s"
"""


async def measure(quick: bool) -> Figures:
    """On a SQLite file that an earlier start has made, as nearly always. Memory counts the bot, the process
    that reads pages, and the one that Python keeps beside it; what they share counts once."""
    repeats, settled = (1, 3.0) if quick else (5, SETTLED)
    seconds: list[float] = []
    memory: list[float] = []
    async with surroundings(enforce_limits=False) as (standin, site):
        for _ in range(repeats):
            with tempfile.TemporaryDirectory(prefix="tickerbot-benchmark-") as folder:
                await _once(standin, site, Path(folder), 0.5)
                took, used = await _once(standin, site, Path(folder), settled)
            seconds.append(took)
            memory.append(used)
    yield Figure("ready after", seconds, "s", most=2)
    if any(memory):
        yield Figure("memory of the bot and its children", memory, "MiB", most=120)


async def _once(standin: StandIn, site: NewsSite, folder: Path, settled: float) -> tuple[float, float]:
    sources = (_SOURCE.format(number=number, url=site.url) for number in range(SOURCES))
    (folder / "sources.toml").write_text(_TOPIC + "".join(sources), encoding="utf-8")
    async with tickerbot.running(folder, standin) as bot:
        await asyncio.sleep(settled)
        return bot.ready_after, tickerbot.memory(bot.pid, children=True)

"""`tickerbot run` with a hundred sources: seconds until /readyz says that it is ready, and memory once all are read."""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from benchmarks.common import Figure, Figures, NotHereError, now
from benchmarks.postgresql import free_port
from bot.demo.news.site import NewsSite
from bot.demo.telegram.refusals import StandInError
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
    async with _surroundings() as (standin, site):
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
    listen = f"127.0.0.1:{free_port()}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(Path(__file__).parents[1]),
        "PYTHONOPTIMIZE": "2",  # as in the image
        "BOT_TOKEN": standin.token,
        "TELEGRAM_API_URL": standin.url,
        "SOURCES_FILE": "sources.toml",
        "ALLOW_PRIVATE_SOURCES": "true",
        "LISTEN": listen,
        "LOG_LEVEL": "ERROR",
    }
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=folder, env=environment
    )
    try:
        await _ready(process, f"http://{listen}/readyz")
        took = time.perf_counter() - began
        await asyncio.sleep(settled)
        return took, _memory(process.pid)
    finally:
        process.terminate()
        await process.wait()


async def _ready(process: asyncio.subprocess.Process, url: str) -> None:
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while process.returncode is None:
            try:
                async with session.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.02)
    raise RuntimeError(f"the bot ended with status {process.returncode}")


def _memory(pid: int) -> float:
    """MiB of a process and all below it, a page that several share in parts; 0 where there is no /proc."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    share = next((line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")), "0")
    return int(share) / 1024 + sum(_memory(int(child)) for child in children)


@asynccontextmanager
async def _surroundings() -> AsyncIterator[tuple[StandIn, NewsSite]]:
    standin, site = StandIn(enforce_limits=False), NewsSite(now)
    try:
        await standin.start()
    except StandInError as error:
        raise NotHereError(str(error)) from error
    await site.start()
    try:
        yield standin, site
    finally:
        await site.stop()
        await standin.stop()

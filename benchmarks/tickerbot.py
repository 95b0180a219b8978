"""The program itself, in a process of its own."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.postgresql import free_port
from bot.demo.telegram.standin import StandIn

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that is ready, and after how many seconds it was."""

    pid: int
    ready_after: float


@asynccontextmanager
async def running(folder: Path, standin: StandIn) -> AsyncIterator[Running]:
    """`tickerbot run` in a folder with its `sources.toml`, ready; its database is there too."""
    listen = f"127.0.0.1:{free_port()}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, (_HERE / "as_installed", _HERE.parent))),
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
        yield Running(process.pid, time.perf_counter() - began)
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


def memory(pid: int, *, children: bool = False) -> float:
    """MiB of a process (and of all below it), a page that several share in parts; 0 where there is no /proc."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split() if children else []
    except OSError:
        return 0.0
    share = next((line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")), "0")
    return int(share) / 1024 + sum(memory(int(child), children=True) for child in below)

"""Polls of sources that have nothing new against a bare aiohttp loop that GETs the same; memory of 10,000 sources."""

import asyncio
import gc
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from sqlalchemy import bindparam

from benchmarks import scene, site
from benchmarks.common import Figure, Figures, Stopwatch, now, one_core, say
from bot import logs
from bot.domain.catalogue import Catalogue, CurrentCatalogue, SourceSpec
from bot.measures import Measures
from bot.sources.fetching import http
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.parser import Parser
from bot.sources.polling.lanes import AT_ONCE
from bot.sources.polling.look import digest
from bot.sources.polling.poller import Poller
from storage import sources
from storage.engine import Sessions
from storage.models import Source
from storage.statements import chunks, run, table

LIMIT = 0.7
MEMORY = 1000
"""Bytes for a source."""
_EVERY = timedelta(hours=6)
"""Nothing comes due while it is measured but what the benchmark makes due."""
KEPT = 15.0
"""Seconds that connections are kept where speed is measured: as long as aiohttp's own session keeps them."""
_MINUTE = timedelta(minutes=1)
_PATHS = {"tagged": "304", "plain": "the same 20 kB"}


async def measure(quick: bool) -> Figures:
    """Both ask every source once, each repeat in turn, on one core; connections are open already."""
    count, repeats = 1000, (2 if quick else 7)
    with site.running() as port:
        for path, name in _PATHS.items():
            async for figure in _speed(port, path, name, count, repeats):
                yield figure
        many = 1000 if quick else 10_000
        rests = [_memory(port, 1), _memory(port, many)]
    yield Figure(f"memory per source, {many:,} sources", [(rests[1] - rests[0]) / many], "bytes", most=MEMORY)


async def _speed(port: int, path: str, name: str, count: int, repeats: int) -> Figures:
    walls: list[float] = []
    cpus: list[float] = []
    rates: list[float] = []
    with one_core():
        async with polling(port, path, count) as scenery, bare() as session:
            urls = [spec.url for spec in scenery.specs]
            headers = {"If-None-Match": site.ETAG.decode()} if path == "tagged" else {}
            await get_all(session, urls, headers)
            gc.collect()
            gc.freeze()  # as the bot does once it is up; the bare loop has it too
            for _ in range(repeats):
                ours = await scenery.poll_all()
                theirs = await get_all(session, urls, headers)
                walls.append(theirs.wall / ours.wall)
                cpus.append(theirs.cpu / ours.cpu)
                rates.append(count / ours.wall)
    yield Figure(f"polls a second, answers of {name}", rates)
    yield Figure(f"{name}: polls / bare aiohttp, by the wall clock", walls, "x", least=LIMIT)
    yield Figure(f"{name}: polls / bare aiohttp, per CPU second", cpus, "x", least=LIMIT)


class Here(AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002
    ) -> list[ResolveResult]:
        """One address."""
        return [
            ResolveResult(hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0)
        ]

    async def close(self) -> None:
        """Nothing is kept."""


class Polled(Measures):
    """Counts the polls that found nothing new, and says when there were enough."""

    def __init__(self) -> None:
        super().__init__()
        self.enough = asyncio.Event()
        self._left = 0

    def expect(self, count: int) -> None:
        """So many from now on."""
        self._left = count
        self.enough.clear()

    def polled(self, result: str) -> None:
        """One more."""
        if result != "unchanged":
            raise RuntimeError(f"a poll went wrong: {result}")
        super().polled(result)
        self._left -= 1
        if not self._left:
            self.enough.set()


class Scenery:
    """A poller at work on sources that are due when the benchmark says so."""

    def __init__(
        self, sessions: Sessions, poller: Poller, polled: Polled, specs: Sequence[SourceSpec]
    ) -> None:
        self._sessions, self._poller, self._polled = sessions, poller, polled
        self.specs = specs

    async def poll_all(self) -> Stopwatch:
        """All are due at this moment: how long until each has been polled, and that is stored."""
        self._polled.expect(len(self.specs))
        async with self._sessions.write() as session:
            await run(session, table(Source).update().values(next_poll=now()))
        watch = Stopwatch()
        self._poller.wake()
        async with asyncio.timeout(300):
            await self._polled.enough.wait()
            while await self._some_leased():  # noqa: ASYNC110  a database has no event
                await asyncio.sleep(0.01)
        watch.stop()
        return watch

    async def _some_leased(self) -> bool:
        """Whether the result of a poll is still to be stored."""
        async with self._sessions.read() as session:
            return bool(await sources.leased(session, now()))

    async def spread(self, over: timedelta) -> None:
        """Each is due at a moment of its own, within this time."""
        row, pause = table(Source), over / len(self.specs)
        one = row.update().where(row.c.name == bindparam("which"))
        turn = one.values(next_poll=bindparam("turn", type_=row.c.next_poll.type))
        async with self._sessions.write() as session:
            for part in chunks(list(enumerate(self.specs))):  # what all take at once would count as the bot's
                turns = [{"which": spec.name, "turn": now() + pause * place} for place, spec in part]
                await run(session, turn, turns)
        self._poller.wake()


@asynccontextmanager
async def polling(
    port: int, path: str, count: int, every: timedelta = _EVERY, *, warm: bool = True
) -> AsyncIterator[Scenery]:
    """So many sources, each a host of its own; if `warm`, polled once just now."""
    specs = [
        SourceSpec(f"Blatt {number}", f"http://blatt-{number}.example:{port}/{path}", "feed", every=every)
        for number in range(count)
    ]
    async with scene.sqlite() as database:
        async with database.sessions.write() as session:
            await sources.sync(session, specs, now())
            await run(session, table(Source).update().values(_polled_before(path)))
        fetcher = Fetcher(allow_private=True, resolver=Here(), kept=KEPT if warm else http.KEPT)
        parser, polled = Parser(), Polled()
        current = CurrentCatalogue(Catalogue(sources=tuple(specs)))
        poller = Poller(
            database.sessions, fetcher, parser, current, now, lambda: None, measures=polled, alone=True
        )
        scenery = Scenery(database.sessions, poller, polled, specs)
        task = asyncio.create_task(poller.run())
        try:
            if warm:
                await scenery.poll_all()
            yield scenery
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await fetcher.close()
            await parser.close()


def _polled_before(path: str) -> dict[str, Any]:
    """What a source's row says that has been polled, and is not due."""
    tag = {"etag": site.ETAG.decode()} if path == "tagged" else {}
    times = {"baseline_at": now(), "last_success": now(), "last_new": now(), "last_listed": now()}
    return {**tag, **times, "body_hash": digest(site.FEED), "next_poll": now() + _EVERY}


@asynccontextmanager
async def bare() -> AsyncIterator[aiohttp.ClientSession]:
    """aiohttp as it comes, but for the names."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, resolver=Here())) as session:
        yield session


async def get_all(
    session: aiohttp.ClientSession, urls: Sequence[str], headers: Mapping[str, str]
) -> Stopwatch:
    """Each once, as many in flight as the poller has."""
    left = iter(urls)
    watch = Stopwatch()
    await asyncio.gather(*(_get(session, left, headers) for _ in range(AT_ONCE)))
    watch.stop()
    return watch


async def _get(session: aiohttp.ClientSession, urls: Iterator[str], headers: Mapping[str, str]) -> None:
    for url in urls:
        async with session.get(url, headers=headers) as response:
            await response.read()


async def _rest(port: int, count: int) -> None:
    """Prints the bytes that this process takes with so many sources, once each has been polled in its turn."""
    async with polling(port, "tagged", count, _MINUTE, warm=False) as scenery:
        await scenery.spread(_MINUTE)
        await asyncio.sleep(1.25 * _MINUTE.total_seconds())
        gc.collect()
        say(str(_resident()))


def _resident() -> int:
    """Bytes of this process alone that are in memory."""
    with open("/proc/self/smaps_rollup") as told:  # noqa: PTH123  no file of anybody
        return 1024 * sum(int(line.split()[1]) for line in told if line.startswith("Private_"))


def _memory(port: int, count: int) -> int:
    """The same of a process of its own."""
    command = [sys.executable, "-m", "benchmarks.polling", str(port), str(count)]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)  # noqa: S603  our own


if __name__ == "__main__":
    logs.configure("ERROR")
    asyncio.run(_rest(int(sys.argv[1]), int(sys.argv[2])))

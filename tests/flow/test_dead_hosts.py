"""A thousand hosts that take a connection and never answer, and a hundred that live: the living are polled on time."""

import asyncio
import gc
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from aiohttp import web
from sqlalchemy import func
from sqlmodel import select

from bot.domain.catalogue import Catalogue, CurrentCatalogue, SourceSpec
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.parser import Parser
from bot.sources.polling.poller import Poller
from storage import sources
from storage.models import Source
from tests.fixtures.figures import figure, some

EVERY = timedelta(seconds=4)
TOTAL = 2.0
LATE = figure(0.1, 0.6)
FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><item><title>Die Brücke ist wieder offen</title>"
    "<guid>1</guid><pubDate>Wed, 11 Mar 2026 08:00:00 +0100</pubDate></item></channel></rss>"
)


def hosts(network, count):
    """Addresses of this machine, each a host of its own."""
    return [f"127.{network}.{number // 250}.{number % 250 + 1}" for number in range(count)]


def now():
    return datetime.now(UTC)


def source(name, host, port):
    return SourceSpec(f"{name} {host}", f"http://{host}:{port}/", "feed", every=EVERY)


class Living:
    """Feeds that answer at once, and when each was asked."""

    def __init__(self):
        self.asked = defaultdict(list)

    async def answer(self, request):
        self.asked[request.url.host].append(time.time())
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text=FEED, content_type="application/xml", headers={"ETag": '"1"'})

    @asynccontextmanager
    async def serving(self):
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", 0, backlog=512).start()
        try:
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()


class Hole(asyncio.Protocol):
    """Takes a connection and never says a word."""

    taken: ClassVar[set] = set()

    def connection_made(self, transport):
        self.transport = transport
        self.taken.add(transport)

    def connection_lost(self, reason):
        self.taken.discard(self.transport)


@asynccontextmanager
async def black_hole():
    server = await asyncio.get_running_loop().create_server(Hole, "0.0.0.0", 0, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for transport in list(Hole.taken):
            transport.abort()


@asynccontextmanager
async def polling(sessions, specs):
    """A poller at work on these sources, all of them due already, with the clock of this machine."""
    fetcher = Fetcher(allow_private=True, connect=TOTAL, total=TOTAL)
    parser = Parser()
    await parser.warm_up()
    async with sessions.write() as session:
        await sources.sync(session, specs, now() - timedelta(minutes=1))
    catalogue = CurrentCatalogue(Catalogue(sources=tuple(specs)))
    poller = Poller(sessions, fetcher, parser, catalogue, now, lambda: None)
    gc.collect()
    gc.freeze()  # as the bot does at start
    task = asyncio.create_task(poller.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await fetcher.close()
        await parser.close()
        gc.unfreeze()


async def all_read(sessions, count, within):
    """Waits until so many sources work."""
    works = select(func.count()).where(Source.last_success.is_not(None), Source.failures == 0)
    async with asyncio.timeout(within):
        while True:
            async with sessions.read() as session:
                if (await session.exec(works)).one() == count:
                    return
            await asyncio.sleep(0.25)


def lateness(asked, due):
    """How late each request was, as a share of `every`; `due` is any time at which the source was due."""
    seconds = EVERY.total_seconds()
    return [((at - due.timestamp()) % seconds) / seconds for at in asked]


@pytest.fixture(params=some(["sqlite", "postgresql"]))
def dialect(request):
    """The database it runs on: the one with a single writer, which suffers first, and at length the other."""
    return request.param


async def test_a_thousand_dead_hosts_make_a_hundred_living_ones_at_most_a_tenth_late(sessions):
    living = Living()
    async with living.serving() as port, black_hole() as hole:
        alive = [source("lebt", host, port) for host in hosts(1, 100)]
        dead = [source("tot", host, hole) for host in hosts(2, 1000)]
        # As in a file: ten dead behind each that lives
        specs = [spec for n, spec in enumerate(alive) for spec in (spec, *dead[n * 10 : n * 10 + 10])]
        async with polling(sessions, specs):
            await all_read(sessions, len(alive), within=60)
            start = time.time()
            await asyncio.sleep(2.5 * EVERY.total_seconds())
        async with sessions.read() as session:
            known = {row.name: row for row in await sources.every(session)}
    assert all(known[spec.name].error is None for spec in alive)
    late = []
    for spec in alive:
        asked = [at for at in living.asked[spec.name.split()[1]] if at > start]
        assert len(asked) >= 2
        late += lateness(asked, known[spec.name].next_poll)
    # A moment in which this whole machine stands still makes a handful late, and is no fault of the dead
    assert sorted(late)[len(late) * 95 // 100] <= LATE
    assert sum(known[spec.name].failures for spec in dead) >= 300

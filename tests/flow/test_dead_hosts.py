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
from tests.fixtures.figures import FULL, figure, some
from tests.fixtures.waiting import until

pytestmark = pytest.mark.long

EVERY = timedelta(seconds=4)
# At length the dead ones come back again and again. Else they hold their places to the end of the test, so that one
# in a place of the living is seen without measuring
TOTAL, LIVING, DEAD = figure(2.0, 120.0), figure(100, 30), figure(1000, 600)
LATE = 0.1
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

    async def asked_twice(self, since, within):
        """Waits until every one of them was asked twice more."""
        await until(
            lambda: all(sum(at > since for at in asked) >= 2 for asked in self.asked.values()), within
        )

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
    """A poller at work on these sources, all of them due already, with the clock of this machine; what is yielded
    takes another list of sources, as the bot does when its file is read again."""
    fetcher = Fetcher(allow_private=True, connect=TOTAL, total=TOTAL)
    parser = Parser()
    await parser.warm_up()
    catalogue = CurrentCatalogue(Catalogue(sources=()))
    poller = Poller(sessions, fetcher, parser, catalogue, now, lambda: None)

    async def take(specs):
        async with sessions.write() as session:
            await sources.sync(session, specs, now() - timedelta(minutes=1))
        catalogue.now = Catalogue(sources=tuple(specs))
        poller.wake()

    await take(specs)
    gc.collect()
    gc.freeze()  # as the bot does at start
    task = asyncio.create_task(poller.run())
    try:
        yield take
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await fetcher.close()
        await parser.close()
        gc.unfreeze()


async def all_read(sessions, count, within):
    """Waits until so many sources work."""
    works = select(func.count()).where(Source.last_success.is_not(None), Source.failures == 0)

    async def all_work():
        async with sessions.read() as session:
            return (await session.exec(works)).one() == count

    await until(all_work, within)


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
        alive = [source("lebt", host, port) for host in hosts(1, LIVING)]
        dead = [source("tot", host, hole) for host in hosts(2, DEAD)]
        each = DEAD // LIVING
        async with polling(sessions, alive) as take:
            await all_read(sessions, LIVING, within=60)
            # As in a file: dead ones behind each that lives
            await take([s for n, spec in enumerate(alive) for s in (spec, *dead[n * each : (n + 1) * each])])
            await until(lambda: len(Hole.taken) > 200, within=60)
            start = time.time()
            if FULL:
                await asyncio.sleep(2.5 * EVERY.total_seconds())
            else:
                await living.asked_twice(start, within=60)
        async with sessions.read() as session:
            known = {row.name: row for row in await sources.every(session)}
    assert all(known[spec.name].error is None for spec in alive)
    if FULL:
        assert sum(known[spec.name].failures for spec in dead) >= 300
        late = []
        for spec in alive:
            asked = [at for at in living.asked[spec.name.split()[1]] if at > start]
            assert len(asked) >= 2
            late += lateness(asked, known[spec.name].next_poll)
        # A moment in which this whole machine stands still makes a handful late, and is no fault of the dead
        assert sorted(late)[len(late) * 95 // 100] <= LATE

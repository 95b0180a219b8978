"""Bodies that are read at the same time share a budget: none waits for another without end, small ones for nobody."""

import asyncio
import gzip

import pytest
from aiohttp import web

from bot.sources.errors import FetchError
from bot.sources.fetching.budget import FREE, Budget
from bot.sources.fetching.http import Fetcher
from tests.flow.source_site import serving

MIB = 1024 * 1024
AT_ONCE = 20


class Watched(Budget):
    """Notes how much was taken at the same time, and how many grew on without."""

    def __init__(self, size):
        super().__init__(size)
        self.taken = self.most = self.most_without = 0
        self.without = set()

    async def take(self, room):
        more = await super().take(room)
        self.without |= set() if more else {room}
        self.most_without = max(self.most_without, len(self.without))
        self.taken += more
        self.most = max(self.most, self.taken)
        return more

    def give(self, room, size):
        self.taken -= size
        self.without.discard(room)
        super().give(room, size)


@pytest.fixture
def budget():
    return Watched(2 * MIB)


@pytest.fixture
async def site():
    async with serving() as site:
        site.pages["/gross"] = in_pieces
        site.pages["/klein"] = "Kurz."
        yield site


@pytest.fixture
async def fetcher(budget):
    fetcher = Fetcher(allow_private=True, total=20, budget=budget)
    yield fetcher
    await fetcher.close()


async def in_pieces(request):
    """A mebibyte and a half, a piece at a time, so that all grow together."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(24):
        await answer.write(b"x" * FREE)
        await asyncio.sleep(0.005)
    return answer


async def endless(request):
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b"x" * FREE)
        await asyncio.sleep(0)


async def test_many_large_bodies_that_grow_together_all_come_and_stay_within_the_budget(
    site, fetcher, budget
):
    found = await asyncio.gather(*(fetcher.get(f"{site.url}/gross", at_once=AT_ONCE) for _ in range(AT_ONCE)))
    assert {len(one.body) for one in found} == {24 * FREE}
    assert site.most_at_once > 2
    assert (budget.taken, budget.most) == (0, 2 * MIB)
    assert (len(budget.without), budget.most_without) == (0, 1)


async def test_a_packed_body_counts_by_what_it_is_unpacked(site, fetcher, budget):
    packed = gzip.compress(b"x" * MIB)
    site.pages["/"] = web.Response(body=packed, headers={"Content-Encoding": "gzip"})
    assert len((await fetcher.get(f"{site.url}/")).body) == MIB
    assert (budget.taken, budget.most) == (0, MIB)


async def test_a_small_body_waits_for_nobody(site, fetcher, budget):
    large = [asyncio.create_task(fetcher.get(f"{site.url}/gross", at_once=AT_ONCE)) for _ in range(AT_ONCE)]
    while budget.taken < 2 * MIB:  # noqa: ASYNC110  nobody says when the budget is used up
        await asyncio.sleep(0.01)
    async with asyncio.timeout(15):
        assert (await fetcher.get(f"{site.url}/klein")).body == b"Kurz."
    assert not all(task.done() for task in large)
    await asyncio.gather(*large)


async def test_what_is_refused_or_broken_off_gives_back_what_it_had(site, fetcher, budget):
    site.pages["/endlos"] = endless
    with pytest.raises(FetchError, match="larger than 5 MiB"):
        await fetcher.get(f"{site.url}/endlos")
    tasks = [asyncio.create_task(fetcher.get(f"{site.url}/gross", at_once=AT_ONCE)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert budget.taken == 0
    assert len((await fetcher.get(f"{site.url}/gross")).body) == 24 * FREE


async def test_a_turn_is_not_lost_when_one_who_waits_for_it_gives_up(site, fetcher):
    site.delay["/klein"] = 0.1
    first, second, third = (asyncio.create_task(fetcher.get(f"{site.url}/klein")) for _ in range(3))
    await asyncio.sleep(0.05)
    second.cancel()
    await first
    third_came = await third
    assert third_came.body == b"Kurz."
    assert site.most_at_once == 1
    await asyncio.gather(*(fetcher.get(f"{site.url}/klein") for _ in range(2)))
    assert site.most_at_once == 1

"""A source whose document kills the parser is asked rarely, says why, and costs the others nothing."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.headline import Page
from bot.sources.errors import ParserKilled
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.pages import Pages
from tests.fixtures.reading import warm_parser
from tests.flow.hostile_documents import PAGES
from tests.flow.polling import FIRST, MINUTE, ticker
from tests.flow.source_site import serving

HOSTILE = PAGES["nested links"]


@pytest.fixture(scope="module")
def parser():
    """One that kills soon, and reads what is good in time all the same."""
    with warm_parser(timeout=1.5) as parser:
        yield parser


async def test_a_source_that_kills_the_parser_is_quarantined_ever_longer_until_it_is_well(scene):
    scene.site.pages["/"] = HOSTILE()
    waits = []
    for _ in range(3):
        await scene.poll()
        row = await scene.row()
        waits.append((row.next_poll - scene.now) / MINUTE)
        assert row.error == "quarantined: the document took longer than 1.5 s to parse"
    assert waits == [15, 30, 60]
    assert row.failures == 3
    scene.site.pages["/"] = ticker(FIRST)
    await scene.poll()
    row = await scene.row()
    assert (row.error, row.failures) == (None, 0)
    assert row.next_poll - scene.now <= MINUTE
    assert len(await scene.titles()) == 3


async def test_other_failures_before_do_not_lengthen_a_quarantine(scene):
    del scene.site.pages["/"]
    for _ in range(3):
        await scene.poll()
    scene.site.pages["/"] = HOSTILE()
    await scene.poll()
    assert (await scene.row()).next_poll - scene.now == timedelta(minutes=15)


class Killing:
    """A parser that every page kills, but one."""

    asked = 0

    async def read(self, function, body, *rest):
        self.asked += 1
        if b"gut" in body:
            return Page("Gut")
        raise ParserKilled("the document took longer than 5 s to parse")


async def test_the_pages_of_a_host_that_kill_the_parser_wait_and_cost_it_no_more_time():
    now = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
    async with serving() as site, serving() as other:
        fetcher, parser = Fetcher(allow_private=True), Killing()
        pages = Pages(None, fetcher, parser, None, lambda: now, lambda: None)
        site.pages = {f"/{number}": "<p>schlecht" for number in range(9)}
        outcomes = [await pages._try(f"{site.url}/{number}", "UTC") for number in range(6)]
        assert parser.asked == 3
        assert [outcome.page for outcome in outcomes] == [Page()] * 3 + [None] * 3
        assert {outcome.due - now for outcome in outcomes[3:]} == {timedelta(minutes=15)}
        now += timedelta(minutes=15)
        site.pages["/7"] = "<p>gut"
        assert (await pages._try(f"{site.url}/7", "UTC")).page == Page("Gut")
        other.pages["/"] = "<p>gut"
        assert (await pages._try(other.url, "UTC")).page == Page("Gut")
        await fetcher.close()


async def test_a_link_that_is_none_is_no_page():
    fetcher = Fetcher()
    pages = Pages(None, fetcher, Killing(), None, lambda: datetime(2026, 3, 11, tzinfo=UTC), lambda: None)
    assert (await pages._try("http://[::1", "UTC")).page == Page()
    await fetcher.close()

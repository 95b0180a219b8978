"""An article on several pages comes whole, over real HTTP, and what is no further page of it is left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.sources.fetching.http import Fetcher
from bot.sources.polling.pages import Pages
from tests.fixtures.reading import warm_parser
from tests.flow.polling import FIRST, IDS, ticker
from tests.flow.source_site import serving

LEAD = "<p class='lead'>Eine Reise von der Quelle bis zur Mündung, auf mehreren Seiten erzählt.</p>"
TEXTS = [
    f"Im {word} Teil der Reise wird der Fluss breiter, und an seinen Ufern stehen Häuser aus Holz und aus Stein."
    for word in ("ersten", "zweiten", "dritten", "vierten", "fünften", "sechsten", "siebten")
]


@pytest.fixture(scope="module")
def parser():
    """One child for all of them."""
    with warm_parser() as parser:
        yield parser


@pytest.fixture
async def world(parser):
    """A site, and what reads an article of it."""
    async with serving() as site:
        fetcher = Fetcher(allow_private=True)
        pages = Pages(None, fetcher, parser, None, lambda: datetime(2026, 3, 11, tzinfo=UTC), lambda: None)
        yield site, pages
        await fetcher.close()


def part(number, onward=""):
    """A page of the article; its lead and headline stand on each."""
    link = f"<nav class='pager'><a href='{onward}'>Auf Seite {number + 1}: Weiter</a></nav>" if onward else ""
    return f"<article><h1>Der Fluss</h1>{LEAD}<p>{TEXTS[number - 1]}</p>{link}</article>"


async def read(world, path="/reise/fluss"):
    """The numbers of the parts that the article brings, and the paths that were asked for."""
    site, pages = world
    outcome = await pages._try(f"{site.url}{path}", "UTC")
    texts = [block.text for block in outcome.page.blocks if block.text] if outcome.page else None
    return texts and [TEXTS.index(text) + 1 for text in texts[1:]], site.paths(), outcome


async def test_the_pages_of_an_article_come_as_one_text_with_its_lead_once(world):
    world[0].pages = {
        "/reise/fluss": part(1, "/reise/fluss/seite-2"),
        "/reise/fluss/seite-2": part(2, "seite-3"),
        "/reise/fluss/seite-3": part(3),
    }
    numbers, paths, outcome = await read(world)
    assert numbers == [1, 2, 3]
    assert paths == ["/reise/fluss", "/reise/fluss/seite-2", "/reise/fluss/seite-3"]
    assert outcome.page.onward == ""


async def test_no_more_than_five_pages_are_fetched(world):
    world[0].pages = {"/reise/fluss": part(1, "/reise/fluss-2")}
    world[0].pages |= {f"/reise/fluss-{n}": part(n, f"/reise/fluss-{n + 1}") for n in range(2, 8)}
    numbers, paths, outcome = await read(world)
    assert numbers == [1, 2, 3, 4, 5]
    assert len(paths) == 5
    last = outcome.page.blocks[-1]
    assert last.kind == "onward"
    assert last.url.endswith("/reise/fluss-6")


@pytest.mark.parametrize(
    "onward",
    [
        "/reise/meer/seite-2",
        "/reise/fluss/seite-3",
        "http://anderswo.example/reise/fluss/seite-2",
        "/reise/fluss?page=2#comments",
        "/reise/fluss",
    ],
)
async def test_what_is_no_next_page_of_the_same_article_is_not_fetched(world, onward):
    world[0].pages = {path: part(2) for path in ("/reise/meer/seite-2", "/reise/fluss/seite-3")}
    world[0].pages["/reise/fluss"] = part(1, onward)
    numbers, paths, _ = await read(world)
    assert numbers == [1]
    assert paths == ["/reise/fluss"]


async def test_a_next_page_that_brings_the_same_text_again_ends_the_article(world):
    world[0].pages = {"/reise/fluss": part(1, "?page=2")}
    numbers, paths, _ = await read(world)
    assert numbers == [1]
    assert len(paths) == 2


async def test_a_next_page_that_is_gone_leaves_what_there_is(world):
    world[0].pages = {"/reise/fluss": part(1, "/reise/fluss/2")}
    numbers, _, _ = await read(world)
    assert numbers == [1]


async def test_while_a_next_page_is_away_for_a_while_the_article_is_tried_again_as_a_whole(world):
    world[0].pages = {
        "/reise/fluss": part(1, "/reise/fluss/2"),
        "/reise/fluss/2": lambda _: web.Response(status=503, headers={"Retry-After": "120"}),
    }
    _, _, outcome = await read(world)
    assert outcome.page is None
    assert outcome.due - datetime(2026, 3, 11, tzinfo=UTC) >= timedelta(seconds=120)


async def test_the_pages_are_those_of_where_a_redirect_led(world):
    world[0].pages = {
        "/kurz": lambda _: web.Response(status=301, headers={"Location": "/reise/fluss.html"}),
        "/reise/fluss.html": part(1, "/reise/fluss-2.html"),
        "/reise/fluss-2.html": part(2),
    }
    numbers, _, _ = await read(world, "/kurz")
    assert numbers == [1, 2]


async def published(scene):
    """An article of two pages, new on the ticker; its path, and that of its second page."""
    await scene.poll()
    path = f"/articles/x/{IDS[3]}"
    scene.site.pages |= {path: part(1, f"{path}/2"), f"{path}/2": part(2)}
    scene.site.pages["/"] = ticker([("08:30", "Der Fluss"), *FIRST])
    return path, f"{path}/2"


async def look_until_none_is_due(scene):
    """Each of its tries at its time; how many there were."""
    for looks in range(20):
        due = (await scene.stored())[-1].text_due
        if due is None:
            return looks
        scene.now = max(scene.now, due)
        await scene.poller.pages.fetch_due()
    raise AssertionError("a page is looked at without end")


def numbers_of(row):
    return [TEXTS.index(block["text"]) + 1 for block in row.blocks if block.get("text") in TEXTS]


async def test_while_the_second_page_stays_away_the_first_is_shown_at_the_last_try_and_the_rest_comes_later(
    scene,
):
    _, second = await published(scene)
    away = web.Response(status=503)
    scene.site.pages[second], there = away, scene.site.pages[second]
    await scene.poll()
    for _ in range(6):
        row = (await scene.stored())[-1]
        assert (row.text_state, row.blocks) == ("pending", [])
        scene.now = row.text_due
        await scene.poller.pages.fetch_due()
    row = (await scene.stored())[-1]
    assert (row.text_state, numbers_of(row)) == ("ready", [1])
    assert row.blocks[-1] == {"kind": "onward", "url": f"{scene.site.url}{second}"}
    assert row.text_due > scene.now
    scene.site.pages[second], scene.now = there, row.text_due
    await scene.poller.pages.fetch_due()
    row = (await scene.stored())[-1]
    assert numbers_of(row) == [1, 2]
    assert row.corrected is not None
    assert row.blocks[-1]["kind"] == "paragraph"


async def test_a_text_that_is_there_does_not_shrink_while_its_second_page_is_away(scene):
    _, second = await published(scene)
    await scene.poll()
    assert numbers_of((await scene.stored())[-1]) == [1, 2]
    scene.site.pages[second] = web.Response(status=503)
    assert await look_until_none_is_due(scene) >= 5
    row = (await scene.stored())[-1]
    assert numbers_of(row) == [1, 2]
    assert row.corrected is None

"""The same article under other identities, and the same story from two sources, through real polls."""

from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from aiohttp import web
from sqlmodel import select

from bot.domain.catalogue import OTHER, Catalogue, CurrentCatalogue, SourceSpec, Topic
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.poller import Poller
from storage import articles, chats, sources, subscriptions
from storage.models import ArticleRow, Delivery
from tests.flow.source_site import serving

START = datetime(2026, 3, 11, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TOPICS = (
    Topic("sport", "⚽", {"de": "Sport"}, ("sport",), ("Handball",)),
    Topic("kultur", "🎭", {"de": "Kultur"}, ("kultur",), ("Museum",)),
    OTHER,
)
OLD = (
    "Der Hafen ist wieder frei",
    "Ein Chor singt im Regen",
    "Neue Lampen am Ufer",
    "Die Buche ist Baum des Jahres",
)
NAMES = ("Nordblick", "Küstenkurier")


def feed(titles, *, guid="g{}", link="https://blatt.example/a/{}", category=""):
    """A feed, newest first, an item a minute; an item's number is that of its title, counted from the oldest."""
    items = []
    for number, title in zip(range(len(titles), 0, -1), titles, strict=True):
        at = (START - timedelta(hours=1) + number * MINUTE).strftime("%a, %d %b %Y %H:%M:%S +0000")
        items.append(
            f"<item><title>{escape(title)}</title><link>{link.format(number)}</link>"
            f"<guid isPermaLink='false'>{guid.format(number)}</guid><pubDate>{at}</pubDate>"
            f"<category>{category}</category></item>"
        )
    return f"<?xml version='1.0'?><rss version='2.0'><channel>{''.join(items)}</channel></rss>"


def ticker(*rows):
    """A ticker without links."""
    return f"<html><body><ul>{''.join(f'<li>{at} {title}</li>' for at, title in rows)}</ul></body></html>"


class Scene:
    """Two sites that are polled when a test says so, and a reader of everything."""

    def __init__(self, sites, sessions, fetcher, parser):
        self.sites, self.sessions, self.now = sites, sessions, START
        self.catalogue = CurrentCatalogue(Catalogue())
        self.poller = Poller(
            sessions, fetcher, parser, self.catalogue, lambda: self.now, lambda: None,
            patience=0.3, share=lambda: 0.5,
        )  # fmt: skip

    async def declare(self, kind="feed"):
        """Both sites as sources."""
        specs = [
            SourceSpec(name, f"{site.url}/", kind, every=MINUTE)
            for name, site in zip(NAMES, self.sites, strict=True)
        ]
        self.catalogue.now = Catalogue(TOPICS, tuple(specs))
        async with self.sessions.write() as session:
            await sources.sync(session, specs, self.now)

    async def shows(self, *bodies):
        """What the sites show now, and a poll of both, the first site's first."""
        for site, body in zip(self.sites, bodies, strict=False):
            site.pages["/"] = body
        for site in self.sites:
            site.delay["/"] = 0 if site is self.sites[0] else 0.15
        await self.poller.poll_due()
        self.now += timedelta(hours=2)

    async def reader(self, chat_id, *topics):
        """A chat that follows topics since before all."""
        async with self.sessions.write() as session:
            seen = chats.Seen(chat_id, "private", "Leserin", "", "de", "Europe/Berlin")
            await chats.ensure(session, seen, START - MINUTE)
            await subscriptions.add(session, chat_id, topics, START - MINUTE)

    async def stored(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(ArticleRow).order_by(ArticleRow.id)))

    async def owed(self, chat_id=1):
        """The titles a chat is owed."""
        titles = {one.id: one.title for one in await self.stored()}
        async with self.sessions.read() as session:
            rows = await session.exec(select(Delivery).where(Delivery.chat_id == chat_id))
            return Counter(titles[row.article_id] for row in rows)


@pytest.fixture
async def scene(sessions, parser):
    async with AsyncExitStack() as stack:
        sites = [await stack.enter_async_context(serving()) for _ in NAMES]
        fetcher = Fetcher(allow_private=True, connect=2, total=4, now=lambda: scene.now)
        scene = Scene(sites, sessions, fetcher, parser)
        await scene.declare()
        await scene.reader(1, "all")
        yield scene
        await fetcher.close()


NEW = "Ein Wal vor der Mole"


@pytest.mark.parametrize(
    "changed",
    [
        {"guid": "neu-{}"},
        {"link": "http://neu.example/meldung/{}.html"},
        {"link": "https://m.blatt.example/a/{}?utm_source=rss#oben"},
        {"guid": "https://blatt.example/a/{}"},
        {"guid": "neu-{}", "link": "https://neu.example/{}"},
    ],
    ids=["guids", "links", "mobile", "guids that are links", "both"],
)
async def test_a_feed_that_changes_guids_or_links_at_once_pushes_nothing_twice(scene, changed):
    await scene.shows(feed(OLD), feed(OLD[:1]))
    for _ in range(2):
        await scene.shows(feed(OLD, **changed))
        assert not await scene.owed()
    await scene.shows(feed([NEW, *OLD], **changed))
    assert await scene.owed() == {NEW: 1}
    await scene.shows(feed([NEW, *OLD]))  # and back
    assert await scene.owed() == {NEW: 1}
    assert len(await scene.stored()) == 6


async def test_a_ticker_emptied_and_refilled_pushes_nothing_twice(scene):
    rows = [("09:12", OLD[0]), ("08:55", OLD[1]), ("08:30", OLD[2]), ("08:10", OLD[3])]
    await scene.declare("ticker")
    await scene.shows(ticker(*rows), ticker(*rows))
    await scene.shows(ticker(("09:20", NEW), *rows))
    assert await scene.owed() == {NEW: 1}
    for nothing in (ticker(), web.Response(status=503), ""):
        await scene.shows(nothing)
        scene.now += timedelta(days=1)
    await scene.shows(ticker(("09:20", NEW), *rows))
    await scene.shows(ticker(("09:30", "Noch ein Wal im Hafen"), ("09:20", NEW), *rows))
    assert await scene.owed() == {NEW: 1, "Noch ein Wal im Hafen": 1}


async def test_a_line_put_right_is_corrected_and_not_pushed_again(scene):
    rows = [("08:55", OLD[1]), ("08:30", OLD[2]), ("08:10", OLD[3])]
    await scene.declare("ticker")
    await scene.shows(ticker(*rows), ticker(*rows))
    await scene.shows(ticker(("09:20", "Drei Wale vor der Mole gesehen"), *rows))
    for _ in range(2):
        await scene.shows(ticker(("09:20", "Zwei Wale vor der Mole gesehen"), *rows))
    assert await scene.owed() == {"Zwei Wale vor der Mole gesehen": 1}


FIRST, SECOND = (
    "Brand in Lagerhalle in Lüneburg – niemand verletzt",
    "Lagerhalle in Lüneburg in Brand geraten",
)


async def test_a_chat_gets_the_first_of_a_story_and_the_article_names_the_other_source(scene):
    await scene.shows(feed(OLD), feed(["Etwas anderes"]))
    await scene.shows(feed([FIRST, *OLD]), feed([SECOND, "Etwas anderes"]))
    assert await scene.owed() == {FIRST: 1}
    first, second = (await scene.stored())[-2:]
    assert first.story_id == second.story_id == first.id
    async with scene.sessions.read() as session:
        assert (await articles.get(session, first.id)).also == ("Küstenkurier",)
        assert (await articles.get(session, second.id)).also == ("Nordblick",)


async def test_who_does_not_follow_the_firsts_topic_gets_the_second(scene):
    await scene.reader(2, "kultur")
    await scene.shows(feed(OLD, category="Sport"), feed(["Etwas anderes"], category="Kultur"))
    await scene.shows(
        feed([FIRST, *OLD], category="Sport"), feed([SECOND, "Etwas anderes"], category="Kultur")
    )
    assert await scene.owed(1) == {FIRST: 1}
    assert await scene.owed(2) == {SECOND: 1}


async def test_a_story_that_the_other_source_had_before_its_baseline_is_pushed_once(scene):
    await scene.shows(feed([FIRST, *OLD]), feed(["Etwas anderes"]))
    await scene.shows(feed([FIRST, *OLD]), feed([SECOND, "Etwas anderes"]))
    assert await scene.owed() == {SECOND: 1}


@pytest.mark.parametrize(
    "other",
    [
        "Brand in Lagerhalle in Bielefeld – niemand verletzt",
        "Brand in Lagerhalle in Lüneburg – zwei Verletzte",
    ],
)
async def test_what_only_sounds_alike_is_pushed(scene, other):
    await scene.shows(feed(OLD), feed(["Etwas anderes"]))
    await scene.shows(feed([FIRST, *OLD]), feed([other, "Etwas anderes"]))
    assert await scene.owed() == {FIRST: 1, other: 1}


async def test_a_source_that_tells_it_twice_is_taken_at_its_word(scene):
    await scene.shows(feed(OLD), feed(["Etwas anderes"]))
    await scene.shows(feed([FIRST, *OLD]), feed([SECOND, "Etwas anderes"]))
    again = "Brand in Lagerhalle in Lüneburg"
    await scene.shows(feed([again, FIRST, *OLD]), feed([SECOND, "Etwas anderes"]))
    assert await scene.owed() == {FIRST: 1, again: 1}

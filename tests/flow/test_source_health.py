"""No source fails silently: admins are told once, in their chat with the bot, and once again when it is back."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from sqlmodel import select
from structlog.testing import capture_logs

from bot.domain.catalogue import Catalogue, SourceSpec
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.poller import Poller
from storage import sources
from storage.models import Notice
from tests.flow.delivery import Office
from tests.flow.polling import FIRST, MINUTE, TOPICS, Scene, ticker
from tests.flow.source_site import serving

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><item><title>Museum öffnet wieder</title><guid>1</guid>"
    "<pubDate>Wed, 11 Mar 2026 08:00:00 +0100</pubDate></item></channel></rss>"
)
REBUILT = "<h1>Willkommen auf unserer neuen Seite</h1><p>Hier entsteht etwas Neues.</p>"


class Watched(Scene):
    """A scene with an admin who reads what the bot writes."""

    async def start(self, standin, parser):
        self.office = Office(self.sessions, standin)
        _, self.chat = await self.office.reader("Verwalterin", follows=False)
        self.office.new_sender()
        self.fetcher = Fetcher(allow_private=True, connect=2, total=4, now=lambda: self.now)
        self.parser = parser
        self.poller = self.new_poller(self.chat.id)
        self.site.pages["/"] = ticker(FIRST)
        await self.declare()

    def new_poller(self, *admins):
        return Poller(
            self.sessions, self.fetcher, self.parser, self.catalogue, lambda: self.now, self.office.sender.wake,
            patience=0.6, share=lambda: 0.5, admins=admins,
        )  # fmt: skip

    async def polls(self, times, after=MINUTE):
        for _ in range(times):
            await self.poll(after)

    async def told(self, count):
        """What the admin has been sent, once it is so many messages; never more."""
        await self.office.standin.wait_for(lambda: len(self.office.texts(self.chat)) >= count)
        await self.office.all_settled() if count else None
        texts = self.office.texts(self.chat)
        assert len(texts) == count, texts
        return texts

    async def notices(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(Notice)))


@pytest.fixture
async def scene(sessions, standin, parser):
    async with serving() as site:
        scene = Watched(site, sessions)
        await scene.start(standin, parser)
        yield scene
        await scene.office.close()
        await scene.fetcher.close()


async def test_a_ticker_whose_layout_changed_is_told_of_once_and_once_when_it_is_back(scene):
    await scene.poll()
    scene.site.pages["/"] = REBUILT
    await scene.poll()
    assert not await scene.notices()
    await scene.polls(4)
    (text,) = await scene.told(1)
    assert "„Blatt“ antwortet, aber ich kann sie nicht lesen" in text
    assert "zuletzt am 11. März 2026, 08:30 Uhr mit rund 3 Schlagzeilen" in text
    assert "no line with a time" in text
    assert scene.spec.url in text
    scene.site.pages["/"] = ticker(FIRST)
    await scene.polls(3)
    _, back = await scene.told(2)
    assert "„Blatt“ ist wieder in Ordnung" in back


async def test_a_feed_that_became_html_is_told_of(scene):
    scene.site.pages["/"] = FEED
    await scene.declare(kind="feed")
    await scene.poll()
    scene.site.pages["/"] = REBUILT
    await scene.polls(3)
    (text,) = await scene.told(1)
    assert "kann sie nicht lesen" in text
    assert (await scene.row()).trouble == "unreadable"


async def test_an_outage_is_told_of_when_it_lasts_and_not_before(scene):
    await scene.poll()
    scene.site.pages["/"] = web.Response(status=503, headers={"Retry-After": "60"})
    with capture_logs() as logs:
        await scene.polls(4)
        assert not await scene.notices()
        await scene.polls(3)
    (text,) = await scene.told(1)
    assert "„Blatt“ ist nicht zu erreichen. Zuletzt gelang es am 11. März 2026, 08:30 Uhr." in text
    assert "HTTP 503 Service Unavailable" in text
    assert [one["event"] for one in logs if one["log_level"] == "warning"] == [
        "a source cannot be read",
        "a source has not been reached for long",
    ]


async def test_one_that_comes_and_goes_fills_no_chat(scene):
    await scene.poll()
    for _ in range(4):
        scene.site.pages["/"] = REBUILT
        await scene.polls(2)
        scene.site.pages["/"] = ticker(FIRST)
        await scene.polls(2)
    await scene.told(2)
    scene.site.pages["/"] = REBUILT
    scene.now += 6 * HOUR
    await scene.polls(2)
    await scene.told(3)


async def test_one_that_is_silent_for_far_longer_than_usual_is_told_of(scene):
    await scene.poll()
    await scene.poll(11 * HOUR)
    assert not await scene.notices()
    await scene.poll(90 * MINUTE)
    await scene.poll(HOUR)
    (text,) = await scene.told(1)
    assert (
        "viel länger als sonst nichts Neues. Die letzte neue Schlagzeile kam am 11. März 2026, 08:30 Uhr."
        in text
    )
    scene.site.pages["/"] = ticker([("22:59", "Neue Halle eröffnet"), *FIRST])
    await scene.poll()
    await scene.told(2)
    row = await scene.row()
    assert row.trouble is None
    await scene.poll(25 * HOUR)
    text = (await scene.told(3))[-1]
    assert f"kam am {row.last_new.astimezone(BERLIN):%d. März 2026, %H:%M} Uhr" in text


async def moved(scene, target="/neu"):
    """Its address answers with a permanent redirect from now on."""
    scene.site.pages[target] = scene.site.pages["/"]
    scene.site.pages["/"] = web.Response(status=301, headers={"Location": target})


async def test_a_source_that_moved_for_good_is_polled_there_after_three_answers_and_told_of(scene):
    await scene.poll()
    await moved(scene)
    await scene.polls(2)
    assert not await scene.notices()
    with capture_logs() as logs:
        await scene.poll()
    (text,) = await scene.told(1)
    assert f"Neu: {scene.site.url}/neu" in text
    assert [one["to"] for one in logs if "moved" in one["event"]] == [f"{scene.site.url}/neu"]
    asked = len(scene.site.seen)
    await scene.polls(2)
    assert scene.site.paths()[asked:] == ["/neu", "/neu"]
    await scene.told(1)


async def test_a_new_address_that_fails_is_given_up_for_the_declared_one(scene):
    await scene.poll()
    await moved(scene)
    await scene.polls(4)
    scene.site.pages["/"] = scene.site.pages.pop("/neu")
    await scene.poll()
    assert (await scene.row()).error == "HTTP 404 Not Found"
    await scene.poll()
    assert scene.site.paths()[-1] == "/"
    assert (await scene.row()).error is None


async def test_a_new_address_where_something_else_is_is_not_adopted(scene):
    scene.site.pages["/"] = FEED
    await scene.declare(kind="auto")
    await scene.poll()
    await moved(scene)
    scene.site.pages["/neu"] = REBUILT
    await scene.polls(4)
    row = await scene.row()
    assert (row.moved_to, row.moves) == (None, 0)


async def test_a_temporary_redirect_is_followed_and_never_adopted(scene):
    await scene.poll()
    await moved(scene)
    scene.site.pages["/"] = web.Response(status=302, headers={"Location": "/neu"})
    await scene.polls(5)
    row = await scene.row()
    assert (row.error, row.moved_to) == (None, None)


async def test_gone_twice_a_day_apart_it_is_polled_no_more_until_its_address_changes(scene):
    await scene.poll()
    scene.site.pages["/"] = web.Response(status=410)
    await scene.polls(3)
    assert (await scene.row()).stopped is None
    scene.now += DAY
    await scene.poll()
    assert (await scene.row()).stopped == "HTTP 410 Gone, for a day or longer"
    (text,) = await scene.told(1)
    assert "gibt es nicht mehr (HTTP 410 Gone, seit mindestens einem Tag)" in text
    scene.now += 30 * DAY
    assert await scene.poller.poll_due() == 0
    scene.site.pages["/neu"] = ticker(FIRST)
    await scene.declare(url=f"{scene.site.url}/neu")
    await scene.poll()
    row = await scene.row()
    assert (row.stopped, row.gone_at, row.trouble, row.error) == (None, None, None, None)


async def test_one_answer_in_between_and_a_source_is_not_gone(scene):
    await scene.poll()
    listed = scene.site.pages["/"]
    for _ in range(3):
        scene.site.pages["/"] = web.Response(status=410)
        await scene.poll(DAY)
        scene.site.pages["/"] = listed
        await scene.poll(DAY)
    assert (await scene.row()).stopped is None


async def test_an_admin_who_never_wrote_to_the_bot_is_passed_over_and_the_log_says_it(scene):
    scene.poller = scene.new_poller(424242)
    await scene.poll()
    scene.site.pages["/"] = REBUILT
    with capture_logs() as logs:
        await scene.polls(2)
    assert not await scene.notices()
    assert "a source cannot be read any more" in [one["event"] for one in logs]


async def test_pace_and_wish_outlive_a_restart(scene):
    scene.site.pages["/"] = lambda request: web.Response(
        text=ticker(FIRST), content_type="text/html", headers={"Cache-Control": "max-age=1200"}
    )
    await scene.declare(every=None)
    await scene.poll()
    row = await scene.row()
    assert (row.usual_gap, row.wish, row.next_poll) == (21 * 60, 1200, scene.now + 20 * MINUTE)
    scene.site.pages["/"] = ticker(FIRST)  # unchanged, and nothing is said of a wish
    scene.poller = scene.new_poller()
    await scene.poll()
    row = await scene.row()
    assert (row.usual_gap, row.wish, row.next_poll) == (21 * 60, 1200, scene.now + 20 * MINUTE)


async def test_what_a_killed_process_left_is_polled_at_once_where_it_was_alone(scene):
    async with scene.sessions.write() as session:
        assert await sources.claim_due(session, scene.now, scene.now + 90 * MINUTE, 10)
    assert await scene.poller.poll_due() == 0
    alone = Poller(
        scene.sessions,
        scene.fetcher,
        scene.parser,
        scene.catalogue,
        lambda: scene.now,
        lambda: None,
        alone=True,
    )
    await run_until(scene, alone, "Blatt")


async def test_many_sources_of_one_slow_host_hold_up_no_other(scene):
    async with serving() as slow:
        slow.pages["/x"], slow.delay["/x"] = ticker(FIRST), 3
        many = [SourceSpec(f"Langsam {n}", f"{slow.url}/x", "ticker", every=MINUTE) for n in range(80)]
        specs = [*many, scene.spec]
        scene.catalogue.now = Catalogue(TOPICS, tuple(specs))
        async with scene.sessions.write() as session:
            await sources.sync(session, specs, scene.now - MINUTE)
            await sources.due_now(session, (await scene.row()).id, scene.now)
        await run_until(scene, scene.poller, "Blatt")
        assert slow.most_at_once == 1


async def run_until(scene, poller, name):
    """The loop runs until a source has been read."""
    task = asyncio.create_task(poller.run())
    await scene.until(lambda row: row.baseline_at is not None, name)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

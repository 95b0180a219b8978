"""Subscriptions at a hub from offer to farewell, and what the hub may and may not do with our callback."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from bot.domain.catalogue import OTHER, Catalogue, CurrentCatalogue, SourceSpec
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.hubs import CALLBACKS, REFUSED, VERIFICATION, Hubs
from bot.sources.polling.poll import TOLD_BY_HUB
from bot.sources.polling.poller import Poller
from bot.sources.polling.pushes import AT_ONCE, WAITING
from bot.web.server import serving as web_serving
from bot.web.websub import BODY_LIMIT, WebSub
from storage import chats, hubs, sources, subscriptions
from storage.models import ArticleRow, Delivery, Source
from tests.fixtures.running import free_port
from tests.fixtures.waiting import until
from tests.flow.hub_site import CHALLENGE, serving

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
READER = 7


@dataclass
class Scene:
    """A poller, the loop of hubs and the callbacks, over one site with a hub; `now` runs, and jumps when told."""

    site: object
    sessions: object
    jumped: timedelta = timedelta()
    catalogue: CurrentCatalogue = field(default_factory=lambda: CurrentCatalogue(Catalogue()))
    poller: Poller = None
    hubs: Hubs = None

    def now(self):
        return datetime.now(UTC) + self.jumped

    async def declare(self, *specs):
        self.catalogue.now = Catalogue((OTHER,), specs)
        async with self.sessions.write() as session:
            await sources.sync(session, specs, self.now())

    async def subscribed(self):
        """The baseline is read, and its hub asked; it has verified."""
        await self.poller.poll_due()
        await self.hubs.ask_due()
        await self.site.subscribed()

    async def poll(self):
        """The next poll, when it is due."""
        self.jumped += max((await self.source()).next_poll - self.now(), timedelta())
        return await self.poller.poll_due()

    async def source(self):
        async with self.sessions.read() as session:
            return (await session.exec(select(Source))).one()

    async def rows(self):
        async with self.sessions.read() as session:
            return list(await hubs.every(session))

    async def row(self):
        (row,) = await self.rows()
        return row

    async def titles(self):
        async with self.sessions.read() as session:
            return [one.title for one in await session.exec(select(ArticleRow).order_by(ArticleRow.id))]

    async def owed(self):
        async with self.sessions.read() as session:
            rows = list(
                await session.exec(
                    select(ArticleRow.title).join(Delivery, Delivery.article_id == ArticleRow.id)
                )
            )
        return Counter(rows)

    async def has(self, title):
        return title in await self.titles()


@pytest.fixture
async def scene(sessions, parser):
    async with serving() as site:
        site.write("Der Leuchtturm wird gestrichen", "Ein Chor singt im Regen", ago=HOUR)
        scene, port = Scene(site, sessions), free_port()
        fetcher = Fetcher(allow_private=True, connect=2, total=4)
        scene.hubs = Hubs(sessions, fetcher, f"http://127.0.0.1:{port}", scene.now, lambda: 0.5)
        scene.poller = Poller(
            sessions, fetcher, parser, scene.catalogue, scene.now, lambda: None, hubs=scene.hubs
        )
        pushes = scene.poller.pushes
        storing = asyncio.create_task(pushes.run())
        async with web_serving(
            "127.0.0.1", port, WebSub(CALLBACKS, sessions, scene.now, pushes.take).routes()
        ):
            await scene.declare(SourceSpec("Blatt", site.topic, kind="feed", every=HOUR))
            async with sessions.write() as session:
                seen = chats.Seen(READER, "private", "Anna", "", "de", "Europe/Berlin")
                await chats.ensure(session, seen, scene.now() - DAY)
                await subscriptions.add(session, READER, ["all"], scene.now() - DAY)
            yield scene
        storing.cancel()
        await asyncio.gather(storing, return_exceptions=True)
        await fetcher.close()


# ── asking and being verified ────────────────────────────────────────────────────────────────────────────────────────


async def test_a_feed_that_names_its_hub_is_subscribed_there(scene):
    await scene.subscribed()
    form = scene.site.newest.form
    assert form["hub.mode"] == "subscribe"
    assert form["hub.topic"] == scene.site.topic
    assert form["hub.lease_seconds"] == "864000"
    assert len(form["hub.secret"]) >= 32
    row = await scene.row()
    assert (row.state, row.attempts, row.reason) == ("active", 0, None)
    assert DAY * 9.9 < row.until - scene.now() < DAY * 10


async def test_a_feed_without_a_hub_is_only_polled(scene):
    scene.site.offers = False
    await scene.poller.poll_due()
    assert await scene.hubs.ask_due() == 0
    assert await scene.rows() == []


async def test_a_subscription_is_renewed_well_before_its_lease_ends(scene):
    scene.site.lease = 4000
    await scene.subscribed()
    first = await scene.row()
    scene.jumped += timedelta(seconds=2900)
    assert await scene.hubs.ask_due() == 0
    scene.jumped += timedelta(seconds=150)
    assert await scene.hubs.ask_due() == 1
    await scene.site.subscribed(times=2)
    second = await scene.row()
    assert second.until > first.until
    assert second.callback == first.callback
    assert scene.site.asked[0].form == scene.site.asked[1].form


async def test_a_renewal_that_fails_leaves_the_subscription_while_its_lease_runs(scene):
    scene.site.lease = 4000
    await scene.subscribed()
    scene.site.answer = 503
    scene.jumped += timedelta(seconds=3100)
    await scene.hubs.ask_due()
    row = await scene.row()
    assert (row.state, row.reason) == ("active", "HTTP 503")
    assert row.due - scene.now() < timedelta(minutes=2)


async def test_a_hub_that_fails_is_asked_again_ever_later(scene):
    scene.site.answer, scene.site.words = 500, "Kaffeepause"
    await scene.poller.poll_due()
    pauses = []
    for _ in range(4):
        assert await scene.hubs.ask_due() == 1
        row = await scene.row()
        pauses.append(round((row.due - scene.now()).total_seconds()))
        scene.jumped = row.due - datetime.now(UTC) + timedelta(seconds=1)
    assert pauses == [60, 120, 240, 480]
    assert (row.state, row.reason) == ("asked", "HTTP 500 Kaffeepause")


async def test_a_hub_that_cannot_be_reached_is_a_failure_like_others(scene, sessions):
    await scene.poller.poll_due()
    async with sessions.write() as session:
        (row,) = await hubs.every(session)
        row.url = f"http://127.0.0.1:{free_port()}/"
    await scene.hubs.ask_due()
    assert "refuses the connection" in (await scene.row()).reason


async def test_a_hub_that_refuses_is_asked_again_a_day_later(scene):
    scene.site.answer, scene.site.words = 403, "nicht für Bots"
    await scene.poller.poll_due()
    await scene.hubs.ask_due()
    row = await scene.row()
    assert (row.state, row.reason) == ("refused", "HTTP 403 nicht für Bots")
    assert abs(row.due - scene.now() - REFUSED) < timedelta(minutes=1)
    scene.site.answer = 202
    scene.jumped += REFUSED
    await scene.hubs.ask_due()
    await scene.site.subscribed(times=2)
    assert (await scene.row()).state == "active"


async def test_a_hub_that_says_yes_and_never_verifies_is_asked_again(scene):
    scene.site.verifies = False
    await scene.poller.poll_due()
    await scene.hubs.ask_due()
    scene.jumped += VERIFICATION - timedelta(seconds=30)
    assert await scene.hubs.ask_due() == 0
    scene.jumped += timedelta(minutes=1)
    assert await scene.hubs.ask_due() == 1


@pytest.mark.parametrize("mode", ["subscribe", "unsubscribe", "denied"])
async def test_what_cannot_be_stored_in_a_call_of_a_hub_is_no_error_of_ours(scene, mode):
    await scene.subscribed()
    status, _ = await scene.site.verify(mode, "http://andere.example/\0\x01", reason="nicht\0 heute")
    assert status == 404
    assert (await scene.row()).state == "active"


async def test_the_reason_of_a_denial_is_stored_without_what_cannot_be(scene):
    await scene.subscribed()
    assert (await scene.site.verify("denied", reason="zu\0 viele\n\x1f Leser"))[0] == 200
    assert (await scene.row()).reason == "zu viele Leser"


async def test_a_denial_is_written_down_and_ends_the_subscription(scene):
    await scene.subscribed()
    assert (await scene.site.verify("denied", reason="zu viele Leser"))[0] == 200
    row = await scene.row()
    assert (row.state, row.reason, row.until) == ("refused", "zu viele Leser", None)


async def test_only_what_was_asked_for_is_verified(scene):
    site = scene.site
    await scene.poller.poll_due()
    row = await scene.row()
    callback = f"{scene.hubs._base}{CALLBACKS}{row.callback}"
    assert (await site.verify("subscribe", callback=callback))[0] == 404, "not asked yet"
    await scene.hubs.ask_due()
    await site.subscribed()
    strange = f"{scene.hubs._base}{CALLBACKS}{'x' * 38}"
    for status, text in (
        await site.verify("subscribe", "https://other.example/feed"),
        await site.verify("unsubscribe"),
        await site.verify("denied", "https://other.example/feed"),
        await site.verify("publish"),
        await site.verify("subscribe", callback=strange),
        await site.verify("unsubscribe", callback=strange),
    ):
        assert status == 404
        assert CHALLENGE not in text
    assert (await scene.row()).state == "active"


async def test_a_challenge_comes_back_as_plain_text(scene):
    await scene.subscribed()
    query = {"hub.mode": "subscribe", "hub.topic": scene.site.topic, "hub.challenge": "<b>x</b>"}
    async with scene.site.session.get(scene.site.newest.callback, params=query) as answer:
        assert await answer.text() == "<b>x</b>"
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


# ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_source_that_leaves_the_file_is_unsubscribed(scene):
    await scene.subscribed()
    await scene.declare()
    await scene.hubs.ask_due()
    await scene.site.subscribed(times=2)
    assert scene.site.newest.form["hub.mode"] == "unsubscribe"
    assert "hub.secret" not in scene.site.newest.form
    assert await scene.rows() == []
    assert await scene.site.push() == 410


async def test_a_feed_that_names_another_topic_leaves_the_old_one_first(scene, sessions):
    await scene.subscribed()
    async with sessions.write() as session:
        (row,) = await hubs.every(session)
        row.topic = "https://old.example/feed"
    scene.site.write("Neue Lampen am Ufer")
    await scene.poll()
    assert (await scene.row()).state == "leaving"
    await scene.hubs.ask_due()
    await scene.site.subscribed(times=2)
    assert scene.site.newest.form["hub.topic"] == "https://old.example/feed"
    scene.site.write("Der Hafen ist wieder frei")
    await scene.poll()
    await scene.hubs.ask_due()
    await scene.site.subscribed(times=3)
    assert (scene.site.newest.form["hub.mode"], (await scene.row()).topic) == ("subscribe", scene.site.topic)


async def test_a_feed_that_names_no_hub_any_more_is_unsubscribed(scene):
    await scene.subscribed()
    scene.site.offers = False
    scene.site.write("Neue Lampen am Ufer")
    await scene.poll()
    await scene.hubs.ask_due()
    await scene.site.subscribed(times=2)
    assert await scene.rows() == []


async def test_a_hub_that_knows_nothing_of_us_is_left_at_once_and_a_silent_one_after_some_tries(scene):
    await scene.subscribed()
    scene.site.verifies = False
    await scene.declare()
    for _ in range(4):
        assert len(await scene.rows()) == 1
        await scene.hubs.ask_due()
        scene.jumped += HOUR * 3
    assert await scene.rows() == []
    scene.site.verifies = True
    await scene.declare(SourceSpec("Blatt", scene.site.topic, kind="feed", every=HOUR))
    await scene.subscribed()
    scene.site.answer = 404
    await scene.declare()
    await scene.hubs.ask_due()
    assert await scene.rows() == []


async def test_a_source_that_returns_in_time_keeps_its_subscription(scene):
    await scene.subscribed()
    callback = (await scene.row()).callback
    scene.site.verifies = False
    await scene.declare()
    await scene.hubs.ask_due()
    assert (await scene.row()).state == "leaving"
    scene.site.verifies = True
    await scene.declare(SourceSpec("Blatt", scene.site.topic, kind="feed", every=HOUR))
    await scene.subscribed()
    row = await scene.row()
    assert (row.state, row.callback) == ("active", callback)


async def test_a_bot_that_is_called_elsewhere_subscribes_anew(scene, sessions):
    await scene.subscribed()
    before = await scene.row()
    fetcher = Fetcher(allow_private=True)
    moved = Hubs(sessions, fetcher, "http://127.0.0.2:1", scene.now, lambda: 0.5)
    scene.site.verifies = False
    assert await moved.ask_due() == 1
    await fetcher.close()
    assert scene.site.newest.callback.startswith("http://127.0.0.2:1/websub/")
    after = await scene.row()
    assert after.state == "asked"
    assert (after.callback, after.secret) != (before.callback, before.secret)


# ── what it brings ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_what_a_hub_brings_is_stored_and_owed_like_a_polls_news(scene):
    await scene.subscribed()
    scene.site.write("Neue Lampen am Ufer")
    assert await scene.site.push() == 202
    await until(lambda: scene.has("Neue Lampen am Ufer"))
    assert await scene.owed() == {"Neue Lampen am Ufer": 1}
    assert (await scene.source()).last_new is not None
    assert scene.site.feed_reads == 1


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_method_of_signing_in_the_standard_is_known(scene, method):
    await scene.subscribed()
    scene.site.method = method
    scene.site.write("Neue Lampen am Ufer")
    await scene.site.push()
    await until(lambda: scene.has("Neue Lampen am Ufer"))


async def test_a_push_of_the_new_entry_alone_says_nothing_about_the_others(scene):
    await scene.subscribed()
    before = await scene.source()
    scene.site.write("Neue Lampen am Ufer")
    await scene.site.push(scene.site.entries[:1])
    await until(lambda: scene.has("Neue Lampen am Ufer"))
    after = await scene.source()
    assert (after.body_hash, after.next_poll) == (before.body_hash, before.next_poll)
    assert await scene.poll() == 1
    assert len(await scene.titles()) == 3
    assert await scene.owed() == {"Neue Lampen am Ufer": 1}


async def test_a_push_and_a_poll_of_the_same_news_make_one_message(scene):
    await scene.subscribed()
    scene.site.write("Neue Lampen am Ufer")
    scene.jumped += HOUR
    await asyncio.gather(scene.site.push(), scene.site.push(), scene.poller.poll_due())
    await until(lambda: scene.has("Neue Lampen am Ufer"))
    await scene.site.push()
    await asyncio.sleep(0.3)
    assert await scene.owed() == {"Neue Lampen am Ufer": 1}


async def test_an_old_entry_that_nobody_knows_is_no_news_and_the_list_is_asked(scene):
    await scene.subscribed()
    old = ("tag:alt", "Vor Jahren gab es ein Fest", datetime.now(UTC) - 400 * DAY)
    await scene.site.push([old])

    async def due():
        return (await scene.source()).next_poll <= scene.now()

    await until(due)
    assert not await scene.has("Vor Jahren gab es ein Fest")
    assert not await scene.owed()


async def test_a_changed_title_in_a_push_is_a_correction(scene):
    await scene.subscribed()
    guid, _, at = scene.site.entries[0]
    await scene.site.push([(guid, "Ein Chor singt im Sturm", at)])
    await until(lambda: scene.has("Ein Chor singt im Sturm"))
    assert not await scene.owed()


@pytest.mark.parametrize("body", [b"", b"\xff\x00", b"<html><p>Wartung</p></html>", b'{"changed": true}'])
async def test_a_push_that_is_no_feed_makes_the_source_due(scene, body):
    await scene.subscribed()
    assert await scene.site.push(body=body) == 202

    async def due():
        return (await scene.source()).next_poll <= scene.now()

    await until(due)


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=00", "md5=0cc175b9c0f1b6a831c399e269772661", "sha256=é", "=", "sha256"],
)
async def test_a_push_without_the_right_signature_is_passed_over(scene, signature):
    await scene.subscribed()
    scene.site.write("Erfunden und nicht gesendet")
    assert await scene.site.push(**{"X-Hub-Signature": signature}) == 202
    assert await scene.site.push(secret="geraten") == 202
    scene.site.write("Danach")
    await scene.site.push(scene.site.entries[:1])
    await until(lambda: scene.has("Danach"))
    assert not await scene.has("Erfunden und nicht gesendet")


async def test_a_hub_that_brings_more_than_can_wait_is_asked_to_come_again(scene):
    await scene.subscribed()
    source_id = (await scene.source()).id
    pushes = scene.poller.pushes
    taken = [pushes.take(source_id, b"", "") for _ in range(WAITING + 1)]
    assert taken == [True] * WAITING + [False]
    busy = WebSub(CALLBACKS, scene.sessions, scene.now, lambda *_: False)
    async with web_serving("127.0.0.1", 0, busy.routes()) as port:
        callback = f"http://127.0.0.1:{port}{CALLBACKS}{(await scene.row()).callback}"
        assert await scene.site.push(callback=callback) == 503


async def test_what_comes_for_a_source_that_left_the_file_is_passed_over(scene):
    await scene.subscribed()
    scene.site.write("Neue Lampen am Ufer")
    await scene.declare()
    assert await scene.site.push() == 202, "the hub is not left yet"
    await asyncio.sleep(0.3)
    assert not await scene.has("Neue Lampen am Ufer")


async def test_a_push_that_fails_in_a_way_nobody_foresaw_stops_no_other(scene):
    await scene.subscribed()
    scene.site.write("Neue Lampen am Ufer")
    with capture_logs() as logs:
        for _ in range(AT_ONCE):
            scene.poller.pushes.take(10**30, b"", "")  # no database has such an id
        await scene.site.push()
        await until(lambda: scene.has("Neue Lampen am Ufer"))
    events = [one["event"] for one in logs]
    assert events.count("a push failed in a way nobody foresaw") == AT_ONCE


async def test_a_callback_that_nobody_gave_is_gone_or_not_there(scene):
    await scene.subscribed()
    callback = scene.site.newest.callback
    assert await scene.site.push(callback=callback[:-1] + ("a" if callback[-1] != "a" else "b")) == 410
    assert await scene.site.push(callback=callback.rpartition("/")[0] + "/") == 404


async def test_a_body_beyond_the_limit_is_refused_while_it_comes(scene):
    await scene.subscribed()
    assert await scene.site.push(body=b"x" * (BODY_LIMIT + 1)) == 413


async def test_a_body_larger_than_the_webhooks_limit_is_taken(scene):
    await scene.subscribed()
    scene.site.write("Neue Lampen am Ufer")
    large = scene.site.feed().replace(b"<channel>", b"<channel><!--" + b"x" * 2_000_000 + b"-->")
    assert await scene.site.push(body=large) == 202
    await until(lambda: scene.has("Neue Lampen am Ufer"))


async def test_a_compressed_body_is_not_taken(scene):
    await scene.subscribed()
    headers = {"Content-Encoding": "br"}
    async with aiohttp.ClientSession() as session:
        answer = await session.post(scene.site.newest.callback, data=b"x", headers=headers)
    assert answer.status in (400, 415)


# ── polling beneath ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_with_a_hub_that_tells_all_an_auto_source_is_polled_less_often(scene):
    site = scene.site
    await scene.declare(SourceSpec("Blatt", site.topic, kind="feed"))
    site.write(*(f"Meldung {number}" for number in range(20)))  # a quick pace
    await scene.subscribed()

    async def pause():
        await scene.poll()
        return (await scene.source()).next_poll - scene.now()

    site.write("Der Markt ist geöffnet")
    assert await pause() < TOLD_BY_HUB / 2
    site.write("Neue Lampen am Ufer")
    await site.push()
    await until(lambda: scene.has("Neue Lampen am Ufer"))
    assert await pause() > TOLD_BY_HUB * 0.9
    site.write("Nicht verteilt")
    assert await pause() < TOLD_BY_HUB / 2, "the hub missed one"


async def test_a_given_pace_is_kept_with_a_hub(scene):
    await scene.subscribed()
    scene.site.write("Neue Lampen am Ufer")
    await scene.site.push()
    await until(lambda: scene.has("Neue Lampen am Ufer"))
    await scene.declare(SourceSpec("Blatt", scene.site.topic, kind="feed", every=timedelta(seconds=5)))
    await scene.poll()
    assert (await scene.source()).next_poll - scene.now() <= timedelta(seconds=5)

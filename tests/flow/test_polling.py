"""From a source's page to stored articles and owed deliveries, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from aiohttp import web
from structlog.testing import capture_logs

from bot.domain.catalogue import Catalogue, SourceSpec
from storage import sources
from tests.fixtures.waiting import until
from tests.flow.polling import FIRST, IDS, MINUTE, START, TOPICS, article, ticker
from tests.flow.source_site import serving


async def test_the_first_poll_is_a_baseline_stored_and_not_pushed(scene):
    await scene.reader(1, "all")
    assert await scene.poll() == 1
    assert await scene.titles() == [title for _, title in reversed(FIRST)]
    assert all(one.baseline for one in await scene.stored())
    assert not await scene.owed()
    assert (await scene.row()).baseline_at is not None
    assert not scene.woken


async def test_a_new_headline_is_stored_with_its_text_and_owed_to_its_followers(scene):
    await scene.reader(1, "sport")
    await scene.reader(2, "kultur")
    await scene.reader(3, "all")
    await scene.poll()
    scene.site.pages[f"/articles/x/{IDS[3]}"] = article("Sport")
    scene.site.pages["/"] = ticker([("08:30", "Neue Halle eröffnet"), *FIRST])
    await scene.poll()
    assert await scene.owed() == {(1, "Neue Halle eröffnet"): 1, (3, "Neue Halle eröffnet"): 1}
    new = (await scene.stored())[-1]
    assert (new.text_state, new.section, new.baseline) == ("ready", "Sport", False)
    assert new.published == START
    assert await scene.topics("Neue Halle eröffnet") == ("sport",)
    assert (await scene.row()).last_new == scene.now
    assert scene.woken == [1]


async def test_an_unchanged_page_is_asked_for_with_its_validators_and_not_read_again(scene):
    await scene.poll()
    await scene.poll()
    second = scene.site.seen[-1]
    assert second.headers["If-None-Match"] == (await scene.row()).etag
    assert (await scene.row()).last_success == scene.now
    assert len(await scene.titles()) == 3


async def test_the_same_body_without_validators_is_not_read_again(scene):
    scene.site.pages["/"] = web.Response(text=ticker(FIRST), content_type="text/html")
    await scene.poll()
    digest = (await scene.row()).body_hash
    await scene.declare(kind="feed")  # reading it again would fail
    await scene.poll()
    row = await scene.row()
    assert (row.error, row.body_hash) == (None, digest)


async def test_a_line_that_moves_or_changes_its_title_is_no_news(scene):
    await scene.reader(1, "all")
    await scene.poll()
    changed = [("08:31", "Der Hafen ist wieder offen"), *FIRST[1:]]
    scene.site.pages["/"] = ticker(changed)
    await scene.poll()
    assert not await scene.owed()
    stored = {one.title: one for one in await scene.stored()}
    assert "Der Hafen ist wieder frei" not in stored
    assert stored["Der Hafen ist wieder offen"].corrected == scene.now


async def test_lines_without_links_are_known_again(scene):
    def plain(*rows):
        return "<p>Eilmeldung " + " ".join(f"{at} {title}" for at, title in rows) + "</p>"

    await scene.reader(1, "all")
    scene.site.pages["/"] = plain(*FIRST)
    await scene.poll()
    scene.site.pages["/"] = plain(("08:31", "Handball heute im Park"), *FIRST)
    await scene.poll(2 * MINUTE)
    assert await scene.owed() == {(1, "Handball heute im Park"): 1}
    assert (await scene.stored())[-1].text_state == "none"
    assert await scene.topics("Handball heute im Park") == ("sport",)


async def test_a_ticker_that_stands_still_for_a_day_brings_no_news(scene):
    await scene.reader(1, "all")
    rows = " ".join(f"{at} {title}" for at, title in FIRST)
    scene.site.pages["/"] = f"<p>{rows}</p>"
    await scene.poll()
    scene.site.pages["/"] = f"<p>{rows}</p><footer>anders</footer>"
    await scene.poll(timedelta(days=1, hours=2))
    assert len(await scene.titles()) == 3
    assert not await scene.owed()


async def test_a_page_that_is_slow_does_not_hold_its_headline_back_and_comes_later(scene):
    await scene.reader(1, "sport")
    await scene.reader(2, "all")
    await scene.poll()
    path = f"/articles/x/{IDS[3]}"
    scene.site.pages[path], scene.site.delay[path] = article("Sport"), 3
    scene.site.pages["/"] = ticker([("08:30", "Neue Halle eröffnet"), *FIRST])
    began = asyncio.get_running_loop().time()
    await scene.poll()
    assert asyncio.get_running_loop().time() - began < 2.5
    assert await scene.owed() == {(2, "Neue Halle eröffnet"): 1}
    assert await scene.topics("Neue Halle eröffnet") == ("other",)
    scene.site.delay.clear()
    scene.now += MINUTE
    assert await scene.poller.pages.fetch_due()
    assert await scene.owed() == {(2, "Neue Halle eröffnet"): 1, (1, "Neue Halle eröffnet"): 1}
    assert await scene.topics("Neue Halle eröffnet") == ("sport",)
    assert (await scene.stored())[-1].text_state == "ready"


async def test_late_topics_of_a_baseline_are_pushed_to_nobody(scene):
    await scene.reader(1, "sport", "kultur", "all")
    for path in IDS:
        scene.site.pages[f"/articles/x/{path}"] = article("Kultur")
    await scene.poll()
    scene.now += MINUTE
    while await scene.poller.pages.fetch_due():
        pass
    assert {one.text_state for one in await scene.stored()} == {"ready"}
    assert await scene.topics("Ein Chor singt im Regen") == ("kultur",)
    assert not await scene.owed()


async def test_a_page_that_fails_is_tried_again_and_one_that_is_gone_is_not(scene):
    await scene.poll()
    broken, gone = f"/articles/x/{IDS[4]}", f"/articles/x/{IDS[3]}"
    scene.site.pages[broken] = web.Response(status=503)
    del scene.site.pages[gone]
    scene.site.pages["/"] = ticker(
        [("08:30", "Museum öffnet wieder"), ("08:29", "Neue Halle eröffnet"), *FIRST]
    )
    await scene.poll()
    stored = {one.title: one for one in await scene.stored()}
    assert stored["Neue Halle eröffnet"].text_state == "none"
    waiting = stored["Museum öffnet wieder"]
    assert waiting.text_state == "pending"
    assert waiting.text_due > scene.now
    scene.site.pages[broken] = article()
    scene.now = waiting.text_due
    await scene.poller.pages.fetch_due()
    assert (await scene.stored())[-1].text_state == "ready"


async def test_a_page_that_never_comes_is_given_up(scene):
    await scene.poll()
    scene.site.pages[f"/articles/x/{IDS[3]}"] = web.Response(status=500)
    scene.site.pages["/"] = ticker([("08:30", "Neue Halle eröffnet"), *FIRST])
    await scene.poll()
    for _ in range(12):
        scene.now += timedelta(hours=7)
        await scene.poller.pages.fetch_due()
    last = (await scene.stored())[-1]
    assert (last.text_state, last.text_due) == ("none", None)


async def test_a_reader_who_asks_gets_the_text_at_once(scene):
    await scene.poll()
    one = (await scene.stored())[0]
    await scene.poller.pages.read_page(one.id)
    assert (await scene.stored())[0].text_state == "ready"
    await scene.poller.pages.read_page(999)
    asked = len(scene.site.seen)
    await scene.poller.pages.read_page(one.id)
    assert len(scene.site.seen) == asked


async def test_an_error_is_kept_for_the_admin_said_once_and_backs_off(scene):
    await scene.poll()
    scene.site.pages["/"] = "<p>Wartungsarbeiten</p>"
    with capture_logs() as logs:
        for _ in range(3):
            await scene.poll()
    row = await scene.row()
    assert row.failures == 3
    assert "no line with a time" in row.error
    assert [entry["event"] for entry in logs if entry["log_level"] == "warning"] == [
        "a source cannot be read",
        "a source cannot be read any more",
    ]
    assert row.next_poll - scene.now == 4 * MINUTE
    scene.site.pages["/"] = ticker([("08:31", "Neue Halle eröffnet"), *FIRST])
    with capture_logs() as logs:
        await scene.poll()
    row = await scene.row()
    assert (row.error, row.failures) == (None, 0)
    assert "a source works again" in [entry["event"] for entry in logs]
    assert (await scene.titles())[-1] == "Neue Halle eröffnet"


async def test_another_error_is_said_again(scene):
    with capture_logs() as logs:
        for status in (500, 500, 404):
            scene.site.pages["/"] = web.Response(status=status)
            await scene.poll()
    assert [entry["reason"][:8] for entry in logs if entry["log_level"] == "warning"] == [
        "HTTP 500",
        "HTTP 404",
    ]


async def test_retry_after_is_obeyed(scene):
    scene.site.pages["/"] = web.Response(status=429, headers={"Retry-After": "7200"})
    await scene.poll()
    assert (await scene.row()).next_poll == scene.now + timedelta(hours=2)


async def test_every_is_kept_without_drift(scene):
    await scene.declare(every=timedelta(seconds=10))
    await scene.poll()
    for step in range(1, 4):
        assert (await scene.row()).next_poll == START + step * timedelta(seconds=10)
        await scene.poll(timedelta(seconds=10.4))
    assert (await scene.row()).next_poll <= scene.now + timedelta(seconds=10)


async def test_auto_goes_by_pace_and_by_the_sources_wish(scene):
    await scene.declare(every=None)
    await scene.poll()
    assert MINUTE < (await scene.row()).next_poll - scene.now < 15 * MINUTE
    scene.site.pages["/"] = web.Response(
        text=ticker([("08:30", "Neue Halle eröffnet"), *FIRST]),
        content_type="text/html",
        headers={"Cache-Control": "max-age=1500"},
    )
    await scene.poll(timedelta())
    assert (await scene.row()).next_poll - scene.now >= timedelta(minutes=24)


async def test_auto_follows_a_page_to_its_feed_and_remembers_it(scene):
    feed = (
        "<?xml version='1.0'?><rss version='2.0'><channel><item><title>Museum öffnet wieder</title><guid>1</guid>"
        "<category>Sport</category><pubDate>Wed, 11 Mar 2026 08:00:00 +0100</pubDate></item></channel></rss>"
    )
    scene.site.pages["/"] = '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>Nichts.</p>'
    scene.site.pages["/feed.xml"] = feed
    await scene.declare(kind="auto")
    await scene.poll()
    row = await scene.row()
    assert (row.found_kind, row.found_url, row.error) == ("feed", f"{scene.site.url}/feed.xml", None)
    assert await scene.topics("Museum öffnet wieder") == ("sport",)
    await scene.poll()
    assert scene.site.paths()[-2:] == ["/feed.xml", "/feed.xml"]
    del scene.site.pages["/feed.xml"]
    scene.site.pages["/"] = ticker(FIRST)
    await scene.poll()
    assert (await scene.row()).found_kind is None
    await scene.poll()
    assert (await scene.row()).found_kind == "ticker"


async def test_a_changed_address_is_a_new_baseline(scene):
    await scene.reader(1, "all")
    await scene.poll()
    scene.site.pages["/neu"] = ticker([("08:30", "Neue Halle eröffnet"), *FIRST])
    await scene.declare(url=f"{scene.site.url}/neu")
    await scene.poll()
    assert len(await scene.titles()) == 4
    assert not await scene.owed()


async def test_the_sources_topic_decides_alone(scene):
    await scene.declare(topic="kultur")
    await scene.poll()
    assert await scene.topics("Neue Lampen am Ufer") == ("kultur",)


async def test_a_full_text_in_the_feed_needs_no_page(scene):
    text = "Ein Satz über die neue Halle am Westufer, die seit heute offen ist. " * 8

    def feed(*numbers):
        items = "".join(
            f"<item><title>Meldung {n}</title><link>{scene.site.url}/a/{n}</link><guid>{n}</guid>"
            f"<content:encoded>&lt;p&gt;{text}&lt;/p&gt;</content:encoded></item>" for n in numbers
        )  # fmt: skip
        head = '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        return f"<?xml version='1.0'?>{head}{items}</channel></rss>"

    await scene.reader(1, "all")
    scene.site.pages["/"] = feed(1)
    await scene.declare(kind="feed")
    await scene.poll()
    scene.site.pages["/"] = feed(2, 1)
    await scene.poll()
    assert set(scene.site.paths()) == {"/"}
    assert [one.text_state for one in await scene.stored()] == ["ready", "ready"]
    assert await scene.owed() == {(1, "Meldung 2"): 1}


async def test_the_loop_polls_when_due_stops_at_once_and_gives_its_leases_back(scene):
    task = asyncio.create_task(scene.poller.run())
    await scene.until(lambda row: row.baseline_at is not None)
    scene.site.delay["/"] = 30
    scene.now += MINUTE
    scene.poller.wake()
    await scene.until(lambda row: row.polling_until is not None)
    began = asyncio.get_running_loop().time()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert asyncio.get_running_loop().time() - began < 10
    row = await scene.row()
    assert (row.polling_until, row.failures) == (None, 0)


async def test_a_restart_polls_nothing_before_its_time(scene):
    await scene.poll()
    asked = len(scene.site.seen)
    assert await scene.poller.poll_due() == 0
    assert len(scene.site.seen) == asked


async def test_a_slow_source_delays_no_other(scene):
    quick = scene.spec
    async with serving() as slow:
        slow.pages["/"], slow.delay["/"] = ticker(FIRST), 10
        await scene.declare(url=f"{slow.url}/")
        task = asyncio.create_task(scene.poller.run())
        await until(lambda: slow.seen)
        both = (scene.spec, replace(quick, name="Schnell"))
        scene.catalogue.now = Catalogue(TOPICS, both)
        async with scene.sessions.write() as session:
            await sources.sync(session, list(both), scene.now)
        scene.poller.wake()
        await scene.until(lambda row: row.baseline_at is not None, "Schnell")
        waiting = await scene.row()
        assert (waiting.baseline_at, waiting.failures) == (None, 0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_time_zone_that_does_not_exist_is_an_error_of_the_source(scene):
    scene.spec = SourceSpec("Blatt", f"{scene.site.url}/", "ticker", timezone="Mars/Olympus", every=MINUTE)
    scene.catalogue.now = Catalogue(TOPICS, (scene.spec,))
    await scene.poll()
    assert "Mars/Olympus" in (await scene.row()).error


async def test_what_nobody_foresaw_is_a_failure_of_that_source_only(scene):
    """A specification that no file can declare: polled every zero seconds."""
    scene.spec = SourceSpec("Blatt", f"{scene.site.url}/", "ticker", every=timedelta())
    scene.catalogue.now = Catalogue(TOPICS, (scene.spec,))
    with capture_logs() as logs:
        await scene.poll()
    row = await scene.row()
    assert row.error.startswith("internal error: ZeroDivisionError")
    assert (row.polling_until, row.failures) == (None, 1)
    assert row.next_poll > scene.now
    assert not await scene.titles()
    assert "error" in {entry["log_level"] for entry in logs}


async def test_a_source_that_left_the_file_is_not_polled(scene):
    scene.catalogue.now = Catalogue(TOPICS, ())
    await scene.poll()
    assert scene.site.seen == []


async def test_auto_begins_fast_where_the_list_tells_no_times(scene):
    items = "".join(f"<item><title>Meldung {n}</title><guid>{n}</guid></item>" for n in range(3))
    scene.site.pages["/ohne"] = f"<rss version='2.0'><channel>{items}</channel></rss>"
    await scene.declare(kind="feed", every=None, url=f"{scene.site.url}/ohne")
    await scene.poll()
    assert (await scene.row()).next_poll == scene.now + MINUTE
    await scene.poll()
    assert (await scene.row()).next_poll == scene.now + MINUTE


async def test_a_loop_that_is_woken_as_it_is_to_stop_stops(scene):
    for turns in range(6):
        task = asyncio.create_task(scene.poller.run())
        await scene.until(lambda row: row.baseline_at is not None and row.polling_until is None)
        await asyncio.sleep(0.3)  # it rests
        scene.poller.wake()
        scene.poller.pages.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=2)
        assert done, f"it went on, cancelled {turns} turns after it was woken"

"""What one answer of one site does to the others, and to the site's own next headlines: nothing."""

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.domain.catalogue import Catalogue, SourceSpec
from bot.domain.headline import Headline
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.hubs import Hubs
from bot.sources.polling.results import Results
from storage import hubs, sources
from storage.models import ArticleRow
from storage.sources import PollResult, Settled
from tests.flow.polling import FIRST, IDS, MINUTE, START, TOPICS, article, ticker
from tests.flow.test_hostile_answers import once, talking

NEW = ("08:30", "Neue Halle eröffnet")
UNREADABLE = "http://xn--a/1"
"""Punycode that stands for no letters."""


def answer(body="", status=b"200 OK", headers=b""):
    """A server that gives this answer, byte for byte."""
    body = body.encode()
    head = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
    return talking(once(head % (status, len(body), headers) + body))


def with_link(link, rows):
    """The ticker with a line on top that leads elsewhere."""
    line = f'<li>08:31 <a href="{link}">Werbung zwischen den Zeilen</a></li>'
    return ticker(rows).replace("<ul>", f"<ul>{line}")


async def listing(scene, *rows):
    """The site lists these lines, and is polled."""
    scene.site.pages["/"] = ticker([*rows, *FIRST])
    await scene.poll()


async def stored(scene, title):
    return next(one for one in await scene.stored() if one.title == title)


# ── addresses ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_headline_whose_link_has_no_readable_host_costs_the_poll_nothing(scene):
    await scene.poll()
    scene.site.pages["/"] = with_link(UNREADABLE, [NEW, *FIRST])
    await scene.poll()
    assert {NEW[1], "Werbung zwischen den Zeilen"} <= set(await scene.titles())
    assert (await scene.row()).error is None


async def test_a_due_page_whose_host_cannot_be_read_is_put_off(scene):
    scene.site.pages["/"] = with_link(UNREADABLE, FIRST)
    await scene.poll()
    scene.now += MINUTE
    await scene.poller.pages.fetch_due()
    assert (await stored(scene, "Werbung zwischen den Zeilen")).text_due > scene.now


async def test_an_article_page_that_fails_in_a_way_nobody_foresaw_costs_only_itself(scene, monkeypatch):
    get = scene.poller.pages._fetcher.get

    async def failing(url, *rest, **more):
        if IDS[4] in url:
            raise RuntimeError("nobody foresaw this")
        return await get(url, *rest, **more)

    monkeypatch.setattr(scene.poller.pages._fetcher, "get", failing)
    await scene.poll()
    with capture_logs() as said:
        await listing(scene, ("08:31", "Noch eine Meldung"), NEW)
    assert {"Noch eine Meldung", NEW[1]} <= set(await scene.titles())
    assert (await scene.row()).error is None
    assert (await stored(scene, NEW[1])).text_state == "ready"
    assert (await stored(scene, "Noch eine Meldung")).text_state == "none"
    assert "nobody foresaw" in str([line for line in said if line["log_level"] == "error"])


# ── headers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "header",
    [
        b'ETag: "gr\xf6sse"\r\n',
        b"Last-Modified: Mo, 1. M\xe4rz\r\n",
        b'Link: <http://a.example/h\xf6b>; rel="hub"\r\n',
        b"Content-Type: text/html; charset=\xf6\r\n",
        b"Cache-Control: max-age=\xb2\r\n",
        b"Cache-Control: max-age=\xc2\xb2\r\n",
    ],
)
async def test_a_header_that_is_not_in_ascii_keeps_no_headline_back(scene, header):
    async with answer(ticker(FIRST), headers=header) as (url, _):
        await scene.declare(url=url)
        await scene.poll()
        row = await scene.row()
        assert (row.error, row.etag, row.last_modified) == (None, None, None)
        assert len(await scene.titles()) == 3
        await scene.poll()
        assert (await scene.row()).last_success == scene.now


@pytest.mark.parametrize("status", [b"404 Nicht verf\xfcgbar", b"503 \xe4\xe4", b"500 a\x7fb"])
async def test_a_reason_in_another_encoding_is_written_down_and_the_others_are_polled(scene, status):
    async with answer(status=status) as (url, _):
        good = SourceSpec("Gut", f"{scene.site.url}/", kind="ticker", every=MINUTE)
        odd = SourceSpec("Sonderbar", url.replace("127.0.0.1", "localhost"), kind="ticker", every=MINUTE)
        scene.catalogue.now = Catalogue(TOPICS, (good, odd))
        async with scene.sessions.write() as session:
            await sources.sync(session, [good, odd], scene.now)
        for _ in range(3):
            await scene.poller.poll_due()
            scene.now += timedelta(hours=1)
    assert ((await scene.row("Gut")).failures, (await scene.row("Gut")).error) == (0, None)
    row = await scene.row("Sonderbar")
    assert row.failures == 3
    assert row.error.startswith(f"HTTP {status[:3].decode()}")


async def test_of_results_that_are_stored_together_only_the_one_that_cannot_be_is_lost(scene):
    await scene.poll()
    row = await scene.row()
    results = Results(lambda: None)
    later = scene.now + timedelta(hours=1)
    for error in ("before", "unfit\ud800", "after"):
        results.add(Settled(row.id, PollResult(later, error=error), scene.now))
    with capture_logs() as said:
        await results.store_all(scene.sessions)
    assert results.count == 0
    assert ((await scene.row()).failures, (await scene.row()).error) == (2, "after")
    assert [line["source_id"] for line in said if line["log_level"] == "error"] == [row.id]


async def test_the_poller_polls_on_where_a_result_cannot_be_stored(scene):
    await scene.poll()
    row = await scene.row()
    scene.poller._results.add(Settled(row.id, PollResult(scene.now, error="unfit\ud800"), scene.now))
    scene.now += MINUTE
    await scene.poller.poll_due()
    await scene.poller.poll_due()
    assert (await scene.row()).last_success == scene.now


# ── hubs ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_hub_whose_refusal_cannot_be_stored_as_it_is_is_put_off_like_others(scene):
    await scene.poll()
    async with answer("nicht\0 f\x1für\n  Bots", b"400 Bad") as (url, _):
        fetcher = Fetcher(allow_private=True)
        loop = Hubs(scene.sessions, fetcher, "https://bot.example", lambda: scene.now)
        async with scene.sessions.write() as session:
            await hubs.offer(session, (await scene.row()).id, url, "http://t.example/", loop.place, scene.now)
        await loop.ask_due()
        await fetcher.close()
    async with scene.sessions.read() as session:
        (row,) = await hubs.every(session)
    assert (row.state, row.reason) == ("refused", "HTTP 400 nicht für Bots")


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def atom(*entries):
    items = "".join(
        f"<entry><title>{title}</title><id>urn:{title}</id><published>{date}</published></entry>"
        for title, date in entries
    )
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Blatt</title>{items}</feed>'


@pytest.mark.parametrize("date", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_a_date_of_a_system_that_knows_none_is_none_and_its_headline_is_news(scene, date):
    old = [
        ("Ein Chor singt im Regen", "2026-03-11T06:55:00Z"),
        ("Neue Lampen am Ufer", "2026-03-11T06:30:00Z"),
    ]
    scene.site.pages["/"] = atom(*old)
    await scene.reader(1, "all")
    await scene.declare(kind="feed")
    await scene.poll()
    scene.site.pages["/"] = atom((NEW[1], date), *old)
    await scene.poll()
    assert (await scene.row()).error is None
    assert await scene.owed() == {(1, NEW[1]): 1}
    assert (await stored(scene, NEW[1])).published == scene.now


# ── pages that are refused for a while ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", [401, 403])
async def test_a_new_article_whose_page_is_refused_once_gets_its_text_later(scene, status):
    await scene.poll()
    page = f"/articles/x/{IDS[3]}"
    scene.site.pages[page] = web.Response(status=status)
    await listing(scene, NEW)
    assert (await stored(scene, NEW[1])).text_state == "pending"
    scene.site.pages[page] = article("Sport")
    scene.now += MINUTE
    await scene.poller.pages.fetch_due()
    assert (await stored(scene, NEW[1])).text_state == "ready"


@pytest.mark.parametrize("status", [403, 451, 503])
async def test_an_article_with_a_text_is_looked_at_again_however_often_its_page_was_refused(scene, status):
    await scene.poll()
    page = f"/articles/x/{IDS[3]}"
    scene.site.pages[page] = article("Sport")
    await listing(scene, NEW)
    scene.site.pages[page] = web.Response(status=status)
    while scene.now < START + timedelta(hours=7):
        scene.now = (await stored(scene, NEW[1])).text_due
        await scene.poller.pages.fetch_due()
    corrected = "Der berichtigte Absatz sagt in zwei Sätzen, worum es geht. Er ist lang genug für einen Text."
    scene.site.pages[page] = article("Sport", corrected)
    scene.now = (await stored(scene, NEW[1])).text_due
    await scene.poller.pages.fetch_due()
    assert "berichtigte" in str((await stored(scene, NEW[1])).blocks)


# ── slow hosts ───────────────────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def silent_host():
    """A server that takes every connection and says nothing; its address, and how many connected."""
    asked, held = [], []

    async def hold(_, writer):
        asked.append(1)
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    yield f"http://localhost:{server.sockets[0].getsockname()[1]}", asked
    server.close()
    for writer in held:
        writer.close()


@asynccontextmanager
async def fetching_pages(scene):
    """The loop of due pages."""
    loop = asyncio.create_task(scene.poller.pages.run())
    yield
    loop.cancel()
    await asyncio.gather(loop, return_exceptions=True)


async def wait_for_pages(scene, url, count):
    """So many articles wait for pages of one host."""
    source = await scene.row()
    async with scene.sessions.write() as session:
        for number in range(count):
            session.add(
                ArticleRow(
                    source_id=source.id,
                    identity=f"url:{number}",
                    title=f"Meldung {number}",
                    link=f"{url}/{number}",
                    published=scene.now,
                    first_seen=scene.now,
                    last_seen=scene.now,
                    text_due=scene.now - timedelta(hours=1),
                )
            )


async def test_due_pages_of_a_host_that_hangs_delay_no_new_headline(scene):
    await scene.poll()
    async with silent_host() as (url, asked):
        await wait_for_pages(scene, url, 20)
        async with fetching_pages(scene):
            while not asked:  # noqa: ASYNC110  a server has no event
                await asyncio.sleep(0.02)
            scene.site.pages[f"/articles/x/{IDS[3]}"] = article("Sport")
            await listing(scene, NEW)
            assert (await stored(scene, NEW[1])).text_state == "ready"
            assert len(asked) == 3


async def test_due_pages_of_a_host_that_hangs_delay_no_other_due_page(scene):
    await scene.poll()
    async with silent_host() as (url, _):
        await wait_for_pages(scene, url, 20)
        scene.now += MINUTE
        async with fetching_pages(scene), asyncio.timeout(15):
            while (await stored(scene, FIRST[0][1])).text_state != "ready":  # noqa: ASYNC110  a database has no event
                await asyncio.sleep(0.05)


async def test_new_headlines_of_a_host_that_hangs_delay_no_other(scene):
    await scene.poll()
    async with silent_host() as (url, asked):
        hanging = asyncio.create_task(
            scene.poller.pages.collect(
                [Headline(f"url:{n}", f"Meldung {n}", f"{url}/{n}") for n in range(20)], "UTC"
            )
        )
        while not asked:  # noqa: ASYNC110  a server has no event
            await asyncio.sleep(0.02)
        page = Headline("url:x", "Meldung", f"{scene.site.url}/articles/x/{IDS[3]}")
        found = await scene.poller.pages.collect([page], "UTC")
        assert found["url:x"].page.blocks
        assert {outcome.page for outcome in (await hanging).values()} == {None}

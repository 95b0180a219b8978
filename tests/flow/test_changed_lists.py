"""Lists that are not what they were: another kind of list at the same address, and copies out of caches."""

import asyncio

from bot.sources.polling.stale import FOR
from tests.flow.polling import FIRST, MINUTE, ticker


def feed(*lines):
    items = "".join(
        f'<item><guid isPermaLink="false">{guid}</guid><title>{title}</title><pubDate>Wed, 11 Mar 2026 {at}:00 +0100'
        f"</pubDate></item>"
        for guid, title, at in lines
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Blatt</title>{items}</channel></rss>'


async def test_what_another_kind_of_list_goes_back_to_is_no_news(scene):
    pages = scene.site.pages
    pages["/"] = '<link rel="alternate" type="application/rss+xml" href="/feed"><p>Willkommen</p>'
    pages["/feed"] = feed(("a", "Der Rat stimmt zu", "06:10"), ("b", "Ein Baum wird gefällt", "05:10"))
    await scene.reader(1, "all")
    await scene.declare(kind="auto")
    await scene.poll()
    assert (await scene.row()).found_kind == "feed"
    pages["/feed"] = None
    pages["/"] = ticker([("08:45", "Neue Halle eröffnet"), *FIRST])
    while (await scene.row()).found_kind != "ticker":
        await scene.poll(15 * MINUTE)
    assert await scene.owed() == {(1, "Neue Halle eröffnet"): 1}
    assert {title for _, title in FIRST} <= set(await scene.titles())


async def test_a_poll_of_the_address_before_leaves_nothing_with_the_new_one(scene):
    pages = scene.site.pages
    for name in ("alt", "neu"):
        pages[f"/{name}"] = (
            f'<link rel="alternate" type="application/rss+xml" href="/{name}.xml"><p>Willkommen</p>'
        )
        pages[f"/{name}.xml"] = feed((name, f"Die Nachricht {name}", "06:10"))
    await scene.declare(kind="auto", url=f"{scene.site.url}/alt")
    await scene.poll()
    pages["/alt.xml"] = feed(("mehr", "Noch eine Nachricht", "06:20"))
    scene.site.delay["/alt.xml"] = 0.5
    scene.now += 5 * MINUTE
    last = asyncio.create_task(scene.poller.poll_due())
    await asyncio.sleep(0.2)
    await scene.declare(kind="auto", url=f"{scene.site.url}/neu")
    await last
    row = await scene.row()
    assert (row.found_url, row.last_success, row.polling_until) == (None, None, None)
    await scene.poll()
    assert (await scene.row()).found_url == f"{scene.site.url}/neu.xml"
    assert "Die Nachricht neu" in await scene.titles()


async def test_a_copy_from_before_a_correction_corrects_nothing(scene):
    scene.site.pages["/"] = ticker(FIRST)
    await scene.poll()
    corrected = [("08:12", "Der Hafen ist wieder offen"), *FIRST[1:]]
    scene.site.pages["/"] = ticker(corrected)
    await scene.poll()
    scene.site.pages["/"] = ticker([("08:33", "Neue Halle eröffnet"), *FIRST])
    await scene.poll()
    assert "Der Hafen ist wieder offen" in await scene.titles(), "the new line is taken, the old title is not"
    assert "Neue Halle eröffnet" in await scene.titles()
    await scene.poll(FOR)
    scene.site.pages["/"] = ticker([("08:44", "Noch etwas"), ("08:33", "Neue Halle eröffnet"), *FIRST])
    await scene.poll()
    assert "Der Hafen ist wieder frei" in await scene.titles(), "what stays for so long is meant"

"""What `tickerbot check` and `tickerbot source test` tell of a source."""

from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.domain.catalogue import OTHER, Catalogue, SourceSpec, Topic
from bot.sources.polling.inspect import inspect

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
CATALOGUE = Catalogue((Topic("sport", "⚽", {}, ("sport",), ("Handball",)), OTHER))
TICKER = (
    '<ul><li>08:12 <a href="/a">Handball heute im Park</a></li><li>07:55 <a href="/b">Ein Chor singt im Regen</a></li>'
    "<li>07:30 Neue Lampen am Ufer</li></ul>"
)
FEED = "<?xml version='1.0'?><rss version='2.0'><channel><item><title>Der Hafen ist frei</title></item></channel></rss>"
TEXT = "<p>Der erste Absatz sagt in zwei Sätzen, worum es geht. Er ist lang genug für einen Text.</p>"


@pytest.fixture
def look(site, fetcher, parser):
    """Inspects what `look.site` serves."""

    async def look(path="/", pages=0, **settings):
        spec = SourceSpec("Blatt", site.url + path, **settings)
        return await inspect(spec, fetcher, parser, CATALOGUE, lambda: NOW, pages=pages)

    look.site = site
    return look


async def test_a_ticker_is_told_with_its_topics_and_its_newest_line(look):
    look.site.pages["/"] = TICKER
    report = await look(kind="ticker")
    assert (report.kind, report.headlines, report.error) == ("ticker", 3, None)
    assert report.topics == (("other", 2), ("sport", 1))
    assert report.newest == datetime(2026, 3, 11, 7, 12, tzinfo=UTC)
    assert any("1 of 3 headlines have no link" in note for note in report.notes)
    assert look.site.paths() == ["/"]


async def test_its_first_pages_are_looked_at_on_request(look):
    look.site.pages["/"] = TICKER
    look.site.pages["/a"] = f"<article><span>Sport</span><h1>Handball</h1>{TEXT}</article>"
    look.site.pages["/b"] = "<p></p>"
    report = await look(kind="ticker", pages=3)
    assert report.samples[0].page.section == "Sport"
    assert any("“Ein Chor singt im Regen”: no text was found" in note for note in report.notes)
    del look.site.pages["/b"]
    assert any("HTTP 404" in note for note in (await look(kind="ticker", pages=2)).notes)


async def test_a_feed_behind_a_page_is_told(look):
    look.site.pages["/"] = '<link rel="alternate" type="application/rss+xml" href="/feed.xml"><p>Nichts.</p>'
    look.site.pages["/feed.xml"] = FEED
    report = await look()
    assert report.kind == "feed"
    assert any(f"its feed is {look.site.url}/feed.xml" in note for note in report.notes)
    assert any("no date" in note for note in report.notes)


async def test_an_empty_feed_and_a_move_are_notes(look):
    look.site.pages["/alt"] = web.Response(status=308, headers={"Location": "/feed.xml"})
    look.site.pages["/feed.xml"] = "<rss version='2.0'><channel></channel></rss>"
    report = await look("/alt", kind="feed")
    assert report.error is None
    assert any("moved for good" in note for note in report.notes)
    assert "the feed has no entries" in report.notes


async def test_what_is_wrong_is_the_error(look):
    assert "HTTP 404" in (await look()).error
    look.site.pages["/"] = "<p>Nichts.</p>"
    assert "no line with a time" in (await look(kind="ticker")).error
    look.site.pages["/"] = '<link rel="alternate" type="application/rss+xml" href="/weg.xml">'
    error = (await look()).error
    assert "no line with a time" in error
    assert "/weg.xml, /robots.txt, /feed, " in error
    assert "HTTP 404" in error


async def test_it_tells_which_rule_decided_and_which_sections_no_topic_knows(look):
    items = [("Handball", "Sport"), ("Ein Chor", "Hafen"), ("Ein Boot", "Hafen"), ("Handball", "Ufer")]
    item = "<item><title>{} {}</title><link>{}/rubrik/{}</link><category>{}</category></item>"
    listed = [item.format(title, n, look.site.url, n, category) for n, (title, category) in enumerate(items)]
    look.site.pages["/feed.xml"] = f"<rss version='2.0'><channel>{''.join(listed)}</channel></rss>"
    report = await look("/feed.xml", kind="feed")
    assert [sample.decision.rule for sample in report.samples] == [
        "category",
        "nothing",
        "nothing",
        "keyword",
    ]
    assert report.unknown == (("rubrik", 3), ("Hafen", 2), ("Ufer", 1))
    setting = await look("/feed.xml", kind="feed", topic="sport")
    assert {sample.decision.rule for sample in setting.samples} == {"setting"}
    assert setting.unknown == ()

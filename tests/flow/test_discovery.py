"""A site's feed, found from the site's address alone: where it is looked for, in which order, and how often."""

import json
from datetime import UTC, datetime

import pytest
from aiohttp import web

from bot.domain.catalogue import SourceSpec
from bot.sources.errors import FetchError, NotATicker
from bot.sources.polling.discovery import MOST, WELL_KNOWN
from bot.sources.polling.look import Looker, Remembered

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
FEED = "<?xml version='1.0'?><rss version='2.0'><channel><item><title>Der Hafen ist frei</title></item></channel></rss>"
EMPTY = "<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>"
PAGE = "<html><head><title>Blatt</title></head><body><p>Nichts.</p></body></html>"
SITEMAP = (
    "<?xml version='1.0'?><urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>/a</loc>"
    "<n:news><n:title>Der Hafen ist frei</n:title></n:news></url></urlset>"
)
JSON = json.dumps(
    {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "title": "Der Hafen ist frei"}]}
)
TICKER = "<p>Eilmeldung 08:12 Der Hafen ist frei 07:55 Ein Chor singt im Regen 07:30 Neue Lampen am Ufer</p>"


@pytest.fixture
def look(site, fetcher, parser):
    """Looks at what `look.site` serves."""

    async def look(path="/", before=Remembered(), **settings):  # noqa: B008  it is frozen
        spec = SourceSpec("Blatt", site.url + path, **settings)
        return await Looker(fetcher, parser, lambda: NOW).look(spec, before)

    look.site = site
    site.pages["/"] = PAGE
    return look


def named(*links):
    return f"<html><head>{''.join(links)}</head><body><p>Nichts.</p></body></html>"


def alternate(href, kind="application/rss+xml"):
    return f'<link rel="alternate" type="{kind}" href="{href}">'


async def found_at(look, path="/"):
    """The path at which the feed was found."""
    found = await look(path)
    assert found.reading.kind == found.remember.found_kind == "feed"
    assert [line.title for line in found.reading.headlines] == ["Der Hafen ist frei"]
    return found.remember.found_url.removeprefix(look.site.url)


async def test_a_ticker_on_the_page_goes_before_its_feed(look):
    look.site.pages["/"] = alternate("/f.xml") + TICKER
    found = await look()
    assert (found.remember.found_kind, found.remember.found_url) == ("ticker", "")
    assert look.site.paths() == ["/"]


async def test_the_feed_named_in_the_head_goes_before_all_others(look):
    look.site.pages["/"] = named(alternate("/f.xml"), '<a href="/g.rss">RSS</a>')
    look.site.pages |= {"/f.xml": FEED, "/g.rss": FEED, "/feed": FEED}
    assert await found_at(look) == "/f.xml"
    assert look.site.paths() == ["/", "/f.xml"]


async def test_a_json_feed_is_one_and_other_json_is_not(look):
    look.site.pages["/"] = named(
        alternate("/api", "application/json"), alternate("/f", "application/feed+json")
    )
    look.site.pages |= {"/api": '{"name": "Blatt"}', "/f": JSON}
    assert await found_at(look) == "/f"
    look.site.pages["/"] = named(alternate("/api", "application/json"))
    with pytest.raises(NotATicker, match="/api: the document is JSON, but not a JSON Feed"):
        await look()
    look.site.pages["/api"] = JSON
    assert await found_at(look) == "/api"


async def test_the_feed_named_in_the_headers_is_found(look):
    link = '</f.atom>; rel="alternate"; type="application/atom+xml", </en>; rel=alternate; type="text/html"'
    look.site.pages["/"] = web.Response(text=PAGE, content_type="text/html", headers={"Link": link})
    look.site.pages["/f.atom"] = FEED
    assert await found_at(look) == "/f.atom"
    assert look.site.paths() == ["/", "/f.atom"]


async def test_the_feed_that_readers_can_click_is_found(look):
    look.site.pages["/"] = named('<a href="https://anderswo.example/rss">RSS</a><a href="/alle.rss">RSS</a>')
    look.site.pages["/alle.rss"] = FEED
    assert await found_at(look) == "/alle.rss"
    assert look.site.paths() == ["/", "/alle.rss"]


async def test_a_page_about_feeds_is_followed_once(look):
    look.site.pages["/"] = named('<a href="/rss-uebersicht/rss">RSS</a>')
    look.site.pages["/rss-uebersicht/rss"] = named('<a href="/weiter/rss">Feeds</a><a href="/f.rss">Feed</a>')
    look.site.pages["/weiter/rss"] = named('<a href="/nie/rss">Feeds</a>')
    look.site.pages["/f.rss"] = FEED
    assert await found_at(look) == "/f.rss"
    assert "/nie/rss" not in look.site.paths()


async def test_the_sitemap_of_news_in_robots_txt_is_found(look):
    look.site.pages["/robots.txt"] = (
        f"User-agent: *\nDisallow: /x\nSitemap: {look.site.url}/sitemap.xml\nsitemap:{look.site.url}/news.xml\n"
    )
    look.site.pages["/news.xml"] = SITEMAP
    assert await found_at(look) == "/news.xml"
    assert look.site.paths() == ["/", "/robots.txt", "/news.xml"]


async def test_a_list_of_sitemaps_is_followed_to_the_one_of_news(look):
    index = "".join(
        f"<sitemap><loc>{look.site.url}/{name}.xml</loc></sitemap>" for name in ("alt", "news", "news2")
    )
    look.site.pages["/robots.txt"] = f"Sitemap: {look.site.url}/index-of.xml"
    look.site.pages["/index-of.xml"] = f"<?xml version='1.0'?><sitemapindex>{index}</sitemapindex>"
    look.site.pages["/news.xml"] = SITEMAP
    assert await found_at(look) == "/news.xml"
    look.site.seen.clear()
    assert await found_at(look, "/index-of.xml") == "/news.xml"
    assert look.site.paths() == ["/index-of.xml", "/news.xml"]


@pytest.mark.parametrize("path", WELL_KNOWN)
async def test_a_feed_at_a_well_known_place_is_found(look, path):
    look.site.pages["/blog/"] = PAGE
    look.site.pages[path] = SITEMAP if "sitemap" in path else JSON if "json" in path else FEED
    assert await found_at(look, "/blog/") == path


async def test_what_was_found_is_remembered_and_nothing_is_looked_for_again(look):
    look.site.pages["/rss.xml"] = FEED
    first = await look()
    assert first.remember.found_url == f"{look.site.url}/rss.xml"
    look.site.seen.clear()
    again = await look(before=first.remember)
    assert again.reading is None
    assert look.site.paths() == ["/rss.xml"]


async def test_an_empty_feed_is_taken_only_where_there_is_no_other(look):
    look.site.pages["/"] = named(alternate("/leer.xml"))
    look.site.pages |= {"/leer.xml": EMPTY, "/rss.xml": FEED}
    assert await found_at(look) == "/rss.xml"
    del look.site.pages["/rss.xml"]
    found = await look()
    assert found.remember.found_url == f"{look.site.url}/leer.xml"
    assert found.reading.headlines == ()


async def test_what_was_tried_in_vain_is_named(look):
    look.site.pages["/"] = named(alternate("/weg.xml"), '<a href="/rss-info">RSS</a>')
    look.site.pages |= {"/rss-info": PAGE, "/feed": "<p>Start</p>", "/robots.txt": "User-agent: *"}
    with pytest.raises(NotATicker) as error:
        await look()
    text = str(error.value)
    assert text.startswith("no line with a time was found")
    assert "/weg.xml, /rss, /rss.xml" in text
    assert "HTTP 404" in text
    assert "/rss-info: the document is a web page (“Blatt”), not a feed" in text
    assert "/robots.txt: it names no sitemap of news" in text
    assert look.site.url not in text
    assert all(path in text for path in WELL_KNOWN)


async def test_each_address_is_asked_for_once_one_after_another_and_not_many(look):
    links = [alternate(f"/f{n}.xml") for n in range(9)] + [f'<a href="/g{n}.rss">RSS</a>' for n in range(9)]
    look.site.pages["/"] = named(*links, alternate("/"), '<a href="/f1.xml">RSS</a>')
    maps = "".join(f"Sitemap: {look.site.url}/news{n}.xml\n" for n in range(9))
    look.site.pages["/robots.txt"] = maps
    with pytest.raises(NotATicker):
        await look()
    paths = look.site.paths()
    assert len(paths) == len(set(paths)) <= MOST + 1
    assert look.site.most_at_once == 1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_site_that_is_overrun_is_left_alone(look, status):
    look.site.pages["/"] = named(alternate("/f.xml"))
    look.site.pages["/f.xml"] = web.Response(status=status, headers={"Retry-After": "600"})
    with pytest.raises(FetchError, match=f"while its feed was looked for, .*/f.xml: HTTP {status}") as error:
        await look()
    assert error.value.retry_after.total_seconds() == 600
    assert look.site.paths() == ["/", "/f.xml"]


async def test_a_dead_address_elsewhere_costs_the_site_nothing(look):
    look.site.pages["/"] = named(alternate("http://localhost:1/f.xml"))
    look.site.pages["/feed"] = FEED
    assert await found_at(look) == "/feed"


async def test_a_site_that_went_down_is_left_alone(look):
    look.site.pages["/"] = named(alternate("/f.xml"), '<a href="/g.rss">RSS</a>')
    look.site.pages["/f.xml"] = lambda request: request.transport.abort()
    with pytest.raises(FetchError, match="while its feed was looked for"):
        await look()
    assert "/g.rss" not in look.site.paths()


async def test_a_sitemap_that_is_too_large_ends_no_search(look):
    look.site.pages["/robots.txt"] = f"Sitemap: {look.site.url}/news.xml"
    look.site.pages |= {"/news.xml": "x" * 6_000_000, "/rss": FEED}
    assert await found_at(look) == "/rss"


async def test_the_hub_is_read_from_the_feeds_headers_and_goes_before_the_feeds_own(look):
    feed = FEED.replace(
        "<item>", "<a:link xmlns:a='http://www.w3.org/2005/Atom' rel='hub' href='/alt'/><item>"
    )
    link = "</hub>; rel=hub, </f.xml>; rel=self"
    look.site.pages["/"] = named(alternate("/f.xml"))
    look.site.pages["/f.xml"] = web.Response(
        text=feed, content_type="application/xml", headers={"Link": link}
    )
    for found in (await look(), await look("/f.xml", kind="feed")):
        assert found.reading.hub == f"{look.site.url}/hub"
        assert found.reading.self_url == f"{look.site.url}/f.xml"
    look.site.pages["/f.xml"] = feed
    assert (await look()).reading.hub == f"{look.site.url}/alt"

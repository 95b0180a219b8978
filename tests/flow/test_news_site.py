"""The sample site as a client meets it: over HTTP."""

import asyncio
import re
from html import unescape
from xml.etree import ElementTree

import aiohttp
import pytest

from bot.sources.articles import page
from bot.sources.feeds import feed
from bot.sources.tickers import ticker

LINE = re.compile(r'<span>(\d\d:\d\d)</span> <a href="([^"]+)">([^<]+)</a>')


@pytest.fixture
async def client():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def get(client, newssite):
    async def fetch(path, **headers):
        async with client.get(newssite.url + path, headers=headers) as response:
            return response.status, response.headers, (await response.read()).decode("utf-8", "replace")

    return fetch


async def shown(get, path="/"):
    _, _, html = await get(path)
    return [(time, link, unescape(title)) for time, link, title in LINE.findall(html)]


async def test_the_ticker_shows_local_times_without_dates_newest_first(get, newssite, news_clock):
    news_clock.advance(minutes=2)
    newest = newssite.publish()
    lines = await shown(get)
    assert lines[0] == ("17:42", newest.path, newest.title)
    assert len(lines) == 16
    assert [title for _, _, title in lines] == [article.title for article in newssite.articles]
    assert "2026" not in (await get("/"))[2]


async def test_the_ticker_keeps_to_twenty_one_lines(get, newssite):
    for _ in range(10):
        newssite.publish()
    assert len(await shown(get)) == 21


async def test_every_page_carries_the_ticker_before_anything_else(get, newssite):
    article = newssite.articles[0]
    for path in ("/latest-news/1", newssite.sections()[0].path, article.path, f"/article/{article.id}"):
        status, _, html = await get(path)
        assert status == 200
        assert len(LINE.findall(html)) == 15
        assert html.index("Eilmeldung") < html.index("masthead") < html.index("<main>")


async def test_every_headline_opens_an_article_with_its_text(get, newssite):
    for _ in range(60):
        newssite.publish()
    for article in newssite.articles:
        status, _, html = await get(article.path)
        text = unescape(re.sub("<[^>]+>", "", html.split("<article", 1)[1]))
        assert status == 200
        assert text.count(article.title) == 1
        assert article.story.blocks[-1].text in text
        assert f"Kommentare ({article.story.comments})" in text
        assert f">{article.story.section.name}</a></nav>" in html


async def test_titles_with_signs_of_html_arrive_whole(get, newssite):
    for _ in range(45):
        newssite.publish()
    listed = {article.title for article in newssite.articles if set("&<") & set(article.title)}
    assert len(listed) >= 3
    for article in newssite.articles:
        if article.title in listed:
            _, _, html = await get(article.path)
            assert unescape(re.search("<h1>(.*)</h1>", html)[1]) == article.title


@pytest.mark.parametrize("kind", ["page", "feed", "picture"])
async def test_what_the_client_has_is_not_sent_again(get, newssite, news_clock, kind):
    path = {"page": "/", "feed": "/feed.xml", "picture": "/media/hafen.jpg"}[kind]
    status, headers, _ = await get(path)
    assert status == 200
    for validator in (
        {"If-None-Match": headers["ETag"]},
        {"If-Modified-Since": headers["Last-Modified"]},
        {"If-None-Match": headers["ETag"], "If-Modified-Since": headers["Last-Modified"]},
    ):
        assert (await get(path, **validator))[0] == 304
    assert [hit.status for hit in newssite.hits] == [200, 304, 304, 304]
    if kind != "picture":
        news_clock.advance(seconds=1)
        newssite.publish()
        assert (await get(path, **{"If-None-Match": headers["ETag"]}))[0] == 200
        assert (await get(path, **{"If-Modified-Since": headers["Last-Modified"]}))[0] == 200


async def test_the_feed_tells_what_the_ticker_tells(get, newssite):
    newest = newssite.publish()
    _, headers, xml = await get("/feed.xml")
    items = ElementTree.fromstring(xml).findall("channel/item")
    assert headers["Content-Type"].startswith("application/rss+xml")
    assert [item.findtext("title") for item in items] == [article.title for article in newssite.articles]
    assert items[0].findtext("guid") == newest.id
    assert items[0].findtext("link") == newssite.link(newest)
    assert items[0].findtext("category") == newest.story.section.name
    assert items[0].findtext("pubDate") == "Tue, 24 Nov 2026 16:40:00 GMT"


async def test_a_broken_ticker_answers_without_lines_until_it_is_mended(get, newssite):
    newssite.break_ticker()
    status, _, html = await get("/")
    assert status == 200
    assert "Eilmeldung" in html
    assert LINE.findall(html) == []
    newssite.break_ticker(False)
    assert len(await shown(get)) == 15


async def test_a_corrected_title_shows_at_once_under_the_same_id(get, newssite):
    old = newssite.articles[2]
    new = newssite.correct(old.id, "Anders als gedacht: 3 < 4 & fertig")
    assert (await shown(get))[2][1:] == (new.path, new.title)
    assert (await get(old.path))[0] == 200


async def test_the_listings_have_pages_that_end(get, newssite):
    for _ in range(20):
        newssite.publish()
    section = newssite.sections()[0].path
    answers = {path: (await get(path))[0] for path in ("/latest-news/3", "/latest-news/4", f"{section}/99")}
    assert answers == {"/latest-news/3": 200, "/latest-news/4": 404, f"{section}/99": 404}


@pytest.mark.parametrize(
    "path",
    ["/nichts", "/articles/x/FFFFFFFFFFFF", "/articles/x/ABC", "/media/none.jpg", "/media/..%2Fsite.py"],
)
async def test_an_unknown_address_is_not_found(get, path):
    assert (await get(path))[0] == 404


async def test_its_ticker_moves_by_itself_while_it_runs(newssite):
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(newssite.run(every=0.02), 1.0)
    assert 3 <= len(newssite.articles) - 15 <= 50


async def test_it_stops_and_starts_again_with_its_articles(newssite):
    before = newssite.articles
    await newssite.stop()
    await newssite.stop()
    await newssite.start()
    assert newssite.articles == before


async def test_the_bot_reads_ticker_and_feed_as_they_were_written(get, newssite, news_clock):
    for _ in range(8):
        news_clock.advance(minutes=3)
        newssite.publish()
    written = [(article.title, newssite.link(article)) for article in newssite.articles]
    _, headers, html = await get("/")
    lines = ticker.read(html.encode(), newssite.url, news_clock(), newssite.zone, headers["Content-Type"])
    assert [(line.title, line.link) for line in lines] == written[:21]
    assert [line.published for line in lines] == [
        article.published.replace(second=0) for article in newssite.articles[:21]
    ]
    _, headers, xml = await get("/feed.xml")
    entries = feed.read(xml.encode(), f"{newssite.url}/feed.xml", headers["Content-Type"])
    assert [(entry.title, entry.link) for entry in entries] == written


async def test_the_bot_reads_every_article_whole_and_nothing_around_it(get, newssite):
    for _ in range(39):
        newssite.publish()
    for article in newssite.articles:
        story, (_, _, html) = article.story, await get(article.path)
        read = page.read(html.encode(), newssite.link(article))
        assert (read.title, read.section) == (article.title, story.section.name)
        assert read.comments == story.comments
        assert read.picture.rpartition("/")[2] == (f"{story.picture}.jpg" if story.picture else "")
        assert [
            words(block) for block in read.blocks if block.kind != "picture" and block.text != story.lead
        ] == [words(block) for block in story.blocks]


def words(block):
    return block.kind, " ".join(block.text.split()), block.items

"""What a document is."""

from datetime import UTC, datetime

import pytest

from bot.sources.errors import NotAFeed, NotATicker
from bot.sources.parsing import detect
from bot.sources.parsing.detect import read

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
URL = "https://example.org/news/"
TICKER = (
    b"<ul><li>08:12 Der Hafen ist wieder frei</li><li>07:55 Ein Chor singt im Regen</li>"
    b"<li>07:30 Neue Lampen am Ufer</li></ul>"
)
FEED = (
    b"<?xml version='1.0'?><rss version='2.0'><channel>"
    b"<ttl>5</ttl><item><title>Der Hafen ist frei</title></item></channel></rss>"
)
HEAD = (
    '<link rel="alternate" type="application/rss+xml" title="Kommentare" href="/comments.xml">'
    '<link rel="alternate" type="application/atom+xml" href="feed.atom">'
    '<link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" type="text/css" href="/x.css">'
    '<link rel="Alternate" type="application/rss+xml" href="feed.atom">'
)
PAGE = (
    f"<html><head><title> Blatt </title>{HEAD}</head><body><p>Nichts.</p><a href='/alle.rss'>Alle</a></body></html>"
).encode()
JSON = (
    b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "Der Hafen ist frei"}]}'
)
SITEMAP = (
    b"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://example.org/a</loc>"
    b"<n:news><n:title>Der Hafen ist frei</n:title></n:news></url></urlset>"
)
INDEX = (
    b"<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
    b"<sitemap><loc>https://example.org/sitemap-2025.xml</loc></sitemap>"
    b"<sitemap><loc>https://example.org/sitemap-news.xml</loc></sitemap></sitemapindex>"
)


def look(kind, body):
    return read(kind, body, URL, "text/html", NOW, "Europe/Berlin")


@pytest.mark.parametrize("kind", ["ticker", "auto"])
def test_a_page_with_a_ticker_is_one(kind):
    found = look(kind, HEAD.encode() + TICKER)
    assert (found.kind, len(found.headlines), found.alternates) == ("ticker", 3, ())


@pytest.mark.parametrize("kind", ["feed", "auto"])
def test_a_feed_is_one(kind):
    found = look(kind, FEED)
    assert (found.kind, len(found.headlines), found.ttl.total_seconds()) == ("feed", 1, 300)


def test_a_page_without_a_ticker_names_its_feeds():
    found = look("auto", PAGE)
    assert found.kind == "page"
    assert found.alternates == ("https://example.org/news/feed.atom",)
    assert found.mentions == ("https://example.org/alle.rss",)
    assert "no line with a time" in found.refusal


def test_a_declared_kind_is_not_guessed():
    with pytest.raises(NotATicker):
        look("ticker", PAGE)
    with pytest.raises(NotATicker):
        look("ticker", FEED)
    with pytest.raises(NotAFeed):
        look("feed", TICKER)


@pytest.mark.parametrize("body", [b"", b"   ", b"<p>Nichts.</p>", b"nur Text", b"[1, 2"])
def test_what_names_no_feed_is_a_page_too(body):
    found = look("auto", body)
    assert (found.kind, found.alternates, found.mentions) == ("page", (), ())
    assert found.refusal


def test_a_json_feed_and_a_sitemap_of_news_are_feeds():
    assert look("auto", JSON).headlines[0].title == "Der Hafen ist frei"
    assert look("auto", SITEMAP).headlines[0].title == "Der Hafen ist frei"


def test_a_list_of_sitemaps_is_a_page_that_names_the_one_of_news():
    found = look("auto", INDEX)
    assert (found.kind, found.alternates) == ("page", ("https://example.org/sitemap-news.xml",))
    with pytest.raises(
        NotAFeed, match=r"its news are in https://example.org/sitemap-news.xml: use that address"
    ):
        look("feed", INDEX)
    with pytest.raises(NotAFeed, match="none of them is of news"):
        look("auto", INDEX.replace(b"-news", b"-alt"))


def test_what_may_be_a_feed_is_a_feed_or_names_one():
    def follow(body):
        return detect.follow(body, URL, "text/html", "Europe/Berlin")

    assert follow(FEED).kind == follow(JSON).kind == follow(SITEMAP).kind == "feed"
    assert follow(INDEX).alternates == ("https://example.org/sitemap-news.xml",)
    assert follow(PAGE).alternates == ("https://example.org/news/feed.atom",)
    assert follow(PAGE).refusal == "the document is a web page (“Blatt”), not a feed"
    for other in (TICKER, b"<html><p>Nichts.</p></html>", b"{}", b""):
        with pytest.raises(NotAFeed):
            follow(other)


def test_a_feed_names_its_hub_and_itself():
    links = b"<atom:link rel='self' href='/f.xml'/><atom:link rel='hub' href='https://hub.example.org/'/>"
    head = b"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>"
    found = look("feed", head + links + b"<item><title>T</title></item></channel></rss>")
    assert (found.hub, found.self_url) == ("https://hub.example.org/", "https://example.org/f.xml")

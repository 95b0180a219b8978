"""What a document is."""

from datetime import UTC, datetime

import pytest

from bot.sources.detect import feeds_of, read
from bot.sources.errors import NotAFeed, NotATicker

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
PAGE = f"<html><head>{HEAD}</head><body><p>Nichts.</p></body></html>".encode()


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


def test_a_page_without_a_ticker_names_its_feeds_comments_last():
    found = look("auto", PAGE)
    assert found.kind == "page"
    assert found.alternates == ("https://example.org/news/feed.atom", "https://example.org/comments.xml")
    assert "no line with a time" in found.refusal


def test_a_declared_kind_is_not_guessed():
    with pytest.raises(NotATicker):
        look("ticker", PAGE)
    with pytest.raises(NotATicker):
        look("ticker", FEED)
    with pytest.raises(NotAFeed):
        look("feed", TICKER)
    with pytest.raises(NotATicker):
        look("auto", b"<p>Nichts.</p>")


def test_nothing_names_no_feed():
    assert feeds_of(b"", URL) == ()

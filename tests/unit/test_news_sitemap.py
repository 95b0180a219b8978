"""Sitemaps of news."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.sources.errors import NotAFeed
from bot.sources.feeds.feed import is_feed, read

URL = "https://example.org/sitemap-news.xml"
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def sitemap(*pages, start="<?xml version='1.0' encoding='UTF-8'?>"):
    inside = "".join(f"<url>{page}</url>" for page in pages)
    return f"{start}<urlset {SPACES}>{inside}</urlset>".encode()


def news(title="Der Hafen ist frei", date="2026-03-11T08:12:00+01:00", loc="https://example.org/a", more=""):
    date = f"<news:publication_date>{date}</news:publication_date>" if date else ""
    return f"<loc>{loc}</loc><news:news>{date}<news:title>{title}</news:title>{more}</news:news>"


def test_an_address_with_a_title_is_a_headline():
    page = news(more="<news:keywords>Hafen; Stadt ,</news:keywords>") + (
        "<image:image><image:caption>x</image:caption></image:image>"
        "<image:image><image:loc> /b.jpg </image:loc></image:image>"
    )
    line = read(sitemap(page), URL)[0]
    assert (line.title, line.link) == ("Der Hafen ist frei", "https://example.org/a")
    assert line.published == datetime(2026, 3, 11, 7, 12, tzinfo=UTC)
    assert line.categories == ("Hafen", "Stadt")
    assert line.picture == "https://example.org/b.jpg"
    assert line.identity == "url:example.org/a"


def test_the_newest_come_first_and_the_undated_last():
    dates = ["2026-03-11T06:00:00Z", "", "2026-03-11", "2026-03-11T07:00:00Z"]
    pages = [news(f"Zeile {n}", date, f"https://example.org/{n}") for n, date in enumerate(dates)]
    titles = [line.title for line in read(sitemap(*pages), URL, zone=ZoneInfo("Europe/Berlin"))]
    assert titles == ["Zeile 3", "Zeile 0", "Zeile 2", "Zeile 1"]


def test_an_article_that_counts_as_new_beyond_the_limit_is_among_those_read():
    pages = [
        news(f"Zeile {n}", f"2026-03-{1 + n // 60:02}T10:{n % 60:02}:00Z", f"https://example.org/{n}")
        for n in range(700)
    ]
    found = read(sitemap(*pages), URL)
    assert (len(found), found[0].title) == (500, "Zeile 699")


def test_one_bad_address_costs_no_other():
    bad = [
        "",
        "<loc/>",
        "<news:news/>",
        "<loc>https://example.org/x</loc>",
        news("", ""),
        news(loc="https://[x/"),
    ]
    titles = [line.title for line in read(sitemap(*bad, news("Gute Zeile"), *bad), URL)]
    assert "Gute Zeile" in titles


def test_a_namespace_that_is_wrong_or_missing_is_no_trouble():
    body = b"<urlset><url><loc>https://example.org/a</loc><news><title>Der Hafen ist frei</title></news></url></urlset>"
    assert len(read(body, URL)) == 1
    assert len(read(sitemap(news()).replace(b"</urlset>", b""), URL)) == 1


def test_a_sitemap_without_news_is_refused_with_a_reason():
    with pytest.raises(NotAFeed, match=r"the sitemap has 2 addresses, but no news:title"):
        read(sitemap("<loc>https://example.org/a</loc>", "<loc>https://example.org/b</loc>"), URL)
    with pytest.raises(NotAFeed, match="0 addresses"):
        read(b"<urlset>", URL)


def test_entities_are_neither_expanded_nor_fetched():
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(9))
    start = f'<!DOCTYPE urlset [{bomb}<!ENTITY f SYSTEM "file:///etc/hostname">]>'
    lines = read(sitemap(news("Bombe &e8;&f; hier"), news(loc="https://example.org/b"), start=start), URL)
    assert {line.title for line in lines} == {"Bombe hier", "Der Hafen ist frei"}


def test_a_sitemap_is_known_by_its_first_element():
    assert is_feed('<?xml version="1.0"?>\n<!-- x --><?xml-stylesheet href="x"?><urlset>')
    assert is_feed("<sm:sitemapindex>")
    assert not is_feed("<html><urlset>")

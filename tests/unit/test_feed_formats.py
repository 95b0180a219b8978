"""One and the same feed in every format, each with the traps of its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sources.feeds.feed import is_feed, parse

FEEDS = Path(__file__).parents[1] / "fixtures" / "feeds"
FILES = sorted(FEEDS.iterdir())
URL = "https://example.org/feed.xml"

TITLES = [
    "Brücke am Westufer ist wieder offen",
    "Chor singt „Größe & Güte“ im Regen",
    "Neue Lampen: 3 < 4, sagt die Lehrerin",
]
LINKS = ["https://example.org/a", "https://example.org/b", "https://example.org/c"]
TIMES = [datetime(2026, 3, 11, *at, tzinfo=UTC) for at in ((7, 12), (6, 55), (5, 30))]
UNDATED = {"rss_0_90", "rss_0_91_netscape", "rss_0_91_userland", "rss_0_92"}
WITHOUT_CATEGORIES = UNDATED - {"rss_0_92"}
WITH_PICTURE = {"rss_0_92", "rss_2_0", "atom_1_0", "json_feed_1_0", "json_feed_1_1", "news_sitemap"}
WITHOUT_LEAD = {"rss_0_90", "news_sitemap"}
WISHES = {"rss_0_93": 30, "rss_0_94": 30, "rss_1_0": 30, "rss_2_0": 30}
WITH_HUB = {"rss_2_0", "atom_1_0", "json_feed_1_0", "json_feed_1_1"}


@pytest.fixture(params=FILES, ids=[file.stem for file in FILES])
def file(request):
    return request.param


def read(file):
    return parse(file.read_bytes().replace(b"\n\n", b"\n"), URL)


def test_every_format_is_here():
    assert len(FILES) >= 13


def test_every_format_is_known_for_a_feed(file):
    assert is_feed(file.read_text(encoding="utf-8"))


def test_every_format_tells_the_same_headlines(file):
    lines = read(file).headlines
    assert [line.title for line in lines] == TITLES
    assert [line.link for line in lines] == LINKS
    assert len({line.identity for line in lines}) == 3


def test_every_format_that_knows_dates_tells_the_same(file):
    times = [
        line.published.replace(microsecond=0) if line.published else None for line in read(file).headlines
    ]
    assert times == ([None] * 3 if file.stem in UNDATED else TIMES)


def test_categories_picture_and_lead_are_told_where_the_format_has_them(file):
    first = read(file).headlines[0]
    expected = () if file.stem in WITHOUT_CATEGORIES else ("Stadt", "Verkehr")
    assert tuple(one for one in first.categories if one != "7") == expected
    assert first.picture == ("https://example.org/bruecke.jpg" if file.stem in WITH_PICTURE else "")
    assert first.lead == ("" if file.stem in WITHOUT_LEAD else "Nach zwei Jahren Bau.")
    assert first.blocks == ()


def test_the_wish_the_hub_and_the_own_address_are_told_where_the_format_has_them(file):
    feed = read(file)
    minutes = WISHES.get(file.stem)
    assert feed.ttl == (timedelta(minutes=minutes) if minutes else None)
    assert feed.hub == ("https://hub.example.org/" if file.stem in WITH_HUB else "")
    own = f"https://example.org/feed.{'json' if file.suffix == '.json' else 'xml'}"
    assert feed.self_url == (own if file.stem in WITH_HUB else "")

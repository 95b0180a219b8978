"""The feeds that a page names."""

import pytest

from bot.sources.documents.document import parse
from bot.sources.documents.mentions import alternates, is_same_site, visible

URL = "https://www.example.org/news/"


def head(*links):
    return alternates(parse(f"<html><head>{''.join(links)}</head><body></body></html>"), URL)


def body(*links):
    return visible(parse(f"<html><body>{''.join(links)}</body></html>"), URL)


def link(href, kind="application/rss+xml", rel="alternate", title=""):
    return f'<link rel="{rel}" type="{kind}" title="{title}" href="{href}">'


@pytest.mark.parametrize(
    "kind",
    ["application/rss+xml", "APPLICATION/ATOM+XML", "application/rdf+xml", "application/feed+json", "text/xml",
     "application/json", "application/rss+xml; charset=utf-8"],
)  # fmt: skip
def test_every_type_of_feed_is_seen(kind):
    assert head(link("/feed", kind)) == ("https://www.example.org/feed",)


def test_what_surely_is_a_feed_goes_before_what_may_be_one():
    found = head(link("/a", "application/json"), link("/b", "text/xml"), link("/c", "application/feed+json"))
    assert found == (
        "https://www.example.org/c",
        "https://www.example.org/a",
        "https://www.example.org/b",
    )


def test_other_links_of_the_head_name_no_feed():
    assert not head(
        link("/kommentare.xml"),
        link("/feed", title="Blatt » Kommentar-Feed"),
        link("/wp-json/wp/v2/pages/7", "application/json"),
        link("/oembed?format=xml", "text/xml"),
        link("/style.css", "text/css", "stylesheet"),
        link("/en/", "text/html"),
        link("javascript:x()"),
        '<link rel="alternate" type="application/rss+xml">',
    )


def test_addresses_stand_against_the_pages_base_and_count_once():
    links = (link("a.xml"), link("a.xml#oben"), link("//andere.example/b.xml"))
    assert head('<base href="/blatt/">', *links) == (
        "https://www.example.org/blatt/a.xml",
        "https://andere.example/b.xml",
    )


def test_only_the_first_few_are_named():
    assert len(head(*(link(f"/{n}.xml") for n in range(9)))) == 3


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="/rss">Abonnieren</a>',
        '<a href="/nachrichten.rss"><img src="x.png"></a>',
        '<a href="/?feed=rss2">Abo</a>',
        '<a href="/feeds/alle.xml">Alle</a>',
        '<a href="https://feeds.example.org/alle">Newsfeed</a>',
        '<a href="/alle.xml">Unser <b>RSS</b>-Feed</a>',
        '<a href="/alle.xml" title="RSS"><svg></svg></a>',
        '<a href="/atom.xml">Abo</a>',
    ],
)
def test_a_link_that_readers_see_is_seen(anchor):
    assert len(body(anchor)) == 1


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="/feedback">Feedback</a>',
        '<a href="/themen/atom/">Atom</a>',
        '<a href="https://anderswo.example/rss">RSS</a>',
        '<a href="/rss-kommentare">RSS</a>',
        '<a href="mailto:rss@example.org">RSS</a>',
        '<a href="/news/#rss">RSS</a>',
        '<a href="/artikel/1">Warum ein RSS-Feed auch nach zwanzig Jahren noch immer das bessere Netzwerk ist</a>',
        "<a>RSS</a>",
    ],
)
def test_a_link_to_something_else_is_none(anchor):
    assert not body(anchor)


def test_an_address_that_tells_goes_before_a_text():
    assert body('<a href="/abo">RSS</a>', '<a href="/feed.xml">Abo</a>') == (
        "https://www.example.org/feed.xml",
        "https://www.example.org/abo",
    )


def test_a_site_is_a_host_with_its_subdomains():
    assert is_same_site("https://www.example.org/a", "http://example.org:8080/")
    assert is_same_site("https://feeds.example.org/", "https://www.example.org/")
    assert not is_same_site("https://example.org/", "https://example.com/")
    assert not is_same_site("https://notexample.org/", "https://example.org/")
    assert not is_same_site("https://[x/", "https://example.org/")

"""Feeds to headlines."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.sources.errors import NotAFeed
from bot.sources.feeds.feed import is_feed, parse, read

URL = "https://example.org/feed.xml"
LONG = "Ein Satz über die neue Brücke am Westufer, die seit heute offen ist. " * 8


def rss(*items, head="", declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    spaces = (
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'
    )
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'{declaration}<rss version="2.0" {spaces}><channel><title>T</title>{head}{body}</channel></rss>'


def one(item, **kwargs):
    return read(rss(item, **kwargs).encode(), URL)[0]


def test_an_rss_entry_becomes_a_headline():
    line = one(
        "<title>Brücke ist offen</title><link>https://example.org/a?utm_source=rss</link><guid>tag:1</guid>"
        "<category>Verkehr</category><category> Stadt </category><category>Verkehr</category>"
        "<pubDate>Wed, 11 Mar 2026 08:12:00 +0100</pubDate><description>Nach zwei Jahren Bau.</description>"
    )
    assert line.title == "Brücke ist offen"
    assert line.link == "https://example.org/a?utm_source=rss"
    assert line.identity == "guid:tag:1"
    assert line.categories == ("Verkehr", "Stadt")
    assert line.published == datetime(2026, 3, 11, 7, 12, tzinfo=UTC)
    assert line.lead == "Nach zwei Jahren Bau."
    assert line.blocks == ()


def test_an_atom_entry_becomes_a_headline():
    atom = """<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:uuid:1</id>
    <title type="html">Brücke &lt;b&gt;offen&lt;/b&gt;</title><link rel="alternate" href="/a"/>
    <category term="verkehr" label="Verkehr"/><updated>2026-03-11T07:12:00Z</updated>
    <summary>Kurz.</summary></entry></feed>"""
    line = read(atom.encode(), URL)[0]
    assert (line.title, line.link, line.identity) == (
        "Brücke offen",
        "https://example.org/a",
        "guid:urn:uuid:1",
    )
    assert line.categories == ("Verkehr",)
    assert line.published == datetime(2026, 3, 11, 7, 12, tzinfo=UTC)


def test_an_rdf_entry_becomes_a_headline():
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>
    <item rdf:about="https://example.org/a"><title>Brücke offen</title><link>https://example.org/a</link>
    <dc:date>2026-03-11T08:12:00+01:00</dc:date><dc:subject>Verkehr</dc:subject></item></rdf:RDF>"""
    line = read(rdf.encode(), URL)[0]
    assert (line.title, line.identity) == ("Brücke offen", "url:example.org/a")
    assert line.categories == ("Verkehr",)
    assert line.published == datetime(2026, 3, 11, 7, 12, tzinfo=UTC)


def test_a_missing_guid_leaves_the_link_and_a_missing_link_the_title():
    assert one("<title>T</title><link>https://example.org/a/</link>").identity == "url:example.org/a"
    assert one("<title>T</title>").identity.startswith("title:")


def test_a_guid_that_every_entry_shares_identifies_none():
    items = [f"<title>T{n}</title><guid>same</guid><link>https://example.org/{n}</link>" for n in range(3)]
    assert len({line.identity for line in read(rss(*items).encode(), URL)}) == 3


def test_a_guid_that_is_an_address_serves_as_the_link():
    line = one("<title>T</title><guid>https://example.org/articles/x/FGLMPQRSWXFG</guid>")
    assert (line.link, line.identity) == ("https://example.org/articles/x/FGLMPQRSWXFG", "id:FGLMPQRSWXFG")


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Br&#252;cke &amp;amp; Tunnel", "Brücke & Tunnel"),
        ("&lt;b&gt;Brücke&lt;/b&gt; offen", "Brücke offen"),
        ("<![CDATA[<i>Brücke</i> offen]]>", "Brücke offen"),
        ("  Brücke\n offen  ", "Brücke offen"),
        ("3 &lt; 4 sagt die Lehrerin", "3 < 4 sagt die Lehrerin"),
    ],
)
def test_a_title_is_plain_text(title, plain):
    assert one(f"<title>{title}</title><link>https://example.org/a</link>").title == plain


def test_an_entry_without_a_title_is_called_by_its_beginning():
    line = one(f"<description>{LONG}</description><link>https://example.org/a</link>")
    assert line.title.startswith("Ein Satz über die neue Brücke")
    assert line.title.endswith("…")
    assert read(rss("<link>https://example.org/a</link>").encode(), URL) == []


def test_the_full_text_becomes_blocks_and_the_summary_the_lead():
    html = (
        f"<p>{LONG}</p><h2>Zahlen</h2><ul><li>eins</li><li>zwei</li></ul><blockquote><p>Schön.</p></blockquote>"
        '<figure><img src="/b.jpg" alt="Brücke"></figure><script>x()</script>Noch ein Satz<br>und einer.'
    )
    line = one(
        f"<title>T</title><description>Kurz.</description><content:encoded><![CDATA[{html}]]></content:encoded>"
    )
    assert [block.kind for block in line.blocks] == [
        "paragraph",
        "heading",
        "list",
        "quote",
        "picture",
        "paragraph",
        "paragraph",
    ]
    assert line.blocks[2].items == ("eins", "zwei")
    assert line.blocks[4].url == "https://example.org/b.jpg"
    assert line.lead == "Kurz."
    assert line.picture == "https://example.org/b.jpg"


def test_a_beginning_is_no_full_text():
    line = one("<title>T</title><content:encoded><![CDATA[<p>Nur der Anfang …</p>]]></content:encoded>")
    assert line.blocks == ()


@pytest.mark.parametrize(
    "item",
    [
        '<enclosure url="https://example.org/b.jpg" type="image/jpeg" length="1"/>',
        '<media:content url="https://example.org/b.jpg" medium="image"/>',
        '<media:thumbnail url="https://example.org/b.jpg" width="100"/>',
        "<description>&lt;img src='/b.jpg'&gt; Text</description>",
    ],
)
def test_the_picture_is_found_in_all_its_places(item):
    assert one(f"<title>T</title>{item}").picture == "https://example.org/b.jpg"


def test_a_sound_is_no_picture():
    assert (
        one(
            '<title>T</title><enclosure url="https://example.org/b.mp3" type="audio/mpeg" length="1"/>'
        ).picture
        == ""
    )


@pytest.mark.parametrize(
    "date",
    [
        "",
        "gestern",
        "Wed, 99 Mar 2026 99:99:99 GMT",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
def test_an_entry_without_a_date_has_none(date):
    assert one(f"<title>T</title><pubDate>{date}</pubDate>").published is None


def test_a_date_without_a_zone_is_the_sources():
    body = rss("<title>T</title><pubDate>Wed, 11 Mar 2026 08:12:00</pubDate>").encode()
    assert read(body, URL, "", ZoneInfo("Europe/Berlin"))[0].published == datetime(
        2026, 3, 11, 7, 12, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "iso-8859-1", "application/rss+xml"),
        ("cp1252", "utf-8", "application/rss+xml; charset=utf-8"),
        ("cp1252", "windows-1252", "text/xml"),
        ("iso-8859-1", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-16", "utf-16", "application/xml"),
        ("utf-8-sig", "utf-8", "text/plain"),
    ],
)
def test_a_feed_is_read_whatever_encoding_it_declares(encoding, declared, content_type):
    body = rss("<title>Größe über alles</title>", declaration=f'<?xml version="1.0" encoding="{declared}"?>')
    assert read(body.encode(encoding), URL, content_type)[0].title == "Größe über alles"


def test_a_feed_with_broken_markup_still_yields_its_entries():
    body = rss("<title>Erste & zweite</title><link>https://example.org/a</link>", "<title>Dritte</title>")
    assert [line.title for line in read(body.replace("</channel></rss>", "").encode(), URL)] == [
        "Erste & zweite",
        "Dritte",
    ]


def test_a_feed_may_wish_to_be_left_alone():
    assert parse(rss("<title>T</title>", head="<ttl>15</ttl>").encode(), URL).ttl == timedelta(minutes=15)
    period = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert parse(rss("<title>T</title>", head=period).encode(), URL).ttl == timedelta(minutes=30)
    assert parse(rss("<title>T</title>").encode(), URL).ttl is None


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<!DOCTYPE html><html><body>Hallo</body></html>", "web page"),
        (
            b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' ''><html></html>",
            "web page",
        ),
        (b"{}", "not a JSON Feed"),
        (b"", "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (b"<svg></svg>", "not a feed"),
    ],
)
def test_what_is_no_feed_is_refused(body, reason):
    with pytest.raises(NotAFeed, match=reason):
        read(body, URL)


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        (
            b"<html><head><title>\n Anmeldung  bei Blatt </title></head></html>",
            r"web page \(“Anmeldung bei Blatt”\)",
        ),
        (b"<!DOCTYPE html><p>Hallo</p>", r"web page, not a feed"),
        (b"<?xml version='1.0'?><!-- x --><opml version='2.0'></opml>", r"begins with <opml>"),
        (
            b"Wartungsarbeiten:\n wir sind bald  wieder da",
            r"begins with “Wartungsarbeiten: wir sind bald wieder d”",
        ),
        (b"  ", r"empty"),
    ],
)
def test_the_refusal_says_what_was_seen_instead(body, seen):
    with pytest.raises(NotAFeed, match=seen):
        read(body, URL)


HARMFUL = [
    "<script>alert(1)</script>",
    "<SCRIPT type='x'>\nalert(1)\n</SCRIPT >",
    "<style>p { color: alert(1) }</style>",
    "<!-- alert(1) -->",
    "<img src='javascript:alert(1)'>",
    "<img src='data:text/html,alert(1)' onerror='alert(1)'>",
    "<a href='javascript:alert(1)' onclick='alert(1)'>Hier</a>",
    "<iframe src='https://evil.example/alert(1)'>alert(1)</iframe>",
    "<svg onload='alert(1)'><script>alert(1)</script></svg>",
    "<object data='alert(1)'></object><embed src='alert(1)'>",
    "<form action='alert(1)'><button>alert(1)</button></form>",
    "<p style='background: url(javascript:alert(1))'>Hier</p>",
]


@pytest.mark.parametrize("markup", HARMFUL)
def test_nothing_harmful_comes_through(markup):
    text = f"<p>{LONG}</p>{markup}<p>{LONG}</p>"
    escaped = markup.replace("<", "&lt;").replace(">", "&gt;")
    line = one(
        f"<title>Vorn {escaped} hinten</title><link>javascript:alert(1)</link><description><![CDATA[{markup} Kurz."
        f"]]></description><content:encoded><![CDATA[{text}]]></content:encoded>"
    )
    pieces = [line.link, line.picture]
    for block in line.blocks:
        pieces += [block.text, block.url, *block.items]
    assert "alert" not in "".join(pieces)
    assert len(line.blocks) >= 2
    if not any(
        name in markup for name in ("iframe", "svg", "form")
    ):  # of these the words stay, as plain text
        assert "alert" not in line.title + line.lead
    assert "<" not in line.title + line.lead


def test_relative_pictures_stand_against_the_feed_or_its_own_base():
    text = f"<p>{LONG}</p><img src='bild.jpg'>"
    rss_line = one(
        f"<title>T</title><link>/weit/weg/a</link><content:encoded><![CDATA[{text}]]></content:encoded>"
    )
    assert rss_line.blocks[-1].url == rss_line.picture == "https://example.org/bild.jpg"
    content = text.replace("<", "&lt;")
    atom = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://bilder.example/"><entry xml:base="tag/">
    <title>T</title><id>urn:1</id><content type="html">{content}</content></entry></feed>"""
    assert read(atom.encode(), URL)[0].picture == "https://bilder.example/tag/bild.jpg"


def test_markup_inside_a_word_leaves_no_gap_and_a_new_line_does():
    assert (
        one("<title>Brü&lt;b&gt;cke&lt;/b&gt;&lt;br&gt;offen&lt;p&gt;heute&lt;/p&gt;</title>").title
        == "Brücke offen heute"
    )


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("Wed, 11 Mar 2026 08:12:00 CET", 7),
        ("Wed, 11 Mar 2026 08:12:00 MESZ", 6),
        ("Wed, 11 Mar 2026 08:12:00 GMT", 8),
        ("Wed, 11 Mar 2026 08:12:00 EST", 13),
        ("Wed, 11 Mar 2026 08:12:00 -0000", 8),
        ("2026-03-11T08:12:00", 7),
        ("2026-03-11 08:12", 7),
    ],
)
def test_named_zones_and_dates_of_iso_are_read(date, hour):
    body = rss(f"<title>T</title><pubDate>{date}</pubDate>").encode()
    line = read(body, URL, "", ZoneInfo("Europe/Berlin"))[0]
    assert line.published == datetime(2026, 3, 11, hour, 12, tzinfo=UTC)


def test_of_a_feed_without_end_the_first_entries_are_read():
    items = [f"<title>Zeile {n}</title><guid>{n}</guid>" for n in range(30_000)]
    found = read(rss(*items).encode(), URL)
    assert (len(found), found[-1].title) == (500, "Zeile 499")


@pytest.mark.parametrize(
    "address", ["http://[x/", "http://a b/", "https:///", "http://x:y/", "ftp://example.org/"]
)
def test_an_address_that_is_none_costs_neither_its_entry_nor_the_others(address):
    bad = f"<title>Schlecht</title><link>{address}</link><guid>{address}</guid><enclosure url='{address}'/>"
    assert [line.title for line in read(rss(bad, "<title>Gut</title>").encode(), URL)] == ["Schlecht", "Gut"]


def test_an_empty_feed_is_a_feed():
    assert read(rss().encode(), URL) == []


def test_a_feed_is_known_by_its_first_element():
    assert is_feed('<?xml version="1.0"?>\n<!-- <html> -->\n<?xml-stylesheet href="x"?><rss version="2.0">')
    assert is_feed('<!DOCTYPE rss [<!ENTITY x "y">]><rss>')
    assert is_feed("<rdf:RDF>")
    assert not is_feed("<html><body><rss></rss>")
    assert not is_feed("<!DOCTYPE html><rss>")

"""The quick reader and feedparser agree on ordinary feeds; what is not ordinary is left to feedparser."""

import html
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.feeds import quick_feed, syndication
from bot.sources.feeds.feed import parse
from bot.sources.feeds.quick_feed import Unusual
from tests.fixtures.figures import figure

URL = "https://example.org/news/feed.xml"
BERLIN = ZoneInfo("Europe/Berlin")
FEEDS = Path(__file__).parents[1] / "fixtures" / "feeds"
WORDS = re.findall(
    r"\S+",
    "Brücke Hafen Chor Regen Lampen Ufer „Größe“ & Güte Straße 2:1 – 3 < 4 Café Ø 12 % Žižek Rat sagt: nein! "
    "»Spaß« é¼ € 5,50 § 7 Öl/Gas #Stadt naïve 🎉 Tor's “Zitat” &amp; &uuml; <b>fett</b> AT&T x>y",
)
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:wfw="http://wellformedweb.org/CommentAPI/"'
)


def words(random, least, most):
    return " ".join(random.choices(WORDS, k=random.randint(least, most)))


def text(random, value):
    """A text as feeds write it: escaped, or as CDATA."""
    spaced = random.choice(["{}", "{}", "\n  {}\n", " {} "]).format(value)
    if random.random() < 0.4 and "]]>" not in spaced:
        return f"<![CDATA[{spaced}]]>"
    return html.escape(spaced, quote=random.random() < 0.5)


def markup(random):
    parts = []
    for _ in range(random.randint(0, 8)):
        body = html.escape(words(random, 5, 30), quote=False)
        parts.append(
            random.choice([
                f"<p>{body}</p>", f"<h2>{body}</h2>", f"{body}<br/>",
                f"<p>{body} <a href='/x?a=1&amp;b=2'>{body}</a></p>",
                f"<ul><li>{body}</li><li>{body}</li></ul>", f"<blockquote>{body}</blockquote>",
                "<figure><img src='/bild.jpg?w=1&amp;h=2' alt='Bild'/></figure>",
                f"<div>{body}<script>x('</p>')</script></div>",
            ])
        )  # fmt: skip
    return "".join(parts)


def moment(random):
    zone = random.choice([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-5, minutes=-30))])
    return datetime(2026, 3, random.randint(1, 28), random.randint(0, 23), random.randint(0, 59), random.randint(0, 59),
                    tzinfo=zone)  # fmt: skip


def maybe(random, share, value):
    return value if random.random() < share else ""


LINKS = [
    "https://example.org/a/{}",
    "https://example.org/a?id={}&amp;utm_source=rss",
    "/a/{}",
    "https://example.org/{}#oben",
    "http://example.org:80/./a/../{}",
    "\n https://example.org/{} ",
]
GUIDS = [
    "<guid isPermaLink='false'>blatt-{}</guid>",
    "<guid>https://example.org/a/{}</guid>",
    "<guid isPermaLink='true'>https://example.org/g/{}</guid>",
    "<guid isPermaLink='false'>gleich</guid>",
    "<guid isPermaLink='false'>https://example.org/?p={}</guid>",
    "",
]
MEDIA = "<media:content url='/m/{}.jpg' medium='image' width='800'><media:credit>Foto: X</media:credit></media:content>"
GROUP = "<media:group><media:content url='/{}.webp'/><media:thumbnail url='/t.png'/></media:group>"
COMMENTS = (
    "<wfw:commentRss>https://example.org/k.xml</wfw:commentRss><!-- x --><author>a@example.org</author>"
)


def rss_item(random, number):
    link, guid = random.choice(LINKS), random.choice(GUIDS)
    parts = [
        maybe(random, 0.97, f"<title>{text(random, words(random, 1, 9))}</title>"),
        maybe(random, 0.97, f"<link>{link.format(number)}</link>"),
        guid.format(number),
        maybe(random, 0.95, f"<pubDate>{format_datetime(moment(random))}</pubDate>"),
        maybe(random, 0.1, f"<dc:date>{moment(random).isoformat()}</dc:date>"),
        maybe(random, 0.5, f"<dc:creator>{text(random, 'M. Beispiel')}</dc:creator>"),
        *(f"<category>{text(random, random.choice(WORDS))}</category>" for _ in range(random.randint(0, 4))),
        maybe(random, 0.1, "<category domain='https://example.org/themen'>Stadt</category>"),
        maybe(random, 0.1, "<dc:subject>Verkehr</dc:subject>"),
        maybe(random, 0.5, f"<description>{text(random, markup(random))}</description>")
        or maybe(random, 0.8, f"<description>{text(random, words(random, 3, 40))}</description>"),
        maybe(random, 0.4, f"<content:encoded>{text(random, markup(random))}</content:encoded>"),
        maybe(random, 0.3, f"<enclosure url='https://example.org/{number}.jpg' type='image/JPEG' length='1'/>"),
        maybe(random, 0.1, f"<enclosure url='https://example.org/{number}.mp3' type='audio/mpeg' length='1'/>"),
        maybe(random, 0.2, MEDIA.format(number)),
        maybe(random, 0.1, GROUP.format(number)),
        maybe(random, 0.2, "<media:thumbnail url='/t.jpg' width='90' height='60'/>"),
        maybe(random, 0.2, "<comments>https://example.org/k</comments><slash:comments>3</slash:comments>"),
        maybe(random, 0.1, COMMENTS),
        maybe(random, 0.1, "<source url='https://anderswo.example/f.xml'>Anderswo</source>"),
    ]  # fmt: skip
    random.shuffle(parts)
    return f"<item>{random.choice(['', chr(10)]).join(parts)}</item>"


def rss(random):
    items = [rss_item(random, number) for number in range(random.randint(0, 12))]
    head = [
        "<title>Blatt</title><link>https://example.org/</link><description>Was der Tag bringt</description>",
        maybe(random, 0.3, f"<ttl>{random.randint(0, 90)}</ttl>"),
        maybe(
            random,
            0.2,
            "<sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>",
        ),
        maybe(
            random, 0.5, "<atom:link rel='self' type='application/rss+xml' href='https://example.org/f.xml'/>"
        ),
        maybe(random, 0.3, "<atom:link rel='hub' href='https://hub.example.org/'/>"),
        maybe(
            random,
            0.3,
            "<image><url>/z.png</url><title>Zeichen</title><link>https://example.org/</link></image>",
        ),
        maybe(
            random,
            0.3,
            "<lastBuildDate>Wed, 11 Mar 2026 08:30:00 +0100</lastBuildDate><language>de</language>",
        ),
    ]
    return f'<rss version="2.0" {SPACES}><channel>{"".join(head + items)}</channel></rss>'


def atom_entry(random, number):
    kind = random.choice(["", ' type="html"', ' type="text"'])
    parts = [
        f"<title{kind}>{text(random, words(random, 1, 9))}</title>",
        random.choice([f"<id>urn:uuid:{number}</id>", f"<id>tag:example.org,2026:{number}</id>",
                       f"<id>https://example.org/a/{number}</id>"]),
        random.choice([f'<link href="https://example.org/a/{number}"/>', "",
                       f'<link rel="alternate" type="text/html" href="/a/{number}"/>']),
        maybe(random, 0.2, f'<link rel="enclosure" type="image/jpeg" href="/{number}.jpg"/>'),
        maybe(random, 0.1, f'<link rel="replies" href="/a/{number}/k"/>'),
        f"<updated>{moment(random).isoformat()}</updated>",
        maybe(random, 0.7, f"<published>{moment(random).isoformat().replace('+00:00', 'Z')}</published>"),
        maybe(random, 0.7, f'<summary type="html">{text(random, words(random, 3, 40))}</summary>'),
        maybe(random, 0.5, f'<content type="html">{text(random, markup(random))}</content>'),
        *(f'<category term="{number}" label="Stadt {number}"/>' for _ in range(random.randint(0, 2))),
        maybe(random, 0.3, '<category term="verkehr"/>'),
        maybe(random, 0.5, "<author><name>M. Beispiel</name><uri>https://example.org/m</uri></author>"),
        maybe(random, 0.1, "<source><id>urn:9</id><title>Anderswo</title><link href='https://anderswo.example/'/></source>"),
        maybe(random, 0.2, "<media:thumbnail url='/t.jpg' width='90'/>"),
    ]  # fmt: skip
    random.shuffle(parts)
    return f"<entry>{''.join(parts)}</entry>"


def atom(random):
    entries = [atom_entry(random, number) for number in range(random.randint(0, 12))]
    head = [
        "<title>Blatt</title><id>urn:0</id><updated>2026-03-11T08:30:00Z</updated><link href='https://example.org/'/>",
        maybe(random, 0.5, "<link rel='hub' href='https://hub.example.org/'/>"),
        maybe(random, 0.5, "<link rel='self' href='/f.xml'/>"),
        maybe(random, 0.3, "<author><name>M. Beispiel</name></author><icon>/z.png</icon>"),
    ]
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de" {SPACES}>{"".join(head + entries)}</feed>'
    )


def both(document):
    """What each of the two readers makes of it; the quick one None where it leaves it alone."""
    try:
        quick = quick_feed.parse(document, URL, BERLIN)
    except Unusual:
        quick = None
    return quick, syndication.parse(document, URL, BERLIN)


def test_of_ordinary_feeds_at_least_99_in_100_are_read_quickly_and_all_of_these_alike():
    random = Random(20260311)
    feeds = [(rss if number % 2 else atom)(random) for number in range(figure(300, 100))]
    quickly = 0
    for document in feeds:
        quick, slow = both(document)
        quickly += quick is not None
        assert quick in (None, slow)
    assert quickly >= 0.99 * len(feeds)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.sampled_from([rss, atom]))
def test_any_ordinary_feed_is_read_alike(seed, kind):
    quick, slow = both(kind(Random(seed)))
    assert quick in (None, slow)


ODD = """
<title>Zweiter</title>  <title>Ã¼ber</title>  <title>\x96</title>  <title type='xhtml'>x</title>
<dc:title>Anders</dc:title>
<link/>  <link>/b</link>  <link href='/c'/>  <link>javascript:x()</link>  <atom:link rel='alternate' href='/d'/>
<guid>7</guid>  <guid/>  <guid isPermaLink='true'>/g</guid>  <id>7</id>
<pubDate/>  <pubDate>gestern</pubDate>  <pubDate>2026-03-11</pubDate>  <pubDate>Wed, 11 Mar 26 08:12 CET</pubDate>
<pubDate>Tue, 31 Feb 2026 08:12:00 GMT</pubDate>  <dc:date>2026</dc:date>  <modified>2026</modified>
<atom:published>2026-03-11T08:12:00Z</atom:published>
<description/>  <description><b>x</b></description>  <summary>k</summary>
<content:encoded>lang</content:encoded>  <content:encoded/>  <body xmlns='http://www.w3.org/1999/xhtml'><p>x</p></body>
<media:description>Unter dem Bild</media:description>  <media:title>Bild</media:title>
<media:keywords>a, b</media:keywords>
<category/>  <category>a<b>c</b></category>  <category term='x'/>  <keywords>a</keywords>
<enclosure url='x.jpg'/>  <enclosure/>  <image><url>/z.png</url></image>  <author><name>x</name></author>
<x:y xmlns:x='urn:x'><title>z</title></x:y>  <svg xmlns='http://www.w3.org/2000/svg'><title>x</title></svg>
<i:summary xmlns:i='http://www.itunes.com/DTDs/PodCast-1.0.dtd'>x</i:summary>  <source><title>x</title></source>
&nbsp;  &#0;  &  <  text  <![CDATA[x]]>  <?php ?>  <item/>  <entry/>
"""
ODDITIES = st.sampled_from([odd.strip() for odd in re.split(r"  |\n", ODD) if odd.strip()])


@settings(max_examples=300, deadline=None)
@given(st.lists(ODDITIES, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_whatever_is_odd_is_read_alike_or_left_alone(odd, in_atom, with_rest):
    rest = "<title>Titel</title><link>https://example.org/a</link>" if with_rest else ""
    item = rest + "".join(odd)
    document = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}><entry>{item}</entry></feed>'
        if in_atom
        else f'<rss version="2.0" {SPACES}><channel><item>{item}</item></channel></rss>'
    )
    quick, slow = both(document)
    assert quick in (None, slow)


@pytest.mark.parametrize("file", sorted(FEEDS.glob("*.xml")), ids=lambda file: file.stem)
def test_the_fixtures_of_all_formats_are_read_alike_or_left_alone(file):
    if "sitemap" in file.stem:
        return
    document = file.read_text(encoding="utf-8").split("?>", 1)[1].lstrip()
    quick, slow = both(document)
    assert quick in (None, slow)
    assert parse(file.read_bytes(), URL, "", BERLIN) == slow


def test_entities_are_left_to_feedparser():
    with pytest.raises(Unusual):
        quick_feed.parse('<!DOCTYPE rss [<!ENTITY x "y">]><rss version="2.0"><channel/></rss>', URL, UTC)
    with pytest.raises(Unusual):
        quick_feed.parse('<rss version="2.0"><channel><title>&uuml;</title></channel></rss>', URL, UTC)


def test_what_feedparser_mends_is_left_to_it():
    for title in ("Ã¼ber", "\x84Zitat\x93"):
        with pytest.raises(Unusual):
            quick_feed.parse(
                f"<rss version='2.0'><channel><item><title>{title}</title></item></channel></rss>", URL, UTC
            )


def test_other_documents_are_left_to_feedparser():
    for document in ("", "x", "<rss/>", "<rss version='0.91'><channel/></rss>", "<rss version='2.0'/>", "<feed/>",
                     "<rss version='2.0'><channel/><channel/></rss>"):  # fmt: skip
        with pytest.raises(Unusual):
            quick_feed.parse(document, URL, UTC)

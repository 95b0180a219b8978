"""OPML: what other programs exported becomes a sources.toml that loads, and ours can be read by them."""

import tomllib
from datetime import UTC, datetime
from string import printable as ascii_printable
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import catalogue
from bot.domain.catalogue import OTHER, Catalogue, SourceSpec, Topic
from bot.sources import declaring, opml
from bot.sources.opml import Entry, OpmlError

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOPICS = (
    Topic("sport", "⚽", {"de": "Sport", "en": "Sports"}),
    Topic("wissen", "🔬", {"de": "Wissen & Technik"}),
    OTHER,
)
DECLARED = Catalogue(TOPICS, (SourceSpec("Küstenbote", "https://bote.example/feed"),))
TOPIC_TOML = """
[[topics]]
slug = "sport"
name = { de = "Sport" }
[[topics]]
slug = "wissen"
name = { de = "Wissen" }
"""


def document(body, head="", prolog='<?xml version="1.0" encoding="UTF-8"?>'):
    return f'{prolog}<opml version="1.0"><head>{head}</head><body>{body}</body></opml>'.encode()


def printed(body, declared=DECLARED):
    """The TOML for these outlines."""
    return declaring.toml(opml.read(document(body)), declared, "liste.opml")


def declared(body, known=DECLARED):
    """The sources of that TOML, as tables; it must load as a sources.toml."""
    text = printed(body, known)
    catalogue.parse(TOPIC_TOML + text, "liste")
    return tomllib.loads(text).get("sources", [])


def test_a_feed_becomes_a_source():
    (source,) = declared(
        '<outline text="Blatt" title="Das Blatt" type="rss" xmlUrl="https://blatt.example/rss" '
        'htmlUrl="https://blatt.example/" language="en-gb"/>'
    )
    assert source == {
        "name": "Das Blatt",
        "url": "https://blatt.example/rss",
        "kind": "feed",
        "language": "en",
    }


def test_a_page_without_a_feed_is_left_to_auto():
    (first, second) = declared(
        '<outline text="Blatt" htmlUrl="https://blatt.example/" xmlUrl=""/>'
        '<outline text="Atlas" type="link" url="https://atlas.example/"/>'
    )
    assert first == {"name": "Blatt", "url": "https://blatt.example/"}
    assert second == {"name": "Atlas", "url": "https://atlas.example/"}


def test_folders_become_comments_and_topics_where_they_name_one():
    body = (
        '<outline text="Lesen"><outline text="wissen &amp; technik"><outline text="A" xmlUrl="https://a.example/"/>'
        '</outline><outline text="Garten"><outline text="B" xmlUrl="https://b.example/"/></outline></outline>'
        '<outline text="C" xmlUrl="https://c.example/" category="/Hobby/Sports"/>'
        '<outline text="Sonstiges"><outline text="D" xmlUrl="https://d.example/"/></outline>'
    )
    assert "# Lesen / wissen & technik\n[[sources]]" in printed(body)
    assert "# Lesen / Garten\n[[sources]]" in printed(body)
    assert [source.get("topic") for source in declared(body)] == ["wissen", None, "sport", None]


def test_a_near_miss_of_a_topic_decides_nothing():
    assert (
        "topic" not in declared('<outline text="Sporq"><outline xmlUrl="https://a.example/"/></outline>')[0]
    )


def test_an_outline_with_a_feed_may_have_others_inside():
    body = '<outline text="A" xmlUrl="https://a.example/"><outline text="B" xmlUrl="https://b.example/"/></outline>'
    assert [source["name"] for source in declared(body)] == ["A", "B"]


def test_what_is_declared_or_comes_twice_is_passed_over_with_a_comment():
    body = (
        '<outline text="Bote" xmlUrl="https://bote.example/feed"/>'
        '<outline text="A" xmlUrl="https://a.example/"/><outline text="A wieder" xmlUrl="https://a.example/"/>'
    )
    assert [source["name"] for source in declared(body)] == ["A"]
    assert "# passed over, 'Küstenbote' has its address: Bote https://bote.example/feed\n" in printed(body)
    assert "# passed over, 'A' has its address: A wieder https://a.example/\n" in printed(body)
    assert printed(body).startswith(
        "# From liste.opml, for the file that SOURCES_FILE names. New sources: 1\n"
    )


def test_names_are_made_unique_and_not_too_long():
    long = "x" * 100
    body = "".join(
        f'<outline text="{name}" xmlUrl="https://{number}.example/"/>'
        for number, name in enumerate(["Küstenbote", "Blatt", "Blatt", "Blatt", long, long, ""])
    )
    names = [source["name"] for source in declared(body)]
    assert names == ["Küstenbote 2", "Blatt", "Blatt 2", "Blatt 3", "x" * 80, "x" * 78 + " 2", "6.example"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "https://", "javascript:alert(1)", "https://user:secret@a.example/", "http://[::1",
        "https://a.example:99999/", "nur Text", "https://a.example/ein pfad", "file:///etc/passwd", "feed:",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_polled_is_a_comment(url):
    body = f'<outline text="A" xmlUrl="{url}"/><outline text="B" xmlUrl="https://b.example/"/>'
    assert [source["name"] for source in declared(body)] == ["B"]
    assert "# passed over, its address cannot be polled: A " in printed(body)


@pytest.mark.parametrize(
    ("url", "meant"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("feed://https://a.example/rss", "https://a.example/rss"),
        (" https://a.example/rss ", "https://a.example/rss"),
    ],
)
def test_the_feed_scheme_is_http(url, meant):
    assert declared(f'<outline text="A" xmlUrl="{url}"/>')[0]["url"] == meant


def test_quotes_backslashes_and_control_characters_are_escaped_or_gone():
    name = 'Das "Blatt" \\ heute&#10;[[sources]]&#9;&#x85;&#x2028;&#127; ende'
    body = f"<outline title='{name}' xmlUrl='https://a.example/?q=%22\\'/>"
    (source,) = declared(body)
    assert source["name"] == 'Das "Blatt" \\ heute [[sources]] ende'
    assert source["url"] == "https://a.example/?q=%22\\"


def test_a_folder_or_name_cannot_break_out_of_its_comment():
    body = (
        '<outline text="x&#10;[[sources]]&#13;name = 1"><outline text="A" xmlUrl="https://a.example/"/></outline>'
        '<outline text="&#10;oops = 1" xmlUrl="nix&#10;[[topics]]"/>'
    )
    assert [source["name"] for source in declared(body)] == ["A"]


def test_attributes_are_known_in_any_case_and_elements_in_any_namespace():
    body = b'<OPML xmlns="https://ns.example/"><body><Outline TITLE="A" XMLURL="https://a.example/"/></body></OPML>'
    assert opml.read(body) == [Entry("A", "https://a.example/", "")]


ENTITY = '<!DOCTYPE opml [<!ENTITY a "b">%s]>'
BOMB = ENTITY % "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10 if n else "ha"}">' for n in range(10))
UNUSABLE = {
    "nothing": b"",
    "no XML": b"Das ist ein Brief.",
    "cut off": document('<outline text="A" xmlUrl="https://a.example/"/>')[:-9],
    "HTML": b"<html><body><p>Hallo</p></body></html>",
    "a feed": b'<rss version="2.0"><channel/></rss>',
    "no outline with an address": document('<outline text="A"/>'),
    "an entity bomb": document('<outline text="&b9;" xmlUrl="https://a.example/"/>', prolog=BOMB),
    "a file of this machine": document(
        '<outline text="&x;" xmlUrl="https://a.example/"/>',
        prolog='<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ),
    "an undefined entity": document('<outline text="&nbsp;" xmlUrl="https://a.example/"/>'),
    "another encoding than it says": document('<outline text="Küste" xmlUrl="https://a.example/"/>')
    .decode()
    .encode("latin-1"),
    "an encoding that nobody knows": document(
        '<outline xmlUrl="https://a.example/"/>', prolog='<?xml version="1.0" encoding="klingon"?>'
    ),
    "an encoding that cannot be read": document(
        '<outline xmlUrl="https://a.example/"/>', prolog='<?xml version="1.0" encoding="shift_jis"?>'
    ),
    "a forbidden character": document('<outline text="&#0;" xmlUrl="https://a.example/"/>'),
    "a surrogate": document('<outline text="&#xD800;" xmlUrl="https://a.example/"/>'),
    "too much": b" " * (opml.MOST + 1),
}


@pytest.mark.parametrize("body", UNUSABLE.values(), ids=UNUSABLE)
def test_what_cannot_be_used_says_why_in_one_line(body):
    with pytest.raises(OpmlError) as caught:
        opml.read(body)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_other_encodings_are_read(encoding):
    named = encoding.replace("-sig", "")
    body = '<outline text="Küste" xmlUrl="https://a.example/"/>'
    text = document(body, prolog=f'<?xml version="1.0" encoding="{named}"?>').decode()
    assert opml.read(text.encode(encoding))[0].name == "Küste"


def test_outlines_nested_a_hundred_thousand_deep_are_read():
    deep = 100_000
    body = document(
        '<outline text="x">' * deep + '<outline xmlUrl="https://a.example/"/>' + "</outline>" * deep
    )
    (entry,) = opml.read(body)
    assert entry.folders == ("x",) * 4


# ── out ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_feeds_and_pages_are_written_so_that_other_programs_know_them():
    written = opml.write(
        [
            Entry("Blatt", "https://blatt.example/rss", "https://blatt.example/", language="de"),
            Entry("Atlas & Söhne", "", "https://atlas.example/", categories=("sport",), language="en"),
        ],
        "Tickerbot",
        NOON,
    )
    root = ElementTree.fromstring(written)
    assert root.get("version") == "2.0"
    assert root.findtext("head/title") == "Tickerbot"
    assert root.findtext("head/dateCreated") == "Tue, 24 Nov 2026 12:00:00 GMT"
    feed, page = (outline.attrib for outline in root.iter("outline"))
    assert feed == {
        "text": "Blatt", "title": "Blatt", "type": "rss", "xmlUrl": "https://blatt.example/rss",
        "htmlUrl": "https://blatt.example/", "language": "de",
    }  # fmt: skip
    assert page == {
        "text": "Atlas & Söhne", "title": "Atlas & Söhne", "type": "link", "url": "https://atlas.example/",
        "htmlUrl": "https://atlas.example/", "category": "sport", "language": "en",
    }  # fmt: skip


NAMES = st.text(min_size=1, max_size=70).map(opml.printable).filter(bool)
URLS = st.builds(
    "https://{}.example/{}".format,
    st.integers(0, 99),
    st.text(st.sampled_from([c for c in ascii_printable if not c.isspace()] + list("äß漢"))).map(
        lambda t: t.strip()
    ),
)
ENTRIES = st.lists(
    st.builds(lambda name, url, feed: (name, url, feed), NAMES, URLS, st.booleans()),
    unique_by=(lambda one: one[0], lambda one: one[1]),
    min_size=1,
    max_size=8,
)


@given(ENTRIES)
def test_what_is_written_comes_back(sources):
    entries = [Entry(name, url if feed else "", "" if feed else url) for name, url, feed in sources]
    back = opml.read(opml.write(entries, "Tickerbot", NOON))
    text = declaring.toml(back, Catalogue((OTHER,)), "liste.opml")
    loaded = catalogue.parse(text, "liste").sources
    assert [(one.name, one.url) for one in loaded] == [(name, url) for name, url, _ in sources]


@given(
    st.lists(st.tuples(st.text(max_size=120), st.text(max_size=40) | URLS, st.text(max_size=30)), max_size=6)
)
def test_whatever_names_and_addresses_say_the_toml_loads(outlines):
    entries = [Entry(name, url, "", (folder,)) for name, url, folder in outlines]
    catalogue.parse(TOPIC_TOML + declaring.toml(entries, DECLARED, 'x"\n.opml'), "liste")

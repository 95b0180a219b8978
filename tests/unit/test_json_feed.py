"""JSON Feed: what it says, and what it must not break."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sources.errors import NotAFeed
from bot.sources.feeds.feed import is_feed, parse

URL = "https://example.org/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"
LONG = "Ein Satz über die neue Brücke am Westufer, die seit heute offen ist. " * 8


def read(*items, **more):
    body = json.dumps({"version": VERSION, "items": items} | more)
    return parse(body.encode(), URL, "application/feed+json")


def one(**item):
    return read({"id": "1", "title": "Titel der Zeile"} | item).headlines[0]


def test_the_own_address_goes_before_the_one_it_is_about():
    assert one(url="/a", external_url="https://other.example/").link == "https://example.org/a"
    assert one(external_url="https://other.example/").link == "https://other.example/"
    assert one(id="https://example.org/id").link == "https://example.org/id"
    assert one(url="javascript:x()").link == ""


def test_a_number_is_an_id():
    assert one(id=17).identity == "guid:17"
    assert one(id=True, url="/a").identity == "url:example.org/a"


def test_html_and_plain_text_become_blocks():
    line = one(content_html=f"<h2>Kopf</h2><p>{LONG}</p><img src='b.jpg'><script>x()</script>")
    assert [block.kind for block in line.blocks] == ["heading", "paragraph", "picture"]
    assert line.picture == "https://example.org/b.jpg"
    line = one(content_text=f"{LONG}\r\n\r\n3 < 4 & <b>kein Fettdruck</b>")
    assert [block.text for block in line.blocks] == [LONG.strip(), "3 < 4 & <b>kein Fettdruck</b>"]


def test_an_item_without_a_title_is_called_by_its_beginning():
    assert one(title=None, content_text=LONG).title.startswith("Ein Satz über die neue Brücke")
    assert read({"id": "1", "url": "/a"}).headlines == ()


def test_the_picture_is_found_in_all_its_places():
    assert one(image="/a.jpg", banner_image="/b.jpg").picture == "https://example.org/a.jpg"
    assert one(banner_image="/b.jpg").picture == "https://example.org/b.jpg"
    attached = [{"url": "/a.mp3", "mime_type": "audio/mpeg"}, {"url": "/c.jpg", "mime_type": "image/jpeg"}]
    assert one(attachments=attached).picture == "https://example.org/c.jpg"


def test_a_bad_item_costs_no_other():
    good = {"id": "1", "title": "Gute Zeile"}
    bad = [
        None,
        1,
        "x",
        [],
        {},
        {"id": {}, "title": [], "url": {}, "tags": 1, "image": [], "attachments": [1]},
    ]
    assert [line.title for line in read(*bad, good, *bad).headlines] == ["Gute Zeile"]


def test_a_feed_may_forget_its_version():
    body = json.dumps({"items": [{"id": 1, "content_text": LONG}]})
    assert is_feed(body)
    assert len(parse(body.encode(), URL).headlines) == 1


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "[1]", "{}", '{"items": 7}', '{"version": 1, "items": [{"name": "x"}]}', "[" * 100_000,
     '{"version": "https://jsonfeed.org/version/1"}', '{"a": ' * 50_000],
)  # fmt: skip
def test_other_json_is_refused_with_a_reason(body):
    with pytest.raises(NotAFeed, match="not a JSON Feed"):
        parse(body.encode(), URL)


def test_a_mark_before_the_document_is_no_trouble():
    body = json.dumps({"version": VERSION, "items": [{"id": 1, "title": "Titel"}]})
    assert len(parse(b"\xef\xbb\xbf\n " + body.encode(), URL).headlines) == 1


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = ["id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image",
         "date_published", "date_modified", "tags", "authors", "attachments"]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES | st.text(), max_size=8) | VALUES, max_size=3),
    VALUES,
)
def test_wrong_types_never_crash_and_never_cost_a_good_item(items, hubs):
    good = {"id": "https://example.org/gut", "title": "Gute Zeile"}
    found = read(*items, good, hubs=hubs)
    assert "Gute Zeile" in [line.title for line in found.headlines]
    assert all(not line.link or line.link.startswith(("http://", "https://")) for line in found.headlines)

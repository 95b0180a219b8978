"""The links in an answer's headers."""

import pytest
from multidict import CIMultiDict

from bot.sources.documents.links import Link, first, in_headers

URL = "https://example.org/news/"


def links(*values):
    return in_headers(CIMultiDict(("link", value) for value in values), URL)


def test_links_of_one_and_of_several_headers_are_read():
    found = links(
        '<https://hub.example.org/>; rel="hub", </feed.xml>; rel=self',
        '<feed.json>; rel="alternate nofollow"; type="Application/Feed+JSON"; title="A, B; <C>"',
    )
    assert found == [
        Link("https://hub.example.org/", frozenset({"hub"})),
        Link("https://example.org/feed.xml", frozenset({"self"})),
        Link(
            "https://example.org/news/feed.json",
            frozenset({"alternate", "nofollow"}),
            "application/feed+json",
        ),
    ]
    assert first(found, "hub") == "https://hub.example.org/"
    assert first(found, "next") == ""


@pytest.mark.parametrize(
    "value",
    ["", "hub", "<>; rel=hub", "<javascript:x()>; rel=hub", "<https://[x/>; rel=hub", "<" * 20_000, ";" * 20_000,
     "<a>" + "; rel" * 4_000 + '"', "<https://e.example/h\udcf6b>; rel=hub", "<https://e.example/\x01>; rel=hub"],
)  # fmt: skip
def test_what_is_malformed_names_no_hub(value):
    assert first(links(value), "hub") == ""


def test_a_plain_mapping_will_do():
    assert first(in_headers({"Link": "<https://hub.example.org/>; rel=hub"}, URL), "hub")
    assert in_headers({}, URL) == []

"""What one document may bring: bounded, and fit to be stored and sent. And one bad item never costs the good ones."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.headline import Block, Headline, Page
from bot.sources.documents.bounds import bounded
from bot.sources.documents.items import each
from bot.sources.documents.mend import mended
from bot.sources.polling.suspects import Suspects

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Found:
    """Something that holds headlines, as a reading does."""

    lines: tuple[Headline, ...]
    note: str = ""
    count: int = 3


def test_what_is_fit_stays_as_it_is():
    line = Headline(
        "url:a",
        "Der Hafen ist frei",
        "https://e.example/a",
        NOW,
        "Vorspann\n",
        ("Sport",),
        "https://e.example/b",
    )
    page = Page("Titel", "Vorspann", (Block("paragraph", "Absatz"), Block("list", items=("a", "b"))), "Sport")
    assert bounded((line, page, 5, None)) == (line, page, 5, None)


def test_characters_that_cannot_be_stored_are_taken_out_everywhere():
    line = Headline("a\0", "Ha\0fen\ud800", "https://e.example/\x01", NOW, "V\x7f", ("S\udfff",), "h\ufffe",
                    (Block("quote", "\0x", url="a\0"), Block("list", items=("b\0",))))  # fmt: skip
    found = bounded(Found((line,), "n\0"))
    assert found == Found(
        (Headline("a", "Hafen", "https://e.example/", NOW, "V", ("S",), "h",
                  (Block("quote", "x", url="a"), Block("list", items=("b",)))),), "n")  # fmt: skip


def test_texts_are_cut_and_addresses_that_are_too_long_are_none():
    line = bounded(Headline("a", "x" * 9000, "h" * 9000, None, "y" * 9000, ("z" * 9000,) * 90, "p" * 9000))
    assert (len(line.title), line.link, len(line.lead), line.picture) == (500, "", 2000, "")
    assert line.title.endswith("x …")
    assert [len(word) for word in line.categories] == [100] * 20
    page = bounded(Page("x" * 9000, section="s" * 9000, lead="l" * 9000))
    assert (len(page.title), len(page.section), len(page.lead)) == (500, 100, 2000)


def test_of_a_pile_of_marks_above_one_letter_only_some_stay():
    """To compare such a text takes time that grows with the square of the pile."""
    for pile in ("\u094d\u0301", "\uff9e\u0301", "\u0301", "\u0307\u0301\u0323"):
        (block,) = bounded(Page(blocks=(Block("paragraph", f"Hafen{pile * 50}frei"),))).blocks
        assert block.text == f"Hafen{(pile * 30)[:30]}frei"


def test_signs_in_a_row_are_no_pile_and_accents_stay():
    text = "\u2014" * 90 + " 😀" * 90 + "😀" * 90 + "e\u0301" * 90 + "\u0e01\u0e49" * 90 + " क्षत्रिय"
    assert bounded(Page(lead=text[:999])).lead == text[:999]


def test_what_is_just_as_long_as_it_may_be_stays_whole():
    page = Page("x" * 500, "l" * 2000, (Block("picture", url="https://e.example/p"),), "s" * 100)
    line = Headline("a", "x" * 500, "h" * 2000, None, "y" * 2000, ("z" * 100,), "p" * 2000)
    assert bounded((page, line)) == (page, line)


def test_a_text_ends_where_an_article_must():
    page = bounded(Page("Titel", blocks=(Block("paragraph", "x" * 150_000),) * 3))
    assert [len(block.text) for block in page.blocks] == [150_000, 50_000]
    assert len(bounded(Page("Titel", blocks=(Block("paragraph", "x"),) * 5000)).blocks) == 1000
    assert bounded(Page("Titel", blocks=(Block("list", items=("x" * 90_000,) * 3),))).blocks == ()


def test_of_many_headlines_the_first_come_through_and_none_without_a_title():
    lines = bounded(tuple(Headline(str(n), "\0" if n == 1 else f"Zeile {n}", "") for n in range(2000)))
    assert [line.identity for line in lines] == [str(n) for n in range(500) if n != 1]


def test_one_bad_item_does_not_cost_the_good_ones():
    assert each(int, ["1", "zwei", "3"]) == [1, 3]
    assert each(lambda item: item or None, [0, 1, 2]) == [1, 2]
    assert each(int, []) == []


def test_where_all_items_are_bad_the_reason_is_told():
    with pytest.raises(ValueError, match="zwei"):
        each(int, ["eins", "zwei"])


def test_running_out_of_memory_is_no_fault_of_an_item():
    def read(item):
        raise MemoryError

    with pytest.raises(MemoryError):
        each(read, [1])


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("Hafen &#8222;frei&#x201C; &amp; offen", "Hafen &#8222;frei&#x201C; &amp; offen"),
        ("a&#0;b&#x0;c&#1;d&#31;e", "abcde"),
        ("a&#9;b&#10;c&#13;d", "a&#9;b&#10;c&#13;d"),
        ("a&#32;b&#x10FFFF;", "a&#32;b&#x10FFFF;"),
        ("a&#xD800;b&#56320;c&#xFFFF;d&#65534;e", "abcde"),
        ("a&#x110000;b&#99999999999999999999;c", "abc"),
        (f"a&#{'9' * 100_000};b", "ab"),
        ("a&#000000000000065;b&#128;", "a&#000000000000065;b&#128;"),
        ("a&#x1F600;b&#;c&#x;d&#", "a&#x1F600;b&#;c&#x;d&#"),
        ("a\0b\x08c\x1fd\ud800e\uffff", "abcde"),
        ("a\tb\nc\rd 😀", "a\tb\nc\rd 😀"),
    ],
)
def test_a_feed_is_freed_of_characters_that_no_parser_takes(text, fit):
    assert mended(text) == fit


def test_a_host_whose_pages_kill_the_parser_again_and_again_rests_ever_longer():
    now = NOW
    suspects = Suspects(lambda: now)
    for _ in range(2):
        suspects.killed("e.example")
    assert suspects.rest("e.example") is None
    for minutes in (15, 30, 60):
        suspects.killed("e.example")
        assert suspects.rest("e.example") == minutes * MINUTE
        assert suspects.rest("andere.example") is None
        now += minutes * MINUTE
        assert suspects.rest("e.example") is None


def test_a_host_with_one_page_that_can_be_read_is_no_suspect():
    suspects = Suspects(lambda: NOW)
    for _ in range(5):
        suspects.killed("e.example")
    suspects.read("e.example")
    suspects.killed("e.example")
    assert suspects.rest("e.example") is None

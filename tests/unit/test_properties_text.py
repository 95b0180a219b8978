"""What holds of every text that passes the cleaning and the markup: readers see the words, and nothing else happens."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from bot.demo.telegram.text import Texts as Parser
from bot.domain.text import clean, cut, utf16_length
from bot.render.markup import Html, bold, is_web, join, link, tag
from tests.fixtures.hostile_text import LINKS, PIECES

PARSER = Parser(lambda _id: None)
PARSER.load()
BLANKS_AND_MARKDOWN = str.maketrans(dict.fromkeys("*_~|`[]()\\", " "))
DIRECTION = re.compile("[\u200c\u200e\u200f]")
ANYTHING = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
    st.text(max_size=80),
    st.text(st.characters(exclude_categories=()), max_size=80),  # surrogates too
)
ADDRESSES = st.one_of(st.sampled_from(LINKS), ANYTHING.map("https://x.example/".__add__), ANYTHING)


def parsed(html):
    """Text and entities without white space around them, as Telegram's own parser reads them."""
    shown = PARSER.parse(html, "html")
    return shown.text, [one for one in shown.entities if one["type"] in ("bold", "italic", "text_link")]


def as_stored(text):
    """The text as Telegram's servers store it: TDLib's call that cleans the text of a message."""
    formatted = {"@type": "formattedText", "text": text, "entities": []}
    return PARSER._call({"@type": "parseMarkdown", "text": formatted})["text"]


@given(ANYTHING)
@example("A\u030a\u030a\u030aland")
@example("\x00\u030a")
@example(" \u200b \ufeff ")
def test_a_clean_text_is_one_line_without_control_characters_and_never_longer(text):
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert len(cleaned) <= len(text)
    assert utf16_length(cleaned) <= utf16_length(text)
    assert not {"Cc", "Cs", "Zl", "Zp"} & set(map(unicodedata.category, cleaned))
    assert cleaned == " ".join(cleaned.split())


@given(ANYTHING)
def test_no_letter_or_digit_is_lost_in_cleaning(text):
    def letters(given):
        return [char for char in unicodedata.normalize("NFD", given) if char.isalnum()]

    assert letters(clean(text)) == letters(text)


@given(ANYTHING)
def test_telegram_takes_nothing_out_of_a_clean_text(text):
    """Else what a message holds, and how long it is, would be another matter than we think."""
    plain = clean(text.translate(BLANKS_AND_MARKDOWN))
    stored = as_stored(plain)
    # Of several marks of direction in a row it makes one and joiners: nothing that anybody sees
    assert [DIRECTION.sub("", one) for one in (stored, plain)] == [DIRECTION.sub("", plain)] * 2
    assert len(stored) == len(plain)


@given(ANYTHING)
def test_any_clean_text_is_shown_as_it_is(text):
    cleaned = clean(text)
    assert parsed(Html.of(cleaned)) == (cleaned, [])
    assert parsed(bold(cleaned))[0] == cleaned
    assert Html.of(Html.of(cleaned)) == Html.of(cleaned)


@given(st.lists(ANYTHING.map(clean), max_size=6))
def test_pieces_joined_are_their_texts_joined_with_one_style_each(texts):
    html = join(" · ", [tag("i", text) if at % 2 else text for at, text in enumerate(texts)])
    expected = " · ".join(text for at, text in enumerate(texts) if text or at % 2)
    assert html.plain() == expected
    assert html.length() == utf16_length(expected)
    text, entities = parsed(html)
    assert text == expected.strip()
    assert {one["type"] for one in entities} <= {"italic"}
    assert len(entities) <= len(texts) // 2 <= html.entities()


@given(ANYTHING.map(clean), ADDRESSES)
def test_a_link_shows_its_text_whatever_its_address(text, url):
    url = clean(url)
    html = link(text, url)
    shown, entities = parsed(html)
    assert shown == text
    assert all(one["type"] == "text_link" for one in entities)
    assert is_web(url) or not entities


@given(ANYTHING.map(clean), st.integers(1, 100))
def test_a_cut_clean_text_is_clean(text, limit):
    assert clean(cut(text, limit)) == cut(text, limit)

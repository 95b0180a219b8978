"""What holds however texts are cut into pieces and pages: all is there once, in order, within the limit, unbroken."""

from itertools import pairwise, takewhile, zip_longest

import regex
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.text import clean, cut, graphemes, pages, split, utf16_length
from tests.fixtures.hostile_text import PIECES

TEXTS = st.one_of(
    st.lists(st.sampled_from([*PIECES, ". ", "! ", "“ "]), max_size=60).map("".join),
    st.text(st.characters(exclude_categories=()), max_size=120),
)
LIMITS = st.integers(2, 80)
LENGTHS = st.lists(st.one_of(st.integers(0, 60), st.integers(0, 300)), max_size=40)


def ends(clusters):
    """Where in a text these pieces end."""
    position = 0
    for cluster in clusters:
        position += len(cluster)
        yield position


@given(TEXTS, LIMITS)
@example("e\u0301" * 40 + "\u0301" * 90, 8)
@example("👩‍👩‍👧" * 9, 7)
def test_no_piece_is_over_the_limit_and_nothing_is_lost_but_blanks(text, limit):
    pieces = split(text, limit)
    assert all(0 < utf16_length(piece) <= limit for piece in pieces)
    rest = text.strip()
    for piece in pieces:
        assert rest.startswith(piece)
        rest = rest[len(piece) :].lstrip()
    assert rest == ""


@given(TEXTS, LIMITS)
@example("🇩🇪" * 9, 7)
@example("\u1100\u1161\u11a8" * 9, 5)
def test_no_piece_ends_in_what_unicode_keeps_together_unless_that_is_longer_than_a_piece(text, limit):
    """Marks on a blank are no letter: a seam may fall there."""
    text = text.strip()
    clusters = regex.findall(r"\X", text)
    seams, position = set(ends(clusters)), 0
    for piece in split(text, limit):
        position = text.index(piece, position) + len(piece)
        inside = next((c for c, end in zip(clusters, ends(clusters), strict=True) if end >= position), "")
        # `graphemes` may keep more together than needed, and then cuts where Unicode would not
        longer = max(map(utf16_length, graphemes(text)), default=0) > limit
        assert position in seams or longer or inside[:1].isspace()


@given(TEXTS, LIMITS)
def test_pieces_are_not_split_again_and_the_whole_is_one_where_it_fits(text, limit):
    pieces = split(text, limit)
    assert all(split(piece, limit) == [piece] for piece in pieces)
    if utf16_length(text.strip()) <= limit:
        assert pieces == ([text.strip()] if text.strip() else [])


@given(st.lists(st.sampled_from(["Rathaus", "Tor", "in", "Köln.", "Ja!"]), max_size=60), st.integers(16, 80))
def test_pieces_of_ordinary_words_are_at_least_half_full(words, limit):
    """And full, but for one that ends with a sentence."""
    for piece, after in pairwise(split(" ".join(words), limit)):
        full = len(piece) + 1 + len(after.split()[0]) > limit
        assert full or (len(piece) >= limit // 2 and piece[-1] in ".!")


@given(TEXTS.map(clean), st.integers(1, 80))
def test_a_cut_keeps_all_that_fits_between_words(text, limit):
    short = cut(text, limit)
    assert utf16_length(short) <= limit
    if short == text:
        return
    assert utf16_length(text) > limit
    assert short.endswith("…")
    assert text.startswith(short[:-1])


@given(LENGTHS, st.integers(10, 120), st.integers(0, 3))
def test_pages_hold_each_paragraph_once_in_order_and_fit(lengths, limit, gap):
    found = pages(lengths, limit, gap)
    assert [index for page in found for index in page] == list(range(len(lengths)))
    for page, after in zip_longest(found, found[1:]):
        size = sum(lengths[index] for index in page) + gap * (len(page) - 1)
        assert len(page) == 1 or size <= limit
        assert after is None or size + gap + lengths[after.start] > limit  # no page ends too early


@given(LENGTHS, st.integers(20, 120), st.sets(st.integers(0, 39)))
def test_headings_make_a_page_a_quarter_longer_at_most_and_end_none(lengths, limit, leading):
    lengths = [min(length, limit) for length in lengths]
    found = pages(lengths, limit, 2, leading)
    assert [index for page in found for index in page] == list(range(len(lengths)))
    for page in found:
        assert page
        assert sum(lengths[index] for index in page) + 2 * (len(page) - 1) <= limit + limit // 4
    for page, after in pairwise(found):
        # One that stays is one too many for the next page, or all that its page holds
        moved = takewhile(leading.__contains__, after)
        room = limit // 4 - sum(lengths[index] + 2 for index in (page[-1], *moved))
        assert page[-1] not in leading or room < 0 or leading.issuperset(page)

"""Length, cleaning, cutting and paging of text."""

import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text import clean, cut, graphemes, pages, split, utf16_length
from tests.fixtures.figures import processor_time

# Emoji sequences, flags, accents, Hangul, right-to-left and blanks: what real titles and texts hold
PIECES = st.sampled_from(
    [
        "a",
        "ß",
        "Ü",
        "é",
        "👩‍👩‍👧",
        "🇩🇪",
        "🇲",
        "👍🏽",
        "ي",
        "שָׁ",
        "각",
        "각",
        "한",
        "\u0301",
        "\u200d",
        "️",
        "😀",
        " ",
        "  ",
        "\n",
        ". ",
        "„",
        "“",
        "&",
        "<",
        "…",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=80))
LIMITS = st.integers(1, 60)


def boundaries(text, clusters):
    ends, position = set(), 0
    for cluster in clusters:
        position += len(cluster)
        ends.add(position)
    return ends & set(range(1, len(text)))


@given(TEXTS)
def test_the_length_is_that_of_utf16(text):
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(TEXTS)
def test_clean_text_is_one_line_that_utf8_can_hold(text):
    cleaned = clean(text)
    cleaned.encode()
    assert cleaned == " ".join(cleaned.split())
    assert clean(cleaned) == cleaned


def test_control_characters_and_lone_surrogates_go():
    assert clean("Tor\x00 in\u200b der\ud83d\n\t 90. Minute\ufeff") == "Tor in der 90. Minute"


def test_what_telegram_drops_goes_and_an_a_with_a_ring_stays():
    """Telegram takes the ring of a decomposed Å, lines above and below letters and overrides of direction out."""
    assert (
        clean("A\u030aland, x\u030a\u0333y\u033f \u202everkehrt\u202c, Bru\u0308cke")
        == "Åland, xy verkehrt, Bru\u0308cke"
    )
    assert clean("C1\x84\x9f und\x85Zeile") == "C1 und Zeile"


@given(TEXTS)
def test_graphemes_are_the_text_and_never_split_what_unicode_keeps_together(text):
    pieces = list(graphemes(text))
    assert "".join(pieces) == text
    assert boundaries(text, pieces) <= boundaries(text, regex.findall(r"\X", text))


@given(TEXTS, LIMITS)
def test_a_cut_text_fits_and_is_a_beginning(text, limit):
    short = cut(text, limit)
    assert utf16_length(short) <= limit
    if short != text:
        assert short.endswith("…")
        assert text.startswith(short[:-1])


@given(TEXTS, LIMITS)
def test_a_cut_never_breaks_a_grapheme(text, limit):
    kept = len(cut(text, limit)) - 1
    if utf16_length(text) > limit and 0 < kept < len(text):
        # Blanks and commas before the ellipsis go with it, so the end may lie before blanks only
        assert kept in boundaries(text, graphemes(text)) or text[kept : kept + 1] in " ,;:–-"


def test_a_cut_of_no_room_is_empty():
    assert cut("Text", 0) == ""


def test_letters_of_a_syllable_and_line_ends_stay_together():
    assert list(graphemes("\u1100\u1161\u11a8\uac00\u11a8\r\nx")) == [
        "\u1100\u1161\u11a8",
        "\uac00\u11a8",
        "\r\n",
        "x",
    ]
    assert list(graphemes("\u1100\u1100\uac00")) == ["\u1100\u1100\uac00"]


def test_consonants_bound_by_a_virama_and_vowels_of_thai_stay_together():
    assert list(graphemes("क्षत्रिय")) == ["क्ष", "त्रि", "य"]
    assert list(graphemes("น้ำ")) == ["น้ำ"]
    assert list(graphemes("\u0600١")) == ["\u0600١"]


def test_a_grapheme_longer_than_the_room_is_split_all_the_same():
    """A letter under 5,000 accents would be a message that Telegram refuses."""
    assert split("a" + "\u0301" * 9, 5) == ["a" + "\u0301" * 4, "\u0301" * 5]
    assert split("👩‍👩‍👧", 2) == ["👩", "\u200d", "👩", "\u200d", "👧"]


def test_what_joins_without_end_is_split_in_time_that_grows_with_its_length():
    def seconds(piece):
        text, spent = (piece * 30_000)[:30_000], []
        for _ in range(3):
            with processor_time(spent):
                pieces = split(text, 2400)
        assert "".join(pieces) == text
        return min(spent)

    ordinary = seconds("🇩🇪")
    for endless in ("🇩🇪\u200d", "\u200d", "क्", "\u094d\u0301", "\u1100"):
        assert seconds(endless) < 10 * ordinary


def test_a_word_is_split_where_there_is_no_blank():
    assert split("abcdefgh", 3) == ["abc", "def", "gh"]
    assert split("ab cdefgh", 4) == ["ab", "cdef", "gh"]
    assert split("ab cd", 4) == ["ab", "cd"]
    assert split("abcd ef", 4) == ["abcd", "ef"]


def test_a_cut_falls_between_words():
    assert cut("Die Ministerin reist nach Rabat", 24) == "Die Ministerin reist…"
    assert cut("Donaudampfschifffahrtsgesellschaft", 10) == "Donaudamp…"


@given(TEXTS, st.integers(12, 60))
def test_split_pieces_fit_and_lose_nothing_but_blanks(text, limit):
    pieces = split(text, limit)
    assert all(utf16_length(piece) <= limit for piece in pieces)
    assert "".join("".join(piece.split()) for piece in pieces) == "".join(text.split())
    assert all(piece.strip() == piece and piece for piece in pieces)


def test_a_long_paragraph_is_split_after_a_sentence():
    text = "Der erste Satz ist hier zu Ende. „Der zweite auch.“ Der dritte ist zu lang."
    assert split(text, 55) == [
        "Der erste Satz ist hier zu Ende. „Der zweite auch.“",
        "Der dritte ist zu lang.",
    ]


@given(st.lists(st.integers(1, 50), max_size=40), st.integers(10, 80))
def test_pages_keep_order_and_fit(lengths, limit):
    found = pages(lengths, limit)
    assert [index for page in found for index in page] == list(range(len(lengths)))
    for page in found:
        assert len(page) == 1 or sum(lengths[i] for i in page) + 2 * (len(page) - 1) <= limit


def test_pages_are_filled():
    assert pages([10, 10, 10], 22) == [range(2), range(2, 3)]
    assert pages([], 10) == []


def test_a_heading_ends_no_page():
    assert pages([50, 40, 5, 30], 100, leading={2}) == [range(2), range(2, 4)]
    assert pages([50, 40, 5, 5, 30], 100, leading={2, 3}) == [range(2), range(2, 5)]
    assert pages([5, 200, 5], 100, leading={0, 2}) == [range(2), range(2, 3)]


def test_headings_that_fill_a_page_may_end_it():
    assert pages([80, 80, 80], 100, leading={0, 1, 2}) == [range(1), range(1, 2), range(2, 3)]

"""Whether two headlines tell the same story: labelled pairs, and what must not differ."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.similar import likeness, same_story
from bot.domain.wording import wording_of

PAIRS = tomllib.loads((Path(__file__).parents[1] / "fixtures" / "pairs.toml").read_text(encoding="utf-8"))


def same(one, other):
    return same_story(wording_of(one), wording_of(other))


def figures(*halves):
    """Precision and recall."""
    right = sum(same(*pair) for half in halves for pair in half["same"])
    wrong = sum(same(*pair) for half in halves for pair in half["different"])
    return right / (right + wrong), right / sum(len(half["same"]) for half in halves)


@pytest.mark.parametrize("halves", [("tuning",), ("held_out",), ("tuning", "held_out")], ids=" and ".join)
def test_labelled_pairs_are_told_apart(halves):
    precision, recall = figures(*(PAIRS[half] for half in halves))
    count = sum(len(pairs) for half in halves for pairs in PAIRS[half].values())
    print(f"\n{' and '.join(halves)}, {count} pairs: precision {precision:.3f}, recall {recall:.3f}")  # noqa: T201  for `pytest -s`
    assert precision >= 0.97
    assert recall >= 0.75


def test_there_are_enough_pairs_and_no_pair_is_in_both_halves():
    halves = [{tuple(pair) for pairs in half.values() for pair in pairs} for half in PAIRS.values()]
    assert sum(map(len, halves)) >= 220
    assert not halves[0] & halves[1]


def test_it_does_not_matter_which_headline_comes_first():
    for half in PAIRS.values():
        for pair in (*half["same"], *half["different"]):
            assert same(*pair) == same(*reversed(pair)), pair


FIRST = "Rund 300 Menschen feiern am Montag in Kiel die neue Schwimmhalle"


@pytest.mark.parametrize(
    "other",
    [
        FIRST.replace("300", "400"),
        FIRST.replace("Montag", "Dienstag"),
        FIRST.replace("Kiel", "Husum"),
        FIRST.replace("feiern", "feiern nicht"),
        FIRST.replace("Schwimmhalle", "Sporthalle"),
        f"Kommentar: {FIRST}",
        f"Ein Jahr danach: {FIRST}",
    ],
)
def test_another_number_day_place_thing_or_kind_of_text_is_another_story(other):
    assert same(FIRST, FIRST)
    assert not same(FIRST, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hellmann streicht 1.200 Stellen in Ulm", "Ulm: Hellmann will 1200 Stellen streichen"),
        ("12 Millionen Euro für Museum in Gera", "Museum in Gera bekommt 12.000.000 Euro"),
        ("Zwei Tote bei Brand in Gera", "Brand in Gera: 2 Tote"),
        (
            "Unfall auf der A 7 bei Kiel: Straße gesperrt",
            "Bei Kiel: Unfall auf der Autobahn 7, Straße gesperrt",
        ),
        ("Dom in Naumburg bekommt neue Orgel", "Naumburger Dom bekommt neue Orgel"),
        ("Gemeinde Wittenau sagt Volksfest ab", "Volksfest in Wittenau abgesagt"),
        ("Äpfel aus Jork sind knapp", "Aepfel aus Jork sind knapp"),
    ],
)
def test_spelling_and_inflection_make_no_difference(one, other):
    assert same(one, other)


@pytest.mark.parametrize("title", ["", "–", "!!!", "12", "Der die das", "a" * 500, "🙂 \ud800"])
def test_any_text_can_be_compared(title):
    assert same(title, FIRST) is False
    same(title, title)


def test_a_corrected_title_is_like_the_old_one_whatever_it_tells():
    assert likeness("Drei Verletzte bei Unfall in Jena", "Fünf Verletzte bei Unfall in Jena") > 75
    assert likeness("Drei Verletzte bei Unfall in Jena", "Die Buche ist Baum des Jahres") < 50


WORDS = st.sampled_from(
    [word for half in PAIRS.values() for pair in half["different"] for word in pair[0].split()]
)


@given(st.lists(WORDS, max_size=9), st.lists(WORDS, max_size=9))
def test_any_words_are_compared_alike_both_ways(one, other):
    assert same(" ".join(one), " ".join(other)) == same(" ".join(other), " ".join(one))


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(one, other):
    assert same(one, other) in (True, False)

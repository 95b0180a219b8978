"""Finding topics and commands by what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import Topic
from bot.domain.lookup import find_topic, means_all, near_topics, nearest, read_topics, simple
from tests.fixtures.talking import CATALOGUE

TOPICS = CATALOGUE.topics


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("sport", "sport"),
        ("SPORT", "sport"),
        ("Sports", "sport"),
        ("⚽ Sport", "sport"),
        ("رياضة", "sport"),
        ("economie", "wirtschaft"),
        ("Wissenschaft und Technik", "wissen"),
        ("wissenschaft & technik", "wissen"),
        ("technik", "wissen"),
        ("Sonstiges", "other"),
    ],
)
def test_a_topic_is_found_by_slug_or_name_in_any_language(words, slug):
    found = find_topic(words, TOPICS)
    assert found is not None
    assert found.topic.slug == slug


def test_a_near_miss_is_found_and_marked():
    found = find_topic("Sprot", TOPICS)
    assert found is not None
    assert (found.topic.slug, found.exact) == ("sport", False)


@pytest.mark.parametrize("words", ["", "xyz", "🙂", "???"])
def test_what_is_near_nothing_is_not_found(words):
    assert find_topic(words, TOPICS) is None


def test_a_line_names_several_topics_with_commas_and_fillers():
    wanted = read_topics("Sport, Wissenschaft & Technik und politik", TOPICS)
    assert [topic.slug for topic in wanted.topics] == ["sport", "wissen", "politik"]
    assert not wanted.unknown


def test_unknown_words_are_named_as_typed_with_their_nearest_topics():
    wanted = read_topics("sport Wirtschft Quatsch", TOPICS)
    assert [topic.slug for topic in wanted.topics] == ["sport"]
    assert [one.word for one in wanted.unknown] == ["Wirtschft", "Quatsch"]
    assert [topic.slug for topic in wanted.unknown[0].nearest] == ["wirtschaft"]
    assert wanted.unknown[1].nearest == ()


def test_a_short_word_of_a_longer_name_stands_for_nothing():
    topic = Topic("eu", "🇪🇺", {"de": "EU und Rat"})
    assert find_topic("Rat", [topic]) is None
    assert find_topic("EU Rat", [topic]).topic is topic


@pytest.mark.parametrize("word", ["all", "Alle", "alles", "everything"])
def test_all_is_understood(word):
    assert read_topics(word, TOPICS).everything


def test_fillers_alone_are_nothing():
    assert read_topics("und, &", TOPICS).empty


@pytest.mark.parametrize(
    ("words", "yes"),
    [("alle", True), ("Alle Themen", True), ("", False), ("Themen", False), ("alle Sport", False)],
)
def test_all_topics_are_meant_by_these_words_alone(words, yes):
    assert means_all(words) is yes


@pytest.mark.parametrize("words", ["sport politik", "Sport und Wirtschaft", "sport, politik und Quatsch"])
def test_words_that_name_several_topics_name_none_alone(words):
    assert find_topic(words, TOPICS) is None


@given(st.text(max_size=40))
def test_any_text_can_be_looked_up(text):
    find_topic(text, TOPICS)
    near_topics(text, TOPICS)
    read_topics(text, TOPICS)
    assert simple(simple(text)) == simple(text)


@pytest.mark.parametrize(("word", "key"), [("lates", "latest"), ("Neueste", "latest"), ("hlep", "help")])
def test_the_nearest_command_is_found_by_name_alias_or_near_miss(word, key):
    assert nearest(word, {"latest": ["neueste"], "help": ["hilfe"]}) == key


@pytest.mark.parametrize("word", ["Donnerwetter", "foo"])
def test_no_command_is_near_a_strange_word(word):
    assert nearest(word, {"latest": ["neueste"], "help": ["hilfe"], "subscribe": ["follow"]}) is None

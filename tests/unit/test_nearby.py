"""The index of the headlines of the last days."""

from datetime import UTC, datetime, timedelta

from bot.domain.nearby import Nearby
from tests.unit.test_similar import PAIRS, same

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


def index(*titles, source_id=1):
    nearby = Nearby()
    for number, title in enumerate(titles, start=1):
        nearby.add(number, source_id, title, NOW + timedelta(minutes=number))
    return nearby


def test_the_same_story_of_another_source_is_found_the_most_alike_first():
    nearby = index(
        "Hafen in Husum gesperrt",
        "Sturm: Bahn sperrt einzige Strecke nach Husum",
        "Sturm: Bahn sperrt Strecke nach Husum",
    )
    assert nearby.same_story("Sturm: Bahn sperrt Strecke nach Husum", 2)[0] == 3
    assert nearby.same_story("Neue Orgel für den Dom", 2) == []


def test_a_source_is_not_compared_with_itself():
    nearby = index("Sturm: Bahn sperrt Strecke nach Husum")
    assert nearby.same_story("Sturm: Bahn sperrt Strecke nach Husum", 1) == []


def test_what_is_old_is_forgotten_whole():
    nearby = index("Sturm: Bahn sperrt Strecke nach Husum", "Neue Orgel für den Naumburger Dom")
    nearby.forget(NOW + timedelta(minutes=2))
    assert len(nearby) == 1
    assert nearby.same_story("Sturm: Bahn sperrt Strecke nach Husum", 2) == []
    nearby.forget(NOW + timedelta(days=1))
    assert len(nearby) == 0
    assert not nearby._by_key


def test_a_headline_added_twice_counts_once():
    nearby = index("Neue Orgel für den Naumburger Dom")
    nearby.add(1, 1, "Etwas anderes", NOW)
    assert len(nearby) == 1


def test_the_index_finds_what_a_look_at_each_finds():
    titles = [other for half in PAIRS.values() for pairs in half.values() for _, other in pairs]
    nearby = index(*titles)
    alike = [pair for half in PAIRS.values() for pair in half["same"] if same(*pair)]
    missed = [
        one for one, other in alike if other not in {titles[id_ - 1] for id_ in nearby.same_story(one, 2)}
    ]
    assert len(alike) > 90
    assert len(missed) <= 0.05 * len(alike), missed


def test_words_that_many_headlines_share_are_counted_only_until_there_are_many():
    titles = [f"Messe in Kiel: Halle {n} zeigt Boote und Segel aus Werft {n % 9}" for n in range(140)]
    nearby = index("Messe in Kiel: Delphin zeigt Boote und Segel", *titles)
    assert nearby.same_story("Messe in Kiel: Delphin zeigt Segel und Boote", 2)[0] == 1


def test_a_word_stays_in_the_index_while_another_headline_has_it():
    nearby = index("Neue Orgel für den Naumburger Dom", "Naumburger Dom bekommt neue Orgel")
    nearby.forget(NOW + timedelta(minutes=2))
    assert nearby.same_story("Neue Orgel für den Naumburger Dom", 2) == [2]

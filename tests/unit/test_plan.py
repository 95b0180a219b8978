"""New, corrected, unchanged: by identity, never by position."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.headline import Block, Headline
from bot.domain.identity import of_title
from bot.domain.plan import candidates, nothing_older, plan

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass
class Stored:
    id: int
    title: str
    published: datetime
    link: str = "https://e.org/x"
    lead: str = ""
    blocks: tuple[Block, ...] = ()


def line(name, minutes=0, title=None, link="https://e.org/x"):
    published = None if minutes is None else NOW - timedelta(minutes=minutes)
    return Headline(f"id:{name}", title or name, link, published)


def known(*lines):
    return {one.identity: Stored(at, one.title, one.published, one.link) for at, one in enumerate(lines, 1)}


def names(headlines):
    return [headline.title for headline in headlines]


def test_all_is_new_to_an_empty_store_oldest_first():
    found = plan([line("c", 1), line("b", 2), line("a", 3)], {}, NOW)
    assert names(found.new) == ["a", "b", "c"]
    assert found.backfill == found.corrected == found.seen == ()


def test_lines_of_one_minute_keep_their_order():
    assert names(plan([line("c", 1), line("b", 1), line("a", 1)], {}, NOW).new) == ["a", "b", "c"]


def test_what_is_known_is_seen_wherever_it_stands():
    rows = [line("c", 1), line("b", 2), line("a", 3)]
    found = plan([rows[2], line("d", 0), rows[0], rows[1]], known(*rows), NOW)
    assert names(found.new) == ["d"]
    assert sorted(found.seen) == [1, 2, 3]


def test_a_changed_title_is_a_correction_and_nothing_new():
    found = plan([line("a", 1, title="besser")], known(line("a", 1)), NOW)
    assert [(at, one.title) for at, one in found.corrected] == [(1, "besser")]
    assert not found.new


def test_another_address_of_the_same_article_is_no_correction():
    assert not plan([line("a", 1, link="https://e.org/y")], known(line("a", 1)), NOW).corrected


def test_a_link_where_there_was_none_is_taken_over():
    assert plan([line("a", 1)], known(line("a", 1, link="")), NOW).corrected
    assert not plan([line("a", 1, link="")], known(line("a", 1, link="")), NOW).corrected


def test_a_line_listed_twice_counts_once_and_the_upper_one_wins():
    assert names(plan([line("a", 1, title="oben"), line("a", 2, title="unten")], {}, NOW).new) == ["oben"]


def test_older_lines_that_come_into_view_below_the_known_are_not_news():
    rows = [line("c", 1), line("b", 2)]
    found = plan([*rows, line("a", 3)], known(*rows), NOW)
    assert names(found.backfill) == ["a"]
    assert not found.new


def test_a_line_of_the_same_minute_below_the_known_is_not_news_and_an_older_one_above_them_is():
    rows = [line("c", 1), line("b", 2)]
    found = plan([line("d", 9), *rows, line("a", 2)], known(*rows), NOW)
    assert (names(found.new), names(found.backfill)) == (["d"], ["a"])


def test_a_late_line_between_the_known_is_news():
    rows = [line("c", 1), line("a", 30)]
    assert names(plan([rows[0], line("b", 20), rows[1]], known(*rows), NOW).new) == ["b"]


def test_a_newer_line_below_the_known_is_news():
    rows = [line("c", 30)]
    assert names(plan([*rows, line("b", 5), line("d", None)], known(*rows), NOW).new) == ["b", "d"]


def test_a_publication_in_the_future_is_moved_to_now():
    found = plan([line("a", -600), line("b", -16), line("c", -15), line("d", -5)], {}, NOW)
    assert [(one.title, one.published - NOW) for one in found.new] == [
        ("b", timedelta()),
        ("a", timedelta()),
        ("d", timedelta(minutes=5)),
        ("c", timedelta(minutes=15)),
    ]


def test_a_ticker_that_stood_still_over_midnight_brings_nothing_new():
    """Its lines are dated a day later than they were: the same title at the same time of day is the same line."""
    old = NOW - timedelta(days=2)
    stored = {of_title("Das Ufer ist frei", old, BERLIN): Stored(7, "Das Ufer ist frei", old, "")}
    again = Headline(of_title("Das Ufer ist frei", NOW, BERLIN), "Das Ufer ist frei", "", NOW)
    assert stored.keys() <= candidates([again])
    found = plan([again], stored, NOW)
    assert found.seen == (7,)
    assert not found.new


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_ticker_that_stood_still_over_a_change_of_the_clocks_brings_nothing_new(hours):
    old = NOW - timedelta(days=1, hours=hours)
    stored = {of_title("Das Wetter", old, BERLIN): Stored(7, "Das Wetter", old, "")}
    again = Headline(of_title("Das Wetter", NOW, BERLIN), "Das Wetter", "", NOW)
    assert plan([again], stored, NOW).seen == (7,)


def test_a_ticker_that_stands_still_for_weeks_brings_nothing_new():
    first = NOW - timedelta(minutes=30)
    rows = {of_title("Markt früher", first, BERLIN): Stored(1, "Markt früher", first, "")}
    for days in range(1, 25):
        dated = first + timedelta(days=days)
        again = Headline(of_title("Markt früher", dated, BERLIN), "Markt früher", "", dated)
        known_now = {key: rows[key] for key in candidates([again]) if key in rows}
        found = plan([again], known_now, NOW + timedelta(days=days))
        assert not found.new
        rows = {identity: rows[key] for key in rows for _, identity in found.renamed}


@pytest.mark.parametrize(
    "earlier", [timedelta(hours=2), timedelta(seconds=61), timedelta(hours=1, seconds=61)]
)
def test_the_same_title_at_another_time_of_the_next_day_is_new(earlier):
    old = NOW - timedelta(days=1) - earlier
    stored = {of_title("Das Wetter", old, BERLIN): Stored(7, "Das Wetter", old, "")}
    again = Headline(of_title("Das Wetter", NOW, BERLIN), "Das Wetter", "", NOW)
    assert names(plan([again], stored, NOW).new) == ["Das Wetter"]


def test_a_lead_or_a_text_of_other_words_is_a_correction_and_white_space_is_none():
    text = (Block("paragraph", "Der Bau beginnt im Mai."),)
    stored = {"id:a": Stored(1, "a", NOW, lead="Erste Fassung", blocks=text)}

    def corrected(**fields):
        return plan([replace(line("a"), **fields)], stored, NOW).corrected != ()

    assert not corrected()
    assert not corrected(lead="Erste  Fassung.", blocks=(Block("heading", "Der Bau beginnt im Mai"),))
    assert corrected(lead="Zweite Fassung")
    assert corrected(blocks=(Block("paragraph", "Der Bau beginnt im Juni."),))


def test_a_lead_or_a_text_that_was_not_there_before_is_no_correction():
    with_text = replace(line("a"), lead="Neu", blocks=(Block("paragraph", "Der Bau beginnt im Mai."),))
    assert plan([with_text], {"id:a": Stored(1, "a", NOW)}, NOW).corrected == ()


def test_what_is_older_than_a_moment_can_be_kept_from_being_news():
    found = nothing_older(
        plan([line("c", 1), line("b", 20), line("a", None)], {}, NOW), NOW - timedelta(minutes=10)
    )
    assert (names(found.new), names(found.backfill)) == (["c", "a"], ["b"])

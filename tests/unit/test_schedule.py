"""When a source is polled next."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import schedule

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def test_every_is_kept_whatever_a_poll_takes():
    assert schedule.after_success(NOW, NOW + 3 * SECOND, MINUTE) == NOW + MINUTE
    assert schedule.after_success(NOW, NOW + 59 * SECOND, MINUTE) == NOW + MINUTE


def test_missed_polls_are_not_made_up():
    assert schedule.after_success(NOW - timedelta(hours=5, seconds=10), NOW, MINUTE) == NOW + 50 * SECOND


def test_a_poll_before_its_time_counts_from_now():
    assert schedule.after_success(NOW + MINUTE, NOW, MINUTE) == NOW + MINUTE


def test_errors_double_the_wait_up_to_half_an_hour():
    waits = [(schedule.after_error(NOW, MINUTE, failures, 0.5) - NOW) / MINUTE for failures in range(8)]
    assert waits == [1, 2, 4, 8, 16, 30, 30, 30]


def test_the_wait_is_spread_and_never_shorter_than_every():
    waits = {schedule.after_error(NOW, MINUTE, 2, share) - NOW for share in (0.0, 1.0)}
    assert waits == {3 * MINUTE, 5 * MINUTE}
    assert schedule.after_error(NOW, MINUTE, 0, 0.0) == NOW + MINUTE
    assert schedule.after_error(NOW, None, 0, 0.0) == NOW + MINUTE
    assert schedule.after_error(NOW, None, 10_000, 0.5) == NOW + 30 * MINUTE
    assert schedule.after_error(NOW, 2 * SECOND, 0, 0.5) == NOW + 5 * SECOND
    assert schedule.after_error(NOW, timedelta(hours=6), 9, 0.5) == NOW + timedelta(hours=6)


def test_a_quarantine_lasts_a_quarter_of_an_hour_and_doubles_up_to_a_day():
    waits, before = [], None
    for _ in range(9):
        before = schedule.quarantine(NOW, MINUTE, before) - NOW
        waits.append(before / MINUTE)
    assert waits == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_a_quarantine_is_not_shorter_than_every():
    assert schedule.quarantine(NOW, timedelta(hours=2)) == NOW + timedelta(hours=2)
    assert schedule.quarantine(NOW, None, timedelta(seconds=-5)) == NOW + 15 * MINUTE


def test_retry_after_is_obeyed():
    assert schedule.after_error(NOW, MINUTE, 0, 0.5, timedelta(hours=2)) == NOW + timedelta(hours=2)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("1", 60),
        ("999999999999", 86400),
        ("Wed, 11 Mar 2026 12:10:00 GMT", 600),
        ("Wed, 11 Mar 2026 11:00:00 GMT", 60),
        ("Wed, 11 Mar 2026 12:10:00", 600),
    ],
)
def test_retry_after_may_be_seconds_or_a_date_within_bounds(value, seconds):
    assert schedule.retry_after(value, NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize("value", [None, "", "bald", "-5", "²", "٣٠٠"])
def test_a_retry_after_without_sense_is_none(value):
    assert schedule.retry_after(value, NOW) is None


def test_max_age_is_read_from_cache_control():
    assert schedule.max_age('public, Max-Age="300"') == timedelta(seconds=300)
    assert schedule.max_age("s-maxage=600, max-age=30") == timedelta(seconds=30)
    assert schedule.max_age("max-age=31536000") == timedelta(days=1)
    assert schedule.max_age("s-maxage=600") is None
    assert schedule.max_age("no-cache, max-age=0") is None
    assert schedule.max_age("max-age=bald") is None
    assert schedule.max_age(None) is None


def pace(gap, newest=NOW):
    """The usual gap and the newest of ten headlines."""
    published = [newest - gap * number for number in range(10)]
    return schedule.usual_gap(published), max(published)


def test_auto_follows_the_pace_between_one_and_thirty_minutes():
    assert schedule.automatic(*pace(10 * MINUTE), NOW) == 5 * MINUTE
    assert schedule.automatic(*pace(10 * SECOND), NOW) == MINUTE
    assert schedule.automatic(*pace(timedelta(days=1)), NOW) == 30 * MINUTE


def test_auto_begins_fast_where_the_pace_is_not_known():
    assert schedule.automatic(None, NOW, NOW) == MINUTE
    assert schedule.automatic(None, NOW - 40 * MINUTE, NOW) == 5 * MINUTE


def test_the_usual_gap_goes_by_the_newest_and_needs_two():
    old = [NOW - timedelta(days=30 + number) for number in range(20)]
    assert schedule.usual_gap([*old, *(NOW - 2 * MINUTE * number for number in range(10))]) == 2 * MINUTE
    assert schedule.usual_gap([NOW]) is None
    assert schedule.usual_gap([]) is None


def test_auto_looks_less_often_while_a_source_is_silent():
    assert schedule.automatic(*pace(MINUTE, NOW - timedelta(hours=2)), NOW) == 15 * MINUTE


def test_auto_does_not_believe_in_headlines_of_tomorrow():
    assert schedule.automatic(None, NOW + timedelta(days=1), NOW) == MINUTE


def test_auto_respects_the_sources_wish_up_to_thirty_minutes():
    assert schedule.automatic(*pace(MINUTE), NOW, 10 * MINUTE) == 10 * MINUTE
    assert schedule.automatic(*pace(MINUTE), NOW, timedelta(hours=5)) == 30 * MINUTE


def test_of_many_that_are_due_a_handful_begins_and_the_others_follow_fifty_a_second():
    assert {schedule.spread(position, NOW) for position in range(32)} == {NOW}
    assert schedule.spread(32, NOW) == NOW + 0.02 * SECOND
    assert schedule.spread(1031, NOW) == NOW + 20 * SECOND


def test_a_page_is_tried_ever_more_rarely_and_then_given_up():
    waits = [schedule.next_page_attempt(attempts, NOW) for attempts in range(1, 7)]
    minutes = [wait and (wait - NOW) / MINUTE for wait in waits]
    assert minutes == [1 / 3, 2, 10, 60, 360, None]

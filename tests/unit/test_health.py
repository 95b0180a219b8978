"""How a source stands, and what of that an admin is told."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import health
from bot.domain.health import Alert, Past, Standing, Trouble

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NEW = "https://neu.example/feed"


def after_redirects(*targets, standing=None):
    standing = standing or Standing()
    for target in targets:
        standing = health.redirected(standing, target, same_kind=True)
    return standing


def test_a_permanent_redirect_is_adopted_once_three_answers_agree():
    assert after_redirects(NEW, NEW).adopted is None
    assert after_redirects(NEW, NEW, NEW).adopted == NEW


def test_answers_that_do_not_agree_start_anew():
    assert after_redirects(NEW, NEW, "https://anders.example/", NEW, NEW).adopted is None
    assert after_redirects(NEW, NEW, None) == Standing()


def test_a_target_of_another_kind_is_not_adopted():
    standing = after_redirects(NEW, NEW)
    standing = health.redirected(standing, NEW, same_kind=False)
    assert (standing.moved_to, standing.moves) == (NEW, 0)
    assert after_redirects(NEW, NEW, standing=standing).adopted is None


def test_an_adopted_address_stays_when_it_answers_itself():
    adopted = after_redirects(NEW, NEW, NEW)
    assert health.redirected(adopted, None, same_kind=True) == adopted


def test_an_adopted_address_that_fails_for_good_or_three_times_is_given_up_and_has_to_prove_itself():
    adopted = after_redirects(NEW, NEW, NEW)
    assert health.fallen_back(adopted, 0, final=False) == adopted
    assert health.fallen_back(adopted, 1, final=False) == adopted
    assert health.fallen_back(adopted, 2, final=False).adopted is None
    again = health.fallen_back(adopted, 0, final=True)
    assert after_redirects(*[NEW] * 10, standing=again).adopted is None
    assert after_redirects(*[NEW] * 30, standing=again).adopted == NEW
    assert health.fallen_back(Standing(), 5, final=True) == Standing()


def test_gone_twice_a_day_apart_stops_the_source():
    once = health.gone(Standing(), "HTTP 410 Gone", NOW)
    assert (once.gone_at, once.stopped) == (NOW, None)
    assert health.gone(once, "HTTP 410 Gone", NOW + 23 * HOUR).stopped is None
    assert health.gone(once, "HTTP 410 Gone", NOW + DAY).stopped == "HTTP 410 Gone, for a day or longer"


def failing(failures, ago, kind="network", reason="HTTP 503", error="HTTP 503"):
    past = Past(NOW - ago if ago is not None else None, failures, error)
    return health.failing(past, kind, reason, NOW)


@pytest.mark.parametrize(
    ("failures", "ago", "is_trouble"),
    [
        (0, MINUTE, False),
        (0, 6 * HOUR, False),  # polled every six hours: a hiccup
        (1, HOUR, True),
        (1, 59 * MINUTE, False),
        (4, 14 * MINUTE, False),
        (4, 15 * MINUTE, True),
        (3, 15 * MINUTE, False),
        (3, None, False),
        (4, None, True),
    ],
)
def test_a_source_is_out_of_reach_when_that_lasts(failures, ago, is_trouble):
    trouble = failing(failures, ago)
    assert (trouble is not None) == is_trouble
    if trouble:
        since = NOW - ago if ago is not None else None
        assert trouble == Trouble("unreachable", since, "HTTP 503")


def test_what_cannot_be_read_any_more_is_a_trouble_when_it_is_the_same_twice_or_anything_thrice():
    seen = {"ago": MINUTE, "kind": "content", "reason": "no ticker"}
    assert failing(0, error=None, **seen) is None
    assert failing(1, error="HTTP 503", **seen) is None
    assert failing(1, error="no ticker", **seen) == Trouble("unreadable", NOW - MINUTE, "no ticker")
    assert failing(2, error="HTTP 503", **seen).kind == "unreadable"


def test_what_never_could_be_read_is_a_trouble_after_five_polls():
    assert failing(3, None, "content") is None
    assert failing(4, None, "content") == Trouble("unreadable", None, "HTTP 503")


def test_what_breaks_the_parser_is_a_trouble_at_once():
    assert failing(0, MINUTE, "parser").kind == "quarantined"


def test_silence_is_measured_by_what_is_usual_and_never_shorter_than_a_night():
    def silent(ago, gap, longest=timedelta()):
        return health.silent(NOW - ago, gap, longest, NOW) is not None

    assert not silent(11 * HOUR, 60)
    assert silent(12 * HOUR + MINUTE, 60)
    assert not silent(39 * HOUR, 2 * 3600)
    assert silent(41 * HOUR, 2 * 3600)
    assert not silent(71 * HOUR, None)
    assert silent(73 * HOUR, None)
    assert not silent(80 * HOUR, 60, longest=64 * HOUR)  # it sleeps at weekends
    assert silent(97 * HOUR, 60, longest=64 * HOUR)
    assert health.silent(None, 60, timedelta(), NOW) is None


LAYOUT = Trouble("unreadable", NOW - HOUR, "no ticker")
AWAY = Trouble("unreachable", NOW - HOUR, "HTTP 503")
SILENT = Trouble("silent", NOW - DAY)


def test_a_trouble_is_told_once_and_once_that_it_is_over():
    standing, alert = health.told(Standing(), LAYOUT, NOW, works=False)
    assert alert == Alert("unreadable", {"since": NOW - HOUR, "reason": "no ticker"})
    assert health.told(standing, LAYOUT, NOW + DAY, works=False) == (standing, None)
    assert health.told(standing, None, NOW + DAY, works=False) == (standing, None)
    after, alert = health.told(standing, None, NOW + DAY, works=True)
    assert (after.trouble, alert) == (None, Alert("back", {"since": NOW}))
    assert health.told(after, None, NOW + DAY, works=True) == (after, None)


def test_one_that_comes_and_goes_is_told_of_once_in_six_hours():
    standing, _ = health.told(Standing(), AWAY, NOW, works=False)
    standing, _ = health.told(standing, None, NOW + MINUTE, works=True)
    for minutes in range(2, 360, 20):
        assert health.told(standing, AWAY, NOW + minutes * MINUTE, works=False) == (standing, None)
        assert health.told(standing, None, NOW + (minutes + 1) * MINUTE, works=True) == (standing, None)
    assert health.told(standing, AWAY, NOW + 6 * HOUR, works=False)[1].what == "unreachable"


def test_another_trouble_is_told_when_the_first_is_hours_ago():
    standing, _ = health.told(Standing(), AWAY, NOW, works=False)
    assert health.told(standing, LAYOUT, NOW + HOUR, works=False) == (standing, None)
    assert health.told(standing, LAYOUT, NOW + 7 * HOUR, works=False)[1].what == "unreadable"


def test_that_a_source_is_gone_is_told_whatever_was_told_before():
    standing, _ = health.told(Standing(), AWAY, NOW, works=False)
    gone = Trouble("gone", NOW - DAY, "HTTP 410 Gone")
    standing, alert = health.told(standing, gone, NOW + MINUTE, works=False)
    assert (alert.what, standing.trouble) == ("gone", "gone")


def test_one_that_works_again_but_brings_nothing_is_back_first():
    standing = Standing(trouble="unreachable", told_at=NOW - DAY)
    standing, alert = health.told(standing, SILENT, NOW, works=True)
    assert alert.what == "back"
    standing, alert = health.told(standing, SILENT, NOW + MINUTE, works=True)
    assert (alert.what, standing.trouble) == ("silent", "silent")
    assert health.told(standing, SILENT, NOW + HOUR, works=True) == (standing, None)

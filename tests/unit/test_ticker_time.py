"""Times in text, and the dates that a ticker leaves out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ticker_time import Ago, Exact, Wall, assign, of_attribute, rises, times_in

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 11, 8, 30, tzinfo=BERLIN)


def wall(text):
    return Wall(time.fromisoformat(text))


def assigned(*clock, now=NOW):
    return [f"{at.astimezone(BERLIN):%d %H:%M}" for at in assign([wall(text) for text in clock], now, BERLIN)]


@pytest.mark.parametrize(
    ("text", "mark", "rest"),
    [
        ("17:39 Titel", wall("17:39"), " Titel"),
        ("14:152025: ein Jahr", wall("14:15"), "2025: ein Jahr"),
        ("17:39WM 2030", wall("17:39"), "WM 2030"),
        ("9:05 Titel", wall("09:05"), " Titel"),
        ("17.39 Uhr Titel", wall("17:39"), " Titel"),
        ("17:39 Uhr: Titel", wall("17:39"), ": Titel"),
        ("5:39 PM Title", wall("17:39"), " Title"),
        ("12:05 a.m. Title", wall("00:05"), " Title"),
        ("17h39 Titre", wall("17:39"), " Titre"),
        ("17:39:20 Titel", wall("17:39"), " Titel"),
        ("vor 5 Minuten Titel", Ago(timedelta(minutes=5)), " Titel"),
        ("vor 2 Std. Titel", Ago(timedelta(hours=2)), " Titel"),
        ("vor einer Stunde", Ago(timedelta(hours=1)), ""),
        ("3 hours ago", Ago(timedelta(hours=3)), ""),
        ("il y a 10 minutes", Ago(timedelta(minutes=10)), ""),
        ("hace 2 días", Ago(timedelta(days=2)), ""),
        ("منذ 5 دقائق", Ago(timedelta(minutes=5)), ""),
        ("gerade eben", Ago(timedelta()), ""),
    ],
)
def test_a_time_is_found_in_all_its_forms(text, mark, rest):
    found = times_in(text)
    assert [item.mark for item in found] == [mark]
    assert text[found[0].end :] == rest


@pytest.mark.parametrize(
    "text",
    ["2:1", "31:28", "1:100", "17.39", "am 17.03.", "09:00–18:00", "09:00 bis 18:00 Uhr", "9–17:30 Uhr", "24:00",
     "12:60", "WM 2030", "3,5 Millionen", "vor 3 Ministern", "10:20:30:40", "17:3"],
)  # fmt: skip
def test_scores_dates_spans_and_numbers_are_no_times(text):
    assert times_in(text) == []


def test_two_lines_of_a_minute_share_their_day():
    assert assigned("08:12", "08:12", "07:55") == ["11 08:12", "11 08:12", "11 07:55"]


def test_a_jump_up_on_the_way_down_is_midnight():
    assert assigned("08:09", "17:10", "16:41") == ["11 08:09", "10 17:10", "10 16:41"]


def test_the_newest_line_may_be_of_yesterday():
    assert assigned("23:59", "23:40", now=NOW.replace(hour=0, minute=3)) == ["10 23:59", "10 23:40"]


def test_a_clock_a_little_ahead_is_no_reason_for_yesterday():
    assert assigned("08:33", "08:00") == ["11 08:33", "11 08:00"]
    assert assigned("00:01", "23:50", now=NOW.replace(hour=23, minute=58)) == ["12 00:01", "11 23:50"]


def test_a_line_moved_up_by_minutes_in_a_dense_ticker_is_no_midnight():
    clock = ("08:20", "08:00", "08:05", "07:30", "07:00", "06:40")
    assert assigned(*clock) == [f"11 {at}" for at in clock]


def test_a_small_jump_up_in_a_sparse_list_is_a_day():
    assert assigned("08:20", "02:00", "02:10") == ["11 08:20", "11 02:00", "10 02:10"]


def test_a_relative_time_counts_from_now_and_sets_the_day_for_those_below():
    marks = [Ago(timedelta(minutes=20)), Ago(timedelta(hours=2)), wall("06:00"), wall("23:00")]
    found = [f"{at.astimezone(BERLIN):%d %H:%M}" for at in assign(marks, NOW, BERLIN)]
    assert found == ["11 08:10", "11 06:30", "11 06:00", "10 23:00"]


def test_the_doubled_hour_of_autumn_is_told_apart():
    now = datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN)
    found = assign([wall("03:10"), wall("02:10"), wall("02:50"), wall("01:00")], now, BERLIN)
    assert [f"{at:%H:%M}" for at in found] == ["02:10", "01:10", "00:50", "23:00"]


def test_the_attribute_of_a_time_element_gives_an_instant():
    instant = datetime(2026, 3, 11, 7, 12, tzinfo=UTC)
    assert of_attribute("2026-03-11T08:12:00+01:00", "", BERLIN) == Exact(instant)
    assert of_attribute("2026-03-11T07:12:00Z", "vor Kurzem", BERLIN) == Exact(instant)
    assert of_attribute("2026-03-11 08:12", "", BERLIN) == Exact(instant)


def test_an_attribute_with_a_day_alone_needs_the_time_beside_it():
    assert of_attribute("2026-03-11", "08:12 Uhr", BERLIN) == Wall(time(8, 12), date(2026, 3, 11))
    assert of_attribute("2026-03-11", "11. März", BERLIN) is None


def test_an_attribute_without_sense_leaves_the_text():
    assert of_attribute("PT5M", "08:12", BERLIN) == wall("08:12")
    assert of_attribute("08:12", "", BERLIN) == wall("08:12")
    assert of_attribute("bald", "demnächst", BERLIN) is None


def test_rises_count_jumps_up():
    assert rises([wall("08:00"), wall("09:00"), wall("07:00"), wall("10:00")]) == 2
    assert rises([Exact(NOW), Exact(NOW + timedelta(hours=1))]) == 1


@given(
    st.lists(st.integers(1, 300), min_size=1, max_size=40),
    st.integers(0, 59),
    st.integers(1_700_000_000, 1_830_000_000),
)
def test_gaps_of_less_than_a_day_are_read_back_exactly(gaps, age, second):
    """Whatever the zone's clock does, but for its doubled hours, which a page cannot tell apart."""
    zone = ZoneInfo("Africa/Johannesburg")
    now = datetime.fromtimestamp(second - second % 60, UTC)
    instants = [now - timedelta(minutes=age)]
    for gap in gaps:
        instants.append(instants[-1] - timedelta(minutes=gap))
    marks = [Wall(at.astimezone(zone).time()) for at in instants]
    assert assign(marks, now, zone) == instants

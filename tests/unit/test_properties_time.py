"""What holds of every time and every list of times: read back as written, never in the future, never out of order."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.ticker_time import AHEAD, Ago, Exact, Wall, assign, of_attribute, rises, times_in
from tests.fixtures.hostile_text import PIECES

# Summer time of an hour, of half an hour, of two; at midnight; turned round in Ramadan; none; of odd minutes
ZONES = st.sampled_from(
    ["Europe/Berlin", "Australia/Lord_Howe", "Antarctica/Troll", "America/Santiago", "Africa/Casablanca",
     "Africa/Johannesburg", "Asia/Kathmandu", "America/New_York", "Asia/Beirut", "UTC"]
).map(ZoneInfo)  # fmt: skip
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MOMENTS = st.integers(1_500_000_000, 1_900_000_000).map(
    lambda second: datetime.fromtimestamp(second - second % 60, UTC)
)
# An hour to either side of the changes of clocks of some years
CHANGES = st.sampled_from(
    [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC), datetime(2026, 4, 4, 15, tzinfo=UTC),
     datetime(2026, 4, 5, 3, tzinfo=UTC), datetime(2026, 9, 6, 4, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC),
     datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)]
)  # fmt: skip
NIGHTS = st.builds(lambda at, after: at + timedelta(minutes=after), CHANGES, st.integers(-120, 1500))
NOWS = MOMENTS | NIGHTS
GAPS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 120), st.integers(0, 22 * 60)), max_size=40)
AGES = st.integers(-5, 22 * 60)
MARKS = st.one_of(
    st.builds(Wall, MINUTES),
    st.builds(Wall, MINUTES, st.dates(date(1990, 1, 1), date(2060, 1, 1))),
    st.integers(0, 999 * 86400).map(lambda seconds: Ago(timedelta(seconds=seconds))),
    MOMENTS.map(Exact),
)

NOTATIONS = [
    lambda at: f"{at:%H:%M}",
    lambda at: f"{at:%H:%M:%S}",
    lambda at: f"{at.hour}:{at:%M}",
    lambda at: f"{at:%H:%M} Uhr",
    lambda at: f"{at.hour}.{at:%M} Uhr",
    lambda at: f"{at:%H.%M}uhr",
    lambda at: f"{at:%I:%M %p}",
    lambda at: f"{at.hour % 12 or 12}:{at:%M}{'ap'[at.hour > 11]}m",
    lambda at: f"{at.hour % 12 or 12}.{at:%M} {'ap'[at.hour > 11]}.m.",
    lambda at: f"{at.hour}h{at:%M}",
    lambda at: f"{at:%H} h {at:%M}",
]
DISTANCES = [
    ("vor {} Sekunden", 1), ("vor {} Min.", 60), ("vor {} Minuten", 60), ("vor {} Std.", 3600),
    ("Vor {} Stunden", 3600), ("vor {} Tagen", 86400), ("{} seconds ago", 1), ("{} mins ago", 60),
    ("{} hours ago", 3600), ("{} days ago", 86400), ("il y a {} min", 60), ("il y a {} heures", 3600),
    ("il y a {} jours", 86400), ("hace {} minutos", 60), ("hace {} horas", 3600), ("hace {} días", 86400),
    ("منذ {} دقائق", 60), ("منذ {} ساعات", 3600), ("منذ {} أيام", 86400),
]  # fmt: skip


def shown(instants, zone):
    return [Wall(at.astimezone(zone).time().replace(fold=0)) for at in instants]


def listed(now, age, gaps):
    """The instants of a ticker, newest first."""
    instants = [now - timedelta(minutes=age)]
    for gap in gaps:
        instants.append(instants[-1] - timedelta(minutes=gap))
    return instants


def twice(instant, zone):
    """Whether the clock shows this time twice."""
    local = instant.astimezone(zone)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


@given(MINUTES, st.sampled_from(NOTATIONS), st.sampled_from(["", "Um ", "Stand: ", "(", "Rabat, "]))
def test_a_time_is_the_same_minute_in_every_notation(at, written, before):
    text = f"{before}{written(at)} Die Fähre fährt wieder"
    (found,) = times_in(text)
    assert found.mark == Wall(at)
    assert text[found.start : found.end] == written(at)


@given(st.integers(0, 999), st.sampled_from(DISTANCES))
def test_a_distance_is_the_same_in_every_language(number, written):
    words, unit = written
    assert [item.mark for item in times_in(f"{words.format(number)} Titel")] == [
        Ago(timedelta(seconds=number * unit))
    ]


@given(st.lists(st.sampled_from([*PIECES, "17:39", "9.05 Uhr", "vor 5 Min.", "2:1", "–", "12"]), max_size=20))
def test_times_in_any_text_stand_in_order_inside_it(pieces):
    text = "".join(pieces)
    found = times_in(text)
    assert all(0 <= item.start < item.end <= len(text) for item in found)
    assert [item.start for item in found] == sorted(item.start for item in found)


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_an_instant_in_an_attribute_is_that_instant_whatever_its_zone(instant, offset):
    there = instant.astimezone(timezone(timedelta(minutes=offset)))
    assert of_attribute(there.isoformat(), "vor Kurzem", ZoneInfo("Europe/Berlin")) == Exact(instant)


@given(
    st.one_of(
        st.sampled_from(
            ["0001-01-01T00:00:00", "9999-12-31T23:59:59-01:00", "0001-01-01", "9999-12-31 23:59"]
        ),
        st.datetimes().map(datetime.isoformat),
        st.text(max_size=30),
    ),
    st.sampled_from(["", "17:39", "vor 3 Tagen"]),
    ZONES,
)
def test_no_attribute_is_an_error(value, text, zone):
    mark = of_attribute(value, text, zone)
    assert mark is None or len(assign([mark], datetime(2026, 3, 11, tzinfo=UTC), zone)) == 1


@given(NOWS, AGES, GAPS, ZONES)
def test_a_ticker_is_read_back_minute_by_minute_whatever_the_clocks_do(now, age, gaps, zone):
    """At any moment of any day. Only in an hour that comes twice it may be the other one."""
    instants = listed(now, age, gaps)
    for true, read in zip(instants, assign(shown(instants, zone), now, zone), strict=True):
        assert read == true or (
            twice(true, zone) and read.astimezone(zone).time() == true.astimezone(zone).time()
        )


@given(NOWS, AGES, GAPS, ZONES, st.integers(0, 60))
def test_a_ticker_reads_the_same_a_little_later(now, age, gaps, zone, later):
    instants = listed(now, age, gaps)
    assume(age + later <= 22 * 60)
    marks = shown(instants, zone)
    first, second = assign(marks, now, zone), assign(marks, now + timedelta(minutes=later), zone)
    assert all(a == b or twice(true, zone) for true, a, b in zip(instants, first, second, strict=True))


@given(st.lists(MINUTES, max_size=40), NOWS, ZONES)
def test_no_time_of_day_is_ever_in_the_future(clock, now, zone):
    assert all(at <= now + AHEAD for at in assign([Wall(at) for at in clock], now, zone))


@given(st.lists(MINUTES, max_size=4), NOWS, ZONES)
def test_times_of_day_never_rise_down_a_list(clock, now, zone):
    assert all(upper >= lower for upper, lower in pairwise(assign([Wall(at) for at in clock], now, zone)))


@given(st.lists(MINUTES, max_size=40), NOWS, ZONES)
def test_in_a_dense_ticker_a_line_may_stand_half_an_hour_too_low_and_no_more(clock, now, zone):
    found = assign([Wall(at) for at in clock], now, zone)
    lowest = datetime.max.replace(tzinfo=UTC) - timedelta(hours=1)
    for at in found:
        assert at <= lowest + timedelta(minutes=30)
        lowest = min(lowest, at)


@given(st.lists(MINUTES, max_size=40), NOWS, ZONES)
def test_a_time_keeps_its_minute(clock, now, zone):
    for at, found in zip(clock, assign([Wall(at) for at in clock], now, zone), strict=True):
        # No clock shows a time of the hour that spring leaves out
        assert found.astimezone(zone).time() == at or _near_a_change(found, zone)


def _near_a_change(instant, zone):
    offsets = {(instant + timedelta(hours=hours)).astimezone(zone).utcoffset() for hours in (-3, 3)}
    return len(offsets) > 1


@given(st.lists(MARKS, max_size=30), NOWS, ZONES)
def test_any_list_of_marks_gets_as_many_instants_in_utc(marks, now, zone):
    found = assign(marks, now, zone)
    assert len(found) == len(marks)
    assert all(at.utcoffset() == timedelta() for at in found)
    for mark, at in zip(marks, found, strict=True):
        if isinstance(mark, Exact):
            assert at == mark.instant
        elif isinstance(mark, Ago):
            assert timedelta() <= now - mark.distance - at < timedelta(minutes=1)
        elif mark.day and not _near_a_change(at, zone):
            assert at.astimezone(zone) == datetime.combine(mark.day, mark.at, zone)


@given(st.lists(MINUTES, max_size=30))
def test_a_list_in_order_has_no_rises_and_one_turned_round_has_one_a_step(clock):
    marks = [Wall(at) for at in sorted(clock, reverse=True)]
    assert rises(marks) == 0
    assert rises(marks[::-1]) == len(set(clock)) - bool(clock)


@pytest.mark.parametrize(
    "value",
    ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01", "1970-01-01T00:00:00Z", "1970-01-01"],
)
def test_a_date_that_stands_for_none_leaves_the_time_shown_beside_it(value):
    """It was an error, or the day of all lines below."""
    berlin = ZoneInfo("Europe/Berlin")
    assert of_attribute(value, "17:39", berlin) == Wall(time(17, 39))
    assert of_attribute(value, "Kultur", berlin) is None

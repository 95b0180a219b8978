"""The times of a ticker: reading them in text, and giving them the dates that the page does not show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

AHEAD = timedelta(minutes=5)
"""How far a source's clock may be ahead of ours before a time is taken to be yesterday's."""

_DISORDER = timedelta(minutes=30)
_DENSE = timedelta(hours=1)
_DENSE_LINES = 5
_FIRST_YEAR, _LAST_YEAR = 1991, 9998  # 0001-01-01 and 1970-01-01 are what a system writes that knows no date


@dataclass(frozen=True, slots=True)
class Wall:
    """A time of day without a date, or with the one that stood beside it."""

    at: time
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Ago:
    """A time as a distance from now."""

    distance: timedelta


@dataclass(frozen=True, slots=True)
class Exact:
    """An instant that the page itself gives (aware UTC)."""

    instant: datetime


Mark = Wall | Ago | Exact


@dataclass(frozen=True, slots=True)
class Found:
    """A time found in a text, from `start` to `end`."""

    mark: Mark
    start: int
    end: int


_TIME = re.compile(
    r"""(?<![\w.,:/€$-])                               # not the tail of a number, a score or a range
    (?:
      (?P<h12>1[0-2]|0?[1-9])[:.](?P<m12>[0-5]\d)\s?(?P<half>[AaPp])\.?\s?[Mm]\b\.?
    | (?P<hu>[01]?\d|2[0-3])[:.h](?P<mu>[0-5]\d)\s?(?:Uhr|uhr|UHR|Std\.?)\b
    | (?P<h2>[01]\d|2[0-3]):(?P<m2>[0-5]\d)(?::[0-5]\d(?=\s|$))?(?!:\d)   # 14:152025 is 14:15 and 2025
    | (?P<h1>\d):(?P<m1>[0-5]\d)(?![\d:])
    | (?P<hf>[01]?\d|2[0-3])\s?h\s?(?P<mf>[0-5]\d)\b
    )""",
    re.VERBOSE,
)
_NUMBER = r"(\d{1,3}|einer?|einem|an?|une?|una?|one)"
_AGO = [
    re.compile(
        rf"\bvor\s+{_NUMBER}\s*(Sek(?:unden?)?|Min(?:uten?)?|Std|Stunden?|Tag(?:en?)?)\b\.?", re.IGNORECASE
    ),
    re.compile(
        rf"\b{_NUMBER}\s*(sec(?:onds?)?|min(?:ute)?s?|hours?|hrs?|h|days?)\b\.?\s+ago\b", re.IGNORECASE
    ),
    re.compile(
        rf"\bil\s+y\s+a\s+{_NUMBER}\s*(sec(?:ondes?)?|min(?:utes?)?|heures?|h|jours?)\b\.?", re.IGNORECASE
    ),
    re.compile(rf"\bhace\s+{_NUMBER}\s*(segundos?|min(?:utos?)?|horas?|h|d[ií]as?)\b\.?", re.IGNORECASE),
    re.compile(r"منذ\s+(\d{1,3})\s*(ثاني|دقيق|دقائق|ساع|يوم|أيام)\w*"),
]
_NOW = re.compile(
    r"(?:gerade\s+eben|soeben|just\s+now|à\s+l['’]instant|ahora\s+mismo|الآن)(?!\w)", re.IGNORECASE
)
_SECONDS = dict.fromkeys(("s", "ث"), 1) | {"m": 60, "دق": 60}
_SECONDS |= dict.fromkeys(("st", "h", "سا"), 3600) | dict.fromkeys(("t", "d", "j", "يو", "أي"), 86400)
_NEAR = 24  # characters: a page of megabytes is not searched again for each of its times
_RANGE_AFTER = re.compile(
    r"\s*(?:[-–—]|bis\b|to\b|à\b|a\b)\s*(?:[01]?\d|2[0-3])(?:[:.h][0-5]\d|\s?(?:Uhr|h)\b)"
)
_RANGE_BEFORE = re.compile(r"(?<!\d)\d{1,2}(?:[:.h]\d\d)?\s*(?:Uhr)?\s*(?:[-–—]|bis|to)\s*$")


def times_in(text: str) -> list[Found]:
    """Every time in a text, in order; a range such as `09:00–18:00` (opening hours) is none."""
    found = [_found(match) for match in _TIME.finditer(text) if not _in_range(text, match)]
    for pattern in _AGO:
        found += [Found(Ago(_distance(m)), m.start(), m.end()) for m in pattern.finditer(text)]
    found += [Found(Ago(timedelta()), m.start(), m.end()) for m in _NOW.finditer(text)]
    return sorted(found, key=lambda item: item.start)


def of_attribute(value: str, text: str, zone: ZoneInfo) -> Mark | None:
    """What a `<time datetime>` says: an instant, or its day joined with the time in its text; None if neither."""
    value = value.strip()
    shown = times_in(text)
    try:
        if len(value) <= len("2025-02-18"):
            return _dated(date.fromisoformat(value), shown)
        instant = datetime.fromisoformat(value)
    except ValueError:
        inside = times_in(value)
        return inside[0].mark if inside else (shown[0].mark if shown else None)
    if (known := in_utc(instant, zone)) is not None:
        return Exact(known)
    return shown[0].mark if shown else None


def in_utc(moment: datetime, zone: tzinfo) -> datetime | None:
    """A moment that a source gives, in UTC; `zone` is where it names none. None for a year that no news is of."""
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def assign(marks: Sequence[Mark], now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants (aware UTC) of times that stand newest first.

    Each wall time is the latest such time that is not after the line above it, so a jump up on the way down is
    midnight, the newest line of a page read after midnight is yesterday's, and equal minutes share a day. In a dense
    ticker a small jump up is a moved line, not a day without news.
    """
    slack = _DISORDER if _is_dense(marks) else timedelta()
    limit = now.astimezone(UTC) + AHEAD
    found: list[datetime] = []
    for mark in marks:
        if isinstance(mark, Wall):
            above = now.astimezone(UTC) + AHEAD
            instant = _latest(mark, min(limit + (slack if found else timedelta()), above), zone)
        else:
            instant = now.astimezone(UTC) - mark.distance if isinstance(mark, Ago) else mark.instant
        instant = instant.replace(second=0, microsecond=0) if not isinstance(mark, Exact) else instant
        found.append(instant)
        limit = min(limit, instant)
    return found


def rises(marks: Sequence[Mark]) -> int:
    """How often the time jumps up on the way down the list; without days the time of day, also over midnight."""
    walls = [mark for mark in marks if isinstance(mark, Wall)]
    exact = [mark.instant for mark in marks if isinstance(mark, Exact)]
    return sum(_rises(a, b) for a, b in pairwise(walls)) + sum(b > a for a, b in pairwise(exact))


def _rises(upper: Wall, lower: Wall) -> bool:
    """Whether the lower of two times is the later one, as far as they tell."""
    if upper.day and lower.day and upper.day != lower.day:
        return lower.day > upper.day
    return lower.at > upper.at


def _is_dense(marks: Sequence[Mark]) -> bool:
    """Whether a day without any line would be odd in this list."""
    walls = [_minutes(mark.at) for mark in marks if isinstance(mark, Wall)]
    gaps = [upper - lower for upper, lower in pairwise(walls) if upper >= lower]
    return len(gaps) >= _DENSE_LINES - 1 and timedelta(minutes=median(gaps)) <= _DENSE


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _latest(mark: Wall, limit: datetime, zone: ZoneInfo) -> datetime:
    """The latest instant of this wall time that is not after the limit; both halves of a doubled hour count."""
    if mark.day is not None:
        return datetime.combine(mark.day, mark.at, zone).astimezone(UTC)
    day = limit.astimezone(zone).date()
    days = [day - timedelta(days=back) for back in range(3)]
    instants = (
        datetime.combine(day, mark.at.replace(fold=fold), zone).astimezone(UTC)
        for day in days
        for fold in (1, 0)
    )
    return next(instant for instant in instants if instant <= limit)


def _found(match: re.Match[str]) -> Found:
    """The wall time of one match of `_TIME`."""
    groups = match.groupdict()
    if groups["half"]:
        hour = int(groups["h12"]) % 12 + (12 if groups["half"] in "pP" else 0)
        return Found(Wall(time(hour, int(groups["m12"]))), match.start(), match.end())
    kind = next(kind for kind in ("u", "2", "1", "f") if groups["h" + kind] is not None)
    return Found(Wall(time(int(groups["h" + kind]), int(groups["m" + kind]))), match.start(), match.end())


def _in_range(text: str, match: re.Match[str]) -> bool:
    """Whether the time is one end of a span such as opening hours."""
    return bool(
        _RANGE_AFTER.match(text, match.end())
        or _RANGE_BEFORE.search(text[max(0, match.start() - _NEAR) : match.start()])
    )


def _distance(match: re.Match[str]) -> timedelta:
    """The distance that "vor 5 Minuten" names."""
    number = int(match[1]) if match[1].isdigit() else 1
    unit = match[2].lower()
    return timedelta(seconds=number * (_SECONDS.get(unit[:2]) or _SECONDS[unit[:1]]))


def _dated(day: date, shown: list[Found]) -> Mark | None:
    """A day with the time that is shown beside it; a day alone is no time."""
    if not shown:
        return None
    mark, known = shown[0].mark, _FIRST_YEAR <= day.year <= _LAST_YEAR
    return Wall(mark.at, day) if isinstance(mark, Wall) and known else mark

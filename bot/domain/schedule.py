"""When a source is polled next. Pure: times and a random share come in, a time goes out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median

FASTEST, SLOWEST = timedelta(minutes=1), timedelta(minutes=30)
"""Between these "auto" chooses."""

_RETRY_LEAST, _RETRY_MOST = timedelta(seconds=60), timedelta(hours=24)
_BACKOFF_LEAST, _BACKOFF_MOST = timedelta(seconds=5), timedelta(minutes=30)
_QUARANTINE_LEAST, _QUARANTINE_MOST = timedelta(minutes=15), timedelta(hours=24)
_PACE_LINES = 10
_START_NOW, _START_PAUSE = 32, timedelta(milliseconds=20)


def after_success(due: datetime, now: datetime, interval: timedelta) -> datetime:
    """The next time on the grid that started at `due`: no drift, and no catching up after a pause."""
    if due > now:
        return now + interval
    missed: int = (now - due) // interval
    return due + interval * (missed + 1)


def after_error(
    now: datetime, every: timedelta | None, failures: int, share: float, retry_after: timedelta | None = None
) -> datetime:
    """Backs off: doubled with each failure in a row (`failures` before this one), capped, spread by `share`
    (0 to 1), and never before `retry_after`."""
    base = max(every or FASTEST, _BACKOFF_LEAST)
    ceiling = max(_BACKOFF_MOST, base)
    delay = min(base * (1 << min(failures, 16)), ceiling) * (0.75 + share / 2)
    return now + max(delay, every or FASTEST, retry_after or timedelta())


def quarantine(now: datetime, every: timedelta | None, before: timedelta | None = None) -> datetime:
    """When a source is polled again whose document killed the parser: after a quarter of an hour at least, else after
    twice as long as the quarantine `before` lasted, up to a day."""
    wait = min(max((before or timedelta()) * 2, _QUARANTINE_LEAST), _QUARANTINE_MOST)
    return now + max(wait, every or timedelta())


def usual_gap(published: Sequence[datetime]) -> timedelta | None:
    """What usually lies between two headlines, by the newest of a list; None where fewer than two say."""
    newest = sorted(published, reverse=True)[:_PACE_LINES]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
    return timedelta(seconds=median(gaps)) if gaps else None


def automatic(
    usual: timedelta | None, newest: datetime, now: datetime, wish: timedelta | None = None
) -> timedelta:
    """The interval of a source without `every`: half its usual gap between headlines, longer while it is silent, not
    shorter than it wishes, within `FASTEST` and `SLOWEST`. One that tells no times has `newest` when it was first
    read, and is looked at ever less often until it brings something."""
    pace = (usual or timedelta()) / 2
    silent = max(now - newest, timedelta()) / 8
    return min(max(pace, silent, wish or timedelta(), FASTEST), SLOWEST)


def spread(position: int, now: datetime) -> datetime:
    """When the source at this position of those that are due at once is polled: the first handful now, the others
    a few at a time. After a long stop, and where a large file is new."""
    return now + _START_PAUSE * max(0, position - _START_NOW + 1)


def retry_after(value: str | None, now: datetime) -> timedelta | None:
    """What a Retry-After header asks for (seconds or a date), within a minute and a day; None if it says nothing."""
    if not value:
        return None
    value = value.strip()
    try:
        if value.isascii() and value.isdigit():
            wait = timedelta(seconds=min(int(value[:9]), _RETRY_MOST.total_seconds()))
        else:
            until = parsedate_to_datetime(value)
            wait = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, _RETRY_LEAST), _RETRY_MOST)


def max_age(cache_control: str | None) -> timedelta | None:
    """The max-age of a Cache-Control header; None without one or with zero."""
    for part in cache_control.lower().split(",") if cache_control else ():
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('" ').isdecimal():
            return timedelta(seconds=min(int(value.strip('" ')[:9]), 86400)) or None
    return None


def next_page_attempt(attempts: int, now: datetime) -> datetime | None:
    """When an article's page is tried again after this many failures; None when it is given up."""
    delays = (
        timedelta(seconds=20),
        timedelta(minutes=2),
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
    )
    return now + delays[attempts - 1] if 1 <= attempts <= len(delays) else None

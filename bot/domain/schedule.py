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
_PACE_LINES = 10


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


def automatic(published: Sequence[datetime], now: datetime, wish: timedelta | None = None) -> timedelta:
    """The interval of a source without `every`: half its usual gap between headlines, longer while it is silent, not
    shorter than it wishes, within `FASTEST` and `SLOWEST`."""
    newest = sorted(published, reverse=True)[:_PACE_LINES]
    gaps = [(later - earlier).total_seconds() for later, earlier in pairwise(newest)]
    usual = timedelta(seconds=median(gaps)) / 2 if gaps else timedelta()
    silent = max(now - newest[0], timedelta()) / 8 if newest else SLOWEST / 2
    return min(max(usual, silent, wish or timedelta(), FASTEST), SLOWEST)


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
    for part in (cache_control or "").lower().split(","):
        name, _, value = part.strip().partition("=")
        if name == "max-age" and value.strip('" ').isdigit():
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

"""How a source stands beyond its last poll, and what of that an admin is told. Pure: values in, values out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

AGREEING = 3
"""Permanent redirects in a row to the same place, after which a source is polled there."""
GONE_FOR = timedelta(days=1)
"""Two answers "410 Gone" so far apart end the polling."""
APART = timedelta(hours=6)
"""Between two troubles of a source that admins are told of: one that comes and goes fills no chat."""

_FELL_BACK = -20
"""`moves` after an adopted address failed: it has to prove itself longer."""
_FAILURES, _FAILING = 5, timedelta(minutes=15)
_LONG = timedelta(hours=1)
_SILENT_LEAST, _SILENT_UNKNOWN = timedelta(hours=12), timedelta(hours=72)
_SILENT_GAPS = 20

TroubleKind = Literal["unreachable", "unreadable", "quarantined", "silent", "gone"]
FailureKind = Literal["network", "content", "parser"]


class Standing(NamedTuple):
    """The columns of a source's row that outlive a poll (see `storage.models.Source`). Made with each poll, and a tuple
    is made in a quarter of the time of a frozen dataclass."""

    moved_to: str | None = None
    moves: int = 0
    gone_at: datetime | None = None
    stopped: str | None = None
    usual_gap: int | None = None
    wish: int | None = None
    trouble: str | None = None
    told_at: datetime | None = None

    @property
    def adopted(self) -> str | None:
        """Where it is polled instead of its declared address."""
        return self.moved_to if self.moves >= AGREEING else None


@dataclass(frozen=True, slots=True)
class Past:
    """How the polls before this one went. `failures` are those in a row, `error` the last one's reason."""

    last_success: datetime | None = None
    failures: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, and since when (None: ever since it was declared)."""

    kind: TroubleKind
    since: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """What admins are told: the trouble of this name, `moved` or `back`, with what was seen."""

    what: TroubleKind | Literal["moved", "back"]
    seen: Mapping[str, datetime | str | None] = field(default_factory=dict)


def redirected(standing: Standing, target: str | None, *, same_kind: bool) -> Standing:
    """After a poll that worked: counts where permanent redirects led, if what was there is what was here."""
    if standing.adopted:
        return standing
    if target is None:
        forgotten = standing.moved_to is None and standing.moves == 0
        return standing if forgotten else standing._replace(moved_to=None, moves=0)
    if not same_kind or target != standing.moved_to:
        return standing._replace(moved_to=target, moves=int(same_kind))
    return standing._replace(moves=standing.moves + 1)


def fallen_back(standing: Standing, failures: int, *, final: bool) -> Standing:
    """After a poll that failed, the `failures`-th in a row before it: an adopted address is given up if asking again
    is useless or has been."""
    if standing.adopted and (final or failures + 1 >= AGREEING):
        return standing._replace(moves=_FELL_BACK)
    return standing


def gone(standing: Standing, reason: str, now: datetime) -> Standing:
    """After an answer "410 Gone" from the declared address: two of them a day apart stop the source."""
    first = standing.gone_at or now
    stopped = f"{reason}, for a day or longer" if now - first >= GONE_FOR else None
    return standing._replace(gone_at=first, stopped=stopped)


def failing(past: Past, kind: FailureKind, reason: str, now: datetime) -> Trouble | None:
    """The trouble that a failed poll amounts to; None for a hiccup."""
    in_a_row = past.failures + 1
    if kind == "parser":
        return Trouble("quarantined", past.last_success, reason)
    if kind != "network" and past.last_success is not None:
        # The same twice, or whatever it is for the third time
        if in_a_row < (2 if reason == past.error else 3):
            return None
    elif not _lasts(past.last_success, in_a_row, now):
        return None
    return Trouble("unreachable" if kind == "network" else "unreadable", past.last_success, reason)


def _lasts(last_success: datetime | None, in_a_row: int, now: datetime) -> bool:
    """Whether failures are more than a network's hiccup."""
    if last_success is None:
        return in_a_row >= _FAILURES
    lasting = now - last_success
    return (in_a_row >= _FAILURES and lasting >= _FAILING) or (in_a_row > 1 and lasting >= _LONG)


def silent_after(usual_gap: int | None) -> timedelta:
    """How long no headline may come before that is odd. A night, at least."""
    if usual_gap is None:
        return _SILENT_UNKNOWN
    return max(_SILENT_LEAST, _SILENT_GAPS * timedelta(seconds=usual_gap))


def silent(
    last_new: datetime | None, usual_gap: int | None, longest: timedelta, now: datetime
) -> Trouble | None:
    """The trouble of a source that works and brings nothing. `longest` is the longest that it has been silent
    lately: the gaps of one that sleeps at weekends say nothing about Sundays."""
    if last_new is None or now - last_new <= max(silent_after(usual_gap), longest * 3 / 2):
        return None
    return Trouble("silent", last_new)


def told(
    standing: Standing, trouble: Trouble | None, now: datetime, *, works: bool
) -> tuple[Standing, Alert | None]:
    """What admins are told now, and how the source stands then: of a trouble once, and once that it is over."""
    over = works and (trouble is None or trouble.kind != standing.trouble)
    if standing.trouble is not None and over:
        return standing._replace(trouble=None), Alert("back", {"since": standing.told_at})
    if trouble is None or trouble.kind == standing.trouble:
        return standing, None
    lately = standing.told_at is not None and now - standing.told_at < APART
    if lately and trouble.kind != "gone":
        return standing, None
    alert = Alert(trouble.kind, {"since": trouble.since, "reason": trouble.reason})
    return standing._replace(trouble=trouble.kind, told_at=now), alert

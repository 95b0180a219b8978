"""Hosts whose article pages kill the parser: their other pages wait, or each would cost all sources its time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import schedule

_FORGIVEN = 2
"""So many in a row: a site with one odd page among thousands is no suspect."""


@dataclass(slots=True)
class _Suspicion:
    kills: int = 0
    since: datetime | None = None
    until: datetime | None = None


class Suspects:
    """Remembers hosts until a page of theirs is read; kept in memory, for a start is a fresh start."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._hosts: dict[str, _Suspicion] = {}

    def rest(self, host: str) -> timedelta | None:
        """How long the host's pages are not read yet; None when they may be."""
        known = self._hosts.get(host)
        if known is None or known.until is None or known.until <= self._now():
            return None
        return known.until - self._now()

    def killed(self, host: str) -> None:
        """A page of the host has killed the parser: from the third in a row on they rest, each time twice as long."""
        known = self._hosts.setdefault(host, _Suspicion())
        known.kills += 1
        if known.kills > _FORGIVEN:
            before = known.until - known.since if known.until and known.since else None
            known.since, known.until = self._now(), schedule.quarantine(self._now(), None, before)

    def read(self, host: str) -> None:
        """A page of the host was read."""
        self._hosts.pop(host, None)

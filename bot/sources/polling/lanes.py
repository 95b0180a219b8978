"""Who may be polled at the same moment: sources that work have a lane of their own, so that dead ones cost them
nothing, and a poll that is kept waiting steps aside for the next."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence

from storage.models import Source

AT_ONCE = 256
"""Polls of sources that work and have just begun: most bring nothing, and are claimed and stored many at a time."""
DOUBTFUL = 64
"""Polls of the others that have: a name or a connection that fails costs more than an answer."""
ASIDE = 192
"""Polls of a lane that have taken longer than `PATIENCE`: most of them wait for an answer, which costs next to
nothing."""
PATIENCE = 0.5
_GATHER = 0.01
PER_HOST = 4
"""Polls of one host under way: it is asked one thing at a time, and the others need not wait for it."""


class Lane:
    """Room for the polls of some sources; `on_room` is called when a full lane has room again."""

    def __init__(self, on_room: Callable[[], None], patience: float, size: int = AT_ONCE) -> None:
        self._on_room = on_room
        self._size = size
        self._patience = patience
        self._begun: dict[int, float] = {}
        self._aside: set[int] = set()
        self._look: asyncio.TimerHandle | None = None
        self._was_full = False

    @property
    def room(self) -> int:
        """How many more may begin."""
        return self._size - len(self._begun)

    def enter(self, source_id: int) -> None:
        """A poll begins."""
        loop = asyncio.get_running_loop()
        self._begun[source_id] = loop.time()
        self._was_full = self._was_full or not self.room
        if self._look is None:
            self._look = loop.call_later(self._patience, self._step_aside)

    def leave(self, source_id: int) -> None:
        """It has ended."""
        self._aside.discard(source_id)
        self._end(source_id)

    def _step_aside(self) -> None:
        """Those that only wait by now make way for others, where there is room beside the lane; those for which there
        is none are patient once more. One look for all: the first in the lane is the first to be asked."""
        loop = asyncio.get_running_loop()
        while self._begun:
            source_id, since = next(iter(self._begun.items()))
            if since + self._patience > loop.time():
                self._look = loop.call_at(since + self._patience, self._step_aside)
                return
            if len(self._aside) < ASIDE:
                self._aside.add(source_id)
                self._end(source_id)
            else:
                del self._begun[source_id]
                self._begun[source_id] = loop.time()
        self._look = None

    def _end(self, source_id: int) -> None:
        if self._begun.pop(source_id, None) is None or not self._was_full:
            return
        # Several leave at about the same time, and are followed by as many in one go
        if self.room == self._size // 2:
            self._call()
        elif self.room == 1:
            asyncio.get_running_loop().call_later(_GATHER, self._call)

    def _call(self) -> None:
        if self._was_full and self.room:
            self._was_full = False
            self._on_room()


class Lanes:
    """The sources whose last poll worked, and apart from them those that failed or are new."""

    def __init__(self, on_room: Callable[[], None], patience: float = PATIENCE) -> None:
        self._lanes = {True: Lane(on_room, patience), False: Lane(on_room, patience, DOUBTFUL)}
        self._polled: dict[int, tuple[Lane, str]] = {}
        self._hosts: Counter[str] = Counter()

    @property
    def polled(self) -> set[int]:
        """The ids of the sources whose polls are under way."""
        return set(self._polled)

    @property
    def are_empty(self) -> bool:
        """No poll is under way."""
        return not self._polled

    def rooms(self) -> dict[bool, int]:
        """For proven sources and for the others, where there is room: how much."""
        return {proven: lane.room for proven, lane in self._lanes.items() if lane.room}

    def admit(self, rows: Sequence[Source]) -> tuple[list[Source], list[Source]]:
        """Those that may be polled now, and those whose host has enough to do; of one whose poll is still under way
        nothing is heard again."""
        admitted: list[Source] = []
        crowded: list[Source] = []
        hosts = Counter(self._hosts)
        for row in rows:
            if row.id in self._polled:
                continue
            host = _host(row)
            (admitted if hosts[host] < PER_HOST else crowded).append(row)
            hosts[host] += 1
        return admitted, crowded

    def enter(self, row: Source) -> None:
        """Its poll begins."""
        lane, host = self._lanes[row.failures == 0 and row.last_success is not None], _host(row)
        self._polled[row.id or 0] = lane, host
        self._hosts[host] += 1
        lane.enter(row.id or 0)

    def leave(self, row: Source) -> None:
        """Its poll has ended."""
        lane, host = self._polled.pop(row.id or 0)
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        lane.leave(row.id or 0)


def _host(row: Source) -> str:
    """Whom a poll of this source asks, most probably."""
    return (row.found_url or row.url).partition("://")[2].partition("/")[0]

"""Time limits that share one timer: nearly none is ever reached, and to set a timer for each and take it back costs a
tenth of a poll."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
TICK = 0.1
"""Seconds at most that a limit is late."""


class Limits:
    """The limits that are running. Belongs to the running loop."""

    def __init__(self) -> None:
        self._ends: dict[asyncio.Timeout, float] = {}
        self._next: asyncio.TimerHandle | None = None

    async def within(self, seconds: float, work: Coroutine[Any, Any, T]) -> T:
        """Awaits `work`; raises `TimeoutError` where that takes longer."""
        async with asyncio.timeout(None) as limit:
            loop = asyncio.get_running_loop()
            self._ends[limit] = loop.time() + seconds
            if self._next is None:
                self._next = loop.call_later(TICK, self._look)
            try:
                return await work
            finally:
                self._ends.pop(limit, None)

    def _look(self) -> None:
        """Ends those that have run out."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        for limit in [limit for limit, end in self._ends.items() if end <= now]:
            del self._ends[limit]
            limit.reschedule(now)
        self._next = loop.call_later(TICK, self._look) if self._ends else None

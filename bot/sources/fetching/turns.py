"""Whose turn it is to ask a host: so many at a time, first come, first served."""

import asyncio
from collections import deque
from collections.abc import Hashable


class Turns:
    """What a semaphore for each host would do, without making one for each request."""

    def __init__(self) -> None:
        self._taken: dict[Hashable, int] = {}
        self._waiting: dict[Hashable, deque[asyncio.Future[None]]] = {}

    async def take(self, host: Hashable, at_once: int) -> None:
        """Waits for a turn; it is to be given back."""
        taken = self._taken.get(host, 0)
        if taken < at_once:
            self._taken[host] = taken + 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(host, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.give(host)  # it came all the same
            raise

    def give(self, host: Hashable) -> None:
        """Gives a turn back: to the one who has waited longest, if anybody still does."""
        waiting = self._waiting.get(host)
        while waiting:
            turn = waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._waiting.pop(host, None)
        self._taken[host] -= 1
        if not self._taken[host]:
            del self._taken[host]

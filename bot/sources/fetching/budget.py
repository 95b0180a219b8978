"""How much memory the bodies may take that are being read at the same time."""

import asyncio

ALL = 32 * 1024 * 1024
"""Bytes for all of them together, beyond the `FREE` of each."""
FREE = 64 * 1024
"""A body so small waits for nothing."""
_STEP = 256 * 1024


class Budget:
    """Bytes that bodies share as they grow. Where none are left one of them at a time may grow on all the same, to its
    own limit: it ends, and gives back what it has, so that they never wait for one another."""

    def __init__(self, size: int = ALL) -> None:
        self._left = size
        self._growing_on: Room | None = None
        self._given = asyncio.Event()

    async def take(self, room: "Room") -> int:
        """Waits until there is more for this body; how much that is, or 0 where it may grow on without."""
        while self._left < _STEP and self._growing_on not in (None, room):
            await self._given.wait()  # the longest waiting looks first
        if self._left < _STEP:
            self._growing_on = room
            return 0
        self._left -= _STEP
        return _STEP

    def give(self, room: "Room", size: int) -> None:
        """Takes back what a body had."""
        self._left += size
        if self._growing_on is room:
            self._growing_on = None
        self._given.set()
        self._given = asyncio.Event()


class Room:
    """What one body has of it, while it is being read."""

    __slots__ = ("_asked", "_budget", "_taken")

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._asked = False
        self._taken = 0

    def __enter__(self) -> "Room":
        return self

    def __exit__(self, *_: object) -> None:
        if self._asked:
            self._budget.give(self, self._taken)

    async def hold(self, size: int) -> None:
        """Waits until there is room for so many bytes in all."""
        while size > FREE + self._taken:
            self._asked = True
            more = await self._budget.take(self)
            if not more:
                return
            self._taken += more

"""A clock that tests move: sleepers wake in order, and no real time passes."""

import asyncio
import heapq
from itertools import count


class VirtualTime:
    """`monotonic()` and `sleep()` for whoever is under test; `run(coroutine)` drives it to its end."""

    def __init__(self, start: float = 1000.0) -> None:
        self.now = start
        self._numbers = count()
        self._settling = 0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + max(0.0, seconds), next(self._numbers), future))
        await future

    def run(self, coroutine):
        """The coroutine's result, in as much virtual time as it needs."""
        return asyncio.run(self._drive(coroutine))

    async def _drive(self, coroutine):
        task = asyncio.create_task(coroutine)
        idle = 0
        while not task.done():
            await _let_run()
            if self._settling:
                idle = 0
            elif self._sleepers:
                self._wake_next()
                idle = 0
            else:
                idle += 1
                assert idle < 100, "everybody waits and nobody sleeps: a deadlock"
        return await task

    async def settle(self) -> None:
        """Lets every task run until it waits; time stands still meanwhile."""
        self._settling += 1
        await _let_run()
        await _let_run()
        self._settling -= 1

    def _wake_next(self) -> None:
        at, _, future = heapq.heappop(self._sleepers)
        if not future.done():
            self.now = max(self.now, at)
            future.set_result(None)


async def _let_run() -> None:
    for _ in range(6):
        await asyncio.sleep(0)

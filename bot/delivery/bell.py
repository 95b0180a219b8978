"""When the sender looks at the outbox: when somebody rings, and else when something could be claimed by time."""

import asyncio
import time
from contextlib import suppress

LONGEST = 5.0  # seconds; another process may owe something too
_SHORTEST = 0.05


class Bell:
    """One sleeper, and many who may ring."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._quiet_until = 0.0  # on the monotonic clock

    @property
    def is_quiet(self) -> bool:
        """Whether it is known that nothing can be claimed yet."""
        return time.monotonic() < self._quiet_until

    def ring(self) -> None:
        """Something may be claimed now."""
        self._quiet_until = 0.0
        self._rung.set()

    def wake(self) -> None:
        """There is something to see to, though no more may be claimed than before."""
        self._rung.set()

    def look(self) -> None:
        """The sleeper looks now: what rang until here is seen."""
        self._rung.clear()

    def hush(self, seconds: float) -> None:
        """Nothing can be claimed for so long, unless somebody has rung since the last look."""
        if not self._rung.is_set():
            self._quiet_until = time.monotonic() + max(_SHORTEST, min(LONGEST, seconds))

    async def wait(self) -> None:
        """Until somebody rings, or something could be claimed again."""
        quiet = self._quiet_until - time.monotonic()
        with suppress(TimeoutError):
            async with asyncio.timeout(max(_SHORTEST, quiet if quiet > 0 else LONGEST)):
                await self._rung.wait()

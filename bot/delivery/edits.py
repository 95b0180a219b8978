"""Corrections of what is out: edits are put into the outbox a few at a time, and headlines go before them."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from storage import corrections
from storage.engine import Sessions
from storage.outbox import Owed

_LOOK_EVERY = 5.0  # a correction may have been found by another process, that only polls
_SOON = 0.25


class Edits:
    """Owes the edits of corrections; `on_page` is called when some were owed."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime], on_page: Callable[[], None]) -> None:
        self._sessions = sessions
        self._now = now
        self._on_page = on_page
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """There may be a new correction."""
        self._woken.set()

    async def run(self) -> None:
        """Owes edits until cancelled."""
        while True:
            self._woken.clear()
            pause = await self._pause()
            if pause <= 0 and await self._owe():
                self._on_page()
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(max(pause, _SOON)):
                    await self._woken.wait()

    async def _pause(self) -> float:
        """Seconds until there is something to do. Asked first: looking takes no lock."""
        async with self._sessions.read() as session:
            due = await corrections.next_due(session)
            if due is None:
                return _LOOK_EVERY
            if await corrections.waiting(session) >= corrections.MOST_WAITING:
                return _SOON
        return min((due - self._now()).total_seconds(), _LOOK_EVERY)

    async def _owe(self) -> bool:
        async with self._sessions.write() as session:
            return await corrections.owe_edits(session, self._now()) is not None


def articles_of(owed: Owed) -> Sequence[int]:
    """The articles of the message that an edit is for."""
    found: Sequence[int] = (owed.payload or {}).get("articles", ())
    return found


def message_of(owed: Owed) -> int:
    """The message that an edit is for; 0 where there is none."""
    message: int = (owed.payload or {}).get("message", 0)
    return message

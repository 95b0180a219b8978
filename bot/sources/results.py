"""How polls went that brought nothing: stored many at a time, for a transaction costs more than such a poll."""

import asyncio
from datetime import datetime

from storage import sources
from storage.engine import Sessions
from storage.sources import PollResult, Settled

_GATHER = 0.01


class Results:
    """Stores results of polls. While one batch is being written the next gathers."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._gathering: list[Settled] = []
        self._next: asyncio.Task[None] | None = None
        self._writing = asyncio.Lock()

    async def store(self, source_id: int, result: PollResult, now: datetime) -> None:
        """Returns when the result is stored; a poll that is broken off meanwhile may still be stored."""
        self._gathering.append(Settled(source_id, result, now))
        if self._next is None:
            self._next = asyncio.create_task(self._write(), name="results of polls")
        await asyncio.shield(self._next)

    async def _write(self) -> None:
        await asyncio.sleep(_GATHER)
        async with self._writing:
            batch, self._gathering, self._next = self._gathering, [], None
            async with self._sessions.write() as session:
                await sources.settle_many(session, batch)

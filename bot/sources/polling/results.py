"""How polls went that brought nothing: stored many at a time, for a transaction costs more than such a poll."""

import asyncio
from collections.abc import Callable

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import sources
from storage.engine import Sessions, reason_of
from storage.sources import Settled

_GATHER = 0.05
"""Seconds at most that a result waits for others. Nobody waits for it: the source is leased meanwhile."""

log = structlog.get_logger(__name__)


class Results:
    """Results of polls, until they are stored; `on_due` is called when that is to be done."""

    def __init__(self, on_due: Callable[[], None]) -> None:
        self._on_due = on_due
        self._waiting: list[Settled] = []

    def add(self, result: Settled) -> None:
        """One more. After a crash its source is polled again."""
        if not self._waiting:
            asyncio.get_running_loop().call_later(_GATHER, self._on_due)
        self._waiting.append(result)

    @property
    def count(self) -> int:
        """How many wait."""
        return len(self._waiting)

    async def store(self, session: AsyncSession) -> int:
        """Writes those that wait; returns how many, to be forgotten once that is committed."""
        count = len(self._waiting)
        await sources.settle_many(session, self._waiting[:count])
        return count

    async def store_all(self, sessions: Sessions) -> None:
        """Stores those that wait in a transaction of their own. Where that fails, one by one: a source whose result
        cannot be written is due again when its lease ends, and costs the others nothing."""
        try:
            async with sessions.write() as session:
                count = await self.store(session)
        except Exception as error:  # noqa: BLE001  whatever it is, it may be one of them only
            log.warning("results cannot be stored together", count=self.count, reason=reason_of(error))
            while self._waiting:
                await _store_one(sessions, self._waiting[0])
                self.forget(1)
        else:
            self.forget(count)

    def forget(self, count: int) -> None:
        """So many are stored."""
        del self._waiting[:count]


async def _store_one(sessions: Sessions, poll: Settled) -> None:
    """Writes one result, or says why not; raises only where the database is away."""
    async with sessions.write() as session:
        await session.connection()
        try:
            await sources.settle(session, poll.source_id, poll.result, poll.now)
        except Exception:
            log.exception("the result of a poll cannot be stored", source_id=poll.source_id)

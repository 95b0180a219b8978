"""Writes down how deliveries ended: what arrived in 10 ms in one transaction."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.measures import Measures
from storage import outbox
from storage.engine import Sessions
from storage.outbox import Settlement

_log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.010
"""With the transaction itself, what arrived is written within 25 ms: that much is in doubt after a crash."""
_LONGEST_PAUSE = 5.0
_LAST_PAUSES = (0.1, 0.4, 1.5)

DATABASE_TROUBLE = (SQLAlchemyError, OSError)

Effect = Callable[[AsyncSession, datetime], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written about some deliveries of one chat, together: how they ended, then what follows. `cause` is
    why, in the words of `bot.measures`."""

    settlements: Sequence[Settlement]
    effects: Sequence[Effect] = ()
    cause: str = ""


class Settler:
    """Collects outcomes and writes them, shielded from cancellation. What cannot be written is kept and tried again.
    `on_settled` is called after each transaction."""

    def __init__(
        self,
        sessions: Sessions,
        now: Callable[[], datetime],
        on_settled: Callable[[], None],
        measures: Measures | None = None,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._on_settled = on_settled
        self._measures = measures or Measures()
        self._outcomes: list[Outcome] = []
        self._some = asyncio.Event()
        self._turn = asyncio.Lock()

    def report(self, outcome: Outcome) -> None:
        """Has this written soon."""
        if outcome.settlements or outcome.effects:
            self._outcomes.append(outcome)
            self._some.set()

    async def run(self) -> None:
        """Writes until cancelled; a database in trouble is waited for."""
        failures = 0
        while True:
            await self._some.wait()
            await asyncio.sleep(GATHER_SECONDS * 2 ** min(failures, 8) if failures < 8 else _LONGEST_PAUSE)
            try:
                await self.flush()
            except DATABASE_TROUBLE:
                failures += 1
                if failures == 1:
                    _log.exception("results of deliveries cannot be written; they are kept and tried again")
            else:
                failures = 0

    async def flush(self) -> None:
        """Writes all that is there, even when cancelled meanwhile; raises what the database said, and keeps it all."""
        async with self._turn:
            if not self._outcomes:
                return
            work = asyncio.ensure_future(self._write_all())
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                await asyncio.wait([work])
                raise
        self._on_settled()

    async def _write_all(self) -> None:
        batch, self._outcomes = self._outcomes, []
        self._some.clear()
        try:
            await self._write(batch)
        except DATABASE_TROUBLE:
            await self._write_one_by_one(batch)
        except BaseException:
            self._keep(batch)
            raise

    def _keep(self, batch: Sequence[Outcome]) -> None:
        self._outcomes[:0] = batch
        self._some.set()

    async def _write(self, batch: Sequence[Outcome]) -> None:
        now = self._now()
        async with self._sessions.write() as session:
            await outbox.settle(session, [one for outcome in batch for one in outcome.settlements], now)
            for outcome in batch:
                for effect in outcome.effects:
                    await effect(session, now)
        ended = Counter((one.ending, outcome.cause) for outcome in batch for one in outcome.settlements)
        for (ending, cause), count in ended.items():
            self._measures.settled(ending, cause, count)

    async def _write_one_by_one(self, batch: Sequence[Outcome]) -> None:
        """After a failure: either one outcome is to blame, and only that is given up, or the database is."""
        failed = await self._failing(batch)
        if len(failed) == len(batch):
            self._keep(batch)
            raise failed[0][1]
        # Where others went through, it is these, or a database that went and came back between them
        for pause in _LAST_PAUSES:
            if not failed:
                return
            await asyncio.sleep(pause)
            failed = await self._failing([outcome for outcome, _ in failed])
        for outcome, trouble in failed:
            chats = sorted({one.owed.chat_id for one in outcome.settlements})
            _log.error("a result cannot be written; its messages are in doubt", chats=chats, exc_info=trouble)

    async def _failing(self, batch: Sequence[Outcome]) -> list[tuple[Outcome, Exception]]:
        """Writes each alone; those that fail, with the reason."""
        failed: list[tuple[Outcome, Exception]] = []
        for outcome in batch:
            try:
                await self._write([outcome])
            except DATABASE_TROUBLE as error:
                failed.append((outcome, error))
        return failed

"""Writes down how deliveries ended: what arrived in some milliseconds in one transaction, a claim in it too."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.measures import Measures
from storage import chats, outbox
from storage.engine import Sessions, to_its_end
from storage.outbox import Settlement

_log = structlog.get_logger(__name__)

GATHER_SECONDS = 0.025
"""With the transaction itself, what arrived is written within 25 ms: that much is in doubt after a crash."""
_LONGEST_PAUSE = 5.0
_LAST_PAUSES = (0.1, 0.4, 1.5)

DATABASE_TROUBLE = (SQLAlchemyError, OSError)

Effect = Callable[[AsyncSession, datetime], Awaitable[int | None]]
"""Writes what follows; returns how many deliveries that were not claimed it cancelled, if any."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is to be written about some deliveries of one chat, together: how they ended, then what follows. `cause` is
    why, in the words of `bot.measures`."""

    settlements: Sequence[Settlement]
    effects: Sequence[Effect] = ()
    cause: str = ""


class Settler:
    """Collects outcomes and writes them, shielded from cancellation. What cannot be written is kept and tried again.
    `on_settled` is called after each transaction. `most` may be unwritten: that many are written at once."""

    def __init__(
        self,
        sessions: Sessions,
        now: Callable[[], datetime],
        on_settled: Callable[[], None],
        measures: Measures | None = None,
        *,
        most: int = 400,
    ) -> None:
        self._sessions = sessions
        self._now = now
        self._on_settled = on_settled
        self._measures = measures or Measures()
        self._outcomes: list[Outcome] = []
        self._since = 0.0  # when the first of them came
        self._in_trouble = False
        self._most = most
        self._some = asyncio.Event()
        self._many = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def waiting(self) -> int:
        """How many outcomes wait to be written."""
        return len(self._outcomes)

    @property
    def stuck(self) -> int:
        """How many of them the database did not take."""
        return len(self._outcomes) if self._in_trouble else 0

    def report(self, outcome: Outcome) -> None:
        """Has this written soon."""
        if outcome.settlements or outcome.effects:
            if not self._outcomes:
                self._since = time.monotonic()
            self._outcomes.append(outcome)
            self._some.set()
            if len(self._outcomes) >= self._most:
                self._many.set()

    async def run(self) -> None:
        """Writes until cancelled; a database in trouble is waited for."""
        failures = 0
        while True:
            await self._some.wait()
            await self._gather(failures)
            try:
                await self.flush()
            except DATABASE_TROUBLE:
                failures += 1
                if failures == 1:
                    _log.exception("results of deliveries cannot be written; they are kept and tried again")
            else:
                failures = 0

    async def _gather(self, failures: int) -> None:
        """Lets some more come; after failures in a row longer, however many there are."""
        if failures:
            await asyncio.sleep(GATHER_SECONDS * 2**failures if failures < 8 else _LONGEST_PAUSE)
            return
        # A claim may take what is there along meanwhile: the time of what comes after it begins anew
        while self._outcomes and (left := self._since + GATHER_SECONDS - time.monotonic()) > 0:
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._many.wait()
                    return

    async def flush(self) -> None:
        """Writes all that is there, even when cancelled meanwhile; raises what the database said, and keeps it all."""
        async with self._turn:
            if not self._outcomes:
                return
            await to_its_end(self._write_alone())
        self._on_settled()

    async def together(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Does `work` in one transaction with writing what is there, even when cancelled meanwhile: one wait for the
        disk instead of two. Raises what the database said to `work` alone, and that it broke off: all may be done."""
        async with self._turn:
            return await to_its_end(self._write_with(work))

    async def _write_alone(self) -> None:
        batch = self._pick_up()
        try:
            await self._write(batch, _nothing)
        except DATABASE_TROUBLE:
            await self._write_one_by_one(batch)
        except BaseException:
            self._keep(batch)
            raise
        self._in_trouble = False

    async def _write_with(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        batch = [] if self._in_trouble else self._pick_up()
        try:
            return await self._write(batch, work)
        except BaseException as error:
            self._keep(batch)
            if not batch or not isinstance(error, SQLAlchemyError) or _broke_off(error):
                raise
            self._in_trouble = True  # until all of it could be written, or its culprit was found
        return await self._write([], work)

    def _pick_up(self) -> list[Outcome]:
        batch, self._outcomes = self._outcomes, []
        self._some.clear()
        self._many.clear()
        return batch

    def _keep(self, batch: Sequence[Outcome]) -> None:
        if batch:
            self._outcomes[:0] = batch
            self._some.set()

    async def _write(self, batch: Sequence[Outcome], work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        now = self._now()
        ended = Counter((one.ending, outcome.cause) for outcome in batch for one in outcome.settlements)
        changed = {one.owed.chat_id for outcome in batch if outcome.effects for one in outcome.settlements}
        async with self._sessions.write() as session:
            await chats.lock(session, changed)
            await outbox.settle(session, [one for outcome in batch for one in outcome.settlements], now)
            for outcome in batch:
                for effect in outcome.effects:
                    ended["cancelled", outcome.cause] += await effect(session, now) or 0
            result = await work(session)
        for (ending, cause), count in ended.items():
            self._measures.settled(ending, cause, count)
        return result

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
                await self._write([outcome], _nothing)
            except DATABASE_TROUBLE as error:
                failed.append((outcome, error))
        return failed


def _broke_off(error: SQLAlchemyError) -> bool:
    """Whether the connection broke: the transaction may be committed. A claim made a second time would take others, and
    nobody would know of the first."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


async def _nothing(_: AsyncSession) -> None:
    """Nothing besides."""

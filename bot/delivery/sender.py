"""The sender: claims what is owed, a little ahead of what the budget allows, and sees it off chat by chat."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from bot.delivery.api import Api
from bot.delivery.bell import Bell
from bot.delivery.claiming import Claimed, Claims
from bot.delivery.crew import Crew
from bot.delivery.edits import Edits
from bot.delivery.fan_out import FanOut
from bot.delivery.flight import PATIENCE, Flight
from bot.delivery.gate import Gate
from bot.delivery.limiter import Limiter
from bot.delivery.packing import Packer
from bot.delivery.settler import DATABASE_TROUBLE, Outcome, Settler
from bot.delivery.state import TelegramState
from bot.domain.catalogue import CurrentCatalogue
from bot.measures import Measures
from bot.render.texts import Texts
from storage.engine import Sessions
from storage.outbox import Owed, Settlement

_log = structlog.get_logger(__name__)

AHEAD_SECONDS = 0.025
"""How far claims are ahead of the wire: all that is claimed is in doubt after a crash."""
GRACE_SECONDS = 7.0
"""How long an end, whatever its reason, waits for what is on the wire: nobody else is told what became of it."""
_WORTH = 0.85
"""Of what may be claimed: fewer chats are not worth a transaction. The rest lasts while it is written."""


class Sender:
    """Sends what the outbox owes: at least once, each chat's messages in order and one at a time.

    At most *W* messages are in doubt after a crash: those on the wire, and `ahead` that are claimed or not yet settled.
    """

    def __init__(
        self,
        sessions: Sessions,
        api: Api,
        limiter: Limiter,
        texts: Texts,
        catalogue: CurrentCatalogue,
        state: TelegramState,
        now: Callable[[], datetime],
        *,
        admins: Sequence[int] = (),
        paid_broadcast: bool = False,
        measures: Measures | None = None,
    ) -> None:
        measures = measures or Measures()
        self._limiter = limiter
        self._now = now
        self._bell = Bell()
        self._stopping = False
        self._landing = False
        self._ended = asyncio.Event()
        self._ended.set()
        self._flights: dict[asyncio.Task[None], Flight] = {}
        self._gate = Gate(api, state, self._bell.ring)
        self._most = min(400, max(32, int(limiter.per_second)))  # chats at once
        self._ahead = min(self._most, max(8, int(limiter.per_second * AHEAD_SECONDS)))
        self._worth = max(1, int(self._ahead * _WORTH))
        self._settler = Settler(sessions, now, self._bell.ring, measures, most=self._ahead)
        self._claims = Claims(sessions, limiter, self._settler, now)
        self._fan_out = FanOut(sessions, self._bell.ring)
        self._edits = Edits(sessions, now, self._bell.ring)
        self._crew = Crew(
            api=api,
            limiter=limiter,
            gate=self._gate,
            packer=Packer(texts, catalogue, state, now),
            state=state,
            now=now,
            report=self._settler.report,
            moved=self._moved,
            admins=tuple(admins),
            paid=paid_broadcast,
            measures=measures,
        )

    def wake(self) -> None:
        """Something new may be owed."""
        self._fan_out.wake()
        self._edits.wake()
        self._bell.ring()

    async def run(self) -> None:
        """Sends until stopped or cancelled, or until something fails, which it raises. What is on the wire comes in
        first."""
        self._ended.clear()
        self._landing = False
        loops = [
            asyncio.create_task(loop)
            for loop in (
                self._work(),
                self._gate.keep(),
                self._settler.run(),
                self._fan_out.run(),
                self._edits.run(),
            )
        ]
        try:
            done, _ = await asyncio.wait(loops, return_when=asyncio.FIRST_COMPLETED)
        finally:
            try:
                await self._land(loops[0])
            finally:
                await _cancel(loops)
                self._ended.set()
        for task in done:
            task.result()

    async def stop(self) -> None:
        """Claims no more, gives back what is not on the wire, waits for what is, settles. Returns when `run` ends."""
        self._stopping = True
        self._bell.wake()
        self._recall()
        await self._ended.wait()

    async def _work(self) -> None:
        await self._settler.flush()  # what an earlier run could not write
        await self._take_over()
        while not self._is_ending:
            self._bell.look()
            if self._limiter.paused_for() > PATIENCE:
                self._recall()
            elif self._room() and await self._claim():
                continue
            await self._bell.wait()

    async def _take_over(self) -> None:
        """Sends what a dead sender left in doubt, before all else."""
        while not self._is_ending:
            if not self._gate.is_open:
                self._bell.look()
                await self._bell.wait()
                continue
            left, given_up = await self._claims.left_behind(self._ahead)
            self._crew.measures.settled("dead", "doubt", given_up)
            if not left.owed:
                return
            _log.info(
                "messages of an earlier run are in doubt and are sent once more", messages=len(left.owed)
            )
            self._launch(left)
            if self._flights:
                await asyncio.wait(list(self._flights))
            await self._settler.flush()

    def _room(self) -> int:
        """How many chats may be claimed now; 0 while it is too few to be worth a transaction."""
        if not self._gate.is_open or self._bell.is_quiet:
            return 0
        room = self._ahead - self._not_on_wire() - self._settler.stuck
        return room if room >= self._worth and len(self._flights) < self._most else 0

    def _not_on_wire(self) -> int:
        return len(self._flights) - len(self._crew.wire)

    async def _claim(self) -> bool:
        """Claims and sees off what is owed to the next chats. If there is nothing, notes when to look again."""
        claimed = await self._claims.take(self._allowed)
        if claimed.owed:
            self._launch(claimed)
            return True
        self._bell.hush(await self._claims.pause())
        return False

    def _allowed(self) -> int:
        """How many chats *W* allows to be claimed at this moment."""
        allowed = self._ahead - self._not_on_wire() - self._settler.waiting
        return min(allowed, self._most - len(self._flights))

    def _launch(self, claimed: Claimed) -> None:
        """Sends each chat's part of what was claimed on its way."""
        by_chat: dict[int, list[Owed]] = {}
        for one in claimed.owed:
            by_chat.setdefault(one.chat_id, []).append(one)
        for chat_id, part in by_chat.items():
            if chat := claimed.chats.get(chat_id):
                if chat.wait_until is not None:
                    self._limiter.hold(chat_id, (chat.wait_until - self._now()).total_seconds())
                self._take_off(Flight(self._crew, chat, part, claimed.articles))
            else:
                self._settler.report(Outcome([Settlement(one, "cancelled") for one in part]))
        if self._is_ending:  # it began while they were claimed
            self._recall()

    def _take_off(self, flight: Flight) -> None:
        task = asyncio.create_task(self._fly(flight))
        self._flights[task] = flight
        task.add_done_callback(self._landed)

    def _landed(self, task: asyncio.Task[None]) -> None:
        del self._flights[task]
        self._moved()

    def _moved(self) -> None:
        if self._is_ending or self._room() or self._limiter.paused_for():
            self._bell.wake()

    async def _fly(self, flight: Flight) -> None:
        while not flight.landed:
            try:
                await flight.fly()
            except Exception as error:  # noqa: BLE001 - one poison must stop neither other chats nor other messages
                flight.bury(error)

    def _recall(self) -> None:
        """Takes back what is not on the wire."""
        for task, flight in self._flights.items():
            if not flight.on_wire:
                task.cancel()
                flight.give_back()

    @property
    def _is_ending(self) -> bool:
        return self._stopping or self._landing

    async def _land(self, work: asyncio.Task[None]) -> None:
        """All come down: what is not on the wire at once, what is within `GRACE_SECONDS`; then settles. What is later
        than that stays leased, and in doubt."""
        self._landing = True
        self._bell.wake()
        self._recall()
        await asyncio.wait([work, *self._flights], timeout=GRACE_SECONDS)
        if self._flights:
            _log.warning(
                "messages on the wire had no answer in time and are in doubt", messages=len(self._flights)
            )
            await _cancel(list(self._flights))
        try:
            await self._settler.flush()
        except DATABASE_TROUBLE:
            _log.exception("results of deliveries could not be written; they are kept")


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

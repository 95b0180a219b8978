"""The loop that polls sources when they are due, each on its own, so that a slow one delays no other."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.catalogue import CurrentCatalogue, SourceSpec
from bot.measures import Measures
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.parser import Parser
from bot.sources.polling.hubs import Hubs
from bot.sources.polling.lanes import Lanes
from bot.sources.polling.look import Looker
from bot.sources.polling.pages import PATIENCE, Pages
from bot.sources.polling.poll import Polls
from bot.sources.polling.pushes import Pushes
from bot.sources.polling.results import Results
from storage import clock, sources
from storage.engine import Sessions
from storage.models import Source

LEASE = timedelta(seconds=90)
"""Longer than a poll takes; after a crash another replica waits for it."""
HOLD = timedelta(seconds=1)
"""How long a source is put off whose host is busy with others."""
_LONGEST_REST = 30.0
_SHORTEST_REST = 0.02
_OTHERS_REST = 0.25
"""Where another replica polls, which says nothing when it is done. Shorter than the pause between its polls, or this
one would look in their middle, and miss the moment at which both could take what is due."""
_FULL_REST = 0.1
"""While as many are polled that work as there is room for: one of the others may be due. When there is room again there
is more to do anyway."""
_FAR = datetime.max.replace(tzinfo=UTC)

log = structlog.get_logger(__name__)


class Poller:
    """Claims due sources and polls them. `on_new` is called when deliveries are owed; `pages` fetches article texts
    (its `read_page` is what handlers ask for one), `pushes` takes what hubs bring. `admins` are told of troubles.
    `alone`: no other process polls, so whatever is leased at start was left by one that was killed."""

    def __init__(
        self,
        sessions: Sessions,
        fetcher: Fetcher,
        parser: Parser,
        catalogue: CurrentCatalogue,
        now: Callable[[], datetime],
        on_new: Callable[[], None],
        *,
        patience: float = PATIENCE,
        share: Callable[[], float] = random.random,
        measures: Measures | None = None,
        hubs: Hubs | None = None,
        admins: Sequence[int] = (),
        alone: bool = False,
    ) -> None:
        self._sessions = sessions
        self._parser = parser
        self._share = share
        self._catalogue = catalogue
        self._now = now
        self.pages = Pages(sessions, fetcher, parser, catalogue, now, on_new, patience=patience)
        looker = Looker(fetcher, parser, now)
        self._results = Results(self.wake)
        self._polls = Polls(
            sessions, self._results, looker, self.pages, catalogue, on_new, share, measures, hubs, admins
        )
        self.pushes = Pushes(sessions, parser, self._polls, hubs, catalogue, now, self.wake)
        self._woken = asyncio.Event()
        self._alone = alone
        self._lanes = Lanes(self.wake)
        self._next_look = self._held_until = _FAR
        self._latest = _FAR  # until the first look: the clock may have been set back since the bot last ran
        self._specs: dict[str, SourceSpec] = {}
        self._specs_of: object = None

    async def run(self) -> None:
        """Polls until cancelled. Polls that are then under way are broken off and due again at once."""
        if self._alone:
            async with self._sessions.write() as session:
                await sources.give_all_back(session)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._parser.warm_up(), name="parser")
                group.create_task(self.pages.run(), name="article pages")
                group.create_task(self.pushes.run(), name="pushes")
                while True:
                    self._woken.clear()
                    for row in await self._claim():
                        group.create_task(self._poll(row), name=row.name)
                    await self._rest()
        finally:
            await asyncio.shield(self._store())

    async def poll_due(self) -> int:
        """Polls what is due now, once, and returns how many sources that were."""
        rows = await self._claim()
        await asyncio.gather(*(self._poll(row) for row in rows))
        await self._store()
        return len(rows)

    def wake(self) -> None:
        """A source may be due: the file was read again, or somebody asked."""
        self._woken.set()

    async def _claim(self) -> list[Source]:
        """Sources to poll now; one whose poll takes longer than its lease is not polled twice. The results that wait
        are stored in the same transaction."""
        now, claimed = self._now(), []
        if now < self._latest - clock.TOLERANCE:
            await self._set_back(now)
        self._latest = now
        if not (rooms := self._lanes.rooms()):
            await self._store()
            return []
        try:
            async with self._sessions.write() as session:
                stored = await self._results.store(session)
                for proven, room in rooms.items():
                    claimed += await sources.claim_due(session, now, now + LEASE, room, proven=proven)
                admitted, crowded = self._lanes.admit(claimed)
                await sources.hold(session, [row.id for row in crowded if row.id is not None], now + HOLD)
        except Exception:
            if not self._results.count:
                raise
            await self._store()  # one of the results may be what cannot be written
            return []
        self._results.forget(stored)
        for row in admitted:
            self._lanes.enter(row)
        self._held_until = now + HOLD if crowded else _FAR
        return admitted

    async def _set_back(self, now: datetime) -> None:
        """The clock was set back: nobody waits until it has caught up."""
        async with self._sessions.write() as session:
            count = await clock.set_back(session, now, now + LEASE)
        if count:
            log.warning("the clock was set back; sources are polled on at their pace", sources=count)

    async def _store(self) -> None:
        """Stores the results that wait."""
        if self._results.count:
            await self._results.store_all(self._sessions)

    async def _rest(self) -> None:
        """Until the next source is due that there is room for, or somebody wakes it."""
        self._next_look = _FAR  # a poll that ends while this looks is seen or wakes
        now = self._now()
        wait = await self._until_due(now)
        self._next_look = now + timedelta(seconds=wait)
        # Not wait_for(): in Python 3.11 a wake at the same moment takes a cancellation's place
        with suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._woken.wait()

    async def _until_due(self, now: datetime) -> float:
        rooms = self._lanes.rooms()
        if True not in rooms:
            return _FULL_REST
        async with self._sessions.read() as session:
            due = await sources.next_due(session, now, proven=None if len(rooms) > 1 else True)
            held = set() if self._alone else await sources.leased(session, now)
        wait = (min(due or _FAR, self._held_until) - now).total_seconds()
        if held - self._lanes.polled:
            # By chance: never in step with the other
            wait = min(wait, _OTHERS_REST * (0.5 + self._share()))
        return min(max(wait, _SHORTEST_REST), _LONGEST_REST)

    async def _poll(self, row: Source) -> None:
        """One poll. What nobody foresaw is a failure of this source; it must not stop the others."""
        spec, due = self._spec(row.name), _FAR
        try:
            if spec is not None:
                due = await self._polls.poll(row, spec)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(row))
            raise
        except Exception as error:
            log.exception("a poll failed in a way nobody foresaw", source=row.name)
            if spec is not None:
                due = await self._polls.failed(row, spec, RuntimeError(f"internal error: {error!r}"))
        finally:
            self._lanes.leave(row)
            if due < self._next_look or self._lanes.are_empty:
                self.wake()  # where no poll is under way there is nobody to store its result together with

    def _spec(self, name: str) -> SourceSpec | None:
        """The source as the file in force declares it."""
        if self._specs_of is not self._catalogue.now:
            self._specs_of = self._catalogue.now
            self._specs = {spec.name: spec for spec in self._catalogue.now.sources}
        return self._specs.get(name)

    async def _give_back(self, row: Source) -> None:
        """Ends the lease of a poll that was broken off."""
        async with self._sessions.write() as session:
            await sources.give_back(session, row.id or 0)

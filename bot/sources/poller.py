"""The loop that polls sources when they are due, each on its own, so that a slow one delays no other."""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from bot.domain.catalogue import CurrentCatalogue
from bot.measures import Measures
from bot.sources.http import Fetcher
from bot.sources.look import Looker
from bot.sources.pages import PATIENCE, Pages
from bot.sources.parser import Parser
from bot.sources.poll import Polls
from storage import sources
from storage.engine import Sessions
from storage.models import Source

AT_ONCE = 32
LEASE = timedelta(seconds=90)
"""Longer than a poll takes; after a crash another replica waits for it."""
_LONGEST_REST = 30.0
_SHORTEST_REST = 0.02
_OTHERS_REST = 0.25
"""Where another replica polls, which says nothing when it is done. Shorter than the pause between its polls, or this
one would look in their middle, and miss the moment at which both could take what is due."""

log = structlog.get_logger(__name__)


class Poller:
    """Claims due sources and polls them. `on_new` is called when deliveries are owed; `pages` fetches article texts
    (its `read_page` is what handlers ask for one)."""

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
    ) -> None:
        self._sessions = sessions
        self._parser = parser
        self._share = share
        self._catalogue = catalogue
        self._now = now
        self.pages = Pages(sessions, fetcher, parser, catalogue, now, on_new, patience=patience)
        looker = Looker(fetcher, parser, now)
        self._polls = Polls(sessions, looker, self.pages, catalogue, on_new, share, measures)
        self._woken = asyncio.Event()
        self._polled: set[int] = set()

    async def run(self) -> None:
        """Polls until cancelled. Polls that are then under way are broken off and due again at once."""
        self._polled.clear()
        async with asyncio.TaskGroup() as group:
            group.create_task(self._parser.warm_up(), name="parser")
            group.create_task(self.pages.run(), name="article pages")
            while True:
                self._woken.clear()
                for row in await self._claim():
                    group.create_task(self._poll(row), name=f"poll {row.name}")
                await self._rest()

    async def poll_due(self) -> int:
        """Polls what is due now, once, and returns how many sources that were."""
        rows = await self._claim()
        await asyncio.gather(*(self._poll(row) for row in rows))
        return len(rows)

    def wake(self) -> None:
        """A source may be due: the file was read again, or somebody asked."""
        self._woken.set()

    async def _claim(self) -> list[Source]:
        """Sources to poll now; one whose poll takes longer than its lease is not polled twice."""
        free = AT_ONCE - len(self._polled)
        if free <= 0:
            return []
        now = self._now()
        async with self._sessions.write() as session:
            claimed = await sources.claim_due(session, now, now + LEASE, free)
        fresh = [row for row in claimed if row.id not in self._polled]
        self._polled.update(row.id for row in fresh if row.id is not None)
        return fresh

    async def _rest(self) -> None:
        """Until the next source is due, a poll ends, or somebody wakes it."""
        now = self._now()
        async with self._sessions.read() as session:
            due = await sources.next_due(session)
            held = await sources.leased(session, now)
        wait = (due - now).total_seconds() if due else _LONGEST_REST
        if held - self._polled:
            # By chance: never in step with the other
            wait = min(wait, _OTHERS_REST * (0.5 + self._share()))
        if len(self._polled) >= AT_ONCE:
            wait = _LONGEST_REST
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), min(max(wait, _SHORTEST_REST), _LONGEST_REST))

    async def _poll(self, row: Source) -> None:
        """One poll. What nobody foresaw is a failure of this source; it must not stop the others."""
        spec = self._catalogue.now.source(row.name)
        try:
            if spec is not None:
                await self._polls.poll(row, spec)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(row))
            raise
        except Exception as error:
            log.exception("a poll failed in a way nobody foresaw", source=row.name)
            if spec is not None:
                await self._polls.failed(row, spec, RuntimeError(f"internal error: {error!r}"))
        finally:
            self._polled.discard(row.id or 0)
            self._woken.set()

    async def _give_back(self, row: Source) -> None:
        """Ends the lease of a poll that was broken off."""
        async with self._sessions.write() as session:
            await sources.give_back(session, row.id or 0)

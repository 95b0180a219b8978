"""The loop that subscribes sources at the hubs their feeds name (WebSub), renews, and leaves. Polling goes on beneath.

https://www.w3.org/TR/websub/
"""

import asyncio
import hashlib
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import pushed
from bot.sources.errors import FetchError
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.reading import Reading
from storage import hubs
from storage.engine import Sessions
from storage.models import Hub

CALLBACKS = "/websub/"
"""The path below which hubs call us."""
AT_ONCE = 8
VERIFICATION = timedelta(minutes=10)
"""How long a hub may take from its yes to its verification."""
REFUSED = timedelta(days=1)
"""A hub that refused is asked again after this."""
_FAREWELLS = 4
"""Times that a hub is asked to forget us; after that the lease ends it."""
_LONGEST_REST = 30.0

log = structlog.get_logger(__name__)


class Hubs:
    """`base` is the origin under which hubs reach us. What it keeps in memory (whom to trust) may be lost."""

    def __init__(
        self,
        sessions: Sessions,
        fetcher: Fetcher,
        base: str,
        now: Callable[[], datetime],
        share: Callable[[], float] = random.random,
    ) -> None:
        self._sessions = sessions
        self._fetcher = fetcher
        self._base = base
        # Tells callbacks of this address from those of another that the bot had before
        self.place = hashlib.sha256(base.encode()).hexdigest()[:6]
        self._now = now
        self._share = share
        self._woken = asyncio.Event()
        self._offered = False
        self._trusted: set[int] = set()

    async def run(self) -> None:
        """Asks hubs until cancelled."""
        while True:
            self._woken.clear()
            if not await self.ask_due():
                await self._rest()

    async def ask_due(self) -> int:
        """Asks the hubs that are due now, a handful, and returns how many."""
        now = self._now()
        async with self._sessions.write() as session:
            await hubs.in_line(session, self.place, now)
            due = await hubs.claim_due(session, now, now + VERIFICATION, AT_ONCE)
        await asyncio.gather(*(self._ask(hub) for hub in due))
        return len(due)

    def wake(self) -> None:
        """The file was read again: there may be a hub to leave."""
        self._woken.set()

    async def offered(self, session: AsyncSession, source_id: int, reading: Reading, url: str) -> None:
        """A source was read at `url`: its hub is subscribed, or left where it names it no more."""
        topic = reading.self_url or url
        now = self._now()
        self._offered |= await hubs.offer(session, source_id, reading.hub, topic, self.place, now)

    def wake_if_offered(self) -> None:
        """What was offered is committed."""
        if self._offered:
            self._offered = False
            self._woken.set()

    def missed(self, source_id: int) -> None:
        """A poll found news that no hub had brought."""
        self._trusted.discard(source_id)

    def told(self, source_id: int) -> None:
        """A hub brought news before a poll did."""
        self._trusted.add(source_id)

    def trusted(self, source_id: int) -> bool:
        """Whether the source's hub told of its latest news before a poll saw it, so that polls may be rarer."""
        return source_id in self._trusted

    async def _ask(self, hub: Hub) -> None:
        """One request to a hub, and what is to be done next."""
        leaving = hub.state == "leaving"
        form = {
            "hub.mode": "unsubscribe" if leaving else "subscribe",
            "hub.topic": hub.topic,
            "hub.callback": f"{self._base}{CALLBACKS}{hub.callback}",
        }
        if not leaving:
            form |= {"hub.secret": hub.secret, "hub.lease_seconds": f"{pushed.LEASE.total_seconds():.0f}"}
        try:
            status, text = await self._fetcher.post(hub.url, form)
            reason = None if 200 <= status < 300 else f"HTTP {status} {text}".strip()
        except FetchError as error:
            status, reason = 0, str(error)
        log.info("a hub was asked", hub=hub.url, topic=hub.topic, mode=form["hub.mode"], trouble=reason)
        async with self._sessions.write() as session:
            if leaving and (400 <= status < 500 or hub.attempts >= _FAREWELLS):
                await hubs.forget(session, hub)
            else:
                await self._settle(session, hub, status, reason)

    async def _settle(self, session: AsyncSession, hub: Hub, status: int, reason: str | None) -> None:
        again = pushed.retry(hub.attempts, self._share())
        refused = 400 <= status < 500 and status not in (408, 429)
        if reason is None:
            again = max(again, VERIFICATION)
        elif refused:
            again = REFUSED
        await hubs.settle(session, hub, self._now() + again, reason, refused=refused)

    async def _rest(self) -> None:
        """Until the next hub is due or somebody wakes it; another replica may have been offered one."""
        async with self._sessions.read() as session:
            due = await hubs.next_due(session)
        wait = (due - self._now()).total_seconds() if due else _LONGEST_REST
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(wait, 0.1), _LONGEST_REST)):
                await self._woken.wait()

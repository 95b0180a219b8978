"""What hubs bring (WebSub): taken at once, read in the parser's child, and stored the way a poll's news is.

The body itself is used, and not only as a reason to poll: a hub has the feed before the caches between us and the
source do, and it costs no request. What cannot be read makes the source due instead.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.catalogue import CurrentCatalogue, SourceSpec
from bot.sources.errors import SourceError
from bot.sources.parsing import jobs
from bot.sources.parsing.parser import Parser
from bot.sources.parsing.reading import Reading
from bot.sources.polling.hubs import Hubs
from bot.sources.polling.poll import Polls
from storage import sources
from storage.engine import Sessions
from storage.models import Source

WAITING = 16
"""Bodies that may wait to be read; a hub that brings more is asked to come again."""
AT_ONCE = 4

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Push:
    """A body that a hub brought for a source, its signature checked."""

    source_id: int
    body: bytes
    content_type: str


class Pushes:
    """Takes what hubs bring, and stores it. What waits is in memory: after a crash the polls find it."""

    def __init__(
        self,
        sessions: Sessions,
        parser: Parser,
        polls: Polls,
        hubs: Hubs | None,
        catalogue: CurrentCatalogue,
        now: Callable[[], datetime],
        wake_poller: Callable[[], None],
    ) -> None:
        self._sessions = sessions
        self._parser = parser
        self._polls = polls
        self._hubs = hubs
        self._catalogue = catalogue
        self._now = now
        self._wake_poller = wake_poller
        self._waiting: asyncio.Queue[Push] = asyncio.Queue(WAITING)

    def take(self, source_id: int, body: bytes, content_type: str) -> bool:
        """Takes a body to read it soon; False where too many wait."""
        try:
            self._waiting.put_nowait(Push(source_id, body, content_type))
        except asyncio.QueueFull:
            return False
        return True

    async def run(self) -> None:
        """Stores what comes, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(self._work(), name="pushes")

    async def _work(self) -> None:
        while True:
            push = await self._waiting.get()
            try:
                await self._store(push)
            except Exception:
                # The next poll brings it; one push must not stop the others
                log.exception("a push failed in a way nobody foresaw", source_id=push.source_id)

    async def _store(self, push: Push) -> None:
        async with self._sessions.read() as session:
            row = await session.get(Source, push.source_id)
        spec = self._catalogue.now.source(row.name) if row is not None else None
        if row is None or spec is None or not row.active or row.stopped:
            return
        try:
            reading = await self._read(push, row, spec)
        except SourceError as error:
            log.info("a push cannot be read, the source is polled", source=spec.name, reason=str(error))
            reading = None
        if reading is None or row.baseline_at is None:
            await self._poll_now(push.source_id)
        else:
            new = await self._polls.pushed(row, spec, reading.headlines)
            if new and self._hubs:
                self._hubs.told(push.source_id)
            self._wake_poller()

    async def _read(self, push: Push, row: Source, spec: SourceSpec) -> Reading:
        url = row.found_url or row.url
        return await self._parser.read(
            jobs.source, "feed", push.body, url, push.content_type, self._now(), spec.timezone
        )

    async def _poll_now(self, source_id: int) -> None:
        async with self._sessions.write() as session:
            await sources.due_now(session, source_id, self._now())
        self._wake_poller()

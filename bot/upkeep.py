"""What has to go in time: the text of old articles, done deliveries, handled updates."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from storage import articles, outbox, updates
from storage.engine import Sessions

log = structlog.get_logger(__name__)

EVERY = 3600.0
AT_ONCE = 500
KEEP_DONE = timedelta(days=3)
"""How long a done delivery keeps its message id, so that a correction finds the message."""
KEEP_UPDATES = timedelta(days=2)
"""How long handled update ids are remembered: Telegram repeats them for about a day."""


class Upkeep:
    """Tidies the database, in small pieces so that nobody waits for it."""

    def __init__(self, sessions: Sessions, now: Callable[[], datetime], retention: timedelta) -> None:
        self._sessions, self._now, self._retention = sessions, now, retention

    async def run(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Tidies at once, then every hour."""
        while True:
            await self.tidy()
            await sleep(EVERY)

    async def tidy(self) -> None:
        """Removes all that is past its time."""
        now = self._now()
        expired = await self._in_pieces(
            lambda session: articles.expire(session, now - self._retention, AT_ONCE)
        )
        done = await self._in_pieces(
            lambda session: outbox.forget_done(session, now - KEEP_DONE, AT_ONCE * 8), AT_ONCE * 8
        )
        async with self._sessions.write() as session:
            forgotten = await updates.forget(session, now - KEEP_UPDATES)
        if expired or done or forgotten:
            log.info("tidied up", articles=expired, deliveries=done, updates=forgotten)

    async def _in_pieces(self, step: Callable[..., Awaitable[int]], full: int = AT_ONCE) -> int:
        total = 0
        while True:
            async with self._sessions.write() as session:
                touched = await step(session)
            total += touched
            if touched < full:
                return total

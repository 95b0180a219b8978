"""Which new article tells what another source told of late: an index in memory, filled from the database."""

import asyncio
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.nearby import KEPT, Nearby
from storage import stories

_OVERLAP = 100
"""Ids that are looked at again: another replica may commit an earlier one later."""

_AT_A_TIME = 100
"""Headlines between two looks of the event loop: 5 ms."""


class Stories:
    """The headlines of all sources of late. May be lost: it is filled again."""

    def __init__(self) -> None:
        self._nearby = Nearby()
        self._last = 0

    async def refresh(self, session: AsyncSession, now: datetime) -> None:
        """Takes in what has been stored since, by whichever replica, before this transaction adds its own; takes the
        turn for that until it ends."""
        await stories.take_turn(session)
        since = now - KEPT
        self._nearby.forget(since)
        for number, one in enumerate(await stories.recent(session, self._last - _OVERLAP, since)):
            if number % _AT_A_TIME == 0:
                await asyncio.sleep(0)
            self._nearby.add(one.id, one.source_id, one.title, one.first_seen)
            self._last = max(self._last, one.id)

    async def join(self, session: AsyncSession, article_id: int, source_id: int, title: str) -> bool:
        """Makes a new article one of the story that another source has told, if one has; returns whether it did."""
        for other in self._nearby.same_story(title, source_id):
            if await stories.join(session, article_id, source_id, other):
                return True
        return False

"""What the sender takes from the outbox: what is owed to the next chats, with all that sending it needs."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import edits
from bot.delivery.bell import LONGEST
from bot.delivery.limiter import Limiter
from bot.delivery.settler import Settler
from bot.delivery.stock import Stock
from bot.domain.headline import Article
from storage import chats, corrections, outbox
from storage.chats import Recipient
from storage.engine import Sessions
from storage.outbox import Owed

LEASE_SECONDS = 300
_NOTICES_EVERY = 0.25
"""Seconds between looks for notices while headlines go out: they are few, and each look costs as much as ten sends."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was claimed; its chats and its articles by id, read in the same transaction."""

    owed: Sequence[Owed]
    chats: Mapping[int, Recipient] = field(default_factory=dict)
    articles: Mapping[int, Article] = field(default_factory=dict)


class Claims:
    """Claims for one sender. Readers come in turn: a claim goes on after the last one served."""

    def __init__(
        self, sessions: Sessions, limiter: Limiter, settler: Settler, now: Callable[[], datetime]
    ) -> None:
        self._sessions = sessions
        self._limiter = limiter
        self._settler = settler
        self._now = now
        self._stock = Stock()
        self._notices_at = 0.0  # on the monotonic clock
        self._last_reader = 0

    async def take(self, room: Callable[[], int]) -> Claimed:
        """What is owed to the next chats: as many as there is `room` for, and one at least. In the same transaction as
        writing what is to be settled."""
        notices = time.monotonic() >= self._notices_at
        claimed = await self._settler.together(lambda session: self._claim(session, room, notices))
        if notices:
            self._notices_at = time.monotonic() + _NOTICES_EVERY
        elif not claimed.owed:  # but there may be notices
            self._notices_at = 0.0
            return await self.take(room)
        readers = (one.chat_id for one in reversed(claimed.owed) if one.chat_id > 0)
        self._last_reader = next(readers, self._last_reader)
        return claimed

    async def left_behind(self, most: int) -> tuple[Claimed, int]:
        """What a dead sender left in doubt, of so many chats at most; and how much was given up, tried often enough."""
        now = self._now()
        async with self._sessions.write() as session:
            given_up = await outbox.give_up(session, now)
            left = await outbox.doubtful(session, chats=most, lease=_lease(now))
            return await self._complete(session, left), given_up

    async def pause(self) -> float:
        """Seconds until something could be claimed, if nothing settled or new rings before."""
        now = self._now()
        async with self._sessions.read() as session:
            due = await outbox.next_due(session, now, exclude=self._busy())
        seconds = LONGEST if due is None else (due - now).total_seconds()
        free = self._limiter.next_free()
        return seconds if free is None else min(seconds, free)

    async def _claim(self, session: AsyncSession, room: Callable[[], int], notices: bool) -> Claimed:
        now = self._now()
        owed = await outbox.claim(
            session,
            now,
            chats=max(1, room()),  # asked here: while earlier results were written, others came in
            lease=_lease(now),
            exclude=self._busy(),
            after=self._last_reader,
            notices=notices,
        )
        return await self._complete(session, owed)

    async def _complete(self, session: AsyncSession, owed: Sequence[Owed]) -> Claimed:
        if not owed:
            return Claimed(owed)
        known = await chats.many(session, {one.chat_id for one in owed})
        owed = await corrections.resolved(session, owed)
        wanted = {one.article_id for one in owed if one.article_id is not None}
        edited = [article_id for one in owed if one.kind == "edit" for article_id in edits.articles_of(one)]
        self._stock.forget(edited)
        return Claimed(owed, known, await self._stock.get(session, wanted.union(edited)))

    def _busy(self) -> list[int]:
        """The chats that cannot get anything now; handlers know some by an @name."""
        return [chat for chat in self._limiter.busy() if isinstance(chat, int)]


def _lease(now: datetime) -> int:
    return int(now.timestamp()) + LEASE_SECONDS

"""Articles at hand: a large audience gets the same one, and reading it for every claim costs more than sending it."""

import time
from collections.abc import Callable, Collection

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import correction
from bot.domain.headline import Article
from storage import articles

FRESH_SECONDS = correction.AT_HAND.total_seconds()
_MOST = 1000


class Stock:
    """Articles as they were in the database at most a second ago, so a correction is in what is sent after it.
    One event loop only."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = monotonic
        self._read: dict[int, tuple[float, Article]] = {}

    def forget(self, article_ids: Collection[int]) -> None:
        """They have changed: the next `get` reads them."""
        for article_id in article_ids:
            self._read.pop(article_id, None)

    async def get(self, session: AsyncSession, article_ids: Collection[int]) -> dict[int, Article]:
        """Articles by id; those that are no more are left out."""
        oldest = self._clock() - FRESH_SECONDS
        at_hand = {
            article_id: kept[1]
            for article_id in article_ids
            if (kept := self._read.get(article_id)) and kept[0] > oldest
        }
        missing = set(article_ids) - at_hand.keys()
        if not missing:
            return at_hand
        found = dict(await articles.many(session, missing))
        if len(self._read) + len(found) > _MOST:
            self._read.clear()
        now = self._clock()
        self._read |= {article_id: (now, article) for article_id, article in found.items()}
        return at_hand | found

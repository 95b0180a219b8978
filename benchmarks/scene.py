"""A database with chats that follow everything, an article that is owed to them, and a sender that brings it."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.common import now
from benchmarks.server import TOKEN
from bot.delivery.api import Api
from bot.delivery.limiter import Limiter
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.state import TelegramState
from bot.domain.catalogue import Catalogue, CurrentCatalogue, SourceSpec, Topic
from bot.domain.headline import Headline
from bot.domain.verdict import Answer
from bot.render.texts import Texts
from storage import articles, outbox, sources
from storage.engine import Database, Sessions, open_database
from storage.models import Chat, Subscription
from storage.statements import chunks, defaults, insert, run
from storage.upgrade import upgrade

CATALOGUE = Catalogue(topics=(Topic("sport", "⚽", {"de": "Sport"}), *Catalogue().topics))
FIRST_CHAT = 100_001
UNLIMITED = 100_000.0
"""A budget that is never used up: messages a second."""


@asynccontextmanager
async def sqlite() -> AsyncIterator[Database]:
    """A migrated SQLite database in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="tickerbot-benchmark-") as folder:
        async with opened(f"sqlite:///{Path(folder) / 'benchmark.db'}") as database:
            yield database


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    """A migrated database."""
    await upgrade(url)
    database = open_database(url)
    try:
        yield database
    finally:
        await database.close()


def people(count: int) -> list[int]:
    """The ids of so many private chats."""
    return list(range(FIRST_CHAT, FIRST_CHAT + count))


async def followers(sessions: Sessions, ids: Collection[int]) -> None:
    """Private chats that follow everything."""
    for part in chunks(ids):
        them = [defaults(Chat, id=one, kind="private", since=now(), created=now()) for one in part]
        follow = [{"chat_id": one, "topic": "all", "thread_id": 0, "created": now()} for one in part]
        async with sessions.write() as session:
            await run(session, insert(session, Chat), them)
            await run(session, insert(session, Subscription), follow)


async def article(sessions: Sessions, title: str = "Hafen bekommt neue Brücke") -> int:
    """A new article that nobody is owed yet; its id."""
    async with sessions.write() as session:
        await sources.sync(session, [SourceSpec("Walaw Press", "https://news.example/")], now())
        source_id = (await sources.every(session))[0].id
        assert source_id is not None  # noqa: S101  for the type
        headline = Headline(
            title, title, "https://news.example/a", published=now(), lead="Der Bau beginnt im Mai."
        )
        known = {"page": None, "topics": ["sport"], "now": now(), "baseline": False, "text_due": None}
        article_id = await articles.add(session, source_id, headline, **known)  # type: ignore[arg-type]
        assert article_id is not None  # noqa: S101  for the type
        return article_id


async def owe(sessions: Sessions) -> None:
    """A new article, owed to all who follow: every row is there before anything is measured."""
    article_id = await article(sessions)
    async with sessions.write() as session:
        await outbox.fan_out(session, article_id, ["sport"], page=1_000_000)


class WatchedApi(Api):
    """Notes of each message whether it went through, how long its call took, and the refusals."""

    def __init__(self, request: AiohttpRequest, url: str, token: str, expected: int) -> None:
        super().__init__(request, token, url)
        self.seconds: list[float] = []
        self.refused: list[Answer] = []
        self.payload: Mapping[str, Any] = {}
        self.started, self.all_sent = asyncio.Event(), asyncio.Event()
        self._expected = expected

    async def call(self, method: str, payload: Mapping[str, Any], timeout: float = 30) -> Answer:  # noqa: ASYNC109
        """The call, watched."""
        if not method.startswith("send"):
            return await super().call(method, payload, timeout)
        self.started.set()
        self.payload = payload
        began = time.perf_counter()
        answer = await super().call(method, payload, timeout)
        if answer.ok:
            self.seconds.append(time.perf_counter() - began)
        else:
            self.refused.append(answer)
        if len(self.seconds) == self._expected:
            self.all_sent.set()
        return answer


@asynccontextmanager
async def sender(
    sessions: Sessions,
    url: str,
    expected: int,
    *,
    limiter: Limiter | None = None,
    pool: int = 512,
    token: str = TOKEN,
) -> AsyncIterator[WatchedApi]:
    """A sender at work, its budget without end unless a limiter is given. When the block ends it has been stopped, and
    all is settled."""
    request = AiohttpRequest(pool=pool)
    api = WatchedApi(request, url, token, expected)
    limiter = limiter or Limiter(UNLIMITED, time.monotonic)
    working = Sender(sessions, api, limiter, Texts.load(), CurrentCatalogue(CATALOGUE), TelegramState(), now)
    task = asyncio.create_task(working.run())
    try:
        yield api
    finally:
        await working.stop()
        await task
        await request.shutdown()


async def check_all_done(sessions: Sessions, expected: int) -> None:
    """Raises unless exactly so many deliveries are done and nothing else is there: no figure without its work."""
    async with sessions.read() as session:
        counts = await outbox.counts(session)
    if (counts.done, counts.owed, counts.in_doubt, counts.dead) != (expected, 0, 0, 0):
        raise RuntimeError(f"{expected} deliveries should be done, but the outbox says {counts}")

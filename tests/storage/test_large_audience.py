"""One headline to very many chats: written in pages that hold nobody up, small on disk, in order, and gone in time.

FULL=1 makes it a million chats and holds the figures to their limits; otherwise fewer, and time for a busy machine.
"""

import time
from collections import defaultdict
from itertools import chain
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import BigInteger, insert, literal, null, select, text

from storage import outbox
from storage.models import Chat, Subscription
from storage.statements import defaults, run, table
from tests.fixtures.figures import FULL, figure
from tests.storage import made
from tests.storage.made import BEFORE, NOW, later, settle

CHATS = 1_000_000 if FULL else 12_000
LONGEST_LOCK = 0.05 if FULL else 1.0
DONE = 200_000 if FULL else 10_000
PIECE = 10_000 if FULL else 1_000
AHEAD = 8  # chats that the sender claims at a time: on PostgreSQL the size of its index depends on that
VACUUM_AFTER = (
    0.2  # of the rows changed, as PostgreSQL does by itself, if more slowly than a test can wait for
)
GROWTH = 50 * 1024  # KiB
BYTES = {"sqlite": 60, "postgresql": 180}
FIRST_ID, STEP = 7_000_000_000, 7  # as long as people's ids are
MESSAGE = 123_456

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600 if FULL else 180)]


async def town(session, count, *topics):
    """So many private chats that follow these topics."""
    number = select(literal(1, BigInteger()).label("i")).cte("number", recursive=True)
    number = number.union_all(select(number.c.i + 1).where(number.c.i < count))
    chat_id = (number.c.i * literal(STEP, BigInteger()) + literal(FIRST_ID, BigInteger())).label("id")
    given = defaults(Chat, id=1, kind="private", title="Lena", since=BEFORE, created=BEFORE)
    await _insert(session, Chat, {"id": chat_id} | _literals(Chat, given, but="id"))
    for topic in topics:
        follows = {"topic": topic, "thread_id": 0, "created": BEFORE}
        await _insert(session, Subscription, {"chat_id": chat_id} | _literals(Subscription, follows))


def _literals(model, given, but=""):
    types = table(model).c
    return {
        name: null() if value is None else literal(value, types[name].type)
        for name, value in given.items()
        if name != but
    }


async def _insert(session, model, columns):
    await run(session, insert(table(model)).from_select(list(columns), select(*columns.values())))


def memory():
    """Resident now, and its peak since `fresh_peak`; KiB."""
    status = Path("/proc/self/status").read_text().splitlines()
    lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmRSS"].split()[0]), int(lines["VmHWM"].split()[0])


def fresh_peak():
    Path("/proc/self/clear_refs").write_text("5")


@pytest.fixture
def figures(capsys, dialect):
    """Says what was measured, in the full run."""

    def say(**values):
        if FULL:
            with capsys.disabled():
                said = " ".join(f"{name}={value}" for name, value in values.items())
                print(f"\n{dialect}, {CHATS} chats: {said}")  # noqa: T201 - that is what it is for

    return say


async def published(sessions, identity="a1", topics=("sport",), **more):
    """An article that is owed; its id."""
    async with sessions.write() as session:
        source = await made.source(session)
        article = await made.article(session, source, identity, topics=topics)
        await outbox.fan_out(session, article, topics, **more)
    return article


async def pages(sessions):
    """Writes all that is left, and how many seconds each transaction held the database."""
    held = []
    while True:
        async with sessions.write() as session:
            began = time.perf_counter()
            written = await outbox.continue_fan_out(session)
        if written is None:
            return held
        held.append(time.perf_counter() - began)


async def all_sent(sessions, chats=2000, tidy=None):
    """Everything that is owed is claimed, sent and settled, so many chats at a time; calls `tidy` now and then."""
    changed = 0
    while True:
        async with sessions.write() as session:
            owed = await made.claim(session, chats=chats)
            if not owed:
                return
        async with sessions.write() as session:
            await settle(session, "sent", *owed, message_id=MESSAGE)
        changed += 2 * len(owed)
        if tidy is not None and changed >= VACUUM_AFTER * DONE:
            changed = 0
            await tidy()


async def size(sessions, dialect):
    """Bytes of the deliveries with their indexes."""
    of = {
        "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%delivery%'",
        "postgresql": "SELECT pg_total_relation_size('delivery')",
    }
    async with sessions.read() as session:
        return (await run(session, text(of[dialect]))).scalar_one()


async def test_the_pages_hold_nobody_up_and_the_bot_does_not_grow(sessions, dialect, figures):
    async with sessions.write() as session:
        await town(session, CHATS, "sport")
    fresh_peak()
    before, _ = memory()
    began = time.perf_counter()
    await published(sessions)
    first = time.perf_counter() - began
    async with sessions.write() as session:
        assert len(await made.claim(session, chats=AHEAD)) == AHEAD
    claimed = time.perf_counter() - began
    held = await pages(sessions)
    took = time.perf_counter() - began
    grown = memory()[1] - before
    figures(
        first_page=f"{first * 1000:.0f} ms",
        first_claim=f"{claimed * 1000:.0f} ms",
        longest_lock=f"{max(held) * 1000:.0f} ms",
        median_lock=f"{sorted(held)[len(held) // 2] * 1000:.0f} ms",
        rows_a_second=f"{CHATS / took:.0f}",
        memory=f"{grown} KiB",
    )
    async with sessions.read() as session:
        assert (await outbox.counts(session)).owed == CHATS
    assert claimed < figure(2, 10)
    assert grown < GROWTH
    if dialect == "sqlite":  # readers and writers of PostgreSQL do not wait for other rows
        assert max(held) < LONGEST_LOCK


async def test_a_delivery_is_small_on_disk_once_done(sessions, dialect, database_url, figures):
    async def vacuum():
        connection = await asyncpg.connect(database_url)
        await connection.execute("VACUUM delivery")
        await connection.close()

    async with sessions.write() as session:
        await town(session, DONE, "sport")
    await published(sessions)
    await pages(sessions)
    owed = await size(sessions, dialect)
    began = time.perf_counter()
    await all_sent(sessions, AHEAD, vacuum if dialect == "postgresql" else None)
    took = time.perf_counter() - began
    done = await size(sessions, dialect)
    async with sessions.read() as session:
        counts = await outbox.counts(session)
    figures(bytes_owed=owed / DONE, bytes_done=done / DONE, settled_a_second=f"{DONE / took:.0f}")
    assert (counts.done, counts.owed) == (DONE, 0)
    assert done / DONE <= BYTES[dialect]


async def test_done_deliveries_go_in_pieces_when_corrections_no_longer_need_them(sessions, figures):
    async with sessions.write() as session:
        await town(session, CHATS, "sport")
    await published(sessions)
    await pages(sessions)
    await all_sent(sessions)
    async with sessions.write() as session:
        assert await outbox.forget_done(session, NOW, PIECE) == 0
    held, removed = [], 1
    while removed:
        async with sessions.write() as session:
            began = time.perf_counter()
            removed = await outbox.forget_done(session, later(days=3), PIECE)
        held.append(time.perf_counter() - began)
    async with sessions.read() as session:
        assert (await outbox.counts(session)).done == 0
    figures(longest_lock_of_forgetting=f"{max(held) * 1000:.0f} ms")
    assert len(held) > CHATS / PIECE


class Sendings:
    """What comes to each chat while pages are still being written: claims so many chats, and sends."""

    def __init__(self, sessions, chats=100):
        self.sessions = sessions
        self.chats = chats
        self.to = defaultdict(list)

    async def step(self):
        async with self.sessions.write() as session:
            owed = await made.claim(session, chats=self.chats)
            for chat in {one.chat_id for one in owed}:
                self.to[chat].append([one.article_id for one in owed if one.chat_id == chat])
            await settle(session, "sent", *owed, message_id=MESSAGE)
        return bool(owed)

    async def run(self, page):
        written = 0
        while written is not None:
            await self.step()
            async with self.sessions.write() as session:
                written = await outbox.continue_fan_out(session, page=page)
        while await self.step():
            pass

    def articles(self, chat_id):
        return list(chain.from_iterable(self.to[chat_id]))


async def test_a_newer_headline_to_few_does_not_overtake_an_older_one_to_many(sessions):
    async with sessions.write() as session:
        for chat_id in range(1, 31):
            await made.chat(session, chat_id, "wirtschaft", *(["sport"] if chat_id % 7 == 0 else []))
    older = await published(sessions, "a1", ["wirtschaft"], page=4)
    newer = await published(sessions, "a2", ["sport"], page=4)
    sent = Sendings(sessions)
    await sent.run(page=4)
    assert len(sent.to) == 30
    for chat_id in sent.to:
        assert sent.articles(chat_id) == ([older, newer] if chat_id % 7 == 0 else [older]), chat_id


async def test_headlines_of_one_poll_come_together_to_the_last_chat_too(sessions):
    async with sessions.write() as session:
        for chat_id in range(1, 31):
            await made.chat(session, chat_id, "sport")
        source = await made.source(session)
        ids = [await made.article(session, source, f"a{number}") for number in range(3)]
        for article_id in ids:
            await outbox.fan_out(session, article_id, ["sport"], page=4)
    sent = Sendings(sessions, chats=1)  # slower than the pages are written
    await sent.run(page=4)
    assert [sent.to[chat_id] for chat_id in range(1, 31)] == [[ids]] * 30


async def test_pages_of_many_headlines_with_different_topics_end_and_reach_all_in_order(sessions):
    topics = ["sport", "kultur", "wirtschaft", "wetter"]
    async with sessions.write() as session:
        for chat_id in range(1, 61):
            await made.chat(session, chat_id, *[t for n, t in enumerate(topics) if chat_id % (n + 2) == 0])
    ids = [await published(sessions, f"a{n}", [topics[-1 - n % 4]], page=3) for n in range(8)]
    sent = Sendings(sessions)
    await sent.run(page=3)
    for chat_id in range(1, 61):
        mine = [ids[n] for n in range(8) if chat_id % (len(topics) - n % 4 + 1) == 0]
        assert sent.articles(chat_id) == mine

"""A `tickerbot run` between a database and the stand-in, to be ended at any moment, and the count of what came."""

import asyncio
import os
import re
import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from bot.delivery.sender import AHEAD_SECONDS
from bot.demo.telegram import faults
from bot.domain.catalogue import SourceSpec
from bot.domain.headline import Headline
from storage import articles, outbox, sources
from storage.models import Delivery, Notice, Source
from storage.statements import run, table
from tests.fixtures.running import free_port
from tests.flow.replicas import Ledger, Replica

CHATS = 2_000 if "KILLS" in os.environ else 1_000
RATE = 400
AHEAD = max(8, int(RATE * AHEAD_SECONDS))
"""So many messages may be claimed or not yet settled, beside those on the wire."""
TRIP = 0.05  # seconds between the arrival of a message and its answer
WRITTEN = 0.1
"""A transaction may take so many seconds, rarely: what was on the wire when it began is in doubt until it ends."""
UNSEEN = 0 if "KILLS" in os.environ else 20
"""Beside other tests the bot gets to what it has read so late that so many answers lie where nobody else can count."""
SOURCE = """
[[sources]]
name = "Atlas"
url = "{url}"
kind = "ticker"
every = "24h"
"""
_TITLE = re.compile(r"Meldung (\d+) ")


@dataclass
class Crash:
    """What a kill left: messages on the wire (at most, while the last results were written), chats in doubt, and when
    that was, in arrivals of the journal."""

    on_wire: int
    in_doubt: int
    lease: int
    arrivals: int
    repeated: int = 0

    @property
    def allowed(self):
        """W: so many chats may get a message again."""
        return self.on_wire + AHEAD + UNSEEN


class Journal:
    """Every headline as it arrives at Telegram."""

    def __init__(self):
        self.arrived = []  # (chat, titles) of each message
        self._times = []

    def note(self, method, params):
        """A call comes in; true for a message."""
        if method != "sendMessage":
            return False
        self.arrived.append((int(params["chat_id"]), tuple(map(int, _TITLE.findall(params["text"])))))
        self._times.append(time.monotonic())
        return True

    def busiest(self, seconds):
        """How many messages were on the wire at once, at most, in the last seconds."""
        end = time.monotonic()
        times = [at for at in self._times[-2 * RATE :] if at > end - seconds - TRIP]
        return max((sum(at - TRIP <= other <= at for other in times) for at in times), default=0)

    def repeated(self, first, last):
        """The chats to which a message came between these arrivals that they had before."""
        had = {(chat, title) for chat, titles in self.arrived[:first] for title in titles}
        again = set()
        for chat, titles in self.arrived[first:last]:
            keys = {(chat, title) for title in titles}
            if keys & had:
                again.add(chat)
            had |= keys
        return again


class Scene:
    """Chats, headlines, and the process."""

    def __init__(self, standin, database_url, folder):
        self.standin = standin
        self.journal = Journal()
        self.ledger = Ledger(database_url)
        self.titles = []
        self.chats = []
        self._url = f"http://127.0.0.1:{free_port()}/"  # nobody listens: no source has news
        (folder / "sources.toml").write_text(SOURCE.format(url=self._url), encoding="utf-8")
        self.bot = Replica(
            folder,
            1,
            BOT_TOKEN=standin.token,
            TELEGRAM_API_URL=standin.url,
            DATABASE_URL=database_url,
            SOURCES_FILE="sources.toml",
            ALLOW_PRIVATE_SOURCES="true",
            PAID_BROADCAST="true",
            MESSAGES_PER_SECOND=str(RATE),
        )

    async def prepare(self, chats):
        """So many readers, who follow everything."""
        self.chats = self.standin.add_readers(chats)
        self.standin.faults.where(self.journal.note, faults.slow_answer(TRIP))
        await self.ledger.followed_by(self.chats)

    async def close(self):
        """Whatever still runs is gone."""
        if self.bot.alive:
            await self.bot.kill()
        await self.ledger.close()

    def first(self, fault, **which):
        """A fault that goes before all that is in force."""
        rules = self.standin.faults.rules
        self.standin.faults.add(fault, method="sendMessage", **which)
        rules.insert(0, rules.pop())

    # Headlines

    async def publish(self, count=1):
        """New headlines, owed to the first readers; the bot writes the rest of the fan-out itself. It is not told: to
        be called before it starts."""
        now = datetime.now(UTC)
        async with self.ledger.sessions.write() as session:
            await sources.sync(
                session, [SourceSpec("Atlas", self._url, kind="ticker", every=timedelta(hours=24))], now
            )
            source = (await run(session, select(table(Source).c.id))).scalar_one()
            for number in range(len(self.titles), len(self.titles) + count):
                title = f"Meldung {number} aus Atlas"
                self.titles.append(title)
                published = now + timedelta(seconds=number / 1000)  # a bundle is in this order
                headline = Headline(title, title=title, link=f"{self._url}{number}", published=published)
                article_id = await articles.add(
                    session,
                    source,
                    headline,
                    page=None,
                    topics=[],
                    now=now,
                    baseline=False,
                    text_due=None,
                )
                await outbox.fan_out(session, article_id, [])

    async def owed(self):
        """How many deliveries and notices are owed now."""
        return (await self.ledger.counts()).owed

    async def all_sent(self, seconds=60.0):
        """Waits until nothing is owed, in doubt, or still to be written."""
        await self.until(self._nothing_owed, seconds)

    async def _nothing_owed(self):
        # In one look: a page may be written at any moment
        async with self.ledger.sessions.read() as session:
            more, counts = await outbox.unfinished(session), await outbox.counts(session)
        return not (more or counts.owed or counts.in_doubt)

    # The process

    async def kill(self):
        """SIGKILL, and what it left. Stopped first: nothing moves while what is on the wire is counted."""
        self.bot.process.send_signal(signal.SIGSTOP)
        waiting = sum(self.standin.limits._unsent.values())
        busiest = self.journal.busiest(WRITTEN)
        unread = _unread(int(self.standin.url.rpartition(":")[2]))
        arrivals = len(self.journal.arrived)
        await self.bot.kill()
        await asyncio.sleep(2 * TRIP)  # what it had written arrives, and PostgreSQL notices
        late = len(self.journal.arrived) - arrivals
        chats, lease = await self._leased()
        return Crash(max(waiting + late + unread, busiest), chats, lease, len(self.journal.arrived))

    async def settled(self, crash, seconds=30.0):
        """Waits until nothing is in doubt of what a kill left."""

        async def nothing():
            return await self._in_doubt(crash.lease) == 0

        await self.until(nothing, seconds)

    async def _leased(self):
        """The chats with something in flight, and the latest lease."""
        leased = []
        async with self.ledger.sessions.read() as session:
            for row in (table(Delivery).c, table(Notice).c):
                query = select(row.chat_id, row.lease).where(row.lease.is_not(None))
                leased += await run(session, query)
        return len({chat for chat, _ in leased}), max((lease for _, lease in leased), default=0)

    async def _in_doubt(self, lease):
        """How much is leased since then or before, or being sent once more."""
        delivery, notice = table(Delivery).c, table(Notice).c
        found = 0
        async with self.ledger.sessions.read() as session:
            for row, attempt in ((delivery, delivery.attempt), (notice, notice.attempts)):
                old = row.lease.is_not(None) & ((row.lease <= lease) | (attempt > 1))
                found += (await run(session, select(func.count()).where(old))).scalar_one()
        return found

    async def until(self, condition, seconds):
        """Waits for a true value of an async condition, while the bot is alive."""
        end = time.monotonic() + seconds
        while not (value := await condition()):
            assert self.bot.alive, self.bot.log[-3000:]
            assert time.monotonic() < end, f"not within {seconds} s: {await self.ledger.counts()}"
            await asyncio.sleep(0.03)
        return value

    # What came of it

    def copies(self):
        """How often each chat has each headline, {(chat, number): copies}, by what Telegram shows them."""
        found = Counter()
        for chat in self.chats:
            for message in self.standin.bot_messages(chat):
                found.update((chat, int(number)) for number in _TITLE.findall(message["text"]))
        return found

    def lost(self, copies):
        """The headlines that did not come, as (chat, number)."""
        wanted = ((chat, number) for chat in self.chats for number in range(len(self.titles)))
        return [key for key in wanted if not copies[key]]

    def out_of_order(self):
        """The chats that first saw a headline after a later one."""
        wrong = []
        for chat in self.chats:
            seen = dict.fromkeys(
                int(number)
                for message in self.standin.bot_messages(chat)
                for number in _TITLE.findall(message["text"])
            )
            if list(seen) != sorted(seen):
                wrong.append(chat)
        return wrong

    async def dead(self):
        """Why what is dead is dead."""
        row = table(Notice).c
        async with self.ledger.sessions.read() as session:
            return list((await run(session, select(row.reason).where(row.due.is_(None)))).scalars())


def _unread(port):
    """The connections to this port with an answer that nobody has read yet: its message is on the wire for the bot."""
    found = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, remote, _, queues, *_ = line.split()
        found += int(remote.rpartition(":")[2], 16) == port and int(queues.rpartition(":")[2], 16) > 0
    return found


def figures(name, **values):
    """Shows what was counted, to whoever runs this with -rP."""
    print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in values.items()))  # noqa: T201

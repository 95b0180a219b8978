"""What the tests of several processes share: `tickerbot run` on one database, an audience, and a count of copies."""

import asyncio
import signal
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import aiohttp
from sqlalchemy import insert

from storage import outbox
from storage.engine import open_database
from storage.models import Chat, Source, Subscription
from storage.statements import defaults, run, table
from tests.fixtures.running import bare_environment, free_port

IN_LINE = "another process talks to Telegram"
RATE = 100


class Replica:
    """A `tickerbot run` with nothing in its environment but what it is given; its words go to a file, for a pipe that
    nobody reads would stop it."""

    def __init__(self, folder, number, **environment):
        self.folder = folder
        self.port = free_port()
        self.environment = environment
        self.log_file = folder / f"replica-{number}.log"
        self.process = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self):
        return self.process is not None and self.process.returncode is None

    @property
    def log(self):
        return self.log_file.read_text(encoding="utf-8")

    @property
    def whole_environment(self):
        """What it is given, with where it listens."""
        return bare_environment() | {"LISTEN": f"127.0.0.1:{self.port}"} | self.environment

    async def start(self):
        with self.log_file.open("ab") as words:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot", "run"),
                cwd=self.folder,
                env=self.whole_environment,
                stdout=words,
                stderr=words,
            )

    async def ready(self, seconds=60.0):
        """Waits until it says so itself."""
        await self._until(self._is_ready, "ready", seconds)

    async def in_line(self, seconds=60.0):
        """Waits until it leaves Telegram to another."""
        await self._until(self._waits, "in line", seconds)

    async def kill(self):
        """As the kernel does it, without a word."""
        self.process.kill()
        await self.process.wait()

    async def stop(self):
        """As an admin does it; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), 10)

    async def _is_ready(self):
        async with aiohttp.ClientSession() as session:
            try:
                async with session.get(f"{self.url}/readyz") as response:
                    return response.status == 200
            except aiohttp.ClientConnectionError:
                return False

    async def _waits(self):
        return IN_LINE in self.log

    async def _until(self, condition, what, seconds):
        end = time.monotonic() + seconds
        while not await condition():
            assert self.process.returncode is None, self.log
            assert time.monotonic() < end, f"not {what} within {seconds} s: {self.log}"
            await asyncio.sleep(0.05)


class Ledger:
    """Looks at the database from outside, as an admin would."""

    def __init__(self, url):
        self._database = open_database(url)
        self.sessions = self._database.sessions

    async def close(self):
        await self._database.close()

    async def followed_by(self, chat_ids, topic="all"):
        """These private chats are known and follow a topic."""
        early = datetime.now(UTC) - timedelta(hours=1)
        chats = [defaults(Chat, id=one, kind="private", since=early, created=early) for one in chat_ids]
        follow = [defaults(Subscription, chat_id=one, topic=topic, created=early) for one in chat_ids]
        async with self.sessions.write() as session:
            await run(session, insert(table(Chat)), chats)
            await run(session, insert(table(Subscription)), follow)

    async def counts(self):
        async with self.sessions.read() as session:
            return await outbox.counts(session)

    async def sources(self):
        async with self.sessions.read() as session:
            return list((await run(session, table(Source).select())).mappings())

    async def baseline(self, seconds=20.0):
        """Waits until every source's first list is stored; what appears from now on is news."""
        end = time.monotonic() + seconds
        while not (rows := await self.sources()) or any(row["baseline_at"] is None for row in rows):
            assert time.monotonic() < end, [row["error"] for row in rows]
            await asyncio.sleep(0.1)

    async def settled(self, seconds=40.0):
        """Waits until nothing is owed or in doubt; the counts."""
        end = time.monotonic() + seconds
        while (counts := await self.counts()).owed or counts.in_doubt or not counts.done:
            assert time.monotonic() < end, counts
            await asyncio.sleep(0.2)
        return counts


def copies(standin, chat_ids, text):
    """How often each chat got the message with this text, as {copies: chats}."""
    return Counter(sum(text in str(one) for one in standin.bot_messages(chat)) for chat in chat_ids)

"""The bot as a process, between two sites and the stand-in, looked at from outside as the house is from within."""

import asyncio
import resource
import signal
import sqlite3
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import select

from storage.models import Source
from tests.faults.house import BLATT, BOTE, BOTES, KNOWN
from tests.faults.looks import Looks
from tests.faults.site import Site
from tests.flow.replicas import Ledger, Replica

SOURCES = '[[sources]]\nname = "{}"\nurl = "{}/"\nkind = "feed"\nevery = "1s"\n'
SOON = 30.0


def now():
    """The wall clock."""
    return datetime.now(UTC)


class Watched(Replica):
    """One whose words come through a pipe, that somebody reads."""

    words = ""

    async def start(self, program=("-m", "bot", "run")):
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *program,
            cwd=self.folder,
            env=self.whole_environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self.reading = asyncio.create_task(self._read(self.process.stdout))

    async def _read(self, pipe):
        while piece := await pipe.read(65536):
            self.words += piece.decode(errors="replace")

    @property
    def log(self):
        return self.words

    @property
    def pid(self):
        return self.process.pid


class Machine(Looks):
    """One bot, two sources that it reads each second, and two readers who follow everything."""

    def __init__(self, standin, database_url, folder):
        self.standin, self.folder, self.database_url = standin, folder, database_url
        self.site, self.neighbour = Site(now), Site(now)
        self.sites = {BLATT: self.site, BOTE: self.neighbour}
        self.ledger = Ledger(database_url)
        self.readers = []
        self.statuses = {0}
        self.jammed = None
        self.bot = Watched(
            folder,
            1,
            BOT_TOKEN=standin.token,
            TELEGRAM_API_URL=standin.url,
            DATABASE_URL=database_url,
            SOURCES_FILE="sources.toml",
            ALLOW_PRIVATE_SOURCES="true",
        )

    now = staticmethod(now)

    async def open(self):
        """Both sources have been read once."""
        for titles, site in ((KNOWN, self.site), (BOTES, self.neighbour)):
            await site.start()
            for back, title in enumerate(titles):
                site.publish(title, now() - timedelta(minutes=90 - 17 * back))
        self.declare()
        self.readers = [self.standin.add_user(name) for name in ("Lena", "Yusuf")]
        for user in self.readers:
            self.standin.private(user).started = True
        await self.ledger.followed_by([user.id for user in self.readers])
        await self.bot.start()
        await self.until(self._has_begun)

    async def _has_begun(self):
        rows = await self.rows()
        return len(rows) == len(self.sites) and all(row.baseline_at for row in rows)

    def declare(self, more=""):
        """Writes the file of sources."""
        text = "".join(SOURCES.format(name, site.url) for name, site in self.sites.items())
        (self.folder / "sources.toml").write_text(text + more, encoding="utf-8")

    async def close(self):
        """Whatever still runs ends; in peace where it can."""
        if self.bot.alive:
            self.bot.process.send_signal(signal.SIGCONT)
            status = await self.bot.stop()
            assert status in self.statuses, (status, self.bot.log[-3000:])
        for site in self.sites.values():
            await site.stop()
        await self.ledger.close()

    def children(self):
        """The process ids of its parser's child."""
        found = Path(f"/proc/{self.bot.pid}/task/{self.bot.pid}/children").read_text().split()
        found += [
            pid
            for task in Path(f"/proc/{self.bot.pid}/task").iterdir()
            for pid in (task / "children").read_text().split()
        ]
        commands = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in found}
        return [pid for pid, command in commands.items() if "spawn_main" in command]

    def limit(self, kind, most):
        """From now on it may have so much of a resource; returns what it could have before."""
        return resource.prlimit(self.bot.pid, kind, (most, resource.prlimit(self.bot.pid, kind)[1]))

    def jam(self):
        """Another process begins to write to the SQLite file, and takes its time."""
        self.jammed = sqlite3.connect(self.database_url.removeprefix("sqlite:///"), isolation_level=None)
        self.jammed.execute("BEGIN IMMEDIATE")

    # What came of it

    async def rows(self):
        async with self.ledger.sessions.read() as session:
            return list(await session.exec(select(Source).order_by(Source.name)))

    async def counts(self):
        return await self.ledger.counts()

    async def until(self, condition, seconds=SOON):
        """Waits for a true value of a coroutine function, while the bot is alive."""
        end = time.monotonic() + seconds
        while not (value := await condition()):
            assert self.bot.alive, self.bot.log[-3000:]
            if time.monotonic() > end:
                raise TimeoutError(self.bot.log[-3000:])
            await asyncio.sleep(0.05)
        return value

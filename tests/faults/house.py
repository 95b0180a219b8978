"""The rooms of the bot in this process, between two sites and the stand-in: one site goes wrong, the other is well."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from aiohttp.resolver import ThreadedResolver
from sqlmodel import select

from bot.delivery.api import Api
from bot.delivery.limiter import Limiter
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.state import TelegramState
from bot.domain.catalogue import Catalogue, CurrentCatalogue, SourceSpec
from bot.sources.fetching.addresses import Rules
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.poller import Poller
from storage import chats, outbox, sources, subscriptions
from storage.models import Chat, Delivery, Notice, Source
from tests.faults.looks import Looks
from tests.faults.site import Site
from tests.flow.delivery import TEXTS

START = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)
EVERY = timedelta(minutes=1)
BLATT, BOTE = "Blatt", "Bote"
KNOWN = (
    "Der Hafen ist wieder frei",
    "Ein Chor singt im Regen",
    "Neue Lampen leuchten am Ufer",
    "Bäckerei feiert hundert Jahre",
    "Radweg nach Süden wird breiter",
)
MEANWHILE = "Die Brücke über die Ilm ist fertig"
AFTERWARDS = "Der Markt zieht auf den Schlossplatz"
BOTES = ("Imker zählen mehr Bienen", "Theater zeigt altes Stück", "Schule bekommt neues Dach")
BOTES_NEWS = "Zirkus gastiert am Stadtrand"
LONGEST = 1.0
"""Seconds that a fetch, an answer of Telegram's and a headline's page may take here."""
SOON = 10.0
RULES = Rules(ports=None, allows=lambda address: address == "127.0.0.1")
"""Here 127.0.0.1 is the internet, and 127.0.0.2 a network of one's own."""


class Impatient(Api):
    """Gives up on Telegram after a second, not after thirty."""

    async def call(self, method, payload, timeout=30):  # noqa: ASYNC109
        return await super().call(method, payload, min(timeout, LONGEST))


class Telephone(ThreadedResolver):
    """The name server: it has one answer for every name, None when it is down."""

    answer = "127.0.0.1"

    async def resolve(self, host, port=0, family=0):
        if self.answer is None:
            raise OSError("Name or service not known")
        return await super().resolve(self.answer, port, family)


class House(Looks):
    """Poller and sender over one database, a clock that can be moved, and two readers, one of them an admin."""

    def __init__(
        self, database, standin, parser, *, kind="feed", start=START, name=None, tls=None, certificates=None
    ):
        self.database, self.standin = database, standin
        self.sessions = database.sessions
        self._start, self._began = start, time.monotonic()
        self.jumped = timedelta()
        self.certificates = certificates
        self.tls = certificates.context(tls) if tls else None
        self.site = Site(self.now, kind, self.tls)
        self.neighbour = Site(self.now)
        self.name = name
        self.names = Telephone()
        self.catalogue = CurrentCatalogue(Catalogue())
        self.fetcher = Fetcher(rules=RULES, connect=LONGEST, total=LONGEST, now=self.now, resolver=self.names)
        self.parser = parser
        self.request = AiohttpRequest()
        self.state = TelegramState()
        self.readers = []

    def now(self):
        """The wall clock of the bot and of both sites."""
        return self._start + self.jumped + timedelta(seconds=time.monotonic() - self._began)

    # Opening and closing

    async def open(self):
        """Both sources have been read once, and all readers follow."""
        await self.site.start()
        await self.neighbour.start()
        for back, title in enumerate(KNOWN):
            self.site.publish(title, self.now() - timedelta(minutes=90 - 17 * back))
        for back, title in enumerate(BOTES):
            self.neighbour.publish(title, self.now() - timedelta(minutes=50 - 11 * back))
        await self.declare()
        self.admin = self.standin.add_user("Verwalterin")
        self.readers = [self.standin.add_user(name) for name in ("Lena", "Yusuf")]
        for user in (self.admin, *self.readers):
            chat = self.standin.private(user)
            chat.started = True
            await self.knows(chat, follows=user is not self.admin)
        self._employ()
        assert await self.poll() == 2
        assert [row.error for row in await self.rows()] == [None, None]

    async def declare(self, path=""):
        host = f"http://{self.name}:{self.site.port}" if self.name else self.site.url
        specs = (
            SourceSpec(BLATT, f"{host}/{path}", kind=self.site.kind, every=EVERY),
            SourceSpec(BOTE, f"{self.neighbour.url}/", kind="feed", every=EVERY),
        )
        self.catalogue.now = Catalogue(Catalogue().topics, specs)
        async with self.sessions.write() as session:
            await sources.sync(session, specs, self.now())

    async def knows(self, chat, kind="private", *, follows=True):
        """The bot knows this chat, which follows everything."""
        early = self.now() - timedelta(hours=2)
        async with self.sessions.write() as session:
            await chats.ensure(session, chats.Seen(chat.id, kind, "Runde", "", "de", "Europe/Berlin"), early)
            if follows:
                await subscriptions.add(session, chat.id, ["all"], early)

    def _employ(self):
        limiter = Limiter(1000.0, time.monotonic)
        self.sender = Sender(
            self.sessions,
            Impatient(self.request, self.standin.token, self.standin.url),
            limiter,
            TEXTS,
            self.catalogue,
            self.state,
            self.now,
            admins=[self.admin.id],
        )
        self.poller = Poller(
            self.sessions,
            self.fetcher,
            self.parser,
            self.catalogue,
            self.now,
            self.sender.wake,
            patience=LONGEST,
            share=lambda: 0.5,
            admins=[self.admin.id],
            alone=True,
        )
        self.sending = asyncio.create_task(self.sender.run())

    async def close(self):
        """The sender must have lived until now."""
        alive = not self.sending.done()
        await self.sender.stop()
        await self.sending
        await self.site.stop()
        await self.neighbour.stop()
        await self.fetcher.close()
        await self.request.shutdown()
        assert alive, "the sender ended"

    # What happens

    async def poll(self, times=1):
        """So many polls of the source, each when it is due; how many sources the last was."""
        found = 0
        for _ in range(times):
            due = max(row.next_poll for row in await self.rows())
            self.jump(max(due - self.now(), timedelta()))
            found = await self.poller.poll_due()
        return found

    def forget_names(self):
        """What the name server said is no longer remembered."""
        self.fetcher._session.connector.clear_dns_cache()

    def jump(self, span=None, **by):
        """The clock moves on, or back."""
        self.jumped += timedelta(**by) if span is None else span
        if hasattr(self, "sender"):
            self.sender.wake()

    # What came of it

    async def rows(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(Source).order_by(Source.name)))

    async def notices(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(Notice).order_by(Notice.id)))

    async def chat(self, user):
        async with self.sessions.read() as session:
            return await session.get(Chat, user.id)

    async def counts(self):
        async with self.sessions.read() as session:
            return await outbox.counts(session)

    async def until(self, condition, seconds=SOON):
        """Waits for a true value of a coroutine function; raises TimeoutError with what is known."""
        end = time.monotonic() + seconds
        while not (value := await condition()):
            assert not self.sending.done(), self.sending
            if time.monotonic() > end:
                raise TimeoutError(f"{await self.counts()} {[self.words(user) for user in self.readers]}")
            await asyncio.sleep(0.02)
        return value

    async def deliveries(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(Delivery)))

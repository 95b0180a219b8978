"""What the tests of delivery share: a sender at work between a database and the stand-in."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlmodel import select, update

from bot.delivery.api import Api
from bot.delivery.limiter import Limiter
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.state import TelegramState
from bot.domain.catalogue import Catalogue, CurrentCatalogue, SourceSpec, Topic
from bot.domain.headline import Headline
from bot.render.texts import Texts
from storage import articles, chats, outbox, sources, subscriptions
from storage.chats import Seen
from storage.models import Delivery, Notice, Source, Subscription

TEXTS = Texts.load()
CATALOGUE = Catalogue(topics=(Topic("sport", "⚽", {"de": "Sport"}), *Catalogue().topics))


def now():
    return datetime.now(UTC)


class Office:
    """Chats that follow, headlines that are owed, and senders that bring them."""

    def __init__(self, sessions, standin, per_second=1000.0, run=Sender.run, **options):
        self.sessions = sessions
        self.standin = standin
        self.per_second = per_second
        self.run = run
        self.options = options
        self.request = AiohttpRequest()
        self.senders = []
        self.sender = None

    # Chats

    async def reader(self, name="Lena", **settings):
        user = self.standin.add_user(name)
        chat = self.standin.private(user)
        chat.started = True
        await self.follow(chat, **settings)
        return user, chat

    async def channel(self, title="Kanal", bot="administrator", **settings):
        owner, _ = await self.reader("Inhaberin", follows=False)
        chat = self.standin.add_channel(title, owner, bot=bot)
        await self.follow(chat, owner_id=owner.id, **settings)
        return owner, chat

    async def follow(self, chat, *, follows=True, **settings):
        """The bot knows this chat, and it follows everything."""
        early = now() - timedelta(hours=1)
        async with self.sessions.write() as session:
            seen = Seen(chat.id, chat.type, chat.title, "", "de", "Europe/Berlin")
            await chats.ensure(session, seen, early)
            if settings:
                await chats.change(session, chat.id, **settings)
            if follows:
                await subscriptions.add(session, chat.id, ["all"], early)

    async def to_thread(self, chat, thread_id):
        """What the chat follows goes to this thread."""
        async with self.sessions.write() as session:
            await session.exec(
                update(Subscription).where(Subscription.chat_id == chat.id).values(thread_id=thread_id)
            )

    async def chat_row(self, chat):
        async with self.sessions.read() as session:
            return await chats.get(session, chat if isinstance(chat, int) else chat.id)

    # Headlines

    def headline(self, title, **fields):
        return Headline(title, title, "https://news.example/a", published=now(), **fields)

    async def headlines(self, *titles, page=10_000, **fields):
        """New articles, owed to all who follow; their ids. The sender is not told."""
        ids = []
        async with self.sessions.write() as session:
            await sources.sync(session, [SourceSpec("Walaw Press", "https://news.example/")], now())
            source_id = (await session.exec(select(Source.id))).one()
            for title in titles:
                headline = Headline(
                    identity=title, title=title, link="https://news.example/a", published=now(), **fields
                )
                article_id = await articles.add(
                    session,
                    source_id,
                    headline,
                    page=None,
                    topics=["sport"],
                    now=now(),
                    baseline=False,
                    text_due=None,
                )
                await outbox.fan_out(session, article_id, ["sport"], page=page)
                ids.append(article_id)
        return ids

    # Senders

    def new_sender(self):
        api = Api(self.request, self.standin.token, self.standin.url)
        self.state = TelegramState()
        self.limiter = Limiter(self.per_second, monotonic)
        self.sender = Sender(
            self.sessions,
            api,
            self.limiter,
            TEXTS,
            CurrentCatalogue(CATALOGUE),
            self.state,
            now,
            **self.options,
        )
        self.task = asyncio.create_task(self.run(self.sender))
        self.senders.append((self.sender, self.task))
        return self.sender

    async def crash(self):
        """The running sender is gone from one moment to the next: unlike one that is cancelled, it sees nothing off."""

        async def fall(_work):
            flights = list(self.sender._flights)
            for flight in flights:
                flight.cancel()
            await asyncio.gather(*flights, return_exceptions=True)

        self.sender._land = fall
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)

    async def close(self):
        for sender, task in self.senders:
            if not task.done():
                await sender.stop()
                await task
        await self.request.shutdown()

    # What came of it

    def texts(self, chat):
        """What the bot wrote to a chat, as plain text."""
        return [
            message.get("text", message.get("caption", "")) for message in self.standin.bot_messages(chat)
        ]

    async def until(self, predicate, seconds=25.0):
        """Waits until `predicate`, a coroutine function, holds; its value."""
        end = monotonic() + seconds
        while not (value := await predicate()):
            assert monotonic() < end, f"not within {seconds} s; the outbox: {await self.counts()}"
            await asyncio.sleep(0.02)
        return value

    async def counts(self):
        async with self.sessions.read() as session:
            return await outbox.counts(session)

    async def all_settled(self):
        """Waits until nothing is owed any more."""

        async def nothing_owed():
            found = await self.counts()
            return found if found.owed == found.in_doubt == 0 else None

        return await self.until(nothing_owed)

    async def notices(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(Notice).order_by(Notice.id)))

    async def deliveries(self):
        async with self.sessions.read() as session:
            return list(await session.exec(select(Delivery).order_by(Delivery.chat_id, Delivery.article_id)))

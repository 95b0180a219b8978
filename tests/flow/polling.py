"""A poller over one site: what tests of polling start from."""

from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.domain.catalogue import OTHER, Catalogue, CurrentCatalogue, SourceSpec, Topic
from bot.sources.fetching.http import Fetcher
from bot.sources.polling.poller import Poller
from storage import articles, chats, sources, subscriptions
from storage.models import ArticleRow, Delivery, Source
from tests.fixtures.waiting import until
from tests.flow.source_site import serving

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 3, 11, 8, 30, tzinfo=BERLIN).astimezone(UTC)
MINUTE = timedelta(minutes=1)
TOPICS = (
    Topic("sport", "⚽", {"de": "Sport"}, ("sport",), ("Handball",)),
    Topic("kultur", "🎭", {"de": "Kultur"}, ("kultur",), ("Museum",)),
    OTHER,
)
IDS = ("FGLMPQRSWXFG", "GLMPQRSWXFGL", "LMPQRSWXFGLM", "MPQRSWXFGLMP", "PQRSWXFGLMPQ", "QRSWXFGLMPQR")
FIRST = [
    ("08:12", "Der Hafen ist wieder frei"),
    ("07:55", "Ein Chor singt im Regen"),
    ("07:30", "Neue Lampen am Ufer"),
]


def ticker(rows, first_id=2):
    """A ticker; the newest row has the highest id, so that a row keeps its own while rows come on top."""
    items = "".join(
        f'<li>{at} <a href="/articles/x/{IDS[len(rows) - 1 - n]}">{title}</a></li>'
        for n, (at, title) in enumerate(rows)
    )
    return f"<html><body><ul>{items}</ul></body></html>"


def article(
    section="",
    text="Der erste Absatz sagt in zwei Sätzen, worum es geht. Er ist lang genug für einen Text.",
):
    return f"<article><span>{section}</span><h1>Titel</h1><p>{text}</p><p>{text}</p></article>"


@dataclass
class Scene:
    """A poller over one site, a clock that tests move, and what it did."""

    site: object
    sessions: object
    poller: Poller = None
    spec: SourceSpec = None
    now: datetime = START
    woken: list = field(default_factory=list)

    async def declare(self, **settings):
        """The only source of the file."""
        url = settings.pop("url", f"{self.site.url}/")
        settings = {"kind": "ticker", "every": MINUTE} | settings
        self.spec = SourceSpec("Blatt", url, **settings)
        self.catalogue.now = Catalogue(TOPICS, (self.spec,))
        async with self.sessions.write() as session:
            await sources.sync(session, [self.spec], self.now)

    async def poll(self, after=MINUTE):
        """One poll when the next is due."""
        self.now = max(
            self.now, (await self.row()).next_poll, self.now + (after if self.polled else timedelta())
        )
        self.polled = True
        return await self.poller.poll_due()

    polled: bool = False
    catalogue: CurrentCatalogue = field(default_factory=lambda: CurrentCatalogue(Catalogue()))

    async def row(self, name="Blatt"):
        async with self.sessions.read() as session:
            return (await session.exec(select(Source).where(Source.name == name))).one()

    async def until(self, holds, name="Blatt"):
        """Waits until the source's row is as wanted."""

        async def held():
            return holds(await self.row(name))

        await until(held)

    async def stored(self):
        """Titles, newest last, with what matters here."""
        async with self.sessions.read() as session:
            return list(await session.exec(select(ArticleRow).order_by(ArticleRow.published, ArticleRow.id)))

    async def titles(self):
        return [one.title for one in await self.stored()]

    async def topics(self, title):
        """An article's topics."""
        one = next(one for one in await self.stored() if one.title == title)
        async with self.sessions.read() as session:
            return (await articles.get(session, one.id)).topics

    async def reader(self, chat_id, *topics):
        """A chat that follows topics since now."""
        async with self.sessions.write() as session:
            await chats.ensure(
                session, chats.Seen(chat_id, "private", "Leserin", "", "de", "Europe/Berlin"), self.now
            )
            await subscriptions.add(session, chat_id, topics, self.now)

    async def owed(self):
        """How many deliveries each chat is owed, by title."""
        titles = {one.id: one.title for one in await self.stored()}
        async with self.sessions.read() as session:
            rows = list(await session.exec(select(Delivery)))
        return Counter((row.chat_id, titles[row.article_id]) for row in rows)


@asynccontextmanager
async def polling(sessions, parser):
    """A scene whose only source is a ticker of three lines, not polled yet."""
    async with serving() as site:
        scene = Scene(site, sessions)
        fetcher = Fetcher(allow_private=True, connect=2, total=4, now=lambda: scene.now)
        scene.poller = Poller(
            sessions, fetcher, parser, scene.catalogue, lambda: scene.now, lambda: scene.woken.append(1),
            patience=0.6, share=lambda: 0.5,
        )  # fmt: skip
        for path in IDS:
            site.pages[f"/articles/x/{path}"] = article()
        site.pages["/"] = ticker(FIRST)
        await scene.declare()
        yield scene
        await fetcher.close()

"""Rows for the storage tests."""

from datetime import UTC, datetime, timedelta

from bot.domain.catalogue import SourceSpec
from bot.domain.headline import Block, Headline, Page
from storage import articles, chats, outbox, sources, subscriptions

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LEASE = int(NOW.timestamp()) + 60
BEFORE = NOW - timedelta(hours=1)


def later(**parts):
    return NOW + timedelta(**parts)


async def source(session, name="Küstenbote", url="https://news.example/"):
    await sources.sync(session, [SourceSpec(name, url)], BEFORE)
    await session.flush()
    return next(one.id for one in await sources.every(session) if one.name == name)


def headline(identity="a1", title="Neue Fähre fährt nach Borkum", **more):
    return Headline(identity, title, f"https://news.example/articles/{identity}", **more)


def page(text, **more):
    return Page(blocks=(Block("paragraph", text),), **more)


async def article(session, source_id, identity="a1", *, topics=("sport",), now=NOW, published=None, **more):
    return await articles.add(
        session,
        source_id,
        headline(identity, published=published or now),
        **{"page": None, "topics": topics, "now": now, "baseline": False, "text_due": None} | more,
    )


async def chat(session, chat_id, *topics, now=BEFORE, kind=None, **settings):
    kind = kind or ("private" if chat_id > 0 else "channel")
    await chats.ensure(session, chats.Seen(chat_id, kind, f"Chat {chat_id}", "", "de", "Europe/Berlin"), now)
    await session.flush()
    if settings:
        await chats.change(session, chat_id, **settings)
    await subscriptions.add(session, chat_id, topics, now)


async def owed(session, chat_ids=(1,), count=1):
    """Chats that follow `sport`, each owed so many articles; returns the ids of the articles."""
    source_id = await source(session)
    for chat_id in chat_ids:
        await chat(session, chat_id, "sport")
    ids = [await article(session, source_id, f"a{number}") for number in range(count)]
    for article_id in ids:
        await outbox.fan_out(session, article_id, ["sport"])
    return ids


async def claim(session, now=NOW, chats=100, **more):
    return await outbox.claim(session, now, chats=chats, lease=LEASE, **more)


async def settle(session, ending, *owed, **more):
    await outbox.settle(session, [outbox.Settlement(one, ending, **more) for one in owed], NOW)

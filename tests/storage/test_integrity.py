"""Deliveries have no foreign keys: whoever removes an article or a chat takes them along, also at the same moment."""

import asyncio

import pytest
from sqlalchemy import or_, select

from storage import articles, chats, outbox
from storage.models import ArticleRow, Chat, Delivery
from storage.statements import run, table
from tests.storage import made
from tests.storage.made import NOW, claim, later, settle

OLD, NEW = -55, -1_000_000_000_055


async def rows(session):
    row = table(Delivery).c
    return [tuple(one) for one in await run(session, select(row.article_id, row.chat_id).order_by(*row))]


async def orphans(session):
    row = table(Delivery).c
    lost = or_(
        row.article_id.not_in(select(table(ArticleRow).c.id)), row.chat_id.not_in(select(table(Chat).c.id))
    )
    return (await run(session, select(row.article_id, row.chat_id).where(lost))).all()


async def undeclared(session):
    """Articles go at once when their source is no longer declared."""
    await made.sources.sync(session, [], NOW)


async def in_turn(sessions, other_sessions, first, second):
    """`second` begins while `first` has not committed."""

    async def do(its, work):
        async with its.write() as session:
            await work(session)

    async with sessions.write() as session:
        await first(session)
        other = asyncio.create_task(do(other_sessions, second))
        await asyncio.sleep(0.2)
    await other


async def test_an_article_that_goes_takes_its_deliveries_along_whatever_became_of_them(sessions):
    async with sessions.write() as session:
        await made.owed(session, [1, 2, 3, 4])
        await settle(session, "sent", *await claim(session, chats=1), message_id=4)
        assert len(await claim(session, chats=1)) == 1
        await settle(session, "later", *await claim(session, chats=1), due=NOW)
        assert len(await rows(session)) == 3
        await undeclared(session)
        assert await articles.expire(session, later(days=1), 10) == 1
        assert await rows(session) == []


async def test_an_article_that_stays_keeps_its_deliveries(sessions):
    async with sessions.write() as session:
        (article,) = await made.owed(session)
        assert await articles.expire(session, later(days=1), 10) == 1  # its text
        assert await rows(session) == [(article, 1)]


@pytest.mark.parametrize("known", [True, False], ids=["known already", "new"])
async def test_a_chat_that_moves_leaves_no_delivery_behind(sessions, known):
    async with sessions.write() as session:
        ids = await made.owed(session, [OLD, NEW] if known else [OLD], 2)
        await settle(session, "sent", *await claim(session, per_chat=1), message_id=4)
        await chats.migrate(session, OLD, NEW)
        assert await rows(session) == [(article, NEW) for article in ids]


async def test_what_is_being_owed_to_a_chat_that_moves_moves_too(sessions, other_sessions):
    async with sessions.write() as session:
        await made.chat(session, OLD, "sport")
        article = await made.article(session, await made.source(session))
    await in_turn(
        sessions,
        other_sessions,
        lambda session: outbox.fan_out(session, article, ["sport"]),
        lambda session: chats.migrate(session, OLD, NEW),
    )
    async with sessions.read() as session:
        assert await rows(session) == [(article, NEW)]


@pytest.mark.parametrize("known", [True, False], ids=["known already", "new"])
async def test_what_is_owed_while_a_chat_moves_is_owed_to_the_new_one(sessions, other_sessions, known):
    async with sessions.write() as session:
        for chat_id in (OLD, NEW) if known else (OLD,):
            await made.chat(session, chat_id, "sport")
        article = await made.article(session, await made.source(session))
    await in_turn(
        sessions,
        other_sessions,
        lambda session: chats.migrate(session, OLD, NEW),
        lambda session: outbox.fan_out(session, article, ["sport"]),
    )
    async with sessions.read() as session:
        assert await rows(session) == [(article, NEW)]


@pytest.mark.parametrize("first", ["owes", "goes"])
async def test_an_article_that_goes_while_it_is_being_owed_leaves_nothing(sessions, other_sessions, first):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
        article = await made.article(session, await made.source(session))
        await undeclared(session)
    both = [
        lambda session: outbox.fan_out(session, article, ["sport"]),
        lambda session: articles.expire(session, later(days=1), 10),
    ]
    await in_turn(sessions, other_sessions, *(both if first == "owes" else reversed(both)))
    async with sessions.read() as session:
        assert await rows(session) == []


@pytest.mark.parametrize("first", ["settles", "goes"])
async def test_a_retry_that_is_sent_while_its_article_goes_leaves_nothing(sessions, other_sessions, first):
    async with sessions.write() as session:
        await made.owed(session)
        await settle(session, "later", *await claim(session), due=NOW)
        again = await claim(session)
        assert again[0].notice_id
        await undeclared(session)
    both = [
        lambda session: settle(session, "sent", *again, message_id=4),
        lambda session: articles.expire(session, later(days=1), 10),
    ]
    await in_turn(sessions, other_sessions, *(both if first == "settles" else reversed(both)))
    async with sessions.read() as session:
        assert await rows(session) == []


@pytest.mark.parametrize("first", ["settles", "moves"])
async def test_a_retry_that_is_sent_while_its_chat_moves_is_not_left_with_the_old_one(
    sessions, other_sessions, first
):
    async with sessions.write() as session:
        await made.owed(session, [OLD])
        await settle(session, "later", *await claim(session), due=NOW)
        again = await claim(session)
    both = [
        lambda session: settle(session, "sent", *again, message_id=4),
        lambda session: chats.migrate(session, OLD, NEW),
    ]
    await in_turn(sessions, other_sessions, *(both if first == "settles" else reversed(both)))
    async with sessions.read() as session:
        assert await orphans(session) == []

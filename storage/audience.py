"""Owing an article to those who follow its topics: one INSERT … SELECT a page."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, exists, func, literal, null, select, union, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.catalogue import ALL
from storage.models import ArticleRow, Chat, Delivery, FanOut, Notice, Subscription
from storage.statements import insert, run, table

PAGE = 10_000
_BEFORE_ALL = -(2**63)
_COLUMNS = ["article_id", "chat_id", "thread_id", "lease", "attempt", "message_id"]


async def fan_out(
    session: AsyncSession, article_id: int, topics: Collection[str], *, page: int = PAGE
) -> int:
    """Owes an article to every active, unpaused chat that follows one of these topics (or `all`) since before the
    article was first seen, and has not got it yet. Writes one page, channels and groups first; where the audience is
    larger, a FanOut row keeps the cursor for `continue_fan_out`. Returns the rows written. Locks the article."""
    first_seen = await _locked(session, article_id)
    if first_seen is None:
        return 0
    wanted = {ALL, *topics}
    written, cursor = await _page(session, article_id, first_seen, wanted, _BEFORE_ALL, page)
    if cursor is not None:
        await _remember(session, article_id, wanted, cursor)
    return written


async def continue_fan_out(session: AsyncSession, *, page: int = PAGE) -> int | None:
    """Writes the next page of the oldest unfinished fan-out and returns its rows; None when there is none."""
    row = table(FanOut).c
    oldest: int | None = (await run(session, select(func.min(row.article_id)))).scalar_one()
    if oldest is None:
        return None
    first_seen = await _locked(session, oldest)
    unfinished = (
        await run(session, select(row.topics, row.cursor).where(row.article_id == oldest))
    ).one_or_none()
    if first_seen is None or unfinished is None:
        return 0  # another has just finished it
    written, cursor = await _page(session, oldest, first_seen, unfinished.topics, unfinished.cursor, page)
    if cursor is None:
        await run(session, delete(table(FanOut)).where(row.article_id == oldest))
    else:
        await run(session, update(table(FanOut)).where(row.article_id == oldest).values(cursor=cursor))
    return written


async def _locked(session: AsyncSession, article_id: int) -> datetime | None:
    """When the article was first seen. Locked, so that two who owe it do not both count a chat as not served yet."""
    row = table(ArticleRow).c
    query = select(row.first_seen).where(row.id == article_id).with_for_update(key_share=True)
    found: datetime | None = (await run(session, query)).scalar_one_or_none()
    return found


async def _remember(session: AsyncSession, article_id: int, topics: set[str], cursor: int) -> None:
    """Keeps where to go on; with one kept already, the earlier place for the topics of both."""
    row = table(FanOut).c
    kept = (
        await run(session, select(row.topics, row.cursor).where(row.article_id == article_id))
    ).one_or_none()
    if kept:
        topics, cursor = topics | set(kept.topics), min(cursor, kept.cursor)
        await run(session, delete(table(FanOut)).where(row.article_id == article_id))
    await run(
        session, insert(session, FanOut).values(article_id=article_id, topics=sorted(topics), cursor=cursor)
    )


async def _page(
    session: AsyncSession,
    article_id: int,
    first_seen: datetime,
    topics: Collection[str],
    cursor: int,
    page: int,
) -> tuple[int, int | None]:
    """Owes it to the next `page` chats above `cursor`; returns the rows written and the new cursor, None at the end."""
    last: int | None = (await run(session, _last_of_page(topics, cursor, page))).scalar_one_or_none()
    audience = _audience(article_id, first_seen, topics, cursor, last)
    owe = insert(session, Delivery).from_select(_COLUMNS, audience).on_conflict_do_nothing()
    return (await run(session, owe)).rowcount, last


def _last_of_page(topics: Collection[str], cursor: int, page: int) -> Select[Any]:
    """The last chat of this page; none where fewer are left. The page is cut from the subscriptions as they stand in
    the index, before any filter: one LIMIT a topic, so that its cost does not grow with the audience."""
    row = table(Subscription).c
    each = (
        select(row.chat_id).where(row.topic == topic, row.chat_id > cursor).order_by(row.chat_id).limit(page)
        for topic in sorted(topics)
    )
    merged = union(*(select(part.subquery()) for part in each)).subquery()
    return select(merged.c.chat_id).order_by(merged.c.chat_id).limit(1).offset(page - 1)


def _audience(
    article_id: int, first_seen: datetime, topics: Collection[str], cursor: int, last: int | None
) -> Select[Any]:
    follows, chat = table(Subscription).c, table(Chat).c
    delivery, notice = table(Delivery).c, table(Notice).c
    has_it = exists().where(delivery.article_id == article_id, delivery.chat_id == follows.chat_id)
    noted = select(notice.chat_id).where(notice.article_id == article_id, notice.kind == "headline")
    query = (
        select(literal(article_id), follows.chat_id, func.min(follows.thread_id), null(), literal(0), null())
        .join_from(table(Subscription), table(Chat), chat.id == follows.chat_id)
        .where(follows.topic.in_(sorted(topics)), follows.chat_id > cursor, follows.created <= first_seen)
        .where(chat.state == "active", ~chat.paused, chat.since <= first_seen)
        .where(~has_it, follows.chat_id.not_in(noted))
        .group_by(follows.chat_id)
        .order_by(follows.chat_id)
    )
    return query if last is None else query.where(follows.chat_id <= last)

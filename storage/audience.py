"""Owing an article to those who follow its topics: one INSERT … SELECT a page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, literal, null, select, text, union, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.catalogue import ALL
from storage import bell
from storage.models import ArticleRow, Chat, Delivery, FanOut, Notice, Subscription
from storage.reachable import HEADLINES
from storage.statements import dialect, insert, run, table

PAGES = {"sqlite": 2_000, "postgresql": 20_000}
"""Rows: about 10 ms of SQLite's write lock; on PostgreSQL nobody waits, and what a page costs by itself shows less."""
FIRST_PAGE = 1_000
"""Smaller, because a poll owes all that it found in one transaction."""
_BEFORE_ALL = -(2**63)
_FANNING_OUT = 0x7469636B_00000004
"""Advisory lock, "tick" 4: shared by fan-outs on PostgreSQL, held alone while a chat moves. `delivery` has no foreign
keys, whose checks would take half of a fan-out's time; so a chat must not go while it is being owed something."""
_COLUMNS = ["article_id", "chat_id", "thread_id", "lease", "attempt", "message_id"]


@dataclass(frozen=True, slots=True)
class _Held:
    """An article that is being owed: when it was first seen, and the articles that tell the same, itself included."""

    id: int
    first_seen: datetime
    story: Sequence[int]


async def fan_out(
    session: AsyncSession, article_id: int, topics: Collection[str], *, page: int = FIRST_PAGE
) -> int:
    """Owes an article to every active, unpaused chat that follows one of these topics (or `all`) since before the
    article was first seen, and has got neither it yet nor another of its story. Writes one page, channels and groups
    first; where the audience is larger, a FanOut row keeps the cursor for `continue_fan_out`. Returns the rows
    written. Locks the article."""
    article = await _locked(session, article_id)
    if article is None:
        return 0
    wanted = {ALL, *topics}
    written, cursor = await _page(session, article, wanted, _BEFORE_ALL, page)
    if cursor is not None:
        await _remember(session, article_id, wanted, cursor)
    if written or cursor is not None:
        await bell.ring(session)
    return written


async def unfinished(session: AsyncSession) -> bool:
    """Whether there is anything for `continue_fan_out`."""
    return (await run(session, select(table(FanOut).c.article_id).limit(1))).first() is not None


async def oldest_coming(session: AsyncSession) -> datetime | None:
    """When the oldest article was first seen that has not come to all chats yet; None without any."""
    article, row = table(ArticleRow).c, table(FanOut).c
    query = select(func.min(article.first_seen)).join_from(
        table(FanOut), table(ArticleRow), article.id == row.article_id
    )
    first: datetime | None = (await run(session, query)).scalar_one()
    return first


async def continue_fan_out(session: AsyncSession, *, page: int | None = None) -> int | None:
    """Writes the next page of the unfinished fan-out that is least far and returns its rows; None when there is none.
    So all go on side by side, and what is owed to a chat at once still comes to it as one message."""
    row = table(FanOut).c
    least_far = select(row.article_id).order_by(row.cursor, row.article_id).limit(1)
    article_id: int | None = (await run(session, least_far)).scalar_one_or_none()
    if article_id is None:
        return None
    article = await _locked(session, article_id)
    kept = (
        await run(session, select(row.topics, row.cursor).where(row.article_id == article_id))
    ).one_or_none()
    if article is None or kept is None:
        return 0  # another has just finished it
    size = page or PAGES[dialect(session)]
    written, cursor = await _page(session, article, kept.topics, kept.cursor, size)
    if cursor is None:
        await run(session, delete(table(FanOut)).where(row.article_id == article_id))
    else:
        await run(session, update(table(FanOut)).where(row.article_id == article_id).values(cursor=cursor))
    return written


async def exclude_fan_outs(session: AsyncSession) -> None:
    """Waits for the fan-outs that write at this moment, and holds up others until this commits."""
    if dialect(session) == "postgresql":
        await run(session, text("SELECT pg_advisory_xact_lock(:key)"), {"key": _FANNING_OUT})


async def _begin_page(session: AsyncSession) -> None:
    """By itself, before the statement that is to see what whoever excluded it has written. That one is planned anew
    each time: a plan kept from when `delivery` was empty would read all of it for each chat."""
    if dialect(session) == "postgresql":
        begin = text(
            "SELECT pg_advisory_xact_lock_shared(:key), set_config('plan_cache_mode', 'force_custom_plan', true)"
        )
        await run(session, begin, {"key": _FANNING_OUT})


async def _locked(session: AsyncSession, article_id: int) -> _Held | None:
    """The article, locked, so that two who owe it do not both count a chat as not served yet; with the first of its
    story, so that those who owe another of it do not either."""
    row = table(ArticleRow).c
    query = select(row.first_seen, row.story_id).where(row.id == article_id)
    found = (await run(session, query.with_for_update(key_share=True))).one_or_none()
    if found is None:
        return None
    if found.story_id is None:
        return _Held(article_id, found.first_seen, [article_id])
    await run(session, select(row.id).where(row.id == found.story_id).with_for_update(key_share=True))
    story = (await run(session, select(row.id).where(row.story_id == found.story_id))).scalars().all()
    return _Held(article_id, found.first_seen, story)


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
    session: AsyncSession, article: _Held, topics: Collection[str], cursor: int, page: int
) -> tuple[int, int | None]:
    """Owes it to the next `page` chats above `cursor`, but to none that an older article has yet to come to: each chat
    gets them in order. Returns the rows written and the new cursor, None at the end."""
    await _begin_page(session)
    last: int | None = (await run(session, _last_of_page(topics, cursor, page))).scalar_one_or_none()
    older = select(func.min(table(FanOut).c.cursor)).where(table(FanOut).c.article_id < article.id)
    reached: int | None = (await run(session, older)).scalar_one()
    if reached is not None:
        last = reached if last is None else min(last, reached)
    audience = _audience(article, topics, cursor, last)
    owe = insert(session, Delivery).from_select(_COLUMNS, audience)
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


def _audience(article: _Held, topics: Collection[str], cursor: int, last: int | None) -> Select[Any]:
    def within(chat_id: ColumnElement[int]) -> list[ColumnElement[bool]]:
        """The page, said of each table: PostgreSQL would read all of it for each page."""
        return [chat_id > cursor] if last is None else [chat_id > cursor, chat_id <= last]

    follows, chat = table(Subscription).c, table(Chat).c
    delivery, notice = table(Delivery).c, table(Notice).c
    has_it = exists().where(
        _of(article, delivery.article_id), delivery.chat_id == follows.chat_id, *within(delivery.chat_id)
    )
    noted = select(notice.chat_id).where(_of(article, notice.article_id), notice.kind == "headline")
    return (
        select(literal(article.id), follows.chat_id, func.min(follows.thread_id), null(), literal(0), null())
        .join_from(table(Subscription), table(Chat), chat.id == follows.chat_id)
        .where(follows.topic.in_(sorted(topics)), follows.created <= article.first_seen)
        .where(text(HEADLINES), chat.since <= article.first_seen)
        .where(*within(follows.chat_id), *within(chat.id))
        .where(~has_it, follows.chat_id.not_in(noted))
        .group_by(follows.chat_id)
        .order_by(follows.chat_id)
    )


def _of(article: _Held, article_id: ColumnElement[int]) -> ColumnElement[bool]:
    """That a row is about this article or another of its story."""
    return article_id == article.id if len(article.story) == 1 else article_id.in_(article.story)

"""Corrections of articles that are out already: which messages are to be edited, page by page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, text, tuple_, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import correction
from storage import bell
from storage.models import ArticleRow, Chat, Correction, Delivery, Notice
from storage.owed import Owed
from storage.reachable import ANYTHING
from storage.statements import chunks, insert, run, table

PAGE = 200
MOST_WAITING = 200
"""Edits are few at a time in the outbox, so that they never stand before many headlines."""
_BEFORE_ALL = -(2**63)


async def note(session: AsyncSession, article_id: int, now: datetime) -> bool:
    """An article has changed: the messages that hold it are due for an edit, from the first on. Returns whether there
    will be one: not where nobody has it, nor after enough of them."""
    row, delivery = table(Correction).c, table(Delivery).c
    out = select(delivery.chat_id).where(delivery.article_id == article_id, _is_out()).limit(1)
    kept = (
        await run(session, select(row.edits, row.begun).where(row.article_id == article_id).with_for_update())
    ).one_or_none()
    due = correction.next_round(kept.edits if kept else 0, kept.begun if kept else None, now)
    if due is None or (await run(session, out)).first() is None:
        return False
    values = {"due": due, "cursor": None}
    new = insert(session, Correction).values(article_id=article_id, edits=0, **values)
    await run(session, new.on_conflict_do_update(index_elements=["article_id"], set_=values))
    await bell.ring(session)
    return True


async def next_due(session: AsyncSession) -> datetime | None:
    """When `owe_edits` has something to do."""
    row = table(Correction).c
    due: datetime | None = (
        await run(session, select(func.min(row.due)).where(row.due.is_not(None)))
    ).scalar_one()
    return due


async def waiting(session: AsyncSession) -> int:
    """How many edits stand in the outbox and can be sent."""
    row = table(Notice).c
    edits = select(row.id).where(row.kind == "edit", row.due.is_not(None), _to_active(row.chat_id))
    edits = edits.limit(MOST_WAITING)
    count: int = (await run(session, select(func.count()).select_from(edits.subquery()))).scalar_one()
    return count


async def owe_edits(session: AsyncSession, now: datetime, *, page: int = PAGE) -> int | None:
    """Owes an edit to the next `page` chats that have the article whose correction has been due longest; returns how
    many, None when there is nothing to do. One that is being sent at this moment may show the article as it was: its
    chat is among them, and gets its edit once that has ended."""
    row = table(Correction).c
    first = select(row.article_id, row.cursor).where(row.due <= now).order_by(row.due, row.article_id)
    found = (await run(session, first.limit(1).with_for_update(skip_locked=True))).first()
    if found is None:
        return None
    beginning = found.cursor is None
    last, count = await _page(
        session, found.article_id, _BEFORE_ALL if beginning else found.cursor, page, now
    )
    values: dict[str, Any] = {"cursor": last}
    if beginning:
        values |= {"edits": row.edits + 1, "begun": now}
    if last is None:
        values |= {"due": None}
    await run(session, update(table(Correction)).where(row.article_id == found.article_id).values(values))
    return count


async def _page(
    session: AsyncSession, article_id: int, cursor: int, page: int, now: datetime
) -> tuple[int | None, int]:
    """Owes a page of edits; returns the last chat of it (None at the end), and how many are owed."""
    threads = await _next_chats(session, article_id, cursor, page)
    had = await _owed_already(session, article_id)
    same = {
        "kind": "edit",
        "article_id": article_id,
        "payload": {},
        "due": now,
        "attempts": 0,
        "created": now,
    }
    edits = [
        same | {"chat_id": chat_id, "thread_id": thread_id}
        for chat_id, thread_id in threads.items()
        if chat_id not in had
    ]
    if edits:
        await run(session, insert(session, Notice), edits)
    return (max(threads) if len(threads) == page else None), len(edits)


async def _next_chats(session: AsyncSession, article_id: int, cursor: int, page: int) -> dict[int, int]:
    """The next active chats that have it, or are just getting it, each with the thread."""
    delivery, notice = table(Delivery).c, table(Notice).c
    sent = select(delivery.chat_id, delivery.thread_id).where(
        delivery.article_id == article_id, delivery.chat_id > cursor, _is_out()
    )
    again = select(notice.chat_id, notice.thread_id).where(
        notice.article_id == article_id, notice.chat_id > cursor, notice.kind == "headline"
    )
    found: dict[int, int] = {}
    for query in (again.where(notice.lease.is_not(None)), sent):
        chat = query.selected_columns[0]
        next_ones = query.where(_to_active(chat)).order_by(chat).limit(page)
        found |= {one.chat_id: one.thread_id for one in await run(session, next_ones)}
    return dict(sorted(found.items())[:page])


async def _owed_already(session: AsyncSession, article_id: int) -> set[int]:
    """Chats whose edit has not begun: it will show the article as it is by then."""
    row = table(Notice).c
    query = select(row.chat_id).where(
        row.article_id == article_id, row.kind == "edit", row.lease.is_(None), row.due.is_not(None)
    )
    return set((await run(session, query)).scalars())


def _to_active(chat_id: ColumnElement[int]) -> ColumnElement[bool]:
    """That something can be sent to this chat."""
    chat = table(Chat).c
    return exists().where(chat.id == chat_id, text(ANYTHING))


def _is_out() -> Any:
    """Sent with a message to edit, or being sent."""
    row = table(Delivery).c
    return or_(row.message_id > 0, and_(row.message_id.is_(None), row.lease.is_not(None)))


async def resolved(session: AsyncSession, owed: Sequence[Owed]) -> list[Owed]:
    """The same, with what an edit needs: its `payload` is {"message": id, "articles": ids of all in that message}. The
    payload of one whose message is not there stays empty."""
    edits = [one for one in owed if one.kind == "edit"]
    if not edits:
        return list(owed)
    messages = await _messages(session, edits)
    payloads = {id(one): await _payload(session, one, messages) for one in edits}
    return [replace(one, payload=payloads[id(one)]) if one.kind == "edit" else one for one in owed]


async def _messages(session: AsyncSession, edits: Sequence[Owed]) -> dict[tuple[int | None, int], int]:
    """The id of the message that holds an article in a chat."""
    row = table(Delivery).c
    found: dict[tuple[int | None, int], int] = {}
    for part in chunks([(one.article_id, one.chat_id) for one in edits], 200):
        query = select(row.article_id, row.chat_id, row.message_id)
        query = query.where(tuple_(row.article_id, row.chat_id).in_(part), row.message_id > 0)
        found |= {(one.article_id, one.chat_id): one.message_id for one in await run(session, query)}
    return found


async def _payload(
    session: AsyncSession, edit: Owed, messages: dict[tuple[int | None, int], int]
) -> dict[str, Any]:
    """All articles of the message. Only those are put into one that were found at nearly the same time, so only the
    neighbours are looked at: the key begins with the article, and an index by message would cost every delivery."""
    message = messages.get((edit.article_id, edit.chat_id))
    if message is None or edit.article_id is None:
        return {}
    row, article = table(Delivery).c, table(ArticleRow).c
    query = (
        select(row.article_id)
        .join_from(table(ArticleRow), table(Delivery), row.article_id == article.id)
        .where(
            article.id.between(edit.article_id - correction.TOGETHER, edit.article_id + correction.TOGETHER)
        )
        .where(row.chat_id == literal(edit.chat_id), row.message_id == message)
        .order_by(row.article_id)
    )
    return {"message": message, "articles": list((await run(session, query)).scalars())}

"""What a sender that died left leased: it may have been sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, literal, null, select, union_all, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Delivery, Notice
from storage.owed import Owed, Settlement
from storage.settling import settle
from storage.statements import run, table

TRIES = 2
UNKNOWN = "unknown"


async def give_up(session: AsyncSession, now: datetime) -> int:
    """Makes dead with reason `unknown` what was tried twice and left leased again; returns how much. Only while no
    other sends."""
    delivery, notice = table(Delivery).c, table(Notice).c
    tired = await _owed(session, _deliveries().where(delivery.attempt >= TRIES))
    tired += await _owed(session, _notices().where(notice.attempts >= TRIES))
    await settle(session, [Settlement(one, "dead", reason=UNKNOWN) for one in tired], now)
    return len(tired)


async def doubtful(session: AsyncSession, *, chats: int, lease: int) -> list[Owed]:
    """Takes over what a dead sender left leased, longest left chats first, counting an attempt. What has been tried
    twice is left to `give_up`. Only while no other sends: whoever lives has leases, too."""
    delivery, notice = table(Delivery).c, table(Notice).c
    deliveries = _deliveries().where(delivery.attempt < TRIES)
    notices = _notices().where(notice.attempts < TRIES)
    left = union_all(
        deliveries.with_only_columns(delivery.chat_id, delivery.lease),
        notices.with_only_columns(notice.chat_id, notice.lease),
    ).subquery()
    query = select(left.c.chat_id).group_by(left.c.chat_id)
    query = query.order_by(func.min(left.c.lease), left.c.chat_id).limit(chats)
    chosen = list((await run(session, query)).scalars())
    taken = await _owed(session, deliveries.where(delivery.chat_id.in_(chosen)))
    taken += await _owed(session, notices.where(notice.chat_id.in_(chosen)))
    await _lease(session, taken, lease)
    return sorted(taken, key=lambda one: (chosen.index(one.chat_id), one.article_id or 0))


def _deliveries() -> Select[Any]:
    row = table(Delivery).c
    same = (null().label("notice_id"), literal("headline").label("kind"), null().label("payload"))
    query = select(row.chat_id, row.thread_id, row.article_id, (row.attempt + 1).label("attempt"), *same)
    return query.where(row.message_id.is_(None), row.lease.is_not(None))


def _notices() -> Select[Any]:
    row = table(Notice).c
    own = (row.id.label("notice_id"), row.kind, row.payload)
    query = select(row.chat_id, row.thread_id, row.article_id, (row.attempts + 1).label("attempt"), *own)
    return query.where(row.lease.is_not(None))


async def _owed(session: AsyncSession, query: Select[Any]) -> list[Owed]:
    locked = query.with_for_update(skip_locked=True)
    return [Owed(**row) for row in (await run(session, locked)).mappings()]


async def _lease(session: AsyncSession, taken: list[Owed], lease: int) -> None:
    delivery, notice = table(Delivery), table(Notice)
    this = (delivery.c.article_id == bindparam("article")) & (delivery.c.chat_id == bindparam("chat"))
    this &= delivery.c.thread_id == bindparam("thread")
    statements = {
        False: update(delivery).where(this).values(lease=lease, attempt=delivery.c.attempt + 1),
        True: update(notice)
        .where(notice.c.id == bindparam("notice"))
        .values(lease=lease, attempts=notice.c.attempts + 1),
    }
    for noted, statement in statements.items():
        rows = [
            {"article": one.article_id, "chat": one.chat_id, "thread": one.thread_id, "notice": one.notice_id}
            for one in taken
            if (one.notice_id is not None) is noted
        ]
        if rows:
            await run(session, statement, rows)

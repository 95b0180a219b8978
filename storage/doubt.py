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
_NEVER = 2**62


async def give_up(session: AsyncSession, now: datetime, *, run_out: bool = True) -> int:
    """Makes dead with reason `unknown` what was tried twice and left leased again, as `doubtful` finds it; returns how
    much."""
    of_delivery, of_notice = _left_leased(now, run_out=run_out)
    tired = await _owed(session, _deliveries().where(*of_delivery, table(Delivery).c.attempt >= TRIES))
    tired += await _owed(session, _notices().where(*of_notice, table(Notice).c.attempts >= TRIES))
    await settle(session, [Settlement(one, "dead", reason=UNKNOWN) for one in tired], now)
    return len(tired)


async def doubtful(
    session: AsyncSession, now: datetime, *, chats: int, lease: int, run_out: bool = True
) -> list[Owed]:
    """Takes over what a dead sender left leased: what has `run_out`, or all (give False only while no other sends).
    Longest left chats first, counting an attempt. What has been tried twice is left to `give_up`."""
    delivery, notice = table(Delivery).c, table(Notice).c
    of_delivery, of_notice = _left_leased(now, run_out=run_out)
    of_delivery, of_notice = [*of_delivery, delivery.attempt < TRIES], [*of_notice, notice.attempts < TRIES]
    left = union_all(
        select(delivery.chat_id, delivery.lease).where(*of_delivery),
        select(notice.chat_id, notice.lease).where(*of_notice),
    ).subquery()
    first = func.min(left.c.lease)
    query = select(left.c.chat_id).group_by(left.c.chat_id).order_by(first, left.c.chat_id).limit(chats)
    chosen = list((await run(session, query)).scalars())
    taken = await _owed(session, _deliveries().where(*of_delivery, delivery.chat_id.in_(chosen)))
    taken += await _owed(session, _notices().where(*of_notice, notice.chat_id.in_(chosen)))
    await _lease(session, taken, lease)
    return sorted(taken, key=lambda one: (chosen.index(one.chat_id), one.article_id or 0))


def _left_leased(now: datetime, *, run_out: bool) -> tuple[list[Any], list[Any]]:
    """The conditions for deliveries and for notices."""
    until = int(now.timestamp()) if run_out else _NEVER
    delivery, notice = table(Delivery).c, table(Notice).c
    return [delivery.message_id.is_(None), delivery.lease <= until], [notice.lease <= until]


def _deliveries() -> Select[Any]:
    row = table(Delivery).c
    same = (null().label("notice_id"), literal("headline").label("kind"), null().label("payload"))
    query = select(row.chat_id, row.thread_id, row.article_id, (row.attempt + 1).label("attempt"), *same)
    return query.with_for_update(skip_locked=True)


def _notices() -> Select[Any]:
    row = table(Notice).c
    own = (row.id.label("notice_id"), row.kind, row.payload)
    query = select(row.chat_id, row.thread_id, row.article_id, (row.attempts + 1).label("attempt"), *own)
    return query.with_for_update(skip_locked=True)


async def _owed(session: AsyncSession, query: Select[Any]) -> list[Owed]:
    return [Owed(**row) for row in (await run(session, query)).mappings()]


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

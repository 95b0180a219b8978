"""The outbox: what is owed to whom, claimed and settled. Nothing is sent that is not here first.

The door to its parts: `audience` (owing an article to all who follow it), `claims`, `settling`, `doubt`, `pulse`.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, literal, or_, select, text, tuple_, union_all, update
from sqlmodel import col
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import audience, bell
from storage.audience import continue_fan_out as continue_fan_out
from storage.audience import fan_out as fan_out
from storage.audience import oldest_coming as oldest_coming
from storage.audience import unfinished as unfinished
from storage.claims import claim as claim
from storage.claims import next_due as next_due
from storage.doubt import doubtful as doubtful
from storage.doubt import give_up as give_up
from storage.models import ArticleRow, Chat, Delivery, Notice
from storage.owed import Counts as Counts
from storage.owed import Ending as Ending
from storage.owed import Owed as Owed
from storage.owed import Settlement as Settlement
from storage.pulse import Pulse as Pulse
from storage.pulse import pulse as pulse
from storage.reachable import ANYTHING, NOTICE
from storage.settling import settle as settle
from storage.statements import insert, run, table


async def owe_alert(session: AsyncSession, chat_id: int, payload: dict[str, Any], now: datetime) -> None:
    """Owes a notice of kind alert: `payload` is {"key": Fluent key, "args": {…}}. A chat that is not known, or that
    nothing can be sent to, is passed over."""
    chat, notice = table(Chat).c, table(Notice).c
    values = {
        "thread_id": literal(0),
        "kind": literal("alert"),
        "payload": literal(payload, notice.payload.type),
        "due": literal(now, notice.due.type),
        "attempts": literal(0),
        "created": literal(now, notice.created.type),
    }
    known = select(chat.id, *values.values()).where(chat.id == chat_id, text(ANYTHING))
    await run(session, insert(session, Notice).from_select(["chat_id", *values], known))
    await bell.ring(session)


async def cancel(session: AsyncSession, chat_id: int, *, alerts: bool = False) -> int:
    """Removes the headlines and edits owed to a chat, and the alerts if told; returns how many of them were not in
    flight: those the sender settles itself. What is dead or done stays."""
    delivery, notice = table(Delivery).c, table(Notice).c
    owed = and_(delivery.chat_id == chat_id, delivery.message_id.is_(None))
    noted = and_(notice.chat_id == chat_id, or_(notice.due.is_not(None), notice.lease.is_not(None)))
    if not alerts:
        noted &= notice.kind != "alert"
    leases: list[int | None] = []
    for rows, these, key in (
        (table(Delivery), owed, delivery.article_id),
        (table(Notice), noted, notice.id),
    ):
        # In the order in which `settle` locks them, so that neither waits for the other for ever
        await run(session, select(key).where(these).order_by(key).with_for_update())
        leases += (await run(session, delete(rows).where(these).returning(rows.c.lease))).scalars()
    return leases.count(None)


async def rekey(session: AsyncSession, old: int, new: int) -> None:
    """Makes owed and done to chat `new` what was so to `old`, but for what `new` has or is owed itself: that goes. What
    was in flight to `old` is owed again: nothing arrives there any more. What is done has no message any more to edit:
    ids begin anew there. Locks out fan-outs."""
    await audience.exclude_fan_outs(session)
    delivery, notice = table(Delivery), table(Notice)
    sent = update(delivery).where(delivery.c.chat_id == old, delivery.c.message_id > 0)
    await run(session, sent.values(message_id=0))
    its, noted = delivery.alias().c, notice.alias().c
    got = select(its.article_id).where(its.chat_id == old, its.message_id.is_not(None))
    for rows in (delivery, notice):
        owed_again = (rows.c.chat_id == new, rows.c.lease.is_(None), rows.c.article_id.in_(got))
        await run(session, delete(rows).where(*owed_again))
    known = union_all(
        select(its.article_id).where(its.chat_id == new),
        select(noted.article_id).where(noted.chat_id == new, noted.kind == "headline"),
    )
    for rows in (delivery, notice):
        moves = or_(rows.c.article_id.is_(None), rows.c.article_id.not_in(known))
        await run(session, update(rows).where(rows.c.chat_id == old, moves).values(chat_id=new, lease=None))
    await run(session, delete(delivery).where(delivery.c.chat_id == old))


async def counts(session: AsyncSession) -> Counts:
    """The outbox in numbers. Looks at every row: not for a hot path."""
    delivery, notice = table(Delivery).c, table(Notice).c
    open_ = delivery.message_id.is_(None)
    deliveries = select(
        func.count().filter(open_),
        func.count().filter(open_, delivery.lease.is_not(None)),
        func.count(delivery.message_id),
    )
    dead = and_(notice.due.is_(None), notice.lease.is_(None))
    notices = select(func.count().filter(~dead), func.count(notice.lease), func.count().filter(dead))
    owed, leased, done = (await run(session, deliveries)).one()
    noted, noted_leased, dead_ones = (await run(session, notices)).one()
    return Counts(owed=owed + noted, in_doubt=leased + noted_leased, dead=dead_ones, done=done)


async def listing(session: AsyncSession, limit: int) -> list[Notice]:
    """Dead and waiting notices, newest first."""
    query = select_rows(Notice).order_by(col(Notice.created).desc(), col(Notice.id).desc()).limit(limit)
    return list(await session.exec(query))


async def retry(session: AsyncSession, now: datetime) -> int:
    """Makes the dead due again; returns how many. What could not be sent now anyway stays dead: all of a chat that is
    not active, headlines of one that is paused. It would wait there, and arrive as news some day."""
    row, chat = table(Notice).c, table(Chat).c
    active = exists().where(chat.id == row.chat_id, text(NOTICE))
    dead = update(table(Notice)).where(row.due.is_(None), row.lease.is_(None))
    return (await run(session, dead.where(active).values(due=now, attempts=0))).rowcount


async def forget_done(session: AsyncSession, before: datetime, limit: int) -> int:
    """Removes done deliveries of articles first seen before this; returns how many."""
    article, row = table(ArticleRow).c, table(Delivery).c
    # Ids grow with time, so only the articles after the last old one are looked at
    last_old = select(article.id).where(article.first_seen < before).order_by(article.id.desc()).limit(1)
    article_id = (await run(session, last_old)).scalar_one_or_none()
    if article_id is None:
        return 0
    key = (row.article_id, row.chat_id, row.thread_id)
    old = (
        select(*key)
        .where(row.article_id <= article_id, row.message_id.is_not(None))
        .order_by(*key)
        .limit(limit)
    )
    return (await run(session, delete(table(Delivery)).where(tuple_(*key).in_(old)))).rowcount

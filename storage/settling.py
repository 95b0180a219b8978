"""Writing how claimed deliveries and notices ended: many at once, by plain statements."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import JSON, BigInteger, Text, bindparam, delete, literal, null, select, update
from sqlalchemy import insert as insert_plainly
from sqlalchemy.sql.dml import UpdateBase
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Delivery, Notice
from storage.owed import Settlement
from storage.statements import insert, run, table
from storage.times import UtcDateTime

_DONE_COLUMNS = ["article_id", "chat_id", "thread_id", "lease", "attempt", "message_id"]
_NOTICE_COLUMNS = [
    *(
        "chat_id",
        "thread_id",
        "kind",
        "article_id",
        "payload",
        "due",
        "lease",
        "attempts",
        "reason",
        "created",
    ),
]


async def settle(session: AsyncSession, settlements: Sequence[Settlement], now: datetime) -> None:
    """Writes how claimed deliveries ended. A sent one keeps its message id; what needs a time or a reason becomes a
    notice; a sent notice of kind headline becomes a done delivery again. One that was cancelled meanwhile stays so."""
    for one in settlements:
        if one.ending == "later" and one.due is None:
            raise ValueError("a delivery that is to be sent later needs its due time")
    in_order = sorted(settlements, key=_place)
    for ending in ("sent", "again", "later", "dead", "cancelled"):
        ended = [one for one in in_order if one.ending == ending]
        deliveries = [_values(one, now) for one in ended if one.owed.notice_id is None]
        notices = [_values(one, now) for one in ended if one.owed.notice_id is not None]
        for statement in _for_deliveries(ending) if deliveries else []:
            await run(session, statement, deliveries)
        for statement in _for_notices(session, ending) if notices else []:
            await run(session, statement, notices)


def _place(one: Settlement) -> tuple[int, int]:
    """The order in which rows of one chat are locked, here and where they are cancelled."""
    return one.owed.notice_id or 0, one.owed.article_id or 0


def _values(one: Settlement, now: datetime) -> dict[str, Any]:
    """The values of all statements below, whichever it is."""
    counts = one.counted or one.ending != "later"
    return {
        "article": one.owed.article_id,
        "chat": one.owed.chat_id,
        "thread": one.owed.thread_id,
        "notice": one.owed.notice_id,
        "message": one.message_id or 0,  # 0: there was nothing to send, and it is done all the same
        "until": one.due if one.ending == "later" else None,
        "why": one.reason or None,
        "uncounted": 0 if counts else 1,
        "at": now,
    }


@cache
def _for_deliveries(ending: str) -> list[UpdateBase]:
    row = table(Delivery).c
    this = (row.article_id == bindparam("article")) & (row.chat_id == bindparam("chat"))
    this &= (row.thread_id == bindparam("thread")) & row.message_id.is_(None)
    if ending == "sent":
        return [update(table(Delivery)).where(this).values(message_id=bindparam("message"), lease=None)]
    if ending == "again":
        given_back = {"lease": None, "attempt": row.attempt - 1}
        return [update(table(Delivery)).where(this, row.lease.is_not(None)).values(given_back)]
    gone = delete(table(Delivery)).where(this)
    if ending == "cancelled":
        return [gone]
    noted = select(
        *(row.chat_id, row.thread_id, literal("headline"), row.article_id, literal({}, JSON)),
        *(
            bindparam("until", type_=UtcDateTime()),
            null(),
            row.attempt - bindparam("uncounted", type_=BigInteger()),
        ),
        *(bindparam("why", type_=Text()), bindparam("at", type_=UtcDateTime())),
    ).where(this)
    return [insert_plainly(table(Notice)).from_select(_NOTICE_COLUMNS, noted), gone]


def _for_notices(session: AsyncSession, ending: str) -> list[UpdateBase]:
    row = table(Notice).c
    this = row.id == bindparam("notice")
    if ending == "again":
        given_back = {"lease": None, "attempts": row.attempts - 1}
        return [update(table(Notice)).where(this, row.lease.is_not(None)).values(given_back)]
    if ending in ("later", "dead"):
        attempts = row.attempts - bindparam("uncounted", type_=BigInteger())
        values = {"due": bindparam("until"), "lease": None, "attempts": attempts, "reason": bindparam("why")}
        return [update(table(Notice)).where(this).values(values)]
    gone = delete(table(Notice)).where(this)
    if ending == "cancelled":
        return [gone]
    message = bindparam("message", type_=BigInteger())
    done = select(row.article_id, row.chat_id, row.thread_id, null(), row.attempts, message)
    # Locked: its article may be going, or its chat moving, at this moment
    done = done.where(this, row.kind == "headline", row.article_id.is_not(None)).with_for_update()
    keep = insert(session, Delivery).from_select(_DONE_COLUMNS, done).on_conflict_do_nothing()
    return [keep, gone]

"""The outbox at a glance, cheap enough to be asked every few seconds beside the sending."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import FromClause, func, or_, select, text
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import ArticleRow, Delivery, FanOut, Notice
from storage.statements import dialect, run, table

MOST = 10_000
"""Rows counted of each kind: what is beyond makes no difference to whoever looks, and takes its time (these: 4 ms)."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """`owed` includes what is `in_doubt` (leased: on the wire, or left so by a sender that died); no number goes much
    above MOST. `oldest` is since when the longest waiting of them has waited: first seen, or due where it waited on
    purpose."""

    owed: int
    in_doubt: int
    dead: int
    oldest: datetime | None


async def pulse(session: AsyncSession, now: datetime, most: int = MOST) -> Pulse:
    """Looks only at what is not done, by the indexes of that."""
    await _insist_on_indexes(session)
    delivery, notice = table(Delivery).c, table(Notice).c
    owed, first = await _open_deliveries(session, most)
    leased = select(delivery.article_id).where(delivery.lease.is_not(None))
    noted = select(notice.id).where(or_(notice.due.is_not(None), notice.lease.is_not(None)))
    dead = select(notice.id).where(notice.due.is_(None), notice.lease.is_(None))
    held = select(notice.id).where(notice.lease.is_not(None))
    counted = [await _count(session, query.limit(most).subquery()) for query in (leased, noted, dead, held)]
    due = select(func.min(notice.due)).where(notice.due <= now)
    since = [await _first_seen(session, first), (await run(session, due)).scalar_one()]
    return Pulse(owed + counted[1], counted[0] + counted[3], counted[2], _earliest(since))


async def _insist_on_indexes(session: AsyncSession) -> None:
    """For the rest of the transaction. How many rows are owed or leased changes within seconds: PostgreSQL, which plans
    by what it was a while ago, would read all that is done, or all that is owed before it counts the first."""
    if dialect(session) == "postgresql":
        # Where there is no index it pretends enormous costs, and would compile the query for them (50 ms): no jit
        off = (f"set_config('{one}', 'off', true)" for one in ("enable_seqscan", "enable_bitmapscan", "jit"))
        await run(session, text(f"SELECT {', '.join(off)}"))


async def _open_deliveries(session: AsyncSession, most: int) -> tuple[int, int | None]:
    """How many, and the first article among them; an article whose fan-out is not finished is owed as well."""
    row = table(Delivery).c
    owed = select(row.article_id).where(row.message_id.is_(None))
    # Ordered as its index is, or PostgreSQL might look for them by article, through all that is done
    rows = owed.order_by(row.chat_id).limit(most).subquery()
    query = select(func.count(), func.min(rows.c.article_id)).select_from(rows)
    count, first = (await run(session, query)).one()
    unfinished = (await run(session, select(func.min(table(FanOut).c.article_id)))).scalar_one()
    return count, min((one for one in (first, unfinished) if one is not None), default=None)


async def _first_seen(session: AsyncSession, article_id: int | None) -> datetime | None:
    if article_id is None:
        return None
    row = table(ArticleRow).c
    found: datetime | None = (
        await run(session, select(row.first_seen).where(row.id == article_id))
    ).scalar_one_or_none()
    return found


async def _count(session: AsyncSession, rows: FromClause) -> int:
    count: int = (await run(session, select(func.count()).select_from(rows))).scalar_one()
    return count


def _earliest(times: Iterable[datetime | None]) -> datetime | None:
    return min((time for time in times if time is not None), default=None)

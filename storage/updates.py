"""Updates from Telegram: stored before they are confirmed, handled once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import InboxUpdate
from storage.statements import chunks, insert


async def store(session: AsyncSession, bot_id: int, updates: Sequence[tuple[int, str]], now: datetime) -> int:
    """Keeps (update_id, JSON body) pairs; those known already are passed over. Returns how many were new."""
    new = 0
    for part in chunks(updates):
        rows = [{"bot_id": bot_id, "update_id": id_, "body": body, "received": now} for id_, body in part]
        new += (
            await session.exec(insert(session, InboxUpdate).values(rows).on_conflict_do_nothing())
        ).rowcount
    return new


async def waiting(session: AsyncSession, bot_id: int, limit: int, after: int = -1) -> list[tuple[int, str]]:
    """Updates not handled yet, with an id above `after`, in order."""
    query = (
        select(InboxUpdate.update_id, InboxUpdate.body)
        .where(InboxUpdate.bot_id == bot_id, InboxUpdate.update_id > after)
        .where(col(InboxUpdate.body).is_not(None))
        .order_by(col(InboxUpdate.update_id))
        .limit(limit)
    )
    return [(update_id, body or "") for update_id, body in await session.exec(query)]


async def body(session: AsyncSession, bot_id: int, update_id: int) -> str | None:
    """The JSON of one; None once it is handled."""
    return await session.scalar(
        select(InboxUpdate.body).where(InboxUpdate.bot_id == bot_id, InboxUpdate.update_id == update_id)
    )


async def handled(session: AsyncSession, bot_id: int, update_ids: Sequence[int]) -> None:
    """Marks them handled: the body goes, the id stays."""
    for part in chunks(update_ids):
        await session.exec(
            update(InboxUpdate)
            .where(col(InboxUpdate.bot_id) == bot_id, col(InboxUpdate.update_id).in_(part))
            .values(body=None)
        )


async def forget(session: AsyncSession, before: datetime) -> int:
    """Removes handled ids received before this (two days: Telegram starts them anew after a quiet week); returns how
    many."""
    old = delete(InboxUpdate).where(col(InboxUpdate.received) < before, col(InboxUpdate.body).is_(None))
    return (await session.exec(old)).rowcount

"""Subscriptions: which topics a chat follows."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.models import Subscription
from storage.statements import insert


async def of(session: AsyncSession, chat_id: int) -> frozenset[str]:
    """The slugs a chat follows; `all` is one of them."""
    return frozenset(await session.exec(select(Subscription.topic).where(Subscription.chat_id == chat_id)))


async def add(session: AsyncSession, chat_id: int, topics: Collection[str], now: datetime) -> None:
    """Follows these too; those followed already keep their date."""
    if topics:
        rows = [{"chat_id": chat_id, "topic": topic, "thread_id": 0, "created": now} for topic in topics]
        await session.exec(insert(session, Subscription).values(rows).on_conflict_do_nothing())


async def since(session: AsyncSession, chat_id: int, topics: Collection[str]) -> datetime | None:
    """When the chat began to follow the first of these; None where it follows none of them."""
    first = select(func.min(Subscription.created)).where(Subscription.chat_id == chat_id)
    return (await session.exec(first.where(col(Subscription.topic).in_(topics)))).one()


async def remove(session: AsyncSession, chat_id: int, topics: Collection[str]) -> None:
    """Follows these no longer. What is owed already still comes."""
    await session.exec(
        delete(Subscription).where(
            col(Subscription.chat_id) == chat_id, col(Subscription.topic).in_(list(topics))
        )
    )


async def clear(session: AsyncSession, chat_id: int) -> int:
    """Ends all subscriptions of a chat and cancels the headlines owed to it; returns how many it followed."""
    await outbox.cancel(session, chat_id)
    ended = await session.exec(delete(Subscription).where(col(Subscription.chat_id) == chat_id))
    return ended.rowcount

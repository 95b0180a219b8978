"""Chats and their settings."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, update
from sqlalchemy import select as select_rows
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import outbox
from storage.models import Chat, Delivery, Subscription
from storage.statements import chunks, defaults, insert, run, table


@dataclass(frozen=True, slots=True)
class Seen:
    """A chat as an update shows it. `language` and `timezone` are what a new one starts with."""

    id: int
    kind: str
    title: str
    username: str
    language: str
    timezone: str


class Recipient(NamedTuple):
    """A chat as messages to it need to know it: a row without what makes an object of the database costly."""

    id: int
    kind: str
    title: str
    language: str
    timezone: str
    form: str
    silent: bool
    owner_id: int | None
    state: str
    wait_until: datetime | None


async def ensure(session: AsyncSession, seen: Seen, now: datetime) -> Chat:
    """The chat's row, made or brought up to date. The language follows while nobody has chosen one. A chat that was
    gone is active again (it wrote to us), its subscriptions as they were."""
    chat = await get(session, seen.id)
    if chat is None:
        await _make(session, seen, now)
        chat = await session.get_one(Chat, seen.id)
    chat.kind, chat.title, chat.username = seen.kind, seen.title, seen.username
    if not chat.language_chosen:
        chat.language = seen.language
    if chat.state == "gone":
        await enable(session, chat.id, now)
    return chat


async def _make(session: AsyncSession, seen: Seen, now: datetime) -> None:
    known = {
        name: getattr(seen, name) for name in ("id", "kind", "title", "username", "language", "timezone")
    }
    values = defaults(Chat, **known, since=now, created=now)
    # A second update of the same chat may be handled by another replica
    await session.exec(insert(session, Chat).values(values).on_conflict_do_nothing())


async def get(session: AsyncSession, chat_id: int) -> Chat | None:
    """The chat, or None."""
    return await session.get(Chat, chat_id)


async def lock(session: AsyncSession, chat_ids: Collection[int]) -> None:
    """Locks these chats, as a change of them would. Whoever changes a chat and what is owed to it locks the chat first:
    a command and the sender could else wait for each other."""
    row = table(Chat).c
    for part in chunks(sorted(chat_ids)):
        these = select_rows(row.id).where(row.id.in_(part)).order_by(row.id)
        await run(session, these.with_for_update(key_share=True))


async def many(session: AsyncSession, chat_ids: Collection[int]) -> dict[int, Recipient]:
    """Chats by id, as those who send to many need them."""
    found: dict[int, Recipient] = {}
    for part in chunks(chat_ids):
        rows = await run(session, _these(), {"ids": part})
        found |= {one.id: one for one in map(Recipient._make, rows)}
    return found


@cache
def _these() -> Select[*tuple[Any, ...]]:
    row = table(Chat).c
    columns = [row[name] for name in Recipient._fields]
    return select_rows(*columns).where(row.id.in_(bindparam("ids", expanding=True)))


async def change(session: AsyncSession, chat_id: int, **settings: Any) -> None:
    """Sets columns of a chat (language, plain, form, silent, owner_id, wait_until …); see also `pause`, `resume`."""
    if unknown := settings.keys() - Chat.model_fields.keys() | settings.keys() & {"id"}:
        raise ValueError(f"a chat has no setting {', '.join(sorted(unknown))}")
    await session.exec(update(Chat).where(col(Chat.id) == chat_id).values(settings))


async def pause(session: AsyncSession, chat_id: int) -> None:
    """Sends no headlines from now on, nor those owed already; subscriptions stay."""
    await change(session, chat_id, paused=True)
    await outbox.cancel(session, chat_id)


async def resume(session: AsyncSession, chat_id: int, now: datetime) -> None:
    """Sends headlines again: those that appear from now on. One that is not paused stays as it is."""
    await _back(session, chat_id, now, col(Chat.paused).is_(True), paused=False)


async def disable(session: AsyncSession, chat_id: int, state: str, reason: str) -> int:
    """Marks a chat `gone` or `barred` and cancels what is owed to it; returns how many deliveries that were.
    Settings and subscriptions stay."""
    await change(session, chat_id, state=state, reason=reason)
    return await outbox.cancel(session, chat_id, alerts=True)


async def enable(session: AsyncSession, chat_id: int, now: datetime) -> bool:
    """Makes a chat active again, for what appears from now on; True if it was not."""
    away = col(Chat.state) != "active"
    return await _back(session, chat_id, now, away, state="active", reason=None, wait_until=None)


async def _back(
    session: AsyncSession, chat_id: int, now: datetime, away: ColumnElement[bool], **settings: Any
) -> bool:
    """Sends to a chat again that was `away`, what appears from now on: not what a fan-out that was going on when it
    left has owed it since. Whether it was."""
    back = update(Chat).where(col(Chat.id) == chat_id, away).values(since=now, **settings)
    if not (await session.exec(back)).rowcount:
        return False
    row = table(Delivery).c
    await run(session, delete(table(Delivery)).where(row.chat_id == chat_id, row.message_id.is_(None)))
    return True


async def migrate(session: AsyncSession, old: int, new: int) -> None:
    """Re-keys a chat with all that hangs on it; merges it where the new one exists already, nothing lost and
    nothing owed twice. The settings of the one that was set up count: the new one's if it follows anything."""
    await lock(session, [old])
    source = await get(session, old)
    if source is None or old == new:
        return
    target = await get(session, new)
    if target is None:
        values = source.model_dump() | {"id": new, "kind": "supergroup"}
        await session.exec(insert(session, Chat).values(values).on_conflict_do_nothing())
    elif not await _follows(session, new):
        kept = {"id", "kind", "title", "username", "state", "reason", "wait_until"}
        await change(session, new, **source.model_dump(exclude=kept))
    await _move_subscriptions(session, old, new)
    await outbox.rekey(session, old, new)
    await session.exec(delete(Chat).where(col(Chat.id) == old))


async def _follows(session: AsyncSession, chat_id: int) -> bool:
    query = select(Subscription.topic).where(Subscription.chat_id == chat_id).limit(1)
    return (await session.exec(query)).first() is not None


async def _move_subscriptions(session: AsyncSession, old: int, new: int) -> None:
    followed = table(Subscription).alias()
    known = select(followed.c.topic).where(followed.c.chat_id == new)
    await session.exec(
        update(Subscription)
        .where(col(Subscription.chat_id) == old, col(Subscription.topic).not_in(known))
        .values(chat_id=new)
    )


async def owned_by(session: AsyncSession, user_id: int) -> list[Chat]:
    """The active channels and groups that this person set up, by title."""
    query = (
        select(Chat)
        .where(Chat.owner_id == user_id, Chat.state == "active")
        .where(Chat.kind != "private")
        .order_by(col(Chat.title), col(Chat.id))
    )
    return list(await session.exec(query))

"""Subscriptions at WebSub hubs, one a source: what to ask of which hub, and what it answered.

States: `new` (to be asked), `asked` (the hub has yet to verify), `active` (verified, until the lease ends), `refused`
(asked again later), `leaving` (to be unsubscribed; the row goes once the hub has verified that, or after some tries).
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, delete, not_, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Hub, Source
from storage.statements import insert, run, table


async def offer(
    session: AsyncSession, source_id: int, url: str, topic: str, place: str, now: datetime
) -> bool:
    """A source's feed names this hub ("" for none) for its topic; `place` begins the callback. Returns whether there
    is something to ask of a hub now. A hub or topic that changed is left first, and the new one waits for its next
    offer."""
    row = await session.get(Hub, source_id)
    if row is None:
        return bool(url) and await _add(session, source_id, url, topic, place, now)
    same = row.url == url and row.topic == topic
    if same and row.state == "leaving":
        row.state, row.due, row.attempts, row.reason = "new", now, 0, None
    elif not same and row.state != "leaving":
        _leave(row, now)
    else:
        return False
    return True


async def _add(
    session: AsyncSession, source_id: int, url: str, topic: str, place: str, now: datetime
) -> bool:
    values = {"source_id": source_id, "url": url, "topic": topic, "state": "new", "attempts": 0, "due": now}
    values |= _secrets(place)
    # Another replica may have read the same feed
    await run(session, insert(session, Hub).values(values).on_conflict_do_nothing())
    return True


def _secrets(place: str) -> dict[str, str]:
    """A callback that nobody guesses, and the key of the signatures."""
    return {"callback": place + secrets.token_urlsafe(24), "secret": secrets.token_urlsafe(32)}


def _leave(row: Hub, now: datetime) -> None:
    row.state, row.due, row.attempts, row.reason = "leaving", now, 0, None


async def in_line(session: AsyncSession, place: str, now: datetime) -> None:
    """Leaves the hubs of sources that are not polled any more, and subscribes anew where this bot is called at
    another place than before (what is at the old one ends with its lease)."""
    row = table(Hub).c
    gone = row.source_id.in_(
        select(Source.id).where(or_(not_(col(Source.active)), col(Source.stopped).is_not(None)))
    )
    leaving = {"state": "leaving", "due": now, "attempts": 0, "reason": None}
    await run(session, update(Hub).where(gone, row.state != "leaving").values(leaving))
    elsewhere = not_(row.callback.startswith(place, autoescape=True))
    for hub in await session.exec(select(Hub).where(elsewhere, row.state != "leaving")):
        hub.state, hub.due, hub.attempts, hub.until = "new", now, 0, None
        hub.callback, hub.secret = _secrets(place).values()


async def claim_due(session: AsyncSession, now: datetime, again: datetime, limit: int) -> list[Hub]:
    """Subscriptions about which a hub is to be asked now. They are `asked` from here on (an active one stays so while
    its lease runs), for a hub may verify before it answers, and due `again` where nobody says otherwise."""
    row = table(Hub).c
    due = select(row.source_id).where(row.due <= now).order_by(row.due).limit(limit)
    running: ColumnElement[bool] = and_(row.state == "active", row.until > now)
    state = case((or_(running, row.state == "leaving"), row.state), else_="asked")
    claimed = (
        update(Hub)
        .where(row.source_id.in_(due.with_for_update(skip_locked=True)))
        .values(state=state, due=again, attempts=row.attempts + 1)
        .returning(Hub)
    )
    rows: list[Hub] = list((await session.exec(claimed)).scalars().all())
    return rows


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next hub is to be asked, or None."""
    due = select(Hub.due).where(col(Hub.due).is_not(None)).order_by(col(Hub.due)).limit(1)
    return (await session.exec(due)).first()


async def settle(
    session: AsyncSession, asked: Hub, due: datetime, reason: str | None, *, refused: bool = False
) -> None:
    """Notes how asking went and when to ask again; nothing where the hub has verified or denied meanwhile."""
    row = table(Hub).c
    values: dict[str, Any] = {"due": due, "reason": reason}
    if refused:
        values["state"] = case((row.state == "asked", "refused"), else_=row.state)
    unchanged = row.source_id == asked.source_id, row.callback == asked.callback, row.due == asked.due
    await run(session, update(Hub).where(*unchanged).values(values))


async def by_callback(session: AsyncSession, callback: str) -> Hub | None:
    """The subscription with this callback, whatever its state."""
    return (await session.exec(select(Hub).where(col(Hub.callback) == callback))).first()


async def verify(
    session: AsyncSession, callback: str, topic: str, now: datetime, lease: timedelta, renewal: timedelta
) -> int | None:
    """A hub asks whether we subscribed: when so it is active for the lease. Returns the source's id, or None where
    nobody asked for that."""
    row = table(Hub).c
    asked = row.callback == callback, row.topic == topic, row.state.in_(("asked", "active"))
    values = {"state": "active", "until": now + lease, "due": now + renewal, "attempts": 0, "reason": None}
    return await _source_of(session, update(Hub).where(*asked).values(values).returning(row.source_id))


async def left(session: AsyncSession, callback: str, topic: str) -> int | None:
    """A hub asks whether we unsubscribed: when so the row goes. Returns the source's id, or None."""
    row = table(Hub).c
    leaving = row.callback == callback, row.topic == topic, row.state == "leaving"
    return await _source_of(session, delete(Hub).where(*leaving).returning(row.source_id))


async def deny(session: AsyncSession, callback: str, topic: str, reason: str, due: datetime) -> int | None:
    """A hub says that it will not send; it is asked again when due. Returns the source's id, or None."""
    if (source_id := await left(session, callback, topic)) is not None:
        return source_id
    row = table(Hub).c
    ours = row.callback == callback, row.topic == topic
    values = {"state": "refused", "reason": reason, "due": due, "until": None}
    return await _source_of(session, update(Hub).where(*ours).values(values).returning(row.source_id))


async def forget(session: AsyncSession, asked: Hub) -> None:
    """Removes a subscription that was to be left, if nobody wants it again by now."""
    row = table(Hub).c
    await run(
        session,
        delete(Hub).where(
            row.source_id == asked.source_id, row.callback == asked.callback, row.state == "leaving"
        ),
    )


async def every(session: AsyncSession) -> Sequence[Hub]:
    """All subscriptions, by source."""
    return (await session.exec(select(Hub).order_by(col(Hub.source_id)))).all()


async def _source_of(session: AsyncSession, statement: Any) -> int | None:
    source_id: int | None = (await run(session, statement)).scalar_one_or_none()
    return source_id

"""Times in the database after the clock was set back."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import ArticleRow, Chat, Correction, Hub, Notice, Source, Subscription
from storage.statements import earlier, run, table

TOLERANCE = timedelta(minutes=1)
"""Clocks of several replicas differ by less; one that is further behind than the last poll was set back."""
_WAITING = (
    (ArticleRow, "text_due"),
    (Notice, "due"),
    (Correction, "due"),
    (Hub, "due"),
    (Hub, "until"),
    (Chat, "wait_until"),
    # Not before what is news from now on: else it would pass them by
    (Chat, "since"),
    (Subscription, "created"),
)


async def set_back(session: AsyncSession, now: datetime, lease: datetime) -> int:
    """A source that was polled in what is the future now rests from now on for as long as it was to rest then; one
    that is leased, or was never polled, is so until `lease` at most. All else that waits for a time does so no longer
    than it was to, either. Returns how many sources those are."""
    later = now + TOLERANCE
    never = and_(col(Source.last_poll).is_(None), col(Source.next_poll) > later)
    leased = col(Source.polling_until) > lease + TOLERANCE
    ahead = select(Source).where(or_(col(Source.last_poll) > later, leased, never))
    rows = (await session.exec(ahead.with_for_update())).all()
    if polled := [source.last_poll for source in rows if source.last_poll and source.last_poll > later]:
        await _move(session, now, max(polled) - now)
    for source in rows:
        if source.last_poll is None:
            source.next_poll = min(source.next_poll, now)
        elif source.last_poll > later:
            source.next_poll = now + max(source.next_poll - source.last_poll, timedelta())
            source.last_poll = now
        source.polling_until = source.polling_until and min(source.polling_until, lease)
    return len(rows)


async def _move(session: AsyncSession, now: datetime, by: timedelta) -> None:
    """Moves what lies ahead as far back as the clock was set."""
    for model, name in _WAITING:
        time = table(model).c[name]
        await run(session, update(table(model)).where(time > now).values({name: earlier(session, time, by)}))

"""Times of sources after the clock was set back."""

from datetime import datetime, timedelta

from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import Source

TOLERANCE = timedelta(minutes=1)
"""Clocks of several replicas differ by less; one that is further behind than the last poll was set back."""


async def set_back(session: AsyncSession, now: datetime, lease: datetime) -> int:
    """A source that was polled in what is the future now rests from now on for as long as it was to rest then; one
    that is leased, or was never polled, is so until `lease` at most. Returns how many those are."""
    later = now + TOLERANCE
    never = and_(col(Source.last_poll).is_(None), col(Source.next_poll) > later)
    leased = col(Source.polling_until) > lease + TOLERANCE
    ahead = select(Source).where(or_(col(Source.last_poll) > later, leased, never))
    rows = (await session.exec(ahead.with_for_update())).all()
    for source in rows:
        if source.last_poll is None:
            source.next_poll = min(source.next_poll, now)
        elif source.last_poll > later:
            source.next_poll = now + max(source.next_poll - source.last_poll, timedelta())
            source.last_poll = now
        source.polling_until = source.polling_until and min(source.polling_until, lease)
    return len(rows)

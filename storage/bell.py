"""A bell that rings where the sender is: polls and webhook calls may happen in another process."""

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.statements import dialect, run

CHANNEL = "tickerbot_owed"


async def ring(session: AsyncSession) -> None:
    """Tells the sender that something is owed, once this commits. On SQLite the sender is in this process: whoever owes
    something wakes it."""
    if dialect(session) == "postgresql":
        await run(session, text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})

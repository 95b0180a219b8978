"""What an admin is told who could not be told before."""

from datetime import datetime

from bot.sources.polling import watch
from handlers.context import Context
from storage.models import Chat


async def brief(context: Context, chat: Chat, now: datetime) -> None:
    """Owes an admin who is new here or back (since this `now`) what is wrong with the sources."""
    services = context.services
    if chat.id not in services.admins or chat.since != now:
        return
    async with services.sessions.write() as session:
        owed = await watch.owe_troubles(session, chat.id, now)
    if owed:
        services.wake_sender()

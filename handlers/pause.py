"""/pause, /resume and /stop: a break that keeps the subscriptions, and their end."""

from telegram import Update

from bot.render.outgoing import Outgoing
from handlers.context import Context
from handlers.permission import refused
from handlers.reply import reply
from storage import chats, subscriptions
from storage.models import Chat


async def pause(update: Update, context: Context) -> None:
    """Keeps the subscriptions; what appears meanwhile is not sent later."""
    chat = await _allowed(update, context)
    if chat is None:
        return
    async with context.services.sessions.write() as session:
        await chats.pause(session, chat.id)
    await _say(update, context, chat, "paused-already" if chat.paused else "paused")


async def resume(update: Update, context: Context) -> None:
    """Ends the break."""
    chat = await _allowed(update, context)
    if chat is None:
        return
    async with context.services.sessions.write() as session:
        followed = await subscriptions.of(session, chat.id)
        await chats.resume(session, chat.id, context.services.now())
        await chats.enable(session, chat.id, context.services.now())  # it may have been forbidden to write
    key = "resumed" if chat.paused else "resumed-already"
    await _say(update, context, chat, key if followed else "resumed-nothing")


async def stop(update: Update, context: Context) -> None:
    """Ends all subscriptions of this chat, keeps its settings."""
    chat = await _allowed(update, context)
    if chat is None:
        return
    async with context.services.sessions.write() as session:
        ended = await subscriptions.clear(session, chat.id)
    await _say(update, context, chat, "stopped" if ended else "stopped-already")


async def _allowed(update: Update, context: Context) -> Chat | None:
    """The chat, or None where this person may not change it (and has been told)."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
    return None if await refused(update, context, chat.language) else chat


async def _say(update: Update, context: Context, chat: Chat, key: str) -> None:
    await reply(update, context, Outgoing(context.texts(chat.language, key)))

"""When a handler fails: it is logged with the update's id, and the person gets a short apology."""

from contextlib import suppress

import structlog
from telegram import Update
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.render.outgoing import Outgoing
from handlers.context import Context
from handlers.reply import reply
from storage import chats

_log = structlog.get_logger(__name__)


async def failed(update: object, context: Context) -> None:
    """Deals with what a handler raised: a chat that is gone or moved is noted, anything else is logged."""
    error = context.error
    number = update.update_id if isinstance(update, Update) else None
    chat_id = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else None
    if isinstance(error, Forbidden) and chat_id is not None:
        async with context.services.sessions.write() as session:
            cancelled = await chats.disable(session, chat_id, "gone", error.message)
        context.services.measures.settled("cancelled", "gone", cancelled)
        _log.info("a chat is gone", update=number, reason=error.message)
    elif isinstance(error, ChatMigrated) and chat_id is not None:
        async with context.services.sessions.write() as session:
            await chats.migrate(session, chat_id, error.new_chat_id)
        _log.info("a group became a supergroup", update=number)
    elif _unreachable(error):
        _log.warning("an answer could not be sent", update=number, reason=str(error))
    else:
        _log.error("a handler failed", update=number, exc_info=error)
        if isinstance(update, Update) and chat_id is not None:
            await _apologise(update, context)


def _unreachable(error: Exception | None) -> bool:
    """Whether Telegram itself does not take messages now, so that an apology would not get through either."""
    if isinstance(error, RetryAfter | InvalidToken | Conflict):
        return True
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


async def _apologise(update: Update, context: Context) -> None:
    try:
        language = context.language_of(update.effective_user)
        with suppress(Exception):  # the database itself may be what failed
            language = await _chosen(update, context) or language
        await reply(update, context, Outgoing(context.texts(language, "failed")))
    except TelegramError as error:
        _log.warning("the apology could not be sent either", update=update.update_id, reason=error.message)


async def _chosen(update: Update, context: Context) -> str | None:
    """The language of the chat, where it is known."""
    async with context.services.sessions.read() as session:
        chat = await chats.get(session, update.effective_chat.id) if update.effective_chat else None
    return chat.language if chat else None

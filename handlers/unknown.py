"""Anything else: the nearest command or topic, never silence where the bot was spoken to."""

import re

from telegram import Chat as TelegramChat
from telegram import Message, MessageEntity, Update

from bot.domain.lookup import find_topic, nearest
from bot.domain.text import clean
from bot.render import keyboards
from bot.render.outgoing import Outgoing
from handlers.context import Context
from handlers.menu import COMMANDS
from handlers.reply import reply
from storage import chats
from storage.models import Chat


async def unknown(update: Update, context: Context) -> None:
    """Answers words and commands that are none, in private and where the bot is addressed."""
    message = update.effective_message
    if message is None or not addressed(message, context.bot.id, context.bot.username):
        return
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
    words = re.sub(
        rf"@{re.escape(context.bot.username)}\b",
        " ",
        message.text or message.caption or "",
        flags=re.IGNORECASE,
    )
    await reply(update, context, answer(context, chat, clean(words)))


def answer(context: Context, chat: Chat, words: str) -> Outgoing:
    """A topic's button if the words name one, else the nearest command, else the way to help."""
    texts = context.texts
    found = find_topic(words, context.catalogue.topics) if words and not words.startswith("/") else None
    first = words.lstrip("/").split(" ")[0] if words else ""
    command = nearest(first, {name: texts.plain(chat.language, f"alias-{name}").split() for name in COMMANDS})
    if found and (found.exact or command is None):
        text = texts(chat.language, "unknown-topic", topic=found.topic.title(chat.language))
        return Outgoing(text, keyboards.shows([found.topic], context.view(chat), texts))
    if command:
        return Outgoing(texts(chat.language, "unknown-near", command=f"/{command}"))
    return Outgoing(texts(chat.language, "unknown"))


def addressed(message: Message, bot_id: int, username: str) -> bool:
    """Whether a message speaks to the bot: in private always, else by its name or as a reply to it."""
    if message.chat.type == TelegramChat.PRIVATE:
        return True
    answered = message.reply_to_message
    if answered and answered.from_user and answered.from_user.id == bot_id:
        return True
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    named = [*message.parse_entities(kinds).values(), *message.parse_caption_entities(kinds).values()]
    return any(name.lower().endswith(f"@{username}".lower()) for name in named)

"""/help: short, with the commands that work."""

from telegram import Update

from bot.render.outgoing import Outgoing
from handlers import menu
from handlers.context import Context
from handlers.reply import reply
from storage import chats


async def show_help(update: Update, context: Context) -> None:
    """Lists the commands; in groups, who may give them."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
    commands = menu.listing(context.texts, chat.language)
    key = "help" if chat.kind == "private" else "help-group"
    await reply(update, context, Outgoing(context.texts(chat.language, key, commands=commands)))

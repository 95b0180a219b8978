"""All handlers, explicitly and in order: the first that takes an update handles it."""

from telegram import Update
from telegram.ext import CallbackQueryHandler, ChatMemberHandler, CommandHandler, MessageHandler, filters

from handlers import buttons, channel, errors, latest, pause, read, start, subscribe, topic, unknown
from handlers.context import App, Services
from handlers.help import show_help

ALLOWED_UPDATES = [Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER, Update.CHANNEL_POST]
"""What Telegram is to send: nothing that no handler takes."""

_COMMANDS = {
    "start": start.start,
    "topic": topic.topic,
    "subscribe": subscribe.subscribe,
    "unsubscribe": subscribe.unsubscribe,
    "latest": latest.latest,
    "read": read.read,
    "pause": pause.pause,
    "resume": pause.resume,
    "stop": pause.stop,
    "help": show_help,
}


def register(application: App, services: Services) -> None:
    """Puts the services and every handler into an application that was built with `context.types()`."""
    application.bot_data[Services] = services
    fresh = filters.UpdateType.MESSAGE
    application.add_handler(MessageHandler(fresh & filters.StatusUpdate.MIGRATE, channel.moved))
    application.add_handler(MessageHandler(filters.StatusUpdate.NEW_CHAT_TITLE, channel.renamed))
    for name, handle in _COMMANDS.items():
        application.add_handler(CommandHandler(name, handle, filters=fresh))
    application.add_handler(CallbackQueryHandler(buttons.pressed))
    application.add_handler(ChatMemberHandler(channel.membership, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_handler(MessageHandler(fresh & ~filters.StatusUpdate.ALL, unknown.unknown))
    application.add_error_handler(errors.failed)

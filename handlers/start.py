"""/start: a greeting with topics to tap, or what a link points to. And the language row under it."""

from telegram import Update

from bot.domain.text import clean, cut
from bot.render import keyboards
from bot.render.outgoing import Outgoing
from bot.render.press import Speak, number
from handlers import admin, channel, read
from handlers.context import Context
from handlers.following import named
from handlers.reply import replace, reply
from storage import chats, subscriptions
from storage.models import Chat


async def start(update: Update, context: Context) -> None:
    """Greets, shows the topics and, to an editor, the channels and groups to set up."""
    word = context.words(update)
    article = number(word[1:]) if word.startswith("a") else None
    if article is not None:
        await read.open_article(update, context, article)
        return
    now = context.services.now()
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), now)
        followed = await subscriptions.of(session, chat.id)
        owned = await chats.owned_by(session, chat.id)
    await admin.brief(context, chat, now)
    await reply(update, context, greeting(update, context, chat, followed))
    if owned:
        await reply(update, context, channel.overview(context, chat.language, owned))


async def speak(update: Update, context: Context, press: Speak) -> None:
    """Changes the chat's language and says the greeting again in it."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        if press.language in context.texts.languages:
            await chats.change(session, chat.id, language=press.language, language_chosen=True)
            chat.language = press.language
        followed = await subscriptions.of(session, chat.id)
    await replace(update, context, greeting(update, context, chat, followed))


def greeting(update: Update, context: Context, chat: Chat, followed: frozenset[str]) -> Outgoing:
    """Hello for the first time, or welcome back with what is followed."""
    texts, view = context.texts, context.view(chat)
    keyboard = (
        *keyboards.topics(context.catalogue, followed, view, texts),
        *keyboards.languages(view, texts),
    )
    user = update.effective_user
    name = cut(clean(user.first_name), 64) if user else ""
    if chat.kind != "private":
        return Outgoing(texts(chat.language, "start-group"), keyboard)
    topics = named(context, chat.language, followed)
    if not topics:
        return Outgoing(texts(chat.language, "start-hello", name=name), keyboard)
    key = "start-back-paused" if chat.paused else "start-back"
    return Outgoing(texts(chat.language, key, name=name, topics=topics), keyboard)

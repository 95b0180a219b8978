"""/topic: the topics with ticks to tap, or one topic's newest headlines."""

from telegram import Update

from bot.domain.catalogue import ALL, Topic
from bot.domain.lookup import find_topic, means_all
from bot.render import keyboards
from bot.render.outgoing import Keyboard, Outgoing
from bot.render.paged import page_shown
from bot.render.press import Follow, Show, Shows, Speak, Toggle, Topics, encode, parse
from handlers import latest
from handlers.context import Context
from handlers.following import change, overview, unknown_topic
from handlers.reply import present, rekey, reply
from storage import chats, subscriptions
from storage.models import Chat


async def topic(update: Update, context: Context) -> None:
    """All topics, or the newest of the one that is named or nearly named."""
    words = context.words(update)
    if means_all(words):
        words = ""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        followed = await subscriptions.of(session, chat.id)
    found = find_topic(words, context.catalogue.topics) if words else None
    if found:
        note = None if found.exact else (words, found.topic)
        await latest.of_topic(update, context, chat, found.topic, followed, near=note)
    else:
        await reply(
            update,
            context,
            unknown_topic(context, chat, words) if words else overview(context, chat, followed),
        )


async def show(update: Update, context: Context, press: Show) -> None:
    """The newest headlines of a topic whose button was pressed."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        followed = await subscriptions.of(session, chat.id)
    wanted = context.catalogue.topic(press.topic)
    if wanted is None:
        await reply(update, context, Outgoing(context.texts(chat.language, "topic-gone")))
    else:
        await latest.of_topic(update, context, chat, wanted, followed)


async def toggle(update: Update, context: Context, press: Toggle) -> None:
    """Follows or leaves a topic and moves the tick, in place."""
    known = press.topic == ALL or context.catalogue.topic(press.topic) is not None
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        if known:
            await change(session, context, chat.id, on=press.on, topics=[press.topic])
        followed = await subscriptions.of(session, chat.id)
    page = page_shown(context.catalogue, present(update))
    await rekey(update, context, _choice(update, context, chat, followed, page))
    if not known:
        await reply(update, context, Outgoing(context.texts(chat.language, "topic-gone")))


async def turn(update: Update, context: Context, press: Topics) -> None:
    """Another page of the topics to follow, in place."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        followed = await subscriptions.of(session, chat.id)
    await rekey(update, context, _choice(update, context, chat, followed, press.page))


async def turn_shows(update: Update, context: Context, press: Shows) -> None:
    """Another page of the topics to look at, in place."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
    topics = context.catalogue.topics
    await rekey(update, context, keyboards.shows(topics, context.view(chat), context.texts, press.page))


async def follow(update: Update, context: Context, press: Follow) -> None:
    """Follows or leaves one topic; the button then offers the opposite."""
    wanted = context.catalogue.topic(press.topic)
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        if wanted:
            await change(session, context, chat.id, on=press.on, topics=[press.topic])
    if wanted is None:
        await reply(update, context, Outgoing(context.texts(chat.language, "topic-gone")))
        return
    await rekey(update, context, _turned(update, context, chat, wanted, on=press.on))


def _choice(update: Update, context: Context, chat: Chat, followed: frozenset[str], page: int) -> Keyboard:
    """A page of the topics, and the languages where they stood below."""
    view = context.view(chat)
    speech = keyboards.languages(view, context.texts) if _offers_languages(update) else ()
    return (*keyboards.topics(context.catalogue, followed, view, context.texts, page), *speech)


def _turned(update: Update, context: Context, chat: Chat, wanted: Topic, *, on: bool) -> Keyboard:
    """The present buttons, with the pressed one turned into its opposite."""
    ((opposite,),) = keyboards.follow(wanted, on, context.view(chat), context.texts)
    old = encode(Follow(on, wanted.slug))
    return tuple(tuple(opposite if b.data == old else b for b in row) for row in present(update))


def _offers_languages(update: Update) -> bool:
    return any(isinstance(parse(button.data), Speak) for row in present(update) for button in row)

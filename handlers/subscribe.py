"""/subscribe and /unsubscribe: following topics for people who type."""

from collections.abc import Collection

from telegram import Update

from bot.domain.catalogue import ALL
from bot.domain.lookup import Wanted, read_topics
from bot.render import keyboards
from bot.render.markup import Html, join
from bot.render.outgoing import Outgoing
from bot.render.paged import ROOM
from handlers.context import Context
from handlers.following import change, not_known, overview
from handlers.permission import refused
from handlers.reply import reply
from storage import chats, subscriptions
from storage.models import Chat


async def subscribe(update: Update, context: Context) -> None:
    """Follows the topics named; without a name, shows them all to tap."""
    wanted = read_topics(context.words(update), context.catalogue.topics)
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        before = await subscriptions.of(session, chat.id)
    if wanted.empty:
        await reply(update, context, overview(context, chat, before))
        return
    if await refused(update, context, chat.language):
        return
    async with context.services.sessions.write() as session:
        await change(session, context, chat.id, on=True, topics=_slugs(wanted))
    await reply(update, context, _subscribed(context, chat, wanted, before))


async def unsubscribe(update: Update, context: Context) -> None:
    """Follows the topics named no longer; without a name, shows those followed to tap."""
    wanted = read_topics(context.words(update), context.catalogue.topics)
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        before = await subscriptions.of(session, chat.id)
    if wanted.empty:
        await reply(update, context, _which(context, chat, before))
        return
    if await refused(update, context, chat.language):
        return
    async with context.services.sessions.write() as session:
        await change(session, context, chat.id, on=False, topics=_slugs(wanted))
    await reply(update, context, _unsubscribed(context, chat, wanted, before))


def _slugs(wanted: Wanted) -> list[str]:
    return [ALL] if wanted.everything else [one.slug for one in wanted.topics]


def _names(context: Context, chat: Chat, wanted: Wanted, slugs: Collection[str]) -> Html:
    return context.texts.names(
        chat.language, [one.title(chat.language) for one in wanted.topics if one.slug in slugs]
    )


def _subscribed(context: Context, chat: Chat, wanted: Wanted, before: frozenset[str]) -> Outgoing:
    texts, lines = context.texts, []
    names = _names(context, chat, wanted, _slugs(wanted))
    if wanted.everything:
        lines.append(texts(chat.language, "subscribed-all"))
    elif wanted.topics:
        key = "subscribe-covered" if ALL in before else "subscribed"
        lines.append(texts(chat.language, key, topics=names))
    if wanted.everything or wanted.topics:
        lines.append(texts(chat.language, "still-paused" if chat.paused else "subscribed-soon"))
    return _with_unknown(context, chat, wanted, lines, on=True)


def _unsubscribed(context: Context, chat: Chat, wanted: Wanted, before: frozenset[str]) -> Outgoing:
    texts, lines = context.texts, []
    gone = [slug for slug in _slugs(wanted) if slug in before or ALL in before]
    never = [slug for slug in _slugs(wanted) if slug not in gone]
    if wanted.everything:
        lines.append(texts(chat.language, "unsubscribed-all"))
    else:
        key = "unsubscribed-rest" if ALL in before else "unsubscribed"
        if gone:
            lines.append(texts(chat.language, key, topics=_names(context, chat, wanted, gone)))
        if never:
            names = _names(context, chat, wanted, never)
            lines.append(texts(chat.language, "unsubscribed-none", topics=names))
    return _with_unknown(context, chat, wanted, lines, on=False)


def _with_unknown(context: Context, chat: Chat, wanted: Wanted, lines: list[Html], *, on: bool) -> Outgoing:
    """Names each word that no topic is called, and offers the nearest topics; where none is near, all of them."""
    offered = {}
    for one in wanted.unknown[:10]:
        lines.append(not_known(context, chat.language, one.word, one.nearest))
        offered.update({near.slug: near for near in one.nearest or context.catalogue.topics})
    view, some = context.view(chat), len(offered) <= ROOM
    keyboard = (
        keyboards.offers(offered.values(), on, view)
        if some
        else keyboards.shows(context.catalogue.topics, view, context.texts)
    )
    return Outgoing(join("\n", lines), keyboard)


def _which(context: Context, chat: Chat, followed: frozenset[str]) -> Outgoing:
    """The followed topics, each a tap away from being left."""
    mine = [one for one in context.catalogue.topics if one.slug in followed or ALL in followed]
    if not mine:
        return Outgoing(context.texts(chat.language, "unsubscribe-nothing"))
    if len(mine) > ROOM:
        return overview(context, chat, followed)
    text = context.texts(chat.language, "unsubscribe-what", example=mine[0].title(chat.language))
    return Outgoing(text, keyboards.offers(mine, False, context.view(chat)))

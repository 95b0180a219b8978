"""/latest: the newest headlines in the ticker's form, with buttons to read each and to turn pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel.ext.asyncio.session import AsyncSession
from telegram import Update

from bot.domain.catalogue import ALL, Topic
from bot.domain.headline import Article
from bot.domain.lookup import Found, find_topic, means_all
from bot.render import keyboards, messages
from bot.render.markup import Html, join
from bot.render.outgoing import Outgoing
from bot.render.press import EVERYTHING, FOLLOWED, Latest
from handlers.context import Context
from handlers.following import unknown_topic
from handlers.reply import replace, reply
from storage import articles, chats, subscriptions
from storage.models import Chat

MOST, PAGE = 50, 10
COUNT = MOST
"""Without a number: ten headlines, and page buttons down to the fiftieth."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What `/latest` was asked: how many, of which topic, and the words that name none; or expressly of all topics."""

    count: int = COUNT
    found: Found | None = None
    words: str = ""
    everything: bool = False

    def scope(self, followed: frozenset[str]) -> str:
        """Whose headlines: the topic's, else those of the topics followed, else all."""
        if self.found:
            return self.found.topic.slug
        return FOLLOWED if followed and ALL not in followed and not self.everything else EVERYTHING


def read_wish(words: str, topics: Sequence[Topic], count: int = COUNT) -> Wish:
    """Reads `5`, `sport`, `sport 20`, `20 sport` or `alle`; a number is brought into 1 to 50."""
    numbers = [word for word in words.split() if word.isascii() and word.isdigit()]
    rest = " ".join(word for word in words.split() if word not in numbers)
    wanted = min(max(int(numbers[0][:9]), 1), MOST) if numbers else count
    if means_all(rest):
        return Wish(wanted, everything=True)
    found = find_topic(rest, topics) if rest else None
    return Wish(wanted, found, "" if found and found.exact else rest)


async def latest(update: Update, context: Context) -> None:
    """The newest headlines of a topic, of the topics followed, else of all."""
    wish = read_wish(context.words(update), context.catalogue.topics)
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        followed = await subscriptions.of(session, chat.id)
    if wish.found:
        near = (wish.words, wish.found.topic) if wish.words else None
        await of_topic(update, context, chat, wish.found.topic, followed, count=wish.count, near=near)
    elif wish.words:
        await reply(update, context, unknown_topic(context, chat, wish.words))
    else:
        place = Latest(wish.scope(followed), wish.count, 0, 0)
        await reply(update, context, await page(context, chat, place, followed))


async def of_topic(
    update: Update,
    context: Context,
    chat: Chat,
    topic: Topic,
    followed: frozenset[str],
    *,
    count: int = COUNT,
    near: tuple[str, Topic] | None = None,
) -> None:
    """The newest headlines of one topic with a follow button; `near`: the word that was taken for it."""
    shown = await page(context, chat, Latest(topic.slug, count, 0, 0), followed, near)
    await reply(update, context, shown)


async def turn(update: Update, context: Context, press: Latest) -> None:
    """Another page, in place: what was newest when the list was asked for stays at its top."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        followed = await subscriptions.of(session, chat.id)
    if press.scope not in (FOLLOWED, EVERYTHING) and context.catalogue.topic(press.scope) is None:
        await reply(update, context, Outgoing(context.texts(chat.language, "topic-gone")))
    else:
        await replace(update, context, await page(context, chat, press, followed))


async def newest(session: AsyncSession, place: Latest, followed: frozenset[str]) -> list[Article]:
    """The `count` newest articles of a scope, from the anchor down where that still exists."""
    anchor = await articles.get(session, place.anchor) if place.anchor else None
    below = articles.Place(anchor.published, anchor.id + 1) if anchor else None
    return await articles.latest(session, _topics(place.scope, followed), min(place.count, MOST), below)


async def page(
    context: Context,
    chat: Chat,
    place: Latest,
    followed: frozenset[str],
    near: tuple[str, Topic] | None = None,
) -> Outgoing:
    """One page of the newest headlines, or a word that there are none."""
    topic = context.catalogue.topic(place.scope)
    async with context.services.sessions.read() as session:
        found = await newest(session, place, followed)
    view, texts = context.view(chat), context.texts
    follow = keyboards.follow(topic, bool({topic.slug, ALL} & followed), view, texts) if topic else ()
    note = (
        texts(chat.language, "topic-near", word=near[0], topic=near[1].title(chat.language)) if near else ""
    )
    if not found:
        key = "latest-empty-topic" if topic else "latest-empty"
        name = {"topic": topic.title(chat.language)} if topic else {}
        return Outgoing(join("\n\n", [note, texts(chat.language, key, **name)]), follow)
    pages = -(-len(found) // PAGE)
    number = min(max(place.page, 0), pages - 1)
    part = found[number * PAGE : (number + 1) * PAGE]
    lines = messages.ticker(part, view, texts, numbered=True, linked=False)
    foot = texts(chat.language, "page", page=number + 1, pages=pages) if pages > 1 else ""
    here = Latest(place.scope, place.count, found[0].id, number)
    text = join("\n\n", [note, _title(context, chat, place.scope, topic), lines, foot])
    return Outgoing(text, keyboards.latest(part, here, pages, view, texts, follow))


def _title(context: Context, chat: Chat, scope: str, topic: Topic | None) -> Html:
    if topic:
        return context.texts(chat.language, "latest-title-topic", topic=keyboards.label(topic, chat.language))
    return context.texts(chat.language, "latest-title-followed" if scope == FOLLOWED else "latest-title")


def _topics(scope: str, followed: frozenset[str]) -> list[str] | None:
    """The slugs of a scope; None for all. Of a topic that is gone there is nothing, of `followed` by now maybe all."""
    if scope == EVERYTHING or (scope == FOLLOWED and (ALL in followed or not followed)):
        return None
    return sorted(followed) if scope == FOLLOWED else [scope]

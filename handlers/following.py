"""What a chat follows: changing it, saying it, and showing topics to tap."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.catalogue import ALL, Topic
from bot.domain.following import joined, left
from bot.domain.lookup import near_topics, read_topics
from bot.domain.text import cut
from bot.render import keyboards
from bot.render.markup import Html, bold, join
from bot.render.outgoing import Outgoing
from handlers.context import Context
from storage import outbox, subscriptions
from storage.models import Chat


async def change(
    session: AsyncSession, context: Context, chat_id: int, *, on: bool, topics: Collection[str]
) -> None:
    """Makes a chat follow topics (or `all`), or no longer. Reads and writes what it follows in this session."""
    before = await subscriptions.of(session, chat_id)
    every = [one.slug for one in context.catalogue.topics]
    after = joined(before, topics) if on else left(before, topics, every)
    if after - before:
        since = await _since(session, chat_id, before - after, all_now=on)
        await subscriptions.add(session, chat_id, after - before, since or context.services.now())
    if before - after:
        await subscriptions.remove(session, chat_id, before - after)


async def _since(
    session: AsyncSession, chat_id: int, gone: Collection[str], *, all_now: bool
) -> datetime | None:
    """Since when a chat follows what takes the place of these; None: since now. Who leaves one topic of `all` has
    followed the others since then. Who goes over to `all` goes on getting what is still coming by the topics before."""
    followed = await subscriptions.since(session, chat_id, gone)
    if followed and all_now:
        coming = await outbox.oldest_coming(session)
        return max(followed, coming) if coming else None
    return followed


def overview(context: Context, chat: Chat, followed: frozenset[str]) -> Outgoing:
    """The topics of this chat, to be tapped; in a break a word of that."""
    key = "topics-choose" if chat.kind == "private" else "topics-choose-group"
    keyboard = keyboards.topics(context.catalogue, followed, context.view(chat), context.texts)
    lines = [context.texts(chat.language, key)]
    if chat.paused:
        lines.append(context.texts(chat.language, "still-paused"))
    return Outgoing(join("\n", lines), keyboard)


def unknown_topic(context: Context, chat: Chat, words: str) -> Outgoing:
    """For words that name no topic the nearest ones, else all of them; for words that name several those."""
    every = context.catalogue.topics
    several = read_topics(words, every).topics
    if len(several) > 1:
        text, near = context.texts(chat.language, "topic-several"), several
    else:
        near = near_topics(words, every)
        text = not_known(context, chat.language, words, near)
    return Outgoing(text, keyboards.shows(near or every, context.view(chat), context.texts))


def not_known(context: Context, language: str, word: str, near: Sequence[Topic]) -> Html:
    """`„kultr“ kenne ich nicht. Meinst du Kultur?`, or that these are the topics."""
    if not near:
        return context.texts(language, "topic-unknown", word=cut(word, 50))
    topics = context.texts.names(language, [one.title(language) for one in near], "or")
    return context.texts(language, "topic-unknown-near", word=cut(word, 50), topics=topics)


def named(context: Context, language: str, followed: frozenset[str]) -> Html:
    """What a chat follows, in words; empty for nothing that there still is."""
    if ALL in followed:
        return bold(context.texts(language, "all-topics"))
    names = [topic.title(language) for topic in context.catalogue.topics if topic.slug in followed]
    return context.texts.names(language, names)

"""What a chat follows: changing it, saying it, and showing topics to tap."""

from collections.abc import Collection, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain.catalogue import ALL, Topic
from bot.domain.following import joined, left
from bot.domain.lookup import near_topics
from bot.domain.text import cut
from bot.render import keyboards
from bot.render.markup import Html, bold
from bot.render.outgoing import Outgoing
from handlers.context import Context
from storage import subscriptions
from storage.models import Chat


async def change(
    session: AsyncSession, context: Context, chat_id: int, *, on: bool, topics: Collection[str]
) -> None:
    """Makes a chat follow topics (or `all`), or no longer. Reads and writes what it follows in this session."""
    before = await subscriptions.of(session, chat_id)
    every = [one.slug for one in context.catalogue.topics]
    after = joined(before, topics) if on else left(before, topics, every)
    if after - before:
        # Who leaves one topic of `all` has followed the others since then
        since = None if on else await subscriptions.since(session, chat_id, before - after)
        await subscriptions.add(session, chat_id, after - before, since or context.services.now())
    if before - after:
        await subscriptions.remove(session, chat_id, before - after)


def overview(context: Context, chat: Chat, followed: frozenset[str]) -> Outgoing:
    """The topics of this chat, to be tapped."""
    key = "topics-choose" if chat.kind == "private" else "topics-choose-group"
    keyboard = keyboards.topics(context.catalogue, followed, context.view(chat), context.texts)
    return Outgoing(context.texts(chat.language, key), keyboard)


def unknown_topic(context: Context, chat: Chat, words: str) -> Outgoing:
    """The nearest topics to a word that names none, else all of them."""
    near = near_topics(words, context.catalogue.topics)
    offered = keyboards.shows(near or context.catalogue.topics, context.view(chat))
    return Outgoing(not_known(context, chat.language, words, near), offered)


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

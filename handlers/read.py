"""/read and the buttons of an article: the whole of it, rich or plain, in the chat."""

import asyncio
import contextlib

import structlog
from telegram import Update
from telegram.error import BadRequest, EndPointNotFound

from bot.domain.headline import Article
from bot.render import plain, rich
from bot.render.outgoing import Outgoing
from bot.render.press import AsPlain, AsRich, Latest, Read, TurnTo
from handlers.context import Context
from handlers.following import unknown_topic
from handlers.latest import newest, read_wish
from handlers.permission import may_change
from handlers.reply import replace, reply
from storage import articles, chats, subscriptions
from storage.models import Chat

_log = structlog.get_logger(__name__)
_PATIENCE = 8.0  # seconds that a reader waits for a page that is not there yet


async def read(update: Update, context: Context) -> None:
    """The newest article (or the one with this number in /latest) of a topic, of those followed, else of all."""
    wish = read_wish(context.words(update), context.catalogue.topics, count=1)
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        followed = await subscriptions.of(session, chat.id)
        place = Latest(wish.scope(followed), wish.count, 0, 0)
        found = await newest(session, place, followed)
    if wish.words and not wish.found:
        await reply(update, context, unknown_topic(context, chat, wish.words))
    elif len(found) >= wish.count:
        await open_article(update, context, found[wish.count - 1].id)
    else:
        key = "article-no-such-number" if found else "article-none"
        await reply(update, context, Outgoing(context.texts(chat.language, key)))


async def pressed(update: Update, context: Context, press: Read) -> None:
    """The article of a headline whose button was pressed."""
    await open_article(update, context, press.article)


async def open_article(update: Update, context: Context, article_id: int) -> None:
    """Sends an article in the form that this chat wants."""
    chat, article = await _look_up(update, context, article_id)
    if article:
        await _show(update, context, chat, await _with_text(context, article))


async def as_plain(update: Update, context: Context, press: AsPlain) -> None:
    """Sends it as plain text and remembers the choice, in groups an administrator's only."""
    await _choose(update, context, press.article, plain_form=True)


async def as_rich(update: Update, context: Context, press: AsRich) -> None:
    """Sends it as a rich message again and remembers the choice, in groups an administrator's only."""
    await _choose(update, context, press.article, plain_form=False)


async def turn(update: Update, context: Context, press: TurnTo) -> None:
    """Another page of a plain article, in place."""
    chat, article = await _look_up(update, context, press.article)
    if article:
        pages = _plain(context, chat, article)
        await replace(update, context, pages[min(max(press.page, 0), len(pages) - 1)])


async def _choose(update: Update, context: Context, article_id: int, *, plain_form: bool) -> None:
    remember = await may_change(update, context)
    chat, article = await _look_up(update, context, article_id)
    if remember:
        async with context.services.sessions.write() as session:
            await chats.change(session, chat.id, plain=plain_form)
    chat.plain = plain_form
    if article:
        await _show(update, context, chat, await _with_text(context, article))


async def _look_up(update: Update, context: Context, article_id: int) -> tuple[Chat, Article | None]:
    """The chat and the article; where that is gone, the chat is told."""
    async with context.services.sessions.write() as session:
        chat = await chats.ensure(session, context.here(update), context.services.now())
        article = await articles.get(session, article_id)
    if article is None:
        await reply(update, context, Outgoing(context.texts(chat.language, "article-gone")))
    return chat, article


async def _with_text(context: Context, article: Article) -> Article:
    """The article with its text, fetched now if it is not there yet; as it was where that fails."""
    fetch = context.services.read_page
    if article.text_state != "pending" or fetch is None:
        return article
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            await fetch(article.id)
    async with context.services.sessions.read() as session:
        return await articles.get(session, article.id) or article


async def _show(update: Update, context: Context, chat: Chat, article: Article) -> None:
    if chat.plain or not await _sent_rich(update, context, chat, article):
        await reply(update, context, _plain(context, chat, article)[0])


async def _sent_rich(update: Update, context: Context, chat: Chat, article: Article) -> bool:
    """Tries the rich form: with pictures, then without (Telegram may not get one of them)."""
    for pictures in (True, False):
        if not context.services.rich_known:
            return False
        message = rich.article(
            article, context.view(chat), context.texts, context.catalogue, pictures=pictures
        )
        try:
            await reply(update, context, message)
        except EndPointNotFound:
            context.services.rich_known = False
            _log.warning(
                "the Bot API server knows no rich messages: articles come as plain text until the next start"
            )
        except BadRequest as error:
            _log.warning(
                "a rich article was refused", article=article.id, pictures=pictures, reason=error.message
            )
        else:
            return True
    return False


def _plain(context: Context, chat: Chat, article: Article) -> list[Outgoing]:
    known = context.services.rich_known
    return plain.pages(article, context.view(chat), context.texts, context.catalogue, rich_known=known)

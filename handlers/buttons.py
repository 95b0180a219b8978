"""Every press of a button: acknowledged, checked, then handed to the one who does it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from telegram import CallbackQuery, Update
from telegram import Chat as TelegramChat
from telegram.error import BadRequest, NetworkError, TelegramError

from bot.domain.text import cut
from bot.render import press
from handlers import channel, latest, read, start, topic
from handlers.context import Context
from handlers.permission import manages, may_change
from storage import chats

Act = Callable[[Update, Context, Any], Awaitable[None]]

ACTIONS: dict[type[press.Press], Act] = {
    press.Read: read.pressed,
    press.AsPlain: read.as_plain,
    press.AsRich: read.as_rich,
    press.TurnTo: read.turn,
    press.Toggle: topic.toggle,
    press.Follow: topic.follow,
    press.Show: topic.show,
    press.Topics: topic.turn,
    press.Shows: topic.turn_shows,
    press.Latest: latest.turn,
    press.Speak: start.speak,
    press.Chats: channel.turn,
    press.Setup: channel.pressed,
    press.SetupPage: channel.pressed,
    press.SetupTopic: channel.pressed,
    press.SetupForm: channel.pressed,
    press.SetupSilent: channel.pressed,
    press.SetupLanguage: channel.pressed,
}
"""Who does what a button says."""

_CHANGES_HERE = (press.Toggle, press.Follow, press.Speak)


async def pressed(update: Update, context: Context) -> None:
    """Answers the press first; only a press that needs a right waits for the check, whose answer carries a refusal."""
    query = update.callback_query
    if query is None or update.effective_chat is None:
        return
    wish = press.parse(query.data)
    # Our buttons in a channel are links: a press there is forged, and would write into the channel
    if wish is None or update.effective_chat.type == TelegramChat.CHANNEL:
        await _answer(query, context.texts.plain(await _speech(update, context), "toast-old"))
        return
    try:
        refusal = await _refusal(update, context, wish)
    except TelegramError:
        await _answer(query, "")
        raise
    await _answer(query, refusal)
    if not refusal:
        await ACTIONS[type(wish)](update, context, wish)


async def _refusal(update: Update, context: Context, wish: press.Press) -> str:
    """Why this person may not do that now; empty if they may."""
    if isinstance(wish, channel.SetupPress):
        user = update.effective_user
        if user and await manages(context, wish.chat, user.id):
            return ""
        async with context.services.sessions.read() as session:
            chat = await chats.get(session, wish.chat)
        title = chat.title if chat else "?"
        return context.texts.plain(
            await _speech(update, context), "toast-not-admin-there", title=cut(title, 60)
        )
    if isinstance(wish, _CHANGES_HERE) and not await may_change(update, context):
        return context.texts.plain(await _speech(update, context), "toast-not-admin")
    return ""


async def _answer(query: CallbackQuery, text: str) -> None:
    """Acknowledges a press; one that is too old, or lost on the way, must not keep it from being done."""
    with suppress(BadRequest, NetworkError):
        await query.answer(text or None, show_alert=bool(text) or None)


async def _speech(update: Update, context: Context) -> str:
    """The language to answer in: the private chat's, else the person's."""
    async with context.services.sessions.read() as session:
        chat = await chats.get(session, update.effective_chat.id) if update.effective_chat else None
    return chat.language if chat and chat.kind == "private" else context.language_of(update.effective_user)

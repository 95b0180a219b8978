"""Putting a rendered message into the chat: anew, or in the place of the one whose button was pressed."""

from typing import Any

import structlog
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Message, Update
from telegram.error import BadRequest, EndPointNotFound, InvalidToken
from telegram.ext import ExtBot

from bot.render.outgoing import Button, Keyboard, Outgoing
from handlers.context import Context

_log = structlog.get_logger(__name__)
_SAME = "not modified"
_FIXED = ("message to edit not found", "can't be edited", "no text in the message")


async def reply(update: Update, context: Context, outgoing: Outgoing) -> None:
    """Sends it to the chat (and thread) where the update came from."""
    message = message_of(update)
    chat = update.effective_chat
    assert chat is not None  # noqa: S101  the registry lets in updates with a chat only
    thread = message.message_thread_id if message and message.is_topic_message else None
    await send(context.bot, chat.id, outgoing, thread or 0)


def message_of(update: Update) -> Message | None:
    """The message written, or the one whose button was pressed; None for one that Telegram no longer shows us."""
    query = update.callback_query
    if query is None:
        return update.effective_message
    return query.message if isinstance(query.message, Message) else None


def present(update: Update) -> Keyboard:
    """The buttons under the message whose button was pressed; none where Telegram no longer shows it to us."""
    message = message_of(update)
    shown = message.reply_markup if message else None
    rows = shown.inline_keyboard if shown else ()
    return tuple(
        tuple(Button(b.text, data=str(b.callback_data or ""), url=b.url or "") for b in row) for row in rows
    )


async def send(bot: ExtBot[Any], chat_id: int, outgoing: Outgoing, thread_id: int = 0) -> None:
    """Sends it. Raises `EndPointNotFound` where the server knows no rich messages."""
    if outgoing.rich:
        method, parameters = outgoing.send(chat_id, thread_id)
        await _call_new(bot, method, parameters)
        return
    await bot.send_message(
        chat_id,
        outgoing.text,
        parse_mode="HTML",
        reply_markup=markup(outgoing.keyboard),
        link_preview_options=LinkPreviewOptions(is_disabled=not outgoing.preview),
        disable_notification=outgoing.silent or None,
        message_thread_id=thread_id or None,
    )


async def replace(update: Update, context: Context, outgoing: Outgoing) -> None:
    """Puts it in the place of the message whose button was pressed; sends it anew where that can no longer be."""
    query = update.callback_query
    if query is None or query.message is None:
        await reply(update, context, outgoing)
        return
    try:
        await context.bot.edit_message_text(
            outgoing.text,
            chat_id=query.message.chat.id,
            message_id=query.message.message_id,
            parse_mode="HTML",
            reply_markup=markup(outgoing.keyboard),
            link_preview_options=LinkPreviewOptions(is_disabled=not outgoing.preview),
        )
    except BadRequest as error:
        if _says(error, *_FIXED):
            await reply(update, context, outgoing)
        elif not _says(error, _SAME):
            raise


async def rekey(update: Update, context: Context, keyboard: Keyboard) -> None:
    """Puts other buttons under the message whose button was pressed; a message that is gone needs none."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    try:
        await context.bot.edit_message_reply_markup(
            chat_id=query.message.chat.id, message_id=query.message.message_id, reply_markup=markup(keyboard)
        )
    except BadRequest as error:
        if not _says(error, _SAME, *_FIXED):
            raise


def _says(error: BadRequest, *reasons: str) -> bool:
    """Whether Telegram gave one of these reasons; the library changes the case of its words."""
    return any(reason in error.message.lower() for reason in reasons)


def markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The buttons as the library wants them."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(b.text, url=b.url)
                if b.url
                else InlineKeyboardButton(b.text, callback_data=b.data)
                for b in row
            ]
            for row in keyboard
        ]
    )


async def _call_new(bot: ExtBot[Any], method: str, parameters: dict[str, Any]) -> None:
    """A method that is newer than the library. It takes 401 for an unknown method, too: that is told apart here."""
    try:
        await bot.do_api_request(method, api_kwargs=parameters)
    except EndPointNotFound as error:
        if "Unauthorized" in str(error.__cause__):
            raise InvalidToken("Unauthorized") from error
        raise

"""editMessageText, editMessageCaption, editMessageReplyMarkup, deleteMessage(s), pinChatMessage, unpinChatMessage."""

from typing import Any

from bot.demo.telegram import gate, markup, rich, text
from bot.demo.telegram.core import Telegram
from bot.demo.telegram.methods.sending import preview
from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import NOT_MODIFIED, bad
from bot.demo.telegram.world import Chat, Message

DELETABLE_FOR = 48 * 3600
TEXT_FIELDS = ("text", "entities", "link_preview_options", "rich_message", "reply_markup")
CAPTION_FIELDS = ("caption", "caption_entities", "show_caption_above_media", "reply_markup")


def edit_message_text(tg: Telegram, params: Params) -> Message:
    """Another text, or another rich message, in the place of either."""
    as_rich = params.json("rich_message") is not None
    formatted = None if as_rich else tg.texts.read(params)
    article = rich.read(params, tg.texts.automatic, tg.bad_media) if as_rich else None
    keyboard = markup.read(params)
    chat, message = _editable(tg, params)
    if "text" not in message and "rich_message" not in message:
        raise bad("there is no text in the message to edit")
    content: dict[str, Any] = {"rich_message": article}
    if formatted is not None:
        text.check_length(formatted, text.TEXT_LIMIT)
        content = formatted.fields() | preview(params)
    return _replace(tg, chat, params, message, TEXT_FIELDS, content, keyboard)


def edit_message_caption(tg: Telegram, params: Params) -> Message:
    """Another caption under a picture or a file."""
    caption = tg.texts.read(params, "caption", "caption_entities")
    keyboard = markup.read(params)
    chat, message = _editable(tg, params)
    if "photo" not in message and "document" not in message:
        raise bad("there is no caption in the message to edit")
    text.check_length(caption, text.CAPTION_LIMIT, caption=True)
    content = caption.fields("caption", "caption_entities")
    if params.boolean("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return _replace(tg, chat, params, message, CAPTION_FIELDS, content, keyboard)


def edit_message_reply_markup(tg: Telegram, params: Params) -> Message:
    """Other buttons; none given: none left."""
    keyboard = markup.read(params)
    chat, message = _editable(tg, params)
    return _replace(tg, chat, params, message, ("reply_markup",), {}, keyboard)


def _editable(tg: Telegram, params: Params) -> tuple[Chat, Message]:
    chat = gate.chat_of(tg, params)
    message_id = params.integer("message_id")
    if not message_id:
        raise bad("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to edit not found")
    if not is_own(tg, chat, message):
        raise bad("message can't be edited")
    return chat, message


def is_own(tg: Telegram, chat: Chat, message: Message) -> bool:
    """True for a message the bot sent; a channel's posts do not say who wrote them."""
    if chat.is_channel:
        return message["message_id"] not in chat.foreign
    return bool(message["from"]["id"] == tg.bot.id)


def _replace(
    tg: Telegram,
    chat: Chat,
    params: Params,
    message: Message,
    fields: tuple[str, ...],
    content: dict[str, Any],
    keyboard: markup.Markup | None,
) -> Message:
    if keyboard:
        content = content | {"reply_markup": keyboard}
    if {name: message[name] for name in fields if name in message} == content:
        raise bad(NOT_MODIFIED)
    gate.check_receiver(tg, chat, params)
    kept = {name: value for name, value in message.items() if name not in fields}
    edited = kept | {"edit_date": tg.timestamp()} | content
    tg.replace(chat, edited)
    return edited


def delete_message(tg: Telegram, params: Params) -> bool:
    """One message gone for everybody."""
    chat = gate.chat_of(tg, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad("message to delete not found")
    if not _deletable(tg, chat, message):
        raise bad("message can't be deleted")
    tg.remove(chat, message["message_id"])
    return True


def delete_messages(tg: Telegram, params: Params) -> bool:
    """Several; those that are not there or must stay are passed over."""
    chat = gate.chat_of(tg, params)
    for message_id in map(str, params.array("message_ids") or []):
        message = chat.messages.get(int(message_id)) if message_id.isdigit() else None
        if message is not None and _deletable(tg, chat, message):
            tg.remove(chat, message["message_id"])
    return True


def _deletable(tg: Telegram, chat: Chat, message: Message) -> bool:
    if chat.bot == "administrator":
        return True
    young = tg.timestamp() - message["date"] < DELETABLE_FOR
    return young and (chat.is_private or is_own(tg, chat, message))


def pin_chat_message(tg: Telegram, params: Params) -> bool:
    """Pins a message; in a group or channel only as an administrator."""
    chat = _pinnable(tg, params)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad("message to pin not found")
    chat.pinned = message["message_id"]
    tg.events.chat(chat)
    return True


def unpin_chat_message(tg: Telegram, params: Params) -> bool:
    """Takes the pin off."""
    chat = _pinnable(tg, params)
    chat.pinned = 0
    tg.events.chat(chat)
    return True


def _pinnable(tg: Telegram, params: Params) -> Chat:
    chat = gate.chat_of(tg, params)
    if not chat.is_private and chat.bot != "administrator":
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat

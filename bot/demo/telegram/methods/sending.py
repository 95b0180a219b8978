"""sendMessage, sendPhoto, sendDocument, sendRichMessage, sendChatAction."""

from typing import Any

from bot.demo.telegram import gate, markup, media, rich, text
from bot.demo.telegram.core import Telegram
from bot.demo.telegram.params import Params, Upload
from bot.demo.telegram.refusals import bad
from bot.demo.telegram.world import Chat, Message

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
        "record_audio",
        "upload_audio",
    ]
)


def send_message(tg: Telegram, params: Params) -> Message:
    """A text."""
    formatted = tg.texts.read(params)
    keyboard = markup.read(params)
    chat = gate.chat_of(tg, params)
    fields = gate.reply_and_thread(chat, params)
    gate.check_rights(chat)
    text.check_length(formatted, text.TEXT_LIMIT)
    content = formatted.fields() | preview(params)
    return _deliver(tg, chat, params, fields | content, keyboard)


def send_photo(tg: Telegram, params: Params) -> Message:
    """A picture, by URL, file id or upload, with a caption."""
    caption = tg.texts.read(params, "caption", "caption_entities")
    keyboard = markup.read(params)
    chat = gate.chat_of(tg, params)
    fields = gate.reply_and_thread(chat, params)
    gate.check_rights(chat, "photos")
    text.check_length(caption, text.CAPTION_LIMIT, caption=True)
    file_id = media.source(params.file("photo"), tg.files, tg.bad_media, "photo")
    content = {"photo": media.photo(file_id)} | _caption(caption, params)
    return _deliver(tg, chat, params, fields | content, keyboard)


def send_document(tg: Telegram, params: Params) -> Message:
    """A file with a caption."""
    caption = tg.texts.read(params, "caption", "caption_entities")
    keyboard = markup.read(params)
    chat = gate.chat_of(tg, params)
    fields = gate.reply_and_thread(chat, params)
    gate.check_rights(chat, "documents")
    text.check_length(caption, text.CAPTION_LIMIT, caption=True)
    given = params.file("document")
    document = media.file_fields(media.source(given, tg.files, tg.bad_media, "document"))
    if isinstance(given, Upload):
        document |= {
            "file_name": given.name,
            "mime_type": given.content_type,
            "file_size": len(given.content),
        }
    return _deliver(tg, chat, params, fields | {"document": document} | _caption(caption, params), keyboard)


def send_rich_message(tg: Telegram, params: Params) -> Message:
    """An article in blocks."""
    message = rich.read(params, tg.texts.automatic, tg.bad_media)
    keyboard = markup.read(params)
    chat = gate.chat_of(tg, params)
    fields = gate.reply_and_thread(chat, params)
    gate.check_rights(chat)
    return _deliver(tg, chat, params, fields | {"rich_message": message}, keyboard)


def send_chat_action(tg: Telegram, params: Params) -> bool:
    """Shows that the bot is typing and the like; nothing is kept."""
    if params.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    chat = gate.chat_of(tg, params)
    gate.check_person(tg, chat)
    tg.events.send("action", chat, action=params.text("action"))
    return True


def preview(params: Params) -> dict[str, Any]:
    """The link preview options that a text message shows."""
    options = params.object("link_preview_options")
    if options is None and params.boolean("disable_web_page_preview"):
        options = {"is_disabled": True}
    return {"link_preview_options": options} if options else {}


def _caption(caption: text.Formatted, params: Params) -> dict[str, Any]:
    above = {"show_caption_above_media": True} if params.boolean("show_caption_above_media") else {}
    return caption.fields("caption", "caption_entities") | above


def _deliver(
    tg: Telegram, chat: Chat, params: Params, content: dict[str, Any], keyboard: markup.Markup | None
) -> Message:
    gate.check_receiver(tg, chat, params)
    if keyboard:
        content["reply_markup"] = keyboard
    if params.boolean("protect_content"):
        content["has_protected_content"] = True
    return tg.put(chat, tg.from_bot(chat), content)

"""Which function carries out which method. What is not here, the stand-in does not know: 404."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.demo.telegram.core import Telegram
from bot.demo.telegram.methods import chats, editing, polling, profile, sending
from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import unknown_method

Method = Callable[[Telegram, Params], Any | Awaitable[Any]]

_METHODS: dict[str, Method] = {
    "getMe": chats.get_me,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getChatAdministrators": chats.get_chat_administrators,
    "getChatMemberCount": chats.get_chat_member_count,
    "leaveChat": chats.leave_chat,
    "getFile": chats.get_file,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendRichMessage": sending.send_rich_message,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "getUpdates": polling.get_updates,
    "setWebhook": polling.set_webhook,
    "deleteWebhook": polling.delete_webhook,
    "getWebhookInfo": polling.get_webhook_info,
    "answerCallbackQuery": polling.answer_callback_query,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.set_my_name,
    "getMyName": profile.get_my_name,
    "setMyDescription": profile.set_my_description,
    "getMyDescription": profile.get_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "getMyShortDescription": profile.get_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}
# Telegram takes method names in any case
BY_NAME: dict[str, tuple[str, Method]] = {name.lower(): (name, method) for name, method in _METHODS.items()}
COUNTED = frozenset(name for name in _METHODS if name.startswith("send") and name != "sendChatAction")


def method_of(name: str) -> Method:
    """The function for a method; the refusal of a server that does not know it."""
    found = BY_NAME.get(name.lower())
    if found is None:
        raise unknown_method()
    return found[1]

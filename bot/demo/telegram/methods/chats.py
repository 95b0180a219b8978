"""getMe, getChat, getChatMember, getChatAdministrators, getChatMemberCount, leaveChat, getFile."""

from typing import Any

from bot.demo.telegram import gate, media
from bot.demo.telegram.core import Telegram
from bot.demo.telegram.members import bot_member, person_member
from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import bad

GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def get_me(tg: Telegram, _params: Params) -> dict[str, Any]:
    """The bot itself."""
    name = tg.profile.text("name", "") or tg.bot.first_name
    abilities = dict.fromkeys(
        (
            "can_read_all_group_messages",
            "supports_guest_queries",
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
            "has_topics_enabled",
            "allows_users_to_create_topics",
            "can_manage_bots",
            "supports_join_request_queries",
        ),
        False,
    )
    return tg.bot.json() | {"first_name": name, "can_join_groups": True} | abilities


def get_chat(tg: Telegram, params: Params) -> dict[str, Any]:
    """A chat in full."""
    chat = gate.chat_of(tg, params, to_read=True)
    full = chat.json() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}
    if chat.pinned in chat.messages:
        full["pinned_message"] = chat.messages[chat.pinned]
    return full


def get_chat_member(tg: Telegram, params: Params) -> dict[str, Any]:
    """What somebody is in a chat."""
    chat = gate.chat_of(tg, params, to_read=True)
    user = tg.world.users.get(params.integer("user_id"))
    if user is None:
        raise bad("invalid user_id specified" if not params.integer("user_id") else "user not found")
    if user is tg.bot:
        return bot_member(tg.bot, chat)
    if chat.is_channel and chat.bot != "administrator":
        raise bad("member list is inaccessible")
    return person_member(user, chat)


def get_chat_administrators(tg: Telegram, params: Params) -> list[dict[str, Any]]:
    """Owner and administrators; bots, this one apart, are left out."""
    chat = gate.chat_of(tg, params, to_read=True)
    if chat.is_private:
        raise bad("there are no administrators in the private chat")
    admins = [person_member(tg.world.users[user], chat) for user in chat.admins]
    return admins + ([bot_member(tg.bot, chat)] if chat.bot == "administrator" else [])


def get_chat_member_count(tg: Telegram, params: Params) -> int:
    """How many there are, the bot included."""
    chat = gate.chat_of(tg, params, to_read=True)
    return 2 if chat.is_private else len(chat.members) + 1


def leave_chat(tg: Telegram, params: Params) -> bool:
    """The bot goes by itself; nothing is told about that, as there."""
    chat = gate.chat_of(tg, params)
    if chat.is_private:
        raise bad("chat member status can't be changed in private chats")
    chat.bot = "left"
    tg.events.chat(chat)
    return True


def get_file(tg: Telegram, params: Params) -> dict[str, Any]:
    """Where an uploaded file can be fetched."""
    file_id = params.text("file_id")
    upload = tg.files.uploads.get(file_id)
    if upload is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    return media.file_fields(file_id) | {
        "file_size": len(upload.content),
        "file_path": f"documents/{file_id}",
    }

"""ChatMember objects, and the updates that tell of a change."""

from typing import Any

from bot.demo.telegram.world import Chat, User

EVERYWHERE = [
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
]
NEVER = ("can_promote_members", "is_anonymous")


def bot_member(bot: User, chat: Chat) -> dict[str, Any]:
    """The bot's own membership."""
    return _member(bot, chat, chat.bot, can_be_edited=False)


def person_member(user: User, chat: Chat) -> dict[str, Any]:
    """A person's membership; in a private chat everybody there is a member."""
    there = "member" if chat.is_private and chat.id == user.id else "left"
    return _member(user, chat, chat.members.get(user.id, there), can_be_edited=False)


def _member(user: User, chat: Chat, status: str, can_be_edited: bool) -> dict[str, Any]:
    member: dict[str, Any] = {"status": status, "user": user.json()}
    if status == "administrator":
        return member | {"can_be_edited": can_be_edited} | _rights(user, chat)
    if status == "creator":
        return member | {"is_anonymous": False}
    if status == "kicked":
        return member | {"until_date": 0}
    return member


def _rights(user: User, chat: Chat) -> dict[str, bool]:
    rights = dict.fromkeys(EVERYWHERE, True) | dict.fromkeys(NEVER, False)
    if chat.is_channel:
        may_post = chat.can_post if user.is_bot else True
        return rights | {"can_post_messages": may_post, "can_edit_messages": True}
    return rights | {"can_pin_messages": True, "can_manage_topics": chat.forum}

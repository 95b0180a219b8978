"""The way of a message into a chat, with everything that can stop it, in the order in which Telegram looks."""

from typing import Any

from bot.demo.telegram.core import Telegram
from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import (
    CHAT_NOT_FOUND,
    bad,
    blocked,
    deactivated,
    forbidden,
    not_started,
    upgraded,
)
from bot.demo.telegram.world import Chat

GENERAL_THREAD = 1


def chat_of(tg: Telegram, params: Params, to_read: bool = False) -> Chat:
    """The chat a call names, when the bot may know it; else the refusal. Public ones anybody may read."""
    if not params.has("chat_id"):
        raise bad("chat_id is empty")
    given = params.raw["chat_id"]
    chat = tg.world.find(given if isinstance(given, int) else str(given))
    if chat is None:
        raise bad(CHAT_NOT_FOUND)
    if not chat.is_private:
        _check_room(chat, to_read and bool(chat.username))
    elif tg.world.users[chat.id].is_bot:
        raise forbidden("the bot can't send messages to the bot")
    return chat


def _check_room(chat: Chat, readable: bool) -> None:
    if chat.migrated_to:
        raise upgraded(chat.migrated_to)
    if chat.deleted:
        raise forbidden(f"the {chat.type} chat was deleted")
    if chat.bot == "kicked":
        raise forbidden(f"bot was kicked from the {chat.type} chat")
    if chat.bot == "left" and not readable:
        raise forbidden(f"bot is not a member of the {chat.type} chat")


def reply_and_thread(chat: Chat, params: Params) -> dict[str, Any]:
    """The fields of a message that answers another or goes to a thread; Refusal when that is not there."""
    fields: dict[str, Any] = {}
    thread = params.integer("message_thread_id")
    if thread:
        _check_thread(chat, thread)
        fields |= {"message_thread_id": thread, "is_topic_message": True}
    reply = params.object("reply_parameters") or {}
    target = Params(reply).integer("message_id") or params.integer("reply_to_message_id")
    if target:
        original = chat.messages.get(target)
        if original is None and not reply.get("allow_sending_without_reply"):
            raise bad("message to be replied not found")
        if original is not None:
            fields["reply_to_message"] = {k: v for k, v in original.items() if k != "reply_to_message"}
    return fields


def _check_thread(chat: Chat, thread: int) -> None:
    if thread == GENERAL_THREAD or thread not in chat.threads:
        raise bad("message thread not found")
    if chat.threads[thread].closed:
        raise bad("TOPIC_CLOSED")


def check_rights(chat: Chat, what: str = "text messages") -> None:
    """Refusal when the bot may not write here."""
    if chat.is_channel and (chat.bot != "administrator" or not chat.can_post):
        raise bad("need administrator rights in the channel chat")
    if not chat.can_send and chat.bot != "administrator":
        raise bad(f"not enough rights to send {what} to the chat")


def check_person(tg: Telegram, chat: Chat) -> None:
    """Refusal when the person of a private chat is gone, or wants nothing of the bot."""
    if not chat.is_private:
        return
    if tg.world.users[chat.id].deactivated:
        raise deactivated()
    if chat.blocked:
        raise blocked()
    if not chat.started:
        raise not_started()


def check_receiver(tg: Telegram, chat: Chat, params: Params) -> None:
    """What Telegram's inner servers look at last: the person on the other side, and the rates."""
    check_person(tg, chat)
    tg.limits.check(chat.id, chat.is_private, params.boolean("allow_paid_broadcast"))

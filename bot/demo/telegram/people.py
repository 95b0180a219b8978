"""What people do: write, press buttons, block the bot, take it into groups and channels."""

import asyncio
import itertools
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.demo.telegram.core import Callback, Telegram
from bot.demo.telegram.members import bot_member
from bot.demo.telegram.refusals import StandInError
from bot.demo.telegram.world import ANONYMOUS_ADMIN, CHANNEL_BOT, TELEGRAM, Chat, Message, Thread, User

PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
PRESS_WAIT = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person sees after a press: a notice, an alert or a page. `answered` False: the bot said nothing."""

    text: str = ""
    show_alert: bool = False
    url: str = ""
    answered: bool = True


class People:
    """The hands of all users."""

    def __init__(self, telegram: Telegram) -> None:
        self._tg = telegram
        self._callback_ids = itertools.count(4_000_000_000_000_000_001)

    def say(
        self,
        user: User,
        chat: Chat,
        text: str,
        *,
        anonymous: bool = False,
        as_chat: Chat | None = None,
        reply_to: int = 0,
        thread_id: int = 0,
    ) -> Message:
        """Writes a text, `anonymous` as the group's hidden admin, `as_chat` as a channel. Unblocks the bot first."""
        if chat.blocked:
            self.unblock(user)
        content = self._tg.texts.parse(text, "").fields()
        if thread_id:
            content |= {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to in chat.messages:
            content["reply_to_message"] = chat.messages[reply_to]
        message = self._tg.put(chat, _sender(user, chat, anonymous, as_chat), content)
        if chat.is_private and not chat.started:
            chat.started, chat.note = True, ""  # what the note asks for is done
            self._tg.events.chat(chat)
        if chat.is_channel:
            chat.foreign.add(message["message_id"])
        if self._bot_sees(chat, message):
            self._tg.updates.push("channel_post" if chat.is_channel else "message", message)
        return message

    def forward_post(self, group: Chat, channel: Chat, text: str) -> Message:
        """A channel's post as it comes into its discussion group: from Telegram itself."""
        sender = {"from": _service(TELEGRAM, "Telegram"), "sender_chat": channel.json()}
        content = self._tg.texts.parse(text, "").fields() | {"is_automatic_forward": True}
        message = self._tg.put(group, sender, content)
        if self._bot_sees(group, message):
            self._tg.updates.push("message", message)
        return message

    def _bot_sees(self, chat: Chat, message: Message) -> bool:
        """Privacy mode: in a group a bot that is no admin gets commands, replies to it and mentions of it."""
        if chat.bot in ("left", "kicked"):
            return False
        if chat.is_private or chat.bot == "administrator":
            return True
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return replied == self._tg.bot.id or self._addressed(message.get("text", ""))

    def _addressed(self, text: str) -> bool:
        name = f"@{self._tg.bot.username}".lower()
        if not text.startswith("/"):
            return name in text.lower()
        command = text.split(maxsplit=1)[0].lower()
        return "@" not in command or command.endswith(name)

    async def press(
        self, user: User, chat: Chat, message_id: int, button: str, wait: float = PRESS_WAIT
    ) -> Answer:
        """Presses the button with this data or label; waits so many seconds for the bot's answer."""
        message = chat.messages.get(message_id)
        if message is None:
            raise StandInError(f"there is no message {message_id} in chat {chat.id}")
        found = _button(message, button)
        if "url" in found:
            return self._open(user, found["url"])
        return await self._callback(user, chat, message, found["callback_data"], wait)

    def _open(self, user: User, url: str) -> Answer:
        parts = urlsplit(url)
        if parts.hostname == "t.me" and parts.path.strip("/").lower() == self._tg.bot.username.lower():
            self.start(user, parse_qs(parts.query).get("start", [""])[0])
        return Answer(url=url)

    async def _callback(self, user: User, chat: Chat, message: Message, data: str, wait: float) -> Answer:
        self._tg.expire_callbacks()
        query_id = str(next(self._callback_ids))
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._tg.callbacks[query_id] = Callback(future, self._tg.monotonic() + self._tg.callback_lifetime)
        self._tg.updates.push(
            "callback_query",
            {
                "id": query_id,
                "from": user.json(),
                "message": message,
                "chat_instance": str(chat.id),
                "data": data,
            },
        )
        try:
            return Answer(**await asyncio.wait_for(asyncio.shield(future), wait))
        except TimeoutError:
            return Answer(answered=False)

    def start(self, user: User, payload: str = "") -> Message:
        """Opens the private chat, also by a deep link `t.me/<bot>?start=<payload>`."""
        if payload and not PAYLOAD.fullmatch(payload):
            raise StandInError(f"a deep link cannot carry {payload!r}: 1 to 64 of A-Z, a-z, 0-9, _ and -")
        return self.say(user, self._tg.world.chats[user.id], f"/start {payload}".strip())

    def block(self, user: User) -> None:
        """Blocks the bot."""
        self._change(self._tg.world.chats[user.id], user, "kicked")

    def unblock(self, user: User) -> None:
        """Lets it write again."""
        self._change(self._tg.world.chats[user.id], user, "member")

    def add(self, chat: Chat, by: User) -> None:
        """Takes the bot into a group; into a channel only as an administrator."""
        chat.note = ""
        self._change(chat, by, "administrator" if chat.is_channel else "member")
        if not chat.is_channel:
            message = self._tg.put(chat, {"from": by.json()}, {"new_chat_members": [self._tg.bot.json()]})
            self._tg.updates.push("message", message)

    def promote(self, chat: Chat, by: User, can_post: bool = True) -> None:
        """Makes the bot an administrator; in a channel with or without the right to post."""
        chat.note = ""
        self._change(chat, by, "administrator", can_post)

    def demote(self, chat: Chat, by: User) -> None:
        """Takes its rights; a channel knows no bot without rights, so there it is out."""
        self._change(chat, by, "left" if chat.is_channel else "member")

    def remove(self, chat: Chat, by: User, banned: bool = True) -> None:
        """Throws it out; not `banned` it may come again by itself."""
        self._change(chat, by, "kicked" if banned else "left")

    def _change(self, chat: Chat, by: User, status: str, can_post: bool = True) -> None:
        old = bot_member(self._tg.bot, chat)
        chat.bot, chat.can_post = status, can_post
        if old == bot_member(self._tg.bot, chat):
            return
        change = {
            "chat": chat.json(),
            "from": by.json(),
            "date": self._tg.timestamp(),
            "old_chat_member": old,
            "new_chat_member": bot_member(self._tg.bot, chat),
        }
        self._tg.updates.push("my_chat_member", change)
        self._tg.events.chat(chat)

    def upgrade(self, group: Chat) -> Chat:
        """Makes a supergroup of a group: another id, the same people, and a notice in both."""
        new = self._tg.world.add_room("supergroup", group.title)
        new.bot, new.members = group.bot, dict(group.members)
        sender = {
            "from": _service(ANONYMOUS_ADMIN, "Group", "GroupAnonymousBot"),
            "sender_chat": group.json(),
        }
        gone = self._tg.put(group, sender, {"migrate_to_chat_id": new.id})
        here = {"from": sender["from"], "sender_chat": new.json()}
        come = self._tg.put(new, here, {"migrate_from_chat_id": group.id})
        group.migrated_to = new.id
        for message in (gone, come):
            self._tg.updates.push("message", message)
        return new

    def add_thread(self, chat: Chat, name: str) -> int:
        """A new topic of a forum group; its id."""
        thread = self._tg.world.next_message_id(chat)
        chat.threads[thread] = Thread(name)
        return thread


def _sender(user: User, chat: Chat, anonymous: bool, as_chat: Chat | None) -> dict[str, Any]:
    if chat.is_channel:
        return {"sender_chat": chat.json()}
    if anonymous:
        return {"from": _service(ANONYMOUS_ADMIN, "Group", "GroupAnonymousBot"), "sender_chat": chat.json()}
    if as_chat is not None:
        return {"from": _service(CHANNEL_BOT, "Channel", "Channel_Bot"), "sender_chat": as_chat.json()}
    return {"from": user.json()}


def _service(user_id: int, name: str, username: str = "") -> dict[str, Any]:
    """One of Telegram's own accounts, which stand for groups and channels."""
    return User(user_id, name, username=username, is_bot=user_id != TELEGRAM).json()


def _button(message: Message, wanted: str) -> dict[str, Any]:
    """The button with this data or label; StandInError names what there is."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    buttons: list[dict[str, Any]] = [button for row in rows for button in row]
    for field in ("callback_data", "text", "url"):
        for button in buttons:
            if button.get(field) == wanted:
                return button
    there = [button["text"] for button in buttons]
    raise StandInError(f"message {message['message_id']} has no button {wanted!r}: it has {there}")

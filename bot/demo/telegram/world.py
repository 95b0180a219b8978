"""Users, chats, members and messages: what Telegram's servers would know. Pure state, no I/O."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

ANONYMOUS_ADMIN = 1087968824
CHANNEL_BOT = 136817688
TELEGRAM = 777000
FIRST_USER = 5_000_001
FIRST_SUPERGROUP = -1_001_000_000_001
FIRST_GROUP = -4_000_001

Message = dict[str, Any]


@dataclass(slots=True, eq=False)
class User:
    """A person, or a bot."""

    id: int
    first_name: str
    language_code: str = ""
    username: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def json(self) -> dict[str, Any]:
        """The User object."""
        user: dict[str, Any] = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        if self.username:
            user["username"] = self.username
        if self.language_code:
            user["language_code"] = self.language_code
        return user


@dataclass(slots=True)
class Thread:
    """A topic of a forum group."""

    name: str
    closed: bool = False


@dataclass(slots=True, eq=False)
class Chat:
    """A chat as the bot meets it. `bot` is the bot's status in it: member, administrator, left or kicked."""

    id: int
    type: str
    title: str
    username: str = ""
    bot: str = "left"
    can_post: bool = True  # an administrator of a channel may lack it
    can_send: bool = True  # a member of a group may be muted
    members: dict[int, str] = field(default_factory=dict)
    started: bool = False
    deleted: bool = False
    migrated_to: int = 0
    forum: bool = False
    threads: dict[int, Thread] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    foreign: set[int] = field(default_factory=set)  # posts of a channel that people wrote
    last_message_id: int = 0
    pinned: int = 0
    note: str = ""

    @property
    def is_private(self) -> bool:
        """True for the chat with one person."""
        return self.type == "private"

    @property
    def is_channel(self) -> bool:
        """True for a channel."""
        return self.type == "channel"

    @property
    def blocked(self) -> bool:
        """True when the person of a private chat blocked the bot."""
        return self.is_private and self.bot == "kicked"

    @property
    def admins(self) -> list[int]:
        """Owner and administrators, people only."""
        return [user for user, status in self.members.items() if status in ("creator", "administrator")]

    def json(self) -> dict[str, Any]:
        """The Chat object."""
        name = "first_name" if self.is_private else "title"
        chat: dict[str, Any] = {"id": self.id, "type": self.type, name: self.title}
        if self.username:
            chat["username"] = self.username
        if self.forum:
            chat["is_forum"] = True
        return chat


class World:
    """Everybody and every chat. A chat remembers its last `keep` messages."""

    def __init__(self, bot: User, keep: int = 200) -> None:
        self.bot = bot
        self.keep = keep
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.rooms: list[Chat] = []  # those that are not private, few even where readers are many
        self._usernames: dict[str, Chat] = {}
        self._user_ids = itertools.count(FIRST_USER)
        self._group_ids = itertools.count(FIRST_GROUP, -1)
        self._supergroup_ids = itertools.count(FIRST_SUPERGROUP, -1)

    def add_user(self, first_name: str, language_code: str = "de", username: str = "") -> User:
        """A new person, and the private chat they could open with the bot."""
        user = User(next(self._user_ids), first_name, language_code, username)
        self.users[user.id] = user
        self.chats[user.id] = Chat(user.id, "private", first_name, username, bot="member")
        return user

    def add_room(self, kind: str, title: str, username: str = "", forum: bool = False) -> Chat:
        """A new group, supergroup or channel, without members."""
        ids = self._group_ids if kind == "group" else self._supergroup_ids
        chat = Chat(next(ids), kind, title, username, forum=forum)
        chat.last_message_id = int(forum)  # number 1 is a forum's own topic, "General"
        self.chats[chat.id] = chat
        self.rooms.append(chat)
        if username:
            self._usernames[username.lower()] = chat
        return chat

    def find(self, chat_id: str | int) -> Chat | None:
        """A chat by its number or its @name; None when there is none."""
        if isinstance(chat_id, int):
            return self.chats.get(chat_id)
        if chat_id.startswith("@"):
            return self._usernames.get(chat_id[1:].lower())
        try:
            return self.chats.get(int(chat_id))
        except ValueError:
            return None

    def rooms_of(self, user: User) -> Iterator[Chat]:
        """The groups and channels a person is in."""
        return (chat for chat in self.rooms if user.id in chat.members)

    def next_message_id(self, chat: Chat) -> int:
        """A number for a message; they count up in each chat."""
        chat.last_message_id += 1
        return chat.last_message_id

    def keep_message(self, chat: Chat, message: Message) -> None:
        """Stores a message; the oldest goes when the chat is full."""
        chat.messages[message["message_id"]] = message
        if len(chat.messages) > self.keep:
            oldest = next(iter(chat.messages))
            del chat.messages[oldest]
            chat.foreign.discard(oldest)

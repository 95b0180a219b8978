"""The stand-in's Telegram: the world and all that happens in it, shared by the bot's side, people and the page."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.demo.telegram.events import Events
from bot.demo.telegram.faults import Faults
from bot.demo.telegram.limits import Limits
from bot.demo.telegram.media import Files
from bot.demo.telegram.profile import Profile
from bot.demo.telegram.refusals import Refusal
from bot.demo.telegram.text import Texts
from bot.demo.telegram.updates import Updates
from bot.demo.telegram.webhook import Webhook
from bot.demo.telegram.world import Chat, Message, User, World

CALLBACK_LIFETIME = 15.0
KEPT_CALLS = 10_000


@dataclass(slots=True)
class Call:
    """A call of the bot. `at` is a Unix time; `status` is 0 until it is answered, and stays so when it is cut off."""

    method: str
    params: dict[str, Any]
    at: float
    status: int = 0
    answer: Any = None  # the result, or a refusal's envelope


@dataclass(slots=True)
class Callback:
    """A pressed button that waits for the bot's answer, until `expires` (monotonic)."""

    answer: asyncio.Future[dict[str, Any]]
    expires: float


@dataclass
class Telegram:
    """Everything. `keep` messages are remembered in each chat."""

    token: str
    bot: User
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    texts: Texts
    world: World
    updates: Updates
    webhook: Webhook
    limits: Limits
    faults: Faults = field(default_factory=Faults)
    profile: Profile = field(default_factory=Profile)
    files: Files = field(default_factory=Files)
    events: Events = field(default_factory=Events)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    callbacks: dict[str, Callback] = field(default_factory=dict)
    callback_lifetime: float = CALLBACK_LIFETIME
    bad_media: dict[str, Refusal] = field(default_factory=dict)

    def timestamp(self) -> int:
        """Now, as Telegram counts."""
        return int(self.now().timestamp())

    def put(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> Message:
        """A new message in a chat; `sender` is its from and sender_chat."""
        message = {
            "message_id": self.world.next_message_id(chat),
            **sender,
            "date": self.timestamp(),
            "chat": chat.json(),
            **content,
        }
        self.world.keep_message(chat, message)
        self.events.message("message", chat, message)
        return message

    def from_bot(self, chat: Chat) -> dict[str, Any]:
        """Who a message of the bot is from: in a channel, the channel."""
        if chat.is_channel:
            return {"sender_chat": chat.json()}
        return {"from": self.bot.json()}

    def replace(self, chat: Chat, message: Message) -> None:
        """An edited message in the place of the old one, which answers already given may still hold."""
        chat.messages[message["message_id"]] = message
        self.events.message("edit", chat, message)

    def remove(self, chat: Chat, message_id: int) -> None:
        """A message gone."""
        del chat.messages[message_id]
        self.events.send("delete", chat, message_id=message_id)

    def expire_callbacks(self) -> None:
        """Forgets presses that nobody answered in time."""
        now = self.monotonic()
        for key in [key for key, callback in self.callbacks.items() if callback.expires < now]:
            del self.callbacks[key]

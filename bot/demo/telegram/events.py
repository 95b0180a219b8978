"""What the chat page is told as it happens."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.demo.telegram.world import Chat, Message

MAX_WAITING = 1000

Event = dict[str, Any] | None  # None ends a stream
Show = Callable[[Message], Message]


class Events:
    """Streams of events. Without a listener telling costs nothing; a listener that does not read is ended."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[Event]] = set()
        self.shown: Callable[[Chat], bool] = lambda _chat: True
        self.show: Show = lambda message: message
        self.chats: Callable[[], list[Chat]] = list
        self.commands: Callable[[Chat], list[dict[str, str]]] = lambda _chat: []
        self.describe: Callable[[Chat], dict[str, Any]] = lambda chat: {"chat": chat.json()}

    def subscribe(self) -> asyncio.Queue[Event]:
        """A queue of all events from now on."""
        queue: asyncio.Queue[Event] = asyncio.Queue(MAX_WAITING + 1)
        self.listeners.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[Event]) -> None:
        """No more of them."""
        self.listeners.discard(queue)

    def message(self, kind: str, chat: Chat, message: Message) -> None:
        """A message came or changed."""
        if self.listeners and self.shown(chat):
            self.send(kind, chat, message=self.show(message))

    def chat(self, chat: Chat) -> None:
        """Something about a chat changed that is not a message."""
        if self.listeners and self.shown(chat):
            self.send("chat", chat, **self.describe(chat))

    def commands_changed(self) -> None:
        """The bot's menu is another."""
        if self.listeners:
            for chat in self.chats():
                self.send("commands", chat, commands=self.commands(chat))

    def send(self, kind: str, chat: Chat, /, **fields: Any) -> None:
        """Tells all listeners; events of chats that the page does not show are left out."""
        if not self.listeners or not self.shown(chat):
            return
        event = {"type": kind, "chat_id": chat.id, **fields}
        for queue in list(self.listeners):
            self._put(queue, event)

    def _put(self, queue: asyncio.Queue[Event], event: dict[str, Any]) -> None:
        if queue.qsize() < MAX_WAITING:
            queue.put_nowait(event)
        else:
            self.unsubscribe(queue)
            queue.put_nowait(None)

    def close(self) -> None:
        """Ends all streams."""
        for queue in list(self.listeners):
            self.unsubscribe(queue)
            queue.put_nowait(None)

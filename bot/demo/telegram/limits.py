"""Telegram's rates ("or so", it says): about 30 a second for the bot, 1 a second to one person with short bursts,
20 a minute to one group or channel, and 310 messages on their way to one chat. Edits count like messages."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.demo.telegram.refusals import flood

UNSENT_WAIT = 60


@dataclass(slots=True)
class Bucket:
    """A token bucket: `tokens` are left, it fills by `per_second` up to `size`."""

    size: float
    per_second: float
    tokens: float
    at: float

    def take(self, now: float) -> float:
        """0 and one token less, or the seconds until there is one."""
        self.tokens = min(self.size, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.per_second

    def full(self, now: float) -> bool:
        """True when nothing of the past counts any more."""
        return self.tokens + (now - self.at) * self.per_second >= self.size


@dataclass
class Limits:
    """The budgets, and whether they are enforced. The numbers may be changed before use."""

    monotonic: Callable[[], float]
    enabled: bool = True
    per_second: float = 30.0
    paid_per_second: float = 1000.0
    private_per_second: float = 1.0
    private_burst: float = 5.0
    room_per_minute: float = 20.0
    unsent_per_chat: int = 310
    _whole: dict[bool, Bucket] = field(default_factory=dict)
    _chats: dict[int, Bucket] = field(default_factory=dict)
    _unsent: dict[int, int] = field(default_factory=dict)
    _sweep_at: int = 20_000

    def check(self, chat_id: int, private: bool, paid: bool = False) -> None:
        """Counts one message to this chat, or raises the flood refusal."""
        if not self.enabled:
            return
        now = self.monotonic()
        wait = self._chat(chat_id, private, now).take(now) or self._bot(paid, now).take(now)
        if wait:
            raise flood(max(1, math.ceil(wait)))

    def _bot(self, paid: bool, now: float) -> Bucket:
        if paid not in self._whole:
            rate = self.paid_per_second if paid else self.per_second
            self._whole[paid] = Bucket(rate, rate, rate, now)
        return self._whole[paid]

    def _chat(self, chat_id: int, private: bool, now: float) -> Bucket:
        bucket = self._chats.get(chat_id)
        if bucket is None:
            self._forget(now)
            size = self.private_burst if private else self.room_per_minute
            rate = self.private_per_second if private else self.room_per_minute / 60
            bucket = self._chats[chat_id] = Bucket(size, rate, size, now)
        return bucket

    def _forget(self, now: float) -> None:
        # Swept each time it has doubled, so that a send stays O(1)
        if len(self._chats) >= self._sweep_at:
            self._chats = {chat: bucket for chat, bucket in self._chats.items() if not bucket.full(now)}
            self._sweep_at = max(20_000, 2 * len(self._chats))

    @contextmanager
    def on_its_way(self, chat_id: int) -> Iterator[None]:
        """While a message to this chat is not sent yet; the refusal when too many are not."""
        count = self._unsent.get(chat_id, 0)
        if self.enabled and count >= self.unsent_per_chat:
            raise flood(UNSENT_WAIT)
        self._unsent[chat_id] = count + 1
        try:
            yield
        finally:
            left = self._unsent[chat_id] - 1
            if left:
                self._unsent[chat_id] = left
            else:
                del self._unsent[chat_id]

"""What Telegram allows: so many messages a second for the bot, to a person, and a minute to a group or channel."""

from collections import deque
from typing import Protocol

PRIVATE_BURST = 3
PRIVATE_PER_SECOND = 1.0
GROUP_MESSAGES = 20
GROUP_SECONDS = 60.0
_HAIR = 1e-9  # sums of floats: a token that lacks this much is whole


class Budget(Protocol):
    """An amount that grows back with time. All times are those of one monotonic clock, in seconds."""

    def ready_at(self, now: float) -> float:
        """When the next message fits: `now`, or later."""
        ...

    def take(self, now: float) -> None:
        """Uses it for a message sent now."""
        ...

    def give_back(self, taken: float, /) -> None:
        """Undoes the `take` of that time: its message was not sent."""
        ...

    def full_at(self) -> float:
        """When it will be as good as new, and can be forgotten."""
        ...


class Bucket:
    """At most `burst` at once, growing back by `rate` a second; in T seconds at most `burst + rate x T`."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float, tokens: float, now: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = tokens
        self._at = now

    def ready_at(self, now: float) -> float:
        """When a whole token is there."""
        lack = 1.0 - self._level(now)
        return now if lack <= _HAIR else now + lack / self._rate

    def take(self, now: float) -> None:
        """Takes a token."""
        self._tokens = self._level(now) - 1.0
        self._at = now

    def give_back(self, _taken: float, /) -> None:
        """Puts a token back."""
        self._tokens = min(self._burst, self._tokens + 1.0)

    def full_at(self) -> float:
        """When it has grown back to `burst`."""
        return self._at + (self._burst - self._tokens) / self._rate

    def _level(self, now: float) -> float:
        return min(self._burst, self._tokens + (now - self._at) * self._rate)


class Window:
    """At most `count` in any `seconds` (sliding, and half open: the first may be repeated exactly `seconds` later)."""

    __slots__ = ("_count", "_seconds", "_times")

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._times: deque[float] = deque()

    def ready_at(self, now: float) -> float:
        """When the oldest of the last `count` has left the window."""
        if len(self._times) < self._count:
            return now
        return max(now, self._times[0] + self._seconds)

    def take(self, now: float) -> None:
        """Notes a message."""
        if len(self._times) == self._count:
            self._times.popleft()
        self._times.append(now)

    def give_back(self, taken: float, /) -> None:
        """Strikes the message of that time, if it still counts."""
        if taken in self._times:
            self._times.remove(taken)

    def full_at(self) -> float:
        """When the last message has left the window."""
        return self._times[-1] + self._seconds if self._times else 0.0


class BotBudget:
    """The whole bot: an even flow that starts empty, so that a crash loop cannot burst, and never more than
    `per_second` in any second. A late timer may catch up for `slack` seconds."""

    __slots__ = ("_bucket", "_window")

    def __init__(self, per_second: float, now: float, slack: float = 0.05) -> None:
        self._bucket = Bucket(per_second, max(1.0, per_second * slack), 0.0, now)
        self._window = Window(max(1, int(per_second)), max(1.0, 1.0 / per_second))

    def ready_at(self, now: float) -> float:
        """When both agree."""
        return max(self._bucket.ready_at(now), self._window.ready_at(now))

    def take(self, now: float) -> None:
        """Takes from both."""
        self._bucket.take(now)
        self._window.take(now)

    def give_back(self, taken: float, /) -> None:
        """Gives both back."""
        self._bucket.give_back(taken)
        self._window.give_back(taken)

    def full_at(self) -> float:
        """When both are as new."""
        return max(self._bucket.full_at(), self._window.full_at())


def is_person(chat: int | str) -> bool:
    """People have positive ids, groups and channels negative ones or an @name."""
    return isinstance(chat, int) and chat > 0


def budget_of(chat: int | str, now: float) -> Budget:
    """A chat's own budget."""
    if is_person(chat):
        return Bucket(PRIVATE_PER_SECOND, PRIVATE_BURST, PRIVATE_BURST, now)
    return Window(GROUP_MESSAGES, GROUP_SECONDS)

"""The limiter that every message passes: three budgets, two lanes."""

import asyncio
import heapq
import math
from collections.abc import Awaitable, Callable
from enum import IntEnum
from itertools import count

from bot.delivery.budgets import BotBudget, Budget, budget_of, is_person
from bot.measures import Measures

Chat = int | str
GRAIN = 0.008
"""Seconds that the timer runs at least: a fast bot wakes for several messages at once, and their answers come in
together. A wake for each costs as much as its request. The budget makes up for the wait."""
_FLOOD_SECONDS = 5.0  # two chats refused within this: it is the bot that is too fast


class Lane(IntEnum):
    """Answers go before pushes, always."""

    ANSWER = 0
    PUSH = 1


_LANES = {lane: lane.name.lower() for lane in Lane}


class _Waiter:
    """Someone in the queue. Orders by lane, then by arrival."""

    __slots__ = ("chat", "granted", "key", "taken")

    def __init__(self, chat: Chat, lane: Lane, number: int) -> None:
        self.chat = chat
        self.key = (lane, number)
        self.granted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.taken: float | None = None

    def __lt__(self, other: "_Waiter") -> bool:
        return self.key < other.key


class Limiter:
    """Lets messages through as fast as the budgets of the bot and of their chats allow.

    First come, first served in a lane; whoever waits for their own chat's budget holds nobody up. `monotonic` is a
    clock in seconds. One event loop only.
    """

    def __init__(
        self,
        per_second: float,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        measures: Measures | None = None,
    ) -> None:
        self.per_second = per_second
        self._clock = monotonic
        self._sleep = sleep
        self._measures = measures or Measures()
        self._measures.budget(per_second)
        self._bot = BotBudget(per_second, monotonic())
        self._chats = _Chats()
        self._bot_until = -math.inf
        self._last_refusal: tuple[Chat, float] | None = None
        self._numbers = count()
        self._ready: list[_Waiter] = []
        self._parked: dict[Chat, list[_Waiter]] = {}
        self._unpark: list[tuple[float, int, Chat]] = []
        self._unpark_at: dict[Chat, float] = {}
        self._timer: asyncio.Task[None] | None = None
        self._timer_at = math.inf

    async def acquire(self, chat: Chat, lane: Lane) -> None:
        """Returns when a message to this chat may go. A cancelled caller leaves its place, or gives it back."""
        if self._free(chat):
            self._take(chat, lane, self._clock())
            return
        waiter = _Waiter(chat, lane, next(self._numbers))
        heapq.heappush(self._ready, waiter)
        self._pump()
        try:
            await waiter.granted
        except asyncio.CancelledError:
            self._leave(waiter)
            raise

    def ready_in(self, chat: Chat) -> float:
        """Seconds until this chat's own budget allows a message; 0 when it does now."""
        now = self._clock()
        return self._chats.ready_at(chat, now) - now

    def busy(self) -> frozenset[Chat]:
        """The chats that must wait for their own budget now."""
        return frozenset(self._chats.used_up(self._clock()))

    def next_free(self) -> float | None:
        """Seconds until the first busy chat may go on; None without any."""
        now = self._clock()
        used_up = self._chats.used_up(now)
        return min(used_up.values()) - now if used_up else None

    def paused_for(self) -> float:
        """Seconds that the whole bot must be silent; 0 mostly."""
        return max(0.0, self._bot_until - self._clock())

    def refused(self, chat: Chat, retry_after: float) -> None:
        """Telegram said 429: the chat waits, and the whole bot if another chat was refused just before. For two groups
        or channels only for a moment: each may have used up its own minute, and a person refused will tell."""
        now = self._clock()
        self.hold(chat, retry_after)
        last, self._last_refusal = self._last_refusal, (chat, now)
        flood = last is not None and last[0] != chat and now - last[1] <= _FLOOD_SECONDS
        self._measures.refused("bot" if flood else "chat")
        if last is not None and flood:
            people = is_person(chat) or is_person(last[0])
            self._bot_until = max(
                self._bot_until, now + (retry_after if people else min(retry_after, _FLOOD_SECONDS))
            )

    def hold(self, chat: Chat, seconds: float) -> None:
        """Nothing goes to this chat for a while."""
        now = self._clock()
        self._chats.hold(chat, now + seconds, now)

    def _pump(self) -> None:
        """Grants all that may go now and sets the timer for the rest."""
        now = self._clock()
        self._wake_parked(now)
        while self._ready and (bot_at := max(self._bot_until, self._bot.ready_at(now))) <= now:
            waiter = heapq.heappop(self._ready)
            if waiter.granted.done():  # cancelled a moment ago, and about to leave
                continue
            if (chat_at := self._chats.ready_at(waiter.chat, now)) > now:
                self._park(waiter, chat_at)
            else:
                self._grant(waiter, now)
        self._set_timer(bot_at if self._ready else math.inf)

    def _free(self, chat: Chat) -> bool:
        """Whether a message may go at once: nobody waits who would have to go first."""
        now = self._clock()
        return (
            not self._ready
            and chat not in self._parked
            and max(self._bot_until, self._bot.ready_at(now), self._chats.ready_at(chat, now)) <= now
        )

    def _take(self, chat: Chat, lane: Lane, now: float) -> None:
        self._bot.take(now)
        self._chats.take(chat, now)
        self._measures.granted(_LANES[lane])

    def _grant(self, waiter: _Waiter, now: float) -> None:
        self._take(waiter.chat, waiter.key[0], now)
        waiter.taken = now
        waiter.granted.set_result(None)
        self._schedule(waiter.chat, self._chats.ready_at(waiter.chat, now))

    def _park(self, waiter: _Waiter, until: float) -> None:
        queue = self._parked.setdefault(waiter.chat, [])
        heapq.heappush(queue, waiter)
        self._schedule(waiter.chat, until)

    def _schedule(self, chat: Chat, at: float) -> None:
        """Has the chat's first parked waiter looked at again then, unless that happens sooner anyway."""
        if chat in self._parked and at < self._unpark_at.get(chat, math.inf):
            self._unpark_at[chat] = at
            heapq.heappush(self._unpark, (at, next(self._numbers), chat))

    def _wake_parked(self, now: float) -> None:
        while self._unpark and self._unpark[0][0] <= now:
            at, _, chat = heapq.heappop(self._unpark)
            if self._unpark_at.get(chat) != at:
                continue  # an earlier one took its place
            del self._unpark_at[chat]
            if queue := self._parked.get(chat):
                heapq.heappush(self._ready, heapq.heappop(queue))
                if not queue:
                    del self._parked[chat]

    def _leave(self, waiter: _Waiter) -> None:
        if waiter.taken is not None:
            self._bot.give_back(waiter.taken)
            self._chats.give_back(waiter.chat, waiter.taken, self._clock())
        elif waiter in self._ready:
            _remove(self._ready, waiter)
        elif waiter in (queue := self._parked.get(waiter.chat, [])):
            _remove(queue, waiter)
            if not queue:
                del self._parked[waiter.chat]
        self._schedule(waiter.chat, self._clock())
        self._pump()

    def _set_timer(self, bot_at: float) -> None:
        if not self._parked:
            self._unpark.clear()
            self._unpark_at.clear()
        at = min(bot_at, self._unpark[0][0] if self._unpark else math.inf)
        at = max(at, self._clock() + GRAIN)
        if self._timer_at <= at < math.inf:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer, self._timer_at = None, at
        if at < math.inf:
            self._timer = asyncio.create_task(self._ring(at), name="limiter")

    async def _ring(self, at: float) -> None:
        await self._sleep(max(0.0, at - self._clock()))
        self._timer, self._timer_at = None, math.inf
        self._pump()


class _Chats:
    """The budgets of the chats that were written to lately; those as good as new are forgotten."""

    def __init__(self) -> None:
        self._people: dict[Chat, Budget] = {}
        self._groups: dict[Chat, Budget] = {}
        self._held: dict[Chat, float] = {}
        self._used_up: dict[Chat, float] = {}

    def ready_at(self, chat: Chat, now: float) -> float:
        """When this chat may get a message: now, or later."""
        budget = self._known(chat).get(chat)
        at = budget.ready_at(now) if budget is not None else now
        return max(at, self._held.get(chat, now))

    def take(self, chat: Chat, now: float) -> None:
        """Uses the chat's budget."""
        known = self._known(chat)
        budget = known.pop(chat, None) or budget_of(chat, now)
        budget.take(now)
        known[chat] = budget  # to the end: the longest unused is first
        _forget(known, now)
        self._note(chat, now)

    def give_back(self, chat: Chat, taken: float, now: float) -> None:
        """Undoes a `take`."""
        if budget := self._known(chat).get(chat):
            budget.give_back(taken)
            self._note(chat, now)

    def hold(self, chat: Chat, until: float, now: float) -> None:
        """The chat gets nothing until then."""
        self._held[chat] = max(until, self._held.get(chat, until))
        self._note(chat, now)

    def used_up(self, now: float) -> dict[Chat, float]:
        """The chats that must wait, and until when."""
        for chat in [chat for chat, at in self._used_up.items() if at <= now]:
            del self._used_up[chat]
            self._held.pop(chat, None)
        return self._used_up

    def _note(self, chat: Chat, now: float) -> None:
        self._used_up[chat] = self.ready_at(chat, now)
        self.used_up(now)

    def _known(self, chat: Chat) -> dict[Chat, Budget]:
        return self._people if is_person(chat) else self._groups


def _forget(known: dict[Chat, Budget], now: float) -> None:
    while (first := next(iter(known), None)) is not None and known[first].full_at() <= now:
        del known[first]


def _remove(heap: list[_Waiter], waiter: _Waiter) -> None:
    heap.remove(waiter)
    heapq.heapify(heap)

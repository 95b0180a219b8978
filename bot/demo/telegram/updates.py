"""The queue of updates, and long polling. An update comes again until a higher offset confirms it."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

from bot.demo.telegram.refusals import ENDED_BY_WEBHOOK, POLL_BESIDE_WEBHOOK, TWO_POLLERS, Refusal, conflict

UNLESS_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
MAX_UPDATES, MAX_TIMEOUT, MAX_PENDING = 100, 50, 100_000

Update = dict[str, Any]


class Updates:
    """What the bot has not confirmed yet, oldest first, and the one poll that waits for more."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.pending: deque[Update] = deque(maxlen=MAX_PENDING)
        self.allowed: frozenset[str] = frozenset()  # empty: all but those that must be asked for
        self.webhook_active = False
        self.on_push: Callable[[Update], None] = lambda _update: None
        self.conflict_pause = 3.0
        self._monotonic = monotonic
        self._next_conflict = 0.0
        self._next_id = 100_001
        self._waiting: asyncio.Future[None] | None = None

    @property
    def waiting(self) -> bool:
        """True while a poll waits."""
        return self._waiting is not None

    def push(self, kind: str, payload: dict[str, Any]) -> Update | None:
        """Queues an update of this kind; None when the bot did not ask for such."""
        if not self._wanted(kind):
            return None
        update = {"update_id": self._next_id, kind: payload}
        self._next_id += 1
        self.repeat(update)
        return update

    def repeat(self, update: Update) -> None:
        """Queues an update as it is, for instance a second time."""
        self.pending.append(update)
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self.on_push(update)

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in UNLESS_ASKED_FOR

    def choose(self, kinds: Sequence[str] | None) -> None:
        """Which kinds come from now on; None leaves it, an empty list is the default set."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    async def poll(self, offset: int, limit: int, seconds: int) -> list[Update]:
        """getUpdates: at once when something is there, else within so many `seconds`; ends an older poll."""
        if self.webhook_active:
            raise conflict(POLL_BESIDE_WEBHOOK)
        self._end_older(conflict(TWO_POLLERS))
        self.confirm(offset)
        limit = limit if 0 < limit <= MAX_UPDATES else MAX_UPDATES
        if not self.pending and seconds > 0:
            await self._wait(min(seconds, MAX_TIMEOUT))
        return list(islice(self.pending, limit))

    async def _wait(self, seconds: float) -> None:
        mine = self._waiting = asyncio.get_running_loop().create_future()
        try:
            await asyncio.wait_for(mine, seconds)
        except TimeoutError:
            pass
        except Refusal:
            await asyncio.sleep(self._pause_of_conflict())
            raise
        finally:
            if self._waiting is mine:
                self._waiting = None

    def _pause_of_conflict(self) -> float:
        # Two bots that end each other's polls would go round and round: Telegram slows the second 409 down
        now = self._monotonic()
        pause = max(0.0, self._next_conflict - now)
        self._next_conflict = now + pause + self.conflict_pause
        return pause

    def confirm(self, offset: int) -> None:
        """Forgets what lies before `offset`; a negative one keeps only that many of the newest."""
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popleft()
            return
        while self.pending and self.pending[0]["update_id"] < offset:
            self.pending.popleft()

    def _end_older(self, reason: Refusal) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(reason)
        self._waiting = None

    def use_webhook(self, active: bool) -> None:
        """Turns webhook delivery on or off; a poll that waits is ended."""
        if active:
            self._end_older(conflict(ENDED_BY_WEBHOOK))
        self.webhook_active = active

    def wake(self) -> None:
        """Ends a poll with what is there: the server goes down."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

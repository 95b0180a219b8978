"""Updates from Telegram: stored before they are confirmed, then handled once, in order for each chat."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import orjson
import structlog

from bot.delivery.api import Api
from bot.delivery.state import TelegramState
from bot.domain.backlog import Backlog
from bot.domain.verdict import Action, Verdict, judge
from storage import updates
from storage.engine import Sessions

log = structlog.get_logger(__name__)

_AT_ONCE = 32  # updates of different chats handled side by side
_IN_HAND = 500  # with those whose answer waits until it may go
_PAGE = 100  # updates read at once
_GRACE = 5.0  # seconds for handlers to finish when the bot stops
_PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)  # between polls that fail

Handle = Callable[[dict[str, Any]], Awaitable[None]]


def lane_of(update: Mapping[str, Any]) -> int:
    """Whose turn it is: the chat of an update, else the person, else 0. Updates of one lane are handled in order."""
    for part in update.values():
        if isinstance(part, dict):
            chat = part.get("chat") or (part.get("message") or {}).get("chat") or part.get("from")
            if chat:
                return int(chat["id"])
    return 0


class Inbox:
    """Fetches, keeps and hands out updates of one bot."""

    def __init__(
        self,
        sessions: Sessions,
        api: Api,
        state: TelegramState,
        handle: Handle,
        now: Callable[[], datetime],
        *,
        bot_id: int,
        allowed: list[str],
        look_again: float | None = None,
    ) -> None:
        """`look_again`: seconds after which the database is looked at without a wake, where others store too."""
        self._sessions, self._api, self._state = sessions, api, state
        self._handle, self._now, self._bot_id, self._allowed = handle, now, bot_id, allowed
        self._look_again = look_again
        self._woken = asyncio.Event()
        self._stopping = False
        self._ended = asyncio.Event()
        self._ended.set()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        self._aside = 0
        self._backlog = Backlog()
        self._unread: int | None = 0  # the lowest id that may be stored without being in the backlog

    async def keep(self, update_id: int, body: str) -> None:
        """Stores one update; when this returns, it may be confirmed."""
        await self._store([(update_id, body)])

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While an answer waits until it may go, its update takes no place that another could have."""
        self._aside += 1
        self._woken.set()
        try:
            yield
        finally:
            self._aside -= 1

    async def poll(self, timeout: int = 50) -> None:  # noqa: ASYNC109  Telegram waits, not we
        """Long polling without end; an update is confirmed by the call after the one that stored it."""
        offset, failures = 0, 0
        while True:
            call = {"offset": offset, "limit": 100, "timeout": timeout, "allowed_updates": self._allowed}
            answer = await self._api.call("getUpdates", call, timeout=timeout + 10)
            if answer.ok:
                failures = 0
                self._state.reached()
                self._state.contested(False)
                batch = [(one["update_id"], orjson.dumps(one).decode()) for one in answer.result]
                if batch:
                    await self._store(batch)
                    offset = batch[-1][0] + 1
                continue
            verdict = judge(answer)
            await self._refused(verdict)
            pause = verdict.wait or _PAUSES[min(failures, len(_PAUSES) - 1)]
            failures += 1
            await asyncio.sleep(pause)

    async def _refused(self, verdict: Verdict) -> None:
        self._state.note(verdict)
        if verdict.action is Action.CONFLICT and "webhook is active" in verdict.reason:
            await self._api.call("deleteWebhook", {})

    async def work(self) -> None:
        """Hands out what is stored, at most 32 at once (and those aside) and one of each chat, until `stop`."""
        self._in_hand, self._backlog, self._unread = {}, Backlog(), 0  # an earlier run may have failed
        self._ended.clear()
        try:
            async with asyncio.TaskGroup() as group:
                while not self._stopping:
                    self._woken.clear()
                    await self._look()
                    self._hand_out(group)
                    await self._wait()
                await self._finish()
        finally:
            self._ended.set()

    async def stop(self) -> None:
        """No further update is begun. Returns when `work` ends: once those in hand are done, within seconds."""
        self._stopping = True
        self._woken.set()
        await self._ended.wait()

    async def _store(self, batch: list[tuple[int, str]]) -> None:
        async with self._sessions.write() as session:
            await updates.store(session, self._bot_id, batch, self._now())
        self._look_from(min(batch)[0])

    def _look_from(self, update_id: int) -> None:
        self._unread = update_id if self._unread is None else min(self._unread, update_id)
        self._woken.set()

    async def _look(self) -> None:
        """Takes some of what was stored into the backlog: ids only, for a flood may be larger than memory."""
        if self._unread is None:
            return
        first, self._unread = self._unread, None  # what is stored during the look sets it again
        async with self._sessions.read() as session:
            page = await updates.waiting(session, self._bot_id, _PAGE, first - 1)
        for update_id, body in page:
            self._backlog.add(update_id, lane_of(orjson.loads(body)))
        if len(page) == _PAGE:
            self._look_from(page[-1][0] + 1)

    def _hand_out(self, group: asyncio.TaskGroup) -> None:
        """Begins what may begin, as long as there is room."""
        while not self._stopping and len(self._in_hand) < min(_AT_ONCE + self._aside, _IN_HAND):
            update_id = self._backlog.begin()
            if update_id is None:
                return
            self._in_hand[update_id] = group.create_task(self._one(update_id))

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._look_again):
                await self._woken.wait()
        except TimeoutError:
            self._unread = 0

    async def _finish(self) -> None:
        if not self._in_hand:
            return
        _, late = await asyncio.wait(self._in_hand.values(), timeout=_GRACE)
        if late:
            log.warning("commands are left for the next start", count=len(late))
        for task in late:
            task.cancel()

    async def _one(self, update_id: int) -> None:
        try:
            async with self._sessions.read() as session:
                body = await updates.body(session, self._bot_id, update_id)
            if body is None:  # it ended while the look still found it
                return
            await self._handled_by_someone(orjson.loads(body))
            async with self._sessions.write() as session:
                await updates.handled(session, self._bot_id, [update_id])
        finally:
            del self._in_hand[update_id]
            self._backlog.done(update_id)
            self._woken.set()

    async def _handled_by_someone(self, update: dict[str, Any]) -> None:
        try:
            await self._handle(update)
        except Exception:  # one that fails here would come again for ever
            log.exception("an update could not be handled", update_id=update.get("update_id"))

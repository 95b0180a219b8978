"""Webhook delivery: any 2xx confirms an update, anything else brings it again; in one chat they keep their order."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson

from bot.demo.telegram.updates import Update, Updates

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
FIRST_RETRY, LAST_RETRY, TIMEOUT = 0.5, 60.0, 30.0


class Webhook:
    """Where updates are sent to, and the tasks that send them: at most `max_connections` at a time."""

    def __init__(self, updates: Updates, timestamp: Callable[[], int]) -> None:
        self.url = ""
        self.secret = ""
        self.max_connections = 40
        self.first_retry = FIRST_RETRY
        self.last_error: tuple[int, str] | None = None
        self._updates = updates
        self._timestamp = timestamp
        self._queues: dict[int, deque[Update]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._slots = asyncio.Semaphore(self.max_connections)
        self._session: aiohttp.ClientSession | None = None
        updates.on_push = self._enqueue

    def set(self, url: str, secret: str, max_connections: int) -> None:
        """Starts delivering to `url`, beginning with what waits; an empty one stops it."""
        self._cancel()
        self.url, self.secret, self.max_connections = url, secret, max_connections
        self._slots = asyncio.Semaphore(max_connections)
        self.last_error = None
        self._updates.use_webhook(bool(url))
        for update in list(self._updates.pending):
            self._enqueue(update)

    def info(self) -> dict[str, Any]:
        """The WebhookInfo object."""
        info: dict[str, Any] = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        if self.url:
            info["max_connections"] = self.max_connections
        if self.last_error:
            info["last_error_date"], info["last_error_message"] = self.last_error
        if self._updates.allowed:
            info["allowed_updates"] = sorted(self._updates.allowed)
        return info

    def _enqueue(self, update: Update) -> None:
        """Gives an update to the queue of its chat; a queue has a task as long as it is not empty."""
        if not self.url:
            return
        chat = _chat_of(update)
        if chat in self._queues:
            self._queues[chat].append(update)
            return
        self._queues[chat] = deque([update])
        task = asyncio.get_running_loop().create_task(self._work(chat), name=f"webhook {chat}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, chat: int) -> None:
        queue = self._queues[chat]
        while queue:
            await self._deliver(queue[0])
            self._confirm(queue.popleft())
        del self._queues[chat]

    async def _deliver(self, update: Update) -> None:
        pause = self.first_retry
        while not await self._attempt(update):
            await asyncio.sleep(pause)
            pause = min(pause * 2, LAST_RETRY)

    async def _attempt(self, update: Update) -> bool:
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers[SECRET_HEADER] = self.secret
        async with self._slots:
            try:
                async with self._client().post(
                    self.url, data=orjson.dumps(update), headers=headers
                ) as answer:
                    if 200 <= answer.status < 300:
                        return True
                    error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
            except (aiohttp.ClientError, TimeoutError) as failure:
                error = f"Connection failed: {type(failure).__name__}"
        self.last_error = (self._timestamp(), error)
        return False

    def _confirm(self, update: Update) -> None:
        if update in self._updates.pending:
            self._updates.pending.remove(update)

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=TIMEOUT)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self._session

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._queues.clear()

    async def close(self) -> None:
        """Stops delivering; what was not confirmed waits for the next start."""
        tasks = list(self._tasks)
        self._cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


def _chat_of(update: Update) -> int:
    """The chat whose order matters for this update; 0 when it has none."""
    for kind, payload in update.items():
        if kind != "update_id":
            chat = payload.get("chat") or payload.get("message", {}).get("chat") or {}
            return int(chat.get("id", 0))
    return 0

"""What handlers send passes the same limiter as the pushes, in the lane of answers."""

import math
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any

from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

from bot.delivery.budgets import GROUP_SECONDS
from bot.delivery.limiter import Chat, Lane, Limiter

SHORT = 5.0
"""Seconds that an answer waits after a 429 before it is tried once more; after a longer wait nobody needs it."""

_COUNTED = ("send", "edit", "copy", "forward")

Result = bool | dict[str, Any] | list[dict[str, Any]]


class HandlerRateLimiter(BaseRateLimiter[None]):
    """Messages and edits wait for their budgets, `aside` meanwhile; acknowledging a button, questions and all else
    pass freely."""

    __slots__ = ("_aside", "_limiter")

    def __init__(
        self, limiter: Limiter, aside: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._limiter = limiter
        self._aside = aside

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Result:
        """Calls when the budgets allow it; after a 429 with a short wait once more."""
        del rate_limit_args
        chat = _chat(data) if _counts(endpoint) else None
        if chat is None:
            return await callback(*args, **kwargs)
        try:
            return await self._call(chat, callback, args, kwargs)
        except RetryAfter as error:
            if _seconds(error) > SHORT:
                raise
        return await self._call(chat, callback, args, kwargs)

    async def _call(
        self,
        chat: Chat,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,
        kwargs: dict[str, Any],
    ) -> Result:
        wait = self._limiter.ready_in(chat)
        if wait > GROUP_SECONDS:  # a long 429: the chat's next command must not wait behind this answer
            raise RetryAfter(math.ceil(wait))
        with self._aside():
            await self._limiter.acquire(chat, Lane.ANSWER)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as error:
            self._limiter.refused(chat, _seconds(error))
            raise


def _counts(endpoint: str) -> bool:
    return endpoint.startswith(_COUNTED) and endpoint != "sendChatAction"


def _chat(data: dict[str, Any]) -> Chat | None:
    chat = data.get("chat_id")
    if isinstance(chat, str) and chat.removeprefix("-").isdecimal():
        return int(chat)
    return chat if isinstance(chat, int | str) else None


def _seconds(error: RetryAfter) -> float:
    wait = error.retry_after  # a timedelta with PTB_TIMEDELTA=1, else whole seconds
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)

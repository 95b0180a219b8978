"""Whose turn it is to talk to Telegram: one process at a time, for limits and order belong to the token."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from storage.engine import DatabaseUnreachableError
from storage.holder import holding

Work = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)


class HoldLostError(Exception):
    """The connection that holds the lock broke: another process may talk to Telegram now."""


AWAY = (OperationalError, InterfaceError, DatabaseUnreachableError, OSError, HoldLostError)
"""How it looks when PostgreSQL is away: it is waited for, however long that takes."""


class Turn:
    """Runs all `work` towards Telegram while the turn is ours. `shared_url` is the database that several processes
    share, None where this one is alone; `on_owed` is called when another process owes something."""

    def __init__(self, shared_url: str | None, on_owed: Callable[[], None], work: Sequence[Work]) -> None:
        self._shared_url = shared_url
        self._on_owed = on_owed
        self._work = work
        self.waits = False

    async def run(self) -> None:
        """Waits for the turn, then works; raises `HoldLostError` when it is lost."""
        async with AsyncExitStack() as stack:
            lost = asyncio.Event()
            if self._shared_url:
                held = holding(self._shared_url, self._in_line, self._on_owed)
                lost = await stack.enter_async_context(held)
            self.waits = False
            async with asyncio.TaskGroup() as group:
                for work in self._work:
                    group.create_task(work())
                group.create_task(_raise_when(lost))

    def _in_line(self) -> None:
        self.waits = True
        log.info("another process talks to Telegram; this one polls, and takes over when that one ends")


async def _raise_when(lost: asyncio.Event) -> None:
    await lost.wait()
    raise HoldLostError("the hold on the database was lost")

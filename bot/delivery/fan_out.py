"""Large audiences: their deliveries are written page by page, beside the sending."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from storage import outbox
from storage.engine import Sessions

_LOOK_EVERY = 5.0  # a fan-out may have been begun by another process, that only polls


class FanOut:
    """Continues unfinished fan-outs; `on_page` is called when a page has been written."""

    def __init__(self, sessions: Sessions, on_page: Callable[[], None]) -> None:
        self._sessions = sessions
        self._on_page = on_page
        self._more = asyncio.Event()
        self._more.set()

    def wake(self) -> None:
        """There may be a new one."""
        self._more.set()

    async def run(self) -> None:
        """Writes pages until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._more.wait()
            self._more.clear()
            while await self._more_to_write() and await self._page():
                self._on_page()
                await asyncio.sleep(0)  # others write too

    async def _more_to_write(self) -> bool:
        """Asked first: looking takes no lock."""
        async with self._sessions.read() as session:
            return await outbox.unfinished(session)

    async def _page(self) -> bool:
        async with self._sessions.write() as session:
            return await outbox.continue_fan_out(session) is not None

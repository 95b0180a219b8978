"""Open while Telegram takes messages. Closed by a failure, and opened again by a getMe that works."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery.api import Api
from bot.delivery.state import TelegramState
from bot.domain.verdict import Action, Verdict, judge

_log = structlog.get_logger(__name__)

LONGEST_PAUSE = 30.0
_FIRST_PAUSE = 0.5
_PROBE_SECONDS = 10.0


class Gate:
    """Starts closed: nothing is sent before Telegram took the token once.

    When messages fail although getMe works, the pauses grow too: an outage costs as few doubtful messages as possible.
    `on_open` is called at each opening.
    """

    def __init__(
        self,
        api: Api,
        state: TelegramState,
        on_open: Callable[[], None],
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._state = state
        self._on_open = on_open
        self._sleep = sleep
        self._closed = asyncio.Event()
        self._closed.set()
        self._failures = 0  # closings since the last message that went through
        self.turn = 0
        """Counts the openings: a failure of an earlier turn says nothing about this one."""

    @property
    def is_open(self) -> bool:
        """Whether messages may be sent."""
        return not self._closed.is_set()

    def worked(self) -> None:
        """A message went through."""
        self._failures = 0

    def close(self, turn: int, verdict: Verdict) -> None:
        """A message that was sent in this turn failed because of the network, the server or the token."""
        if turn != self.turn or not self.is_open:
            return
        self._failures += 1
        self._closed.set()
        if verdict.action is Action.REVOKED:
            self._state.refused(verdict.reason)
        _log.debug("sending pauses until Telegram answers", reason=verdict.reason, failures=self._failures)

    async def keep(self) -> None:
        """Opens the gate whenever Telegram answers again. Runs until cancelled."""
        while True:
            await self._closed.wait()
            await self._sleep(_pause(self._failures - 1))
            await self._probe_until_it_works()
            self.turn += 1
            self._closed.clear()
            self._on_open()

    async def _probe_until_it_works(self) -> None:
        failed = 0
        while (pause := await self._probe(failed + 1)) is not None:
            failed += 1
            await self._sleep(pause)

    async def _probe(self, number: int) -> float | None:
        """Asks getMe; None when it works, else the seconds to wait."""
        answer = await self._api.call("getMe", {}, _PROBE_SECONDS)
        verdict = judge(answer)
        if verdict.action is Action.DONE and isinstance(answer.result, dict):
            self._state.reached(answer.result)
            return None
        if verdict.action is Action.WAIT:
            return verdict.wait
        if verdict.action is Action.REVOKED:
            self._state.refused(verdict.reason)
        else:
            self._state.lost(verdict.reason or "the answer to getMe makes no sense")
        return _pause(number)


def _pause(failures: int) -> float:
    """0, then 0.5 s, doubling to 30 s."""
    return 0.0 if failures < 1 else min(LONGEST_PAUSE, _FIRST_PAUSE * 2.0 ** min(failures - 1, 10))

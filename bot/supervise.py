"""Named loops in one TaskGroup: one that fails backs off and starts again, one that keeps failing ends the process."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0


class LoopFailedError(Exception):
    """A loop failed time and again; the process ends, so that whoever runs it sees it and starts it anew."""


async def keep_running(
    name: str,
    loop: Callable[[], Awaitable[None]],
    *,
    tries: int = 6,
    calm: float = 60.0,
    forgiven: tuple[type[Exception], ...] = (),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Runs `loop` until it returns. After an exception it starts again, 1 s to 30 s later; `tries` failures with less
    than `calm` seconds of running before each raise LoopFailedError. What is `forgiven` (a database that is away) never
    does: to start the process anew would not help."""
    failures = 0
    while True:
        started = monotonic()
        try:
            # A task of its own: a TaskGroup in it whose member failed leaves a cancellation behind on its task
            await asyncio.ensure_future(loop())
            return
        except Exception as error:
            if (task := asyncio.current_task()) is not None and task.cancelling():
                # It was told to end and failed over that; to start it again would be never to end
                log.exception("a loop failed as it was stopped", loop=name)
                raise asyncio.CancelledError from error
            failures = 1 if monotonic() - started >= calm else failures + 1
            if failures >= tries and not _is(error, forgiven):
                log.exception("a loop keeps failing, the bot stops", loop=name, failures=failures)
                raise LoopFailedError(f"{name} failed {failures} times in a row: {error}") from error
            pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(failures - 1, 8))
            log.exception("a loop failed and starts again", loop=name, failures=failures, pause=pause)
        await sleep(pause)


def _is(error: BaseException, kinds: tuple[type[Exception], ...]) -> bool:
    """Whether it is one of these, or a group of nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(_is(one, kinds) for one in error.exceptions)
    return isinstance(error, kinds)

"""Parsing in a child process: a document that hangs a parser costs that process and nothing else."""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from bot.sources.errors import ParserFailed, SourceError

TIMEOUT = 10.0

log = structlog.get_logger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Parser:
    """Runs pure functions of bytes in a child that is killed after `timeout` seconds and replaced.

    The child starts with the first document, or with `warm_up`.
    """

    def __init__(self, *, timeout: float = TIMEOUT, workers: int = 1) -> None:
        self._timeout = timeout
        self._open: set[asyncio.Future[Any]] = set()
        # spawn: a fork of a process with threads and an event loop may hang
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(max_workers=workers, initializer=_prepare, context=context)

    async def read(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The function's result. Raises its `SourceError`, or `ParserFailed` for whatever else went wrong."""
        job = self._pool.schedule(function, args=list(args), kwargs=kwargs, timeout=self._timeout)
        future = asyncio.wrap_future(job)
        self._open.add(future)
        future.add_done_callback(self._heard)
        try:
            # Who no longer waits must not cost the next document a new child: the job ends by itself
            result: _T = await asyncio.shield(future)
        except SourceError:
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if future.cancelled() and not (task and task.cancelling()):
                raise ParserFailed("the parser was closed over the document") from None
            raise
        except TimeoutError as error:
            raise ParserFailed(f"the document took longer than {self._timeout:g} s to parse") from error
        except ProcessExpired as error:
            raise ParserFailed("the document crashed the parser") from error
        except Exception as error:
            log.warning("a document could not be parsed", error=repr(error), exc_info=True)
            raise ParserFailed(
                f"the document could not be parsed: {type(error).__name__}: {error}"
            ) from error
        return result

    async def warm_up(self) -> None:
        """Starts the child and loads what it needs, so that the first headline does not wait for it."""
        try:
            await self.read(os.getpid)
        except ParserFailed as error:
            log.warning("the parser did not start in time", reason=str(error))

    async def close(self) -> None:
        """Ends the child at once; what is being parsed is given up."""
        for future in list(self._open):
            if not future.get_loop().is_closed():  # one that ended has nobody waiting
                future.cancel()
        await asyncio.to_thread(_stop, self._pool)

    def _heard(self, future: "asyncio.Future[Any]") -> None:
        """Takes note of an error, which nobody may wait for any more."""
        self._open.discard(future)
        if not future.cancelled():
            future.exception()


def _stop(pool: Any) -> None:
    pool.stop()
    pool.join()


def _prepare() -> None:
    """Loads the parsers in the child. It ignores Ctrl-C (pebble sees to that): its parent ends it."""
    import bot.sources.detect
    import bot.sources.page  # noqa: F401

"""Parsing in a child process: a document that hangs a parser costs that process and nothing else."""

import asyncio
import multiprocessing
import os
import pickle
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from bot.sources.errors import ParserFailed, ParserKilled, SourceError
from bot.sources.parsing import child
from bot.sources.parsing.child import Broken

TIMEOUT = 5.0
_LOOK = 1.0
"""Seconds between looks at whether the pool that a document waits for is still alive."""
_SILENCE = 10.0
"""Seconds beyond a document's time in which a living child says something: it may have to start first."""
_LARGE = 256 * 1024

log = structlog.get_logger(__name__)
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Parser:
    """Runs pure functions of bytes in a child that may take `timeout` seconds and `memory` bytes for each; else it is
    killed and replaced. The child starts with the first document, or with `warm_up`.
    """

    def __init__(self, *, timeout: float = TIMEOUT, memory: int = child.MEMORY) -> None:
        self._timeout = timeout
        self._memory = memory
        self._open: set[asyncio.Future[bytes]] = set()
        self._heard_at = 0.0
        self._closed = False
        self._pool = self._new_pool()

    async def read(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """The function's result. Raises its `SourceError`, `ParserKilled` when the document cost the child, or
        `ParserFailed` for whatever else went wrong."""
        packed = await self._work(function, args, kwargs)
        # A large answer is unpacked beside the event loop
        found = await asyncio.to_thread(_unpacked, packed) if len(packed) > _LARGE else _unpacked(packed)
        if isinstance(found, SourceError):
            raise found
        if isinstance(found, Broken):
            if found.trace:
                log.warning("a document could not be parsed", reason=found.reason, trace=found.trace)
            raise (ParserKilled if found.killing else ParserFailed)(
                f"the document could not be parsed: {found.reason}"
            )
        result: _T = found
        return result

    async def warm_up(self) -> None:
        """Starts the child and loads what it needs, so that the first headline does not wait for it."""
        try:
            await self.read(os.getpid)
        except ParserFailed as error:
            log.warning("the parser did not start in time", reason=str(error))

    async def close(self) -> None:
        """Ends the child at once; what is being parsed is given up."""
        self._closed = True
        self._give_up()
        await asyncio.to_thread(_stop, self._pool)

    async def _work(self, function: Callable[..., Any], args: Any, kwargs: Any) -> bytes:
        """The child's answer. A child that died between two documents is nobody's fault: the document is tried again
        in a new one, once."""
        for _ in range(2):
            pool = self._pool
            found = await self._answer(pool, [function, args, kwargs])
            if isinstance(found, bytes):
                return found
            if isinstance(found, TimeoutError):
                raise ParserKilled(f"the document took longer than {self._timeout:g} s to parse")
            if isinstance(found, ProcessExpired):
                raise ParserKilled("the document crashed the parser, or took too much memory")
            if self._closed:
                raise ParserFailed("the parser was closed over the document")
            log.warning("the parser's child is started anew", reason=str(found))
            await self._renew(pool)
        raise ParserKilled("the parser died over the document")

    async def _answer(self, pool: ProcessPool, job: list[Any]) -> bytes | BaseException:
        """The child's answer, or what went wrong: as a value, because an error that is raised here would hold this
        frame, and with it the document, until the garbage is collected."""
        try:
            future = asyncio.wrap_future(pool.schedule(child.work, args=job, timeout=self._timeout))
        except RuntimeError as error:  # the pool is broken
            return error.with_traceback(None)
        self._open.add(future)
        future.add_done_callback(self._heard)
        # Who no longer waits must not cost the next document a new child: wait() leaves the job alone
        asked = time.monotonic()
        while not (await asyncio.wait({future}, timeout=_LOOK))[0]:
            if not pool.active:
                return BrokenProcessPool("the child is gone")
            # The pool measures the time of a document from when the child takes it: one that stands still never does
            if time.monotonic() - max(asked, self._heard_at) > self._timeout + _SILENCE:
                return BrokenProcessPool("the child says nothing any more")
        if future.cancelled():
            return BrokenProcessPool("the child was given up")
        return future.exception() or future.result()

    async def _renew(self, broken: ProcessPool) -> None:
        """Puts a new pool in the place of a broken one, unless somebody has."""
        if self._pool is broken:
            self._pool = self._new_pool()
            self._give_up()
            await asyncio.to_thread(_stop, broken)

    def _new_pool(self) -> ProcessPool:
        """One child. A second would cost its memory all day, to save others a few seconds after a hostile document.
        Spawned: a fork of a process with threads and an event loop may hang."""
        context = multiprocessing.get_context("spawn")
        return ProcessPool(max_workers=1, initializer=child.prepare, initargs=[self._memory], context=context)

    def _give_up(self) -> None:
        """Tells all who wait that no answer will come."""
        for future in list(self._open):
            if not future.get_loop().is_closed():  # one that ended has nobody waiting
                future.cancel()

    def _heard(self, future: "asyncio.Future[bytes]") -> None:
        """Takes note of an answer: an error too, which nobody may wait for any more."""
        self._open.discard(future)
        self._heard_at = time.monotonic()
        if not future.cancelled():
            future.exception()


def _unpacked(packed: bytes) -> Any:
    return pickle.loads(packed)  # noqa: S301  our own child's


def _stop(pool: Any) -> None:
    with suppress(RuntimeError):  # it is broken already
        pool.stop()
        pool.join()

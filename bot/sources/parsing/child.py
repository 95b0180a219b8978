"""What runs in the parser's child: limits for the process, and documents whose answers always find their way back."""

import ctypes
import ctypes.util
import gc
import pickle
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.sources.documents.bounds import bounded
from bot.sources.errors import SourceError

MEMORY = 512 * 1024 * 1024
"""Of five megabytes of any markup: no document of the tests that can be read needs half of it."""
MOST_RESULT = 8 * 1024 * 1024
"""Bytes of a pickled answer: what one document may cost the bot itself."""
_TIDY_FROM = 160 * 1024 * 1024
_LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Broken:
    """What a parser did not foresee, as text: the exception of a library may not survive the way back. `killing`: it
    cost the child so much that the next such document should not come soon."""

    reason: str
    trace: str = ""
    killing: bool = False


def prepare(memory: int) -> None:
    """Loads the parsers and sets the limits. The child ignores Ctrl-C (pebble sees to that): its parent ends it."""
    import bot.sources.articles.page  # noqa: F401

    # A parser busy in C runs no handler: without one the child ends at once
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _limit_memory(memory)


def work(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    """The function's result, its `SourceError`, or a `Broken`, pickled, and never more than `MOST_RESULT`."""
    try:
        packed = pickle.dumps(_outcome(function, args, kwargs), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        packed = pickle.dumps(_out_of_memory())
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        packed = pickle.dumps(Broken(f"what was found cannot be handed over: {error}"))
    if len(packed) > MOST_RESULT:
        packed = pickle.dumps(Broken(f"it yields more than {MOST_RESULT // 1024 // 1024} MiB", killing=True))
    _tidy()
    return packed


def _outcome(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What came of it, as a value."""
    try:
        return bounded(function(*args, **kwargs))
    except SourceError as error:
        return _shortened(error)
    except MemoryError:
        return _out_of_memory()
    except RecursionError:
        return Broken("it is nested too deeply")
    except BaseException as error:  # noqa: BLE001  even SystemExit: it must not end the parent
        reason = f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
        return Broken(reason, "".join(traceback.format_exception(error, limit=-20))[-8000:])


def _out_of_memory() -> Broken:
    return Broken("it takes too much memory", killing=True)


def _shortened(error: SourceError) -> SourceError:
    """The error with a reason that an admin can read: it may quote the document."""
    text = str(error)
    error.__cause__ = error.__context__ = None
    if len(text) > _LONGEST_REASON:
        error.args = (f"{text[:_LONGEST_REASON]} …", *error.args[1:])
    return error


def _limit_memory(most: int) -> None:
    """Allows the process this much of its own memory, where the platform knows such a limit."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        kind = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _tidy() -> None:
    """Gives memory back after a document that took much: the child lives on, and would keep it."""
    if _resident() < _TIDY_FROM:
        return
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(ctypes.util.find_library("c")).malloc_trim(0)


def _resident() -> int:
    """Bytes in memory now; 0 where the system does not tell."""
    with suppress(OSError, ValueError, IndexError):
        import resource

        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return 0

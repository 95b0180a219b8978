"""What the benchmarks share: figures with their limits, and how they are printed."""

import os
import statistics
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime


class NotHereError(Exception):
    """This machine lacks what a benchmark needs; the text says what."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, once for each repeat, and its limit: a `least` or a `most`, or neither (told, not judged)."""

    name: str
    values: Sequence[float]
    unit: str = ""
    least: float | None = None
    most: float | None = None

    @property
    def met(self) -> bool:
        """Whether the median is within the limit."""
        median = statistics.median(self.values)
        return (self.least is None or median >= self.least) and (self.most is None or median <= self.most)

    def __str__(self) -> str:
        """`name  median  (smallest to largest, repeats)  limit  verdict`."""
        low, median, high = map(_short, (min(self.values), statistics.median(self.values), max(self.values)))
        spread = f"({low} to {high}, n={len(self.values)})" if len(self.values) > 1 else ""
        return f"  {self.name:<52} {median:>8} {self.unit:<9} {spread:<28} {self._verdict()}".rstrip()

    def _verdict(self) -> str:
        if self.least is None and self.most is None:
            return ""
        limit = f"at least {self.least:g}" if self.least is not None else f"at most {self.most:g}"
        return f"{limit:<14} {'met' if self.met else 'MISSED'}"


Figures = AsyncIterator[Figure]
"""What a benchmark yields: each figure as soon as it is known."""


class Stopwatch:
    """Wall clock and CPU time of this process, from `start` to `stop`."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        self.wall = self.cpu = 0.0

    def stop(self) -> None:
        """Notes both."""
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu


def say(text: str) -> None:
    """A line for whoever runs the benchmarks."""
    print(text, flush=True)  # noqa: T201  figures are what this program is for


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@contextmanager
def one_core() -> Iterator[None]:
    """Keeps this process on the first core it may use, where the system can do that."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def other_cores(pid: int) -> None:
    """Keeps a process off the core that `one_core` uses, where there is another."""
    if hasattr(os, "sched_setaffinity") and len(allowed := os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(pid, allowed - {min(allowed)})

"""How long another connection waits for SQLite's write lock: `python -m benchmarks.lock FILE`, in its own process.

Asks again and again until its input ends; then prints the milliseconds of the longest wait and of the 99th percentile.
A wait may be longer than one transaction: the bot may begin its next one first.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

from benchmarks.common import percentile, say

_BETWEEN = 0.005
_AGAIN = 0.0005


@contextmanager
def watched(file: Path) -> Iterator[Callable[[], tuple[float, float]]]:
    """Watches while the block runs; what is given ends that, and returns the longest wait and the 99th percentile."""
    command = [sys.executable, "-m", "benchmarks.lock", str(file)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as child:  # noqa: S603  our own program

        def ended() -> tuple[float, float]:
            longest, usual = child.communicate()[0].split()
            return float(longest), float(usual)

        try:
            yield ended
        finally:
            child.kill()


def _main(file: str) -> None:
    over = Event()
    Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    waits = [0.0]
    while not over.wait(_BETWEEN):
        waits.append(_wait(connection))
    connection.close()
    say(f"{max(waits) * 1000:.1f} {percentile(waits, 0.99) * 1000:.1f}")


def _wait(connection: sqlite3.Connection) -> float:
    began = time.perf_counter()
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # locked; SQLite's own way to wait sleeps for up to 100 ms
            time.sleep(_AGAIN)
        else:
            waited = time.perf_counter() - began
            connection.execute("ROLLBACK")
            return waited


if __name__ == "__main__":
    _main(sys.argv[1])

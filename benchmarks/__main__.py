"""`python -m benchmarks [--quick] [NAME …]`: all benchmarks, or some. Exit status 1 when a target is missed."""

import argparse
import asyncio
import sys
from importlib import import_module

from benchmarks.common import NotHereError, say
from bot import logs

NAMES = (
    "full_speed",
    "ptb",
    "thousand",
    "default_rate",
    "fan_out",
    "million",
    "answers",
    "publication",
    "start_up",
    "feeds",
    "polling",
    "near_duplicates",
)


async def run(name: str, quick: bool) -> bool:
    """Runs one and prints its figures; whether all targets were met."""
    module = import_module(f"benchmarks.{name}")
    say(f"{name}: {(module.__doc__ or '').splitlines()[0]}")
    met = True
    try:
        async for figure in module.measure(quick):
            say(str(figure))
            met = met and figure.met
    except NotHereError as error:
        say(f"  skipped: {error}")
    return met


def main() -> int:
    """Runs what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (all)")
    parser.add_argument(
        "--quick", action="store_true", help="smaller and fewer: shows that it works, no more"
    )
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - set(NAMES):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    logs.configure("ERROR")
    missed = [name for name in chosen.names or NAMES if not asyncio.run(run(name, chosen.quick))]
    say(f"missed: {', '.join(missed)}" if missed else "all targets were met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

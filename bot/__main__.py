"""The command line: run, demo, check, source, outbox, db. Exit status 0 well, 1 something failed, 2 wrong usage."""

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, cast


def parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    top = argparse.ArgumentParser(prog="tickerbot", description="A news source as a live ticker in Telegram.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("run", help="the bot, with the settings of the environment and .env")
    demo = commands.add_parser("demo", help="the whole bot in the browser: no token, no internet")
    demo.add_argument("--port", type=int, help="of the chat page (8081, or a free one)")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    demo.add_argument("--every", type=float, default=6.0, metavar="SECONDS", help="between headlines (6)")
    commands.add_parser("check", help="looks at everything the bot needs; exit status 1 when something fails")
    source = commands.add_parser("source", help="what sources yield").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    source.add_parser("list", help="the sources of SOURCES_FILE, and how they fare")
    test = source.add_parser("test", help="reads a source once, stores nothing")
    test.add_argument("url", metavar="URL", help="of a feed or a page with a ticker, or a source's name")
    bring = source.add_parser("import", help="prints an OPML file's feeds as TOML, to put into sources.toml")
    bring.add_argument("file", metavar="FILE.opml", help="another program's export; - for standard input")
    source.add_parser("export", help="prints the declared sources as OPML, which feed readers import")
    outbox = commands.add_parser("outbox", help="what is owed, in doubt or dead, and why")
    shown: dict[str, Any] = {"type": _count, "metavar": "N", "help": "how many notices to show (50)"}
    outbox.add_argument("--limit", default=50, **shown)
    actions = outbox.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="numbers, and what is dead or waits (the default)")
    listing.add_argument("--limit", default=argparse.SUPPRESS, **shown)
    actions.add_parser("retry", help="tries the dead ones again")
    database = commands.add_parser("db", help="the database").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    database.add_parser("upgrade", help="brings it to this version's schema (also done at start)")
    return top


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return int(text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and returns its exit status."""
    # Here, because the parser's child imports this module too, and needs none of it
    from bot import catalogue, config

    chosen = parser().parse_args(arguments)
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # retry_after as a timedelta, which PTB will make its default
    try:
        return _dispatch(chosen)
    except (config.SettingsError, catalogue.CatalogueError) as error:
        return _wrong(str(error))
    except KeyboardInterrupt:
        return 130


def _dispatch(chosen: argparse.Namespace) -> int:
    # Each command brings its own imports: `tickerbot --help` and wrong settings answer at once.
    from bot import catalogue, config, logs

    if chosen.command == "demo":
        from bot.demo import run as demo

        logs.configure("WARNING")
        return demo.main(chosen.port, browser=not chosen.no_browser, every=chosen.every)
    settings = config.load()
    # Other commands answer in tables: only what went wrong belongs between them
    logs.configure(settings.log_level if chosen.command == "run" else "WARNING", settings.log_format)
    if chosen.command == "db":
        from bot.cli import database

        return database.upgrade(settings)
    if chosen.command == "outbox":
        from bot.cli import outbox

        return outbox.retry(settings) if chosen.action == "retry" else outbox.listing(settings, chosen.limit)
    declared = catalogue.load(settings.sources_file)
    if chosen.command == "run":
        signal.signal(
            signal.SIGTERM, lambda *_: sys.exit(0)
        )  # until the bot itself listens: nothing runs yet
        settings.token()  # a missing one is said before anything is opened
        # Two libraries load all of rich where it is there, to draw tracebacks: 3 MiB that the bot has no use for
        sys.modules.setdefault("rich", cast("ModuleType", None))
        from bot import app

        return app.main(settings, declared)
    from bot.cli import check, opml, sources

    if chosen.command == "check":
        return check.main(settings, declared)
    if chosen.action == "import":
        return opml.bring_in(declared, chosen.file)
    if chosen.action == "export":
        return opml.hand_out(settings, declared)
    if chosen.action == "list":
        return sources.listing(settings, declared)
    return sources.test(settings, declared, chosen.url)


def _wrong(text: str) -> int:
    from bot import logs

    for line in text.splitlines():
        print(f"tickerbot: {logs.redact(line)}", file=sys.stderr)  # noqa: T201  the answer of a command line
    return 2


if __name__ == "__main__":
    sys.exit(main())

"""The demo: the real bot between a Telegram stand-in and a sample news site, all on this machine."""

import asyncio
import errno
import signal
import sys
import tempfile
import webbrowser
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import app, catalogue
from bot.config import FixedSettings, Settings
from bot.demo.news.site import NewsSite
from bot.demo.telegram.refusals import StandInError
from bot.demo.telegram.standin import StandIn
from bot.domain.catalogue import Catalogue, SourceSpec

PORT = 8081
POLL_EVERY = timedelta(seconds=2)


def main(port: int | None, *, browser: bool, every: float) -> int:
    """Runs the demo until Ctrl-C; `port` None means 8081, or a free one where that is taken."""
    try:
        return asyncio.run(_demo(port, browser=browser, every=every))
    except (StandInError, OSError) as error:
        print(f"tickerbot demo: {error}", file=sys.stderr)  # noqa: T201
        return 2


async def _demo(port: int | None, *, browser: bool, every: float) -> int:
    standin, site = StandIn(), NewsSite(now=lambda: datetime.now(UTC))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await site.start("127.0.0.1", 0)
    try:
        await _listen(standin, port)
        try:
            people_the_demo(standin, site)
            _say_hello(standin.url, every)
            if browser:
                loop.run_in_executor(None, webbrowser.open, standin.url)
            with tempfile.TemporaryDirectory(prefix="tickerbot-demo-", ignore_cleanup_errors=True) as folder:
                await _bot_and_ticker(standin, site, Path(folder), every, stop)
        finally:
            await standin.stop()
    finally:
        await site.stop()
    print("Stopped; nothing of the demo is kept.")  # noqa: T201
    return 0


async def _listen(standin: StandIn, port: int | None) -> None:
    try:
        await standin.start("127.0.0.1", PORT if port is None else port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        await standin.stop()
        if port is not None:
            raise OSError(f"port {port} is in use: choose another one with --port") from error
        await standin.start("127.0.0.1", 0)


async def _bot_and_ticker(
    standin: StandIn, site: NewsSite, folder: Path, every: float, stop: asyncio.Event
) -> None:
    ticker = asyncio.create_task(site.run(every))
    try:
        await app.run(demo_settings(standin, folder), demo_catalogue(site), stop=stop)
    finally:
        ticker.cancel()
        await asyncio.gather(ticker, return_exceptions=True)


def demo_settings(standin: StandIn, folder: Path) -> Settings:
    """Settings of the demo: its own database and ports, nothing of the environment."""
    return FixedSettings.model_validate(
        {
            "bot_token": standin.token,
            "telegram_api_url": standin.url,
            "database_url": f"sqlite:///{folder}/demo.db",
            "listen": "127.0.0.1:0",
            "allow_private_sources": True,
        }
    )


def demo_catalogue(site: NewsSite) -> Catalogue:
    """The packaged topics, and the sample site as their only source."""
    packaged = catalogue.load(None)
    source = SourceSpec(site.name, f"{site.url}/", kind="ticker", every=POLL_EVERY)
    return replace(packaged, sources=(source,))


def people_the_demo(standin: StandIn, site: NewsSite) -> None:
    """A reader, who also runs a group and a channel; the page shows her chats."""
    lena = standin.add_user("Lena", "de", "lena_liest")
    mehdi = standin.add_user("Mehdi", "de", "mehdi_m")
    johanna = standin.add_user("Johanna", "de")
    group = standin.add_group("Stammtisch Weltlage", members=[mehdi, johanna], admins=[lena])
    channel = standin.add_channel("Der schnelle Ticker", lena, username="der_schnelle_ticker")
    standin.ui.sites.register(site.url)
    standin.ui.look_as(lena)
    standin.ui.note(
        standin.private(lena),
        "Tippe auf „Starten“ und wähle Themen: Neue Schlagzeilen kommen dann von selbst.",
    )
    standin.ui.note(group, "Nimm den Bot in diese Gruppe auf. Danach schreibt er dir, wie es weitergeht.")
    standin.ui.note(
        channel, "Mache den Bot hier zum Administrator. Danach schreibt er dir, wie es weitergeht."
    )


def _say_hello(url: str, every: float) -> None:
    print(  # noqa: T201  this is what the command is for
        f"Tickerbot demo: {url}\n"
        f"Open it in a browser. A headline comes every {every:g} seconds; Ctrl-C ends the demo.",
        flush=True,
    )

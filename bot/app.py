"""The composition root: opens, wires, supervises and closes everything. Read it from top to bottom."""

import asyncio
import gc
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot import application as telegram_side
from bot import catalogue as catalogue_file
from bot.application import Hook
from bot.config import Settings
from bot.delivery.api import Api
from bot.delivery.handler_rate import HandlerRateLimiter
from bot.delivery.limiter import Limiter
from bot.delivery.request import AiohttpRequest
from bot.delivery.sender import Sender
from bot.delivery.state import TelegramState
from bot.domain.catalogue import Catalogue, CurrentCatalogue
from bot.logs import redact
from bot.measures import Measures
from bot.opening import opened
from bot.render.texts import Texts
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing.parser import Parser
from bot.sources.polling.hubs import CALLBACKS, Hubs
from bot.sources.polling.poller import Poller
from bot.supervise import LoopFailedError, keep_running
from bot.turn import AWAY, Turn
from bot.updates import Inbox
from bot.upkeep import Upkeep
from bot.web.access import Access
from bot.web.health import Health
from bot.web.metrics import Metrics, OutboxLook
from bot.web.server import ListenError, serving
from bot.web.webhook import Webhook
from bot.web.websub import WebSub
from handlers.context import Defaults, Services
from handlers.registry import ALLOWED_UPDATES
from storage import sources
from storage.engine import Database, StorageError
from storage.holder import holding

log = structlog.get_logger(__name__)


def now() -> datetime:
    """The present moment, aware UTC."""
    return datetime.now(UTC)


def main(settings: Settings, catalogue: Catalogue) -> int:
    """`tickerbot run`: until SIGTERM or Ctrl-C. 0 stopped, 1 a loop kept failing, 2 something to set right."""
    status = 0
    try:
        asyncio.run(_until_signalled(settings, catalogue))
    except* (StorageError, ListenError) as group:
        status = _say(group, 2)
    except* LoopFailedError as group:
        status = _say(group, 1)
    return status


async def _until_signalled(settings: Settings, catalogue: Catalogue) -> None:
    stop, reload = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number, event in ((signal.SIGTERM, stop), (signal.SIGINT, stop), (signal.SIGHUP, reload)):
        loop.add_signal_handler(number, event.set)
    await run(settings, catalogue, stop=stop, reload=reload)


async def run(
    settings: Settings,
    catalogue: Catalogue,
    *,
    stop: asyncio.Event,
    reload: asyncio.Event | None = None,
) -> None:
    """The whole bot until `stop` is set; `reload` has sources.toml read again. Raises StorageError and ListenError
    for what an admin has to set right."""
    began = time.monotonic()
    async with AsyncExitStack() as stack:
        if settings.database_url.startswith("sqlite"):
            await stack.enter_async_context(holding(settings.database_url))
        database = await opened(settings.database_url, stop)
        stack.push_async_callback(database.close)
        bot = Bot(settings, catalogue, database)
        stack.push_async_callback(bot.close)
        port = await stack.enter_async_context(
            serving(settings.address.host, settings.address.port, bot.routes())
        )
        log.info("the bot is up", port=port, seconds=round(time.monotonic() - began, 2))
        _spare_the_collector()
        await bot.serve(stop, reload or asyncio.Event())
    log.info("the bot has stopped")


def _spare_the_collector() -> None:
    """Modules and tables stay for good: the garbage collector need not look at them again and again (a fifth of the
    time that a send takes at full speed)."""
    gc.collect()
    gc.freeze()


class Bot:
    """Everything that runs, wired together. `serve` runs it, `close` lets go of what it holds."""

    def __init__(self, settings: Settings, catalogue: Catalogue, database: Database) -> None:
        token = settings.token()
        self._settings, self._database = settings, database
        self._catalogue = CurrentCatalogue(catalogue)
        self._state = TelegramState()
        texts = Texts.load()
        self._request = AiohttpRequest()
        self._api = Api(self._request, token, settings.telegram_api_url)
        self._measures = Measures()
        limiter = Limiter(settings.messages_per_second, time.monotonic, measures=self._measures)
        sessions = database.sessions
        self._sender = Sender(
            sessions,
            self._api,
            limiter,
            texts,
            self._catalogue,
            self._state,
            now,
            admins=settings.admin_ids,
            paid_broadcast=settings.paid_broadcast,
            measures=self._measures,
        )
        self._fetcher = Fetcher(allow_private=settings.allow_private_sources)
        self._parser = Parser()
        self._hook = _hook(settings)
        self._hubs = Hubs(sessions, self._fetcher, _origin(self._hook.url), now) if self._hook else None
        self._poller = Poller(
            sessions,
            self._fetcher,
            self._parser,
            self._catalogue,
            now,
            self._sender.wake,
            measures=self._measures,
            hubs=self._hubs,
            admins=settings.admin_ids,
            alone=database.dialect == "sqlite",
        )
        self._services = Services(
            sessions=sessions,
            texts=texts,
            catalogue=self._catalogue,
            now=now,
            wake_sender=self._sender.wake,
            state=self._state,
            defaults=Defaults(settings.language, settings.timezone),
            read_page=self._poller.pages.read_page,
            admins=settings.admin_ids,
            measures=self._measures,
        )
        self._inbox = Inbox(
            sessions,
            self._api,
            self._state,
            self._handle,
            now,
            bot_id=int(token.partition(":")[0]),
            allowed=list(ALLOWED_UPDATES),
            look_again=1.0 if self._hook and database.dialect == "postgresql" else None,
        )
        self._application = telegram_side.build(
            self._request,
            token,
            settings.telegram_api_url,
            HandlerRateLimiter(limiter, self._inbox.aside),
            self._services,
        )
        self._upkeep = Upkeep(sessions, now, timedelta(days=settings.retention_days))
        shared_url = settings.database_url if database.dialect == "postgresql" else None
        self._turn = Turn(shared_url, self._sender.wake, [self._sender.run, self._talk])

    def routes(self) -> list[web.RouteDef]:
        """What LISTEN answers."""
        health = Health({"database": self._database_trouble, "telegram": self._telegram_trouble})
        metrics = Metrics(
            self._measures.registry, OutboxLook(self._database.sessions, now), now, _access(self._settings)
        )
        routes = [*health.routes(), *metrics.routes()]
        if self._hook:
            path = urlsplit(self._hook.url).path or "/"
            routes += Webhook(path, self._hook.secret, self._inbox.keep).routes()
            routes += WebSub(CALLBACKS, self._database.sessions, now, self._poller.pushes.take).routes()
        return routes

    async def serve(self, stop: asyncio.Event, reload: asyncio.Event) -> None:
        """Runs every loop until `stop`; then takes nothing new, sees off what is on the wire, and returns."""
        await self._declare()
        async with asyncio.TaskGroup() as group:
            loops: dict[str, Callable[[], Awaitable[None]]] = {
                "poller": self._poller.run,
                "upkeep": self._upkeep.run,
                "telegram": self._turn.run,
                "reload": partial(self._reload, reload),
                "event loop": self._measures.watch_loop,
            }
            if self._hubs:
                loops["hubs"] = self._hubs.run
            forgiven = AWAY if self._database.dialect == "postgresql" else ()
            tasks = [
                group.create_task(keep_running(name, loop, forgiven=forgiven), name=name)
                for name, loop in loops.items()
            ]
            await stop.wait()
            log.info("the bot stops")
            await asyncio.gather(self._inbox.stop(), self._sender.stop())
            for task in tasks:
                task.cancel()

    async def close(self) -> None:
        """Connections and the parser's process."""
        await telegram_side.shut_down(self._application)
        await self._parser.close()
        await self._fetcher.close()
        await self._request.shutdown()

    async def _talk(self) -> None:
        await telegram_side.bring_up(self._application, self._api, self._services, self._hook)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._inbox.work())
            if self._hook is None:
                group.create_task(self._inbox.poll())

    async def _handle(self, update: dict[str, Any]) -> None:
        await telegram_side.handle(self._application, update)

    async def _declare(self) -> None:
        if not self._catalogue.now.sources:
            log.warning(catalogue_file.NO_SOURCE, file=str(self._settings.sources_file))
        async with self._database.sessions.write() as session:
            await sources.sync(session, self._catalogue.now.sources, now())

    async def _reload(self, asked: asyncio.Event) -> None:
        while True:
            await asked.wait()
            asked.clear()
            try:
                self._catalogue.now = catalogue_file.load(self._settings.sources_file)
            except catalogue_file.CatalogueError as error:
                log.warning("sources.toml has a fault and is left as it was", reason=str(error))
                continue
            await self._declare()
            self._poller.wake()
            if self._hubs:
                self._hubs.wake()
            log.info("sources.toml was read again", sources=len(self._catalogue.now.sources))

    async def _database_trouble(self) -> str | None:
        try:
            async with asyncio.timeout(3), self._database.sessions.read() as session:
                await sources.next_due(session)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            return f"does not answer: {type(error).__name__}"
        return None

    async def _telegram_trouble(self) -> str | None:
        if self._state.ready or self._turn.waits:
            return None
        if self._state.revoked:
            return f"refuses the token: {self._state.reason}"
        return f"cannot be reached: {self._state.reason or 'not tried yet'}"


def _access(settings: Settings) -> Access:
    return Access(settings.status_token.get_secret_value() if settings.status_token else None)


def _hook(settings: Settings) -> Hook | None:
    if not settings.webhook_url or not settings.webhook_secret:
        return None
    return Hook(settings.webhook_url, settings.webhook_secret.get_secret_value())


def _origin(url: str) -> str:
    """The part of WEBHOOK_URL below which hubs reach us too."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _say(group: BaseExceptionGroup[Exception], status: int) -> int:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            _say(error, status)
        else:
            print(f"tickerbot: {redact(str(error))}", file=sys.stderr)  # noqa: T201
    return status

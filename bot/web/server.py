"""One aiohttp application on LISTEN: health, readiness and the webhook."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from aiohttp import web

from bot.web.webhook import BODY_LIMIT

log = structlog.get_logger(__name__)


class ListenError(Exception):
    """The address cannot be listened on; the text says which and why."""


@asynccontextmanager
async def serving(host: str, port: int, routes: Sequence[web.RouteDef]) -> AsyncIterator[int]:
    """Serves the routes while the block runs; gives the port (that the system chose, for 0). Raises ListenError."""
    application = web.Application(client_max_size=BODY_LIMIT)
    application.add_routes(routes)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise ListenError(
                f"LISTEN holds {host}:{port}, which cannot be used: {error.strerror or error}"
            ) from error
        actual: int = runner.addresses[0][1]
        log.info("listening", host=host, port=actual)
        yield actual
    finally:
        await runner.cleanup()

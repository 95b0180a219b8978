"""Takes updates that Telegram posts: checked, stored, and only then confirmed."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  a header's name
BODY_LIMIT = 1024 * 1024

Keep = Callable[[int, str], Awaitable[None]]
"""Stores an update by its id and JSON body; raises when it could not, and Telegram sends it again."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """The route that Telegram calls. `secret` is compared in constant time; 2xx is the word that an update is kept."""

    path: str
    secret: str
    keep: Keep

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.post(self.path, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """200 once stored; 403 without the secret, 400 for what is no update, 413 when too large."""
        given = request.headers.get(SECRET_HEADER, "")
        # Bytes as they came, which need not be UTF-8
        if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self.secret.encode()):
            log.warning("a webhook call without the right secret was refused", remote=request.remote)
            return web.Response(status=403)
        body = await request.read()
        try:
            update = orjson.loads(body)
            update_id = update["update_id"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return web.Response(status=400, text="expected a JSON update with its update_id")
        if not isinstance(update_id, int):
            return web.Response(status=400, text="update_id is no number")
        await self.keep(update_id, body.decode("utf-8"))
        return web.Response()

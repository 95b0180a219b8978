"""Where WebSub hubs reach us: they verify what we asked for, and bring a feed's news, signed.

A callback is 32 random characters, so whoever knows it is the hub or we told it so; what it brings must be signed all
the same. https://www.w3.org/TR/websub/
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.domain.pushed import granted, is_signed, renewal
from bot.domain.text import clean
from storage import hubs
from storage.engine import Sessions

BODY_LIMIT = 5 * 1024 * 1024
"""As for a feed that is fetched."""
ASK_AGAIN = timedelta(days=1)
_LONGEST_CHALLENGE = 2048
_LONGEST_REASON = 300
_PLAIN = {"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff"}

Take = Callable[[int, bytes, str], bool]
"""Takes a source's id, a body and its content type; False where there is no room for it now."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class WebSub:
    """The routes that hubs call. Everything it must know is in the database, so any replica answers."""

    path: str
    sessions: Sessions
    now: Callable[[], datetime]
    take: Take

    def routes(self) -> list[web.RouteDef]:
        """Verification and content, below `path`."""
        address = self.path + r"{callback:[A-Za-z0-9_-]{20,100}}"
        return [web.get(address, self.verify, allow_head=False), web.post(address, self.content)]

    async def verify(self, request: web.Request) -> web.Response:
        """200 with the challenge for what was asked; 404 for what was not."""
        query, callback = request.query, request.match_info["callback"]
        mode, topic = query.get("hub.mode"), clean(query.get("hub.topic", ""))
        async with self.sessions.write() as session:
            if mode == "subscribe":
                lease = granted(query.get("hub.lease_seconds"))
                found = await hubs.verify(session, callback, topic, self.now(), lease, renewal(lease))
            elif mode == "unsubscribe":
                found = await hubs.left(session, callback, topic)
            elif mode == "denied":
                reason = clean(query.get("hub.reason", ""))[:_LONGEST_REASON] or "the hub gives no reason"
                found = await hubs.deny(session, callback, topic, reason, self.now() + ASK_AGAIN)
            else:
                found = None
        if found is None:
            raise web.HTTPNotFound
        log.info("a hub has called", mode=mode, topic=topic)
        return web.Response(text=query.get("hub.challenge", "")[:_LONGEST_CHALLENGE], headers=_PLAIN)

    async def content(self, request: web.Request) -> web.Response:
        """202 once taken, or passed over for its wrong signature, of which the sender learns nothing; 410 where nothing
        is wanted, so that the hub forgets it; 503 where there is no room."""
        async with self.sessions.read() as session:
            hub = await hubs.by_callback(session, request.match_info["callback"])
        if hub is None or hub.state == "leaving":
            raise web.HTTPGone
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise web.HTTPUnsupportedMediaType  # a signature is over the bytes as sent, and small may become large
        body = await _read(request)
        if not is_signed(request.headers.get("X-Hub-Signature", ""), hub.secret, body):
            log.warning("a push without the right signature is passed over", topic=hub.topic)
        elif not self.take(hub.source_id, body, request.headers.get("Content-Type", "")):
            return web.Response(status=503, headers={"Retry-After": "60"})
        return web.Response(status=202)


async def _read(request: web.Request) -> bytes:
    """The body; 413 for one that is too large, however it is sent."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > BODY_LIMIT:
            raise web.HTTPRequestEntityTooLarge(BODY_LIMIT, len(body))
    return bytes(body)

"""A small site on loopback whose answers a test sets, for what the sources room fetches."""

import asyncio
import hashlib
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Site:
    """`pages` maps a path to a body, a response, or a function of the request; `seen` are the requests in order."""

    url: str = ""
    pages: dict[str, Any] = field(default_factory=dict)
    seen: list[web.Request] = field(default_factory=list)
    delay: dict[str, float] = field(default_factory=dict)
    running: int = 0
    most_at_once: int = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """What the test wants; a text with ETag and 304."""
        self.seen.append(request)
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            await asyncio.sleep(self.delay.get(request.path, 0))
            page = self.pages.get(request.path)
            if isinstance(page, Callable):
                page = page(request)
                page = await page if asyncio.iscoroutine(page) else page
            if page is None:
                return web.Response(status=404)
            if isinstance(page, web.Response):  # one object answers one request only
                return web.Response(status=page.status, body=page.body, headers=page.headers)
            return page if isinstance(page, web.StreamResponse) else _tagged(request, page)
        finally:
            self.running -= 1

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.seen]


def _tagged(request: web.Request, page: str | bytes) -> web.Response:
    body = page.encode() if isinstance(page, str) else page
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers={"ETag": tag})
    kind = "application/xml" if body.lstrip().startswith((b"<?xml", b"<rss", b"<feed")) else "text/html"
    return web.Response(body=body, headers={"ETag": tag, "Content-Type": f"{kind}; charset=utf-8"})


@asynccontextmanager
async def serving():
    """A running site."""
    site = Site()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    site.url = f"http://127.0.0.1:{port}"
    try:
        yield site
    finally:
        await runner.cleanup()

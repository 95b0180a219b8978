"""Is the bot alive, and can it do its work?"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiohttp import web

Probe = Callable[[], Awaitable[str | None]]
"""Looks at one thing the bot needs: None when it is well, else what is wrong."""


@dataclass(frozen=True, slots=True)
class Health:
    """`/healthz`: the event loop answers. `/readyz`: every probe is well, else 503 with what is wrong."""

    probes: Mapping[str, Probe]

    def routes(self) -> list[web.RouteDef]:
        """Both routes."""
        return [web.get("/healthz", self.alive), web.get("/readyz", self.ready)]

    async def alive(self, _request: web.Request) -> web.Response:
        """Always 200: whoever gets an answer has seen the loop turn."""
        return web.json_response({"status": "alive"})

    async def ready(self, _request: web.Request) -> web.Response:
        """Each probe with `ok` or what is wrong with it."""
        found = {name: await probe() for name, probe in self.probes.items()}
        ready = all(trouble is None for trouble in found.values())
        body = {"status": "ready" if ready else "not ready"} | {n: t or "ok" for n, t in found.items()}
        return web.json_response(body, status=200 if ready else 503)

"""`/metrics` for Prometheus: what the bot has counted, and the outbox at a glance."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.web.access import Access
from storage import outbox
from storage.engine import Sessions
from storage.outbox import Pulse
from storage.pulse import MOST

log = structlog.get_logger(__name__)

KEEP_SECONDS = 15.0
"""How long a look at the outbox serves, however often it is asked for."""
PATIENCE = 3.0

Look = Callable[[], Awaitable[Pulse | None]]


@dataclass(frozen=True, slots=True)
class Metrics:
    """The route. Without an answer of the database the outbox's gauges are missing, and the rest is there."""

    registry: CollectorRegistry
    look: Look
    now: Callable[[], datetime]
    access: Access

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.get("/metrics", self.access.only(self.show))]

    async def show(self, request: web.Request) -> web.Response:
        """The metrics in the form that the Accept header wishes for."""
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        pulse = await self.look()
        shown = CollectorRegistry()
        shown.register(_Shown([*self.registry.collect(), *_gauges(pulse, self.now())]))
        body = encode(shown)
        return web.Response(body=body, headers={"Content-Type": content_type})


class OutboxLook:
    """Looks at the outbox at most every KEEP_SECONDS, and one at a time. `await look()` gives None when it cannot."""

    def __init__(
        self,
        sessions: Sessions,
        now: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions, self._now, self._monotonic = sessions, now, monotonic
        self._turn = asyncio.Lock()
        self._kept: Pulse | None = None
        self._until = 0.0

    async def __call__(self) -> Pulse | None:
        """The outbox now, or a moment ago."""
        async with self._turn:
            if self._monotonic() >= self._until:
                self._kept = await self._look()
                self._until = self._monotonic() + KEEP_SECONDS
            return self._kept

    async def _look(self) -> Pulse | None:
        try:
            async with asyncio.timeout(PATIENCE), self._sessions.read() as session:
                return await outbox.pulse(session, self._now())
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("the outbox cannot be looked at for /metrics", reason=type(error).__name__)
            return None


def _gauges(pulse: Pulse | None, now: datetime) -> list[GaugeMetricFamily]:
    if pulse is None:
        return []
    age = (now - pulse.oldest).total_seconds() if pulse.oldest else 0.0
    rows = GaugeMetricFamily(
        "tickerbot_outbox",
        f"What is owed; of that in doubt (being sent, or left so by a crash); dead. Counted up to {MOST} of a kind.",
        labels=["state"],
    )
    for state in ("owed", "in_doubt", "dead"):
        rows.add_metric([state], getattr(pulse, state))
    oldest = GaugeMetricFamily(
        "tickerbot_outbox_oldest_due_seconds",
        "How long the oldest owed delivery has waited since its headline was first seen, or since it was due.",
        value=max(0.0, age),
    )
    return [rows, oldest]


class _Shown(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families

"""What the bot counts about itself, in a registry of its own: plain words for the rooms, Prometheus inside.

No label is free text: what is not in a fixed list counts as `other`, so that no chat, title or address gets out.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.process_collector import ProcessCollector

STATES: Final = ("sent", "later", "dead", "cancelled")
REASONS: Final[Mapping[str, str]] = {
    "": "none",
    "done": "none",
    "dead": "refused",
    "doubt": "unknown",
    "gone": "gone",
    "may not": "rights",
    "plain": "markup",
    "split": "too_long",
    "main thread": "thread",
    "no method": "method",
    "article": "article_gone",
    "chat": "chat_gone",
    "error": "program",
}
"""What a room says (mostly the action that a verdict asked for), and the label that it gets."""
SCOPES: Final = ("chat", "bot")
LANES: Final = ("answer", "push")
POLLS: Final = ("ok", "unchanged", "refused", "network", "http", "unreadable", "parser", "internal")
OTHER: Final = "other"

_SECONDS = (0.5, 1, 2, 3, 4, 6, 8, 10, 15, 20, 30, 45, 60, 120, 300, 900, 3600, 10800)
_LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
_LOOK_EVERY = 0.25


class Measures:
    """Counters, histograms and gauges of one bot. Cheap: no call here waits or looks anything up."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        settled = Counter(
            "tickerbot_deliveries",
            "Deliveries settled, by how they ended (later: to be tried again) and why.",
            ["state", "reason"],
            registry=registry,
        )
        reasons = [*dict.fromkeys(REASONS.values()), OTHER]
        self._settled = {(state, why): settled.labels(state, why) for state in STATES for why in reasons}
        self._latency = Histogram(
            "tickerbot_delivery_latency_seconds",
            "From first seeing a headline to Telegram's word that it was sent to a chat.",
            buckets=_SECONDS,
            registry=registry,
        )
        refused = Counter(
            "tickerbot_too_many_requests",
            "Answers 429, by what they silence: the chat, or the bot as a whole.",
            ["scope"],
            registry=registry,
        )
        self._refused = {scope: refused.labels(scope) for scope in SCOPES}
        granted = Counter(
            "tickerbot_budget_used_messages",
            "Messages that the limiter let through, by lane; its rate over tickerbot_budget_messages_per_second is "
            "the share of the budget used.",
            ["lane"],
            registry=registry,
        )
        self._granted = {lane: granted.labels(lane) for lane in LANES}
        self._budget = Gauge(
            "tickerbot_budget_messages_per_second", "What the whole bot may send.", registry=registry
        )
        polled = Counter("tickerbot_polls", "Polls of sources, by result.", ["result"], registry=registry)
        self._polled = {result: polled.labels(result) for result in (*POLLS, OTHER)}
        self._lag = Histogram(
            "tickerbot_event_loop_lag_seconds",
            "How much later than asked for the event loop turned, looked at four times a second.",
            buckets=_LAG,
            registry=registry,
        )
        ProcessCollector(registry=registry)

    def settled(self, state: str, reason: str = "", count: int = 1) -> None:
        """Deliveries are settled: one of STATES (others are not counted), for a reason out of REASONS."""
        if state in STATES:
            self._settled[state, REASONS.get(reason, OTHER)].inc(count)

    def sent(self, seconds: float) -> None:
        """A headline arrived in a chat, so long after it was first seen."""
        self._latency.observe(max(0.0, seconds))

    def refused(self, scope: str) -> None:
        """Telegram said 429, and one of SCOPES is silent for it."""
        self._refused[scope].inc()

    def granted(self, lane: str) -> None:
        """The limiter let a message through, in one of LANES."""
        self._granted[lane].inc()

    def budget(self, per_second: float) -> None:
        """What the whole bot may send."""
        self._budget.set(per_second)

    def polled(self, result: str) -> None:
        """A source was polled, with one of POLLS."""
        self._polled.get(result, self._polled[OTHER]).inc()

    async def watch_loop(
        self,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Measures the event loop's lag until cancelled."""
        while True:
            asked = monotonic() + _LOOK_EVERY
            await sleep(_LOOK_EVERY)
            self._lag.observe(max(0.0, monotonic() - asked))

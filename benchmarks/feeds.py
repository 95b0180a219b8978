"""Feeds: what reading them costs against feedparser as it comes, and the stall of the event loop over large ones."""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from io import BytesIO

import feedparser

from benchmarks.common import Figure, Figures, one_core
from bot.sources.feeds import feed, syndication
from bot.sources.parsing import detect
from bot.sources.parsing.parser import Parser

RATIO = 17 / 31
"""Ours may take 17 ms where feedparser takes 31."""
STALL_MS = 20
_URL = "https://example.org/feed.xml"
_NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
_PARAGRAPH = (
    "<p>Die <a href='/bruecke?von=rss&amp;tag=3'>neue Brücke</a> am Westufer ist seit heute <strong>für alle</strong> "
    "offen. Die Stadt rechnet mit weniger Verkehr am Hafen, sagt die Leiterin des Bauamts.</p>"
)
_TICK = 0.001
_READING = 0.1  # about what a feed of 400 kB takes
_LARGE = 130  # entries


async def measure(quick: bool) -> Figures:
    """Both read the same bytes in turn, on one core; each repeat is the median of several readings."""
    repeats, readings = (2, 3) if quick else (9, 7)
    for name, entries, judged in (("20 entries of 3 kB", 20, True), ("a feed of 400 kB", _LARGE, False)):
        with one_core():
            for figure in _against_feedparser(name, _feed(entries), repeats, readings, judged=judged):
                yield figure
    stalls = [await _stalls(_feed(_LARGE), 10 if quick else 40) for _ in range(repeats)]
    idle = [await _stalls(None, 10 if quick else 40) for _ in range(repeats)]
    yield Figure(
        "longest stall of the event loop, feeds of 400 kB", [late for late, _ in stalls], "ms", most=STALL_MS
    )
    yield Figure("of it the bot's own work", [own for _, own in stalls], "ms")
    yield Figure("longest stall with nothing to read", [late for late, _ in idle], "ms")


def _against_feedparser(name: str, body: bytes, repeats: int, readings: int, *, judged: bool) -> list[Figure]:
    """Milliseconds of each, and ours as a share of feedparser's."""
    text = body.decode()
    theirs, ours, behind = [], [], []
    for _ in range(repeats):
        theirs.append(_milliseconds(lambda: feedparser.parse(BytesIO(body)), readings))
        ours.append(_milliseconds(lambda: feed.parse(body, _URL), readings))
        behind.append(_milliseconds(lambda: syndication.parse(text, _URL, UTC), readings))
    shares = [our / their for our, their in zip(ours, theirs, strict=True)]
    shares_behind = [our / their for our, their in zip(behind, theirs, strict=True)]
    return [
        Figure(f"{name}: feedparser as it comes", theirs, "ms"),
        Figure(f"{name}: ours", ours, "ms"),
        Figure(f"{name}: ours / feedparser", shares, "x", most=RATIO if judged else None),
        Figure(f"{name}: ours, an odd one / feedparser", shares_behind, "x"),
    ]


def _milliseconds(read: Callable[[], object], readings: int) -> float:
    """The median of some readings."""
    times = []
    for _ in range(readings):
        began = time.perf_counter()
        read()
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


async def _stalls(body: bytes | None, count: int) -> tuple[float, float]:
    """The milliseconds by which the event loop woke a sleeper late, at worst, while feeds were read one after another;
    and the most that this process itself worked during such a sleep: the rest is the machine's."""
    parser = Parser()
    await parser.warm_up()
    gc.collect()
    gc.freeze()  # as the bot does once it is up
    late, own = [0.0], [0.0]
    watch = asyncio.create_task(_watch(late, own))
    try:
        for _ in range(count):
            await (_read(parser, body) if body else asyncio.sleep(_READING))
    finally:
        watch.cancel()
        await parser.close()
    return 1000 * max(late), 1000 * max(own)


async def _read(parser: Parser, body: bytes) -> None:
    """One feed, as the poller reads it."""
    found = await parser.read(detect.read, "feed", body, _URL, "application/rss+xml", _NOW, "Europe/Berlin")
    if len(found.headlines) != _LARGE:
        raise RuntimeError("the feed was not read whole")


async def _watch(late: list[float], own: list[float]) -> None:
    """Notes by how much each sleep was too long, and the work meanwhile."""
    while True:
        began, worked = time.perf_counter(), time.process_time()
        await asyncio.sleep(_TICK)
        late.append(time.perf_counter() - began - _TICK)
        own.append(time.process_time() - worked)


def _feed(entries: int) -> bytes:
    """An ordinary feed with the full text in each entry, 3 kB of it."""
    text = _PARAGRAPH * (3000 // len(_PARAGRAPH.encode()))
    items = "".join(
        f"<item><title>Meldung {number} vom Westufer</title><link>https://example.org/{number}?utm_source=rss</link>"
        f"<guid isPermaLink='false'>blatt-{number}</guid><category>Stadt</category>"
        "<pubDate>Wed, 11 Mar 2026 08:12:00 +0100</pubDate><description>Nach zwei Jahren Bau.</description>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for number in range(entries)
    )
    spaces = "xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    head = f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0' {spaces}><channel><title>Blatt</title>"
    return f"{head}{items}</channel></rss>".encode()

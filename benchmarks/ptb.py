"""The sender against python-telegram-bot's default stack, send_message over HTTPXRequest, with as many in flight."""

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions

from benchmarks import full_speed, server
from benchmarks.common import Figure, Figures, Stopwatch, one_core

ROUND_TRIP = 0.06
CASES = ((32, 0.0, 6.0), (128, ROUND_TRIP, 15.0))
"""In flight, seconds the server takes, and how many times as fast the sender has to be."""
_LONGEST = 12.0


async def measure(quick: bool) -> Figures:
    """Messages a second by the wall clock, each client alone on one core."""
    for in_flight, delay, least in CASES:
        case = f"{in_flight} in flight, {delay * 1000:g} ms"
        repeats, chats, theirs = (1, 2_000, 300) if quick else (3, 10_000, 1_500)
        ours: list[float] = []
        others: list[float] = []
        with server.running(delay) as url, one_core():
            for _ in range(repeats):
                watch, payload = await full_speed.by_sender(url, chats, pool=in_flight)
                ours.append(chats / watch.wall)
                others.append(await by_library(url, payload, theirs, in_flight))
        yield Figure(f"{case}: sender", ours, "a second")
        yield Figure(f"{case}: python-telegram-bot", others, "a second")
        times = [mine / other for mine, other in zip(ours, others, strict=True)]
        yield Figure(f"{case}: sender / python-telegram-bot", times, "x", least=least)


async def by_library(url: str, payload: Mapping[str, Any], count: int, in_flight: int) -> float:
    """The same messages by `send_message`; messages a second, counted for a dozen seconds at most."""
    text = payload["text"]
    more = {
        "parse_mode": payload.get("parse_mode"),
        "link_preview_options": LinkPreviewOptions(is_disabled=True),
    }
    if keyboard := payload.get("reply_markup"):
        more["reply_markup"] = InlineKeyboardMarkup.de_json(keyboard, None)
    async with Bot(server.TOKEN, base_url=f"{url}/bot") as bot:
        watch = Stopwatch()
        numbers = iter(range(count))
        sent = await asyncio.gather(*(_send_all(bot, numbers, text, more) for _ in range(in_flight)))
        watch.stop()
    return sum(sent) / watch.wall


async def _send_all(bot: Bot, numbers: Iterator[int], text: str, more: Mapping[str, Any]) -> int:
    end = time.monotonic() + _LONGEST
    sent = 0
    for number in numbers:
        await bot.send_message(1_000 + number, text, **more)
        sent += 1
        if time.monotonic() > end:
            break
    return sent

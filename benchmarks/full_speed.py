"""The sender at full speed against a bare aiohttp loop that posts the same bodies with as many in flight."""

import asyncio
import gc
from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import orjson
from yarl import URL

from benchmarks import scene, server
from benchmarks.common import Figure, Figures, Stopwatch, one_core

LIMIT = 0.5
IN_FLIGHT = 400
"""As many as the sender has at most, whatever its budget."""


async def measure(quick: bool) -> Figures:
    """Messages a second and a CPU second of the client, as shares of the bare loop's; client and server have a core
    each."""
    chats, repeats = (5_000, 2) if quick else (20_000, 5)
    walls: list[float] = []
    cpus: list[float] = []
    rates: list[float] = []
    bare_rates: list[float] = []
    with server.running() as url, one_core():
        for _ in range(repeats):
            gc.collect()
            gc.freeze()  # as the bot does once it is up; the bare loop has it too
            ours, payload = await by_sender(url, chats)
            bare = await by_bare_loop(url, payload, chats, IN_FLIGHT)
            walls.append(bare.wall / ours.wall)
            cpus.append(bare.cpu / ours.cpu)
            rates.append(chats / ours.cpu)
            bare_rates.append(chats / bare.cpu)
    yield Figure("messages per CPU second: sender", rates)
    yield Figure("messages per CPU second: bare aiohttp", bare_rates)
    yield Figure("sender / bare aiohttp, per CPU second", cpus, "x", least=LIMIT)
    yield Figure("sender / bare aiohttp, by the wall clock", walls, "x", least=LIMIT)


async def by_sender(url: str, chats: int, pool: int = 512) -> tuple[Stopwatch, Mapping[str, Any]]:
    """One article to so many chats: claimed, rendered, limited, sent and settled. Also the last message's payload."""
    async with scene.sqlite() as database:
        await scene.followers(database.sessions, scene.people(chats))
        await scene.owe(database.sessions)
        watch = Stopwatch()
        async with scene.sender(database.sessions, url, chats, pool=pool) as api:
            async with asyncio.timeout(300):
                await api.all_sent.wait()
        watch.stop()
        await scene.check_all_done(database.sessions, chats)
        return watch, api.payload


async def by_bare_loop(url: str, payload: Mapping[str, Any], count: int, in_flight: int) -> Stopwatch:
    """The same bodies by aiohttp and orjson alone."""
    address = URL(f"{url}/bot{server.TOKEN}/sendMessage")
    bodies = iter(scene.people(count))
    watch = Stopwatch()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=in_flight)) as session:
        await asyncio.gather(*(_post_all(session, address, payload, bodies) for _ in range(in_flight)))
    watch.stop()
    return watch


async def _post_all(
    session: aiohttp.ClientSession, address: URL, payload: Mapping[str, Any], chats: Iterator[int]
) -> None:
    headers = {"Content-Type": "application/json"}
    for chat in chats:
        body = orjson.dumps({**payload, "chat_id": chat})
        async with session.post(address, data=body, headers=headers) as response:
            if not orjson.loads(await response.read())["ok"]:
                raise RuntimeError("the server refused a message")

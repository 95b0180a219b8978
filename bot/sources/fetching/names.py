"""Names to addresses, each asked in a thread of its own: a name server that does not answer holds up that name only."""

import asyncio
import socket
import threading
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class Names(AbstractResolver):
    """Asks the system. The event loop's own threads are a handful: six names that nobody answers for would take them
    all, and every other source would wait."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of a name; raises `OSError` when there are none."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()
        # A daemon, because a thread that waits for a name server must not hold up the end of the process
        threading.Thread(
            target=_ask, args=(loop, answer, host, port, family), name=f"resolve {host}", daemon=True
        ).start()
        return [_result(host, port, info) for info in await answer]

    async def close(self) -> None:
        """Nothing is kept."""


def _ask(
    loop: asyncio.AbstractEventLoop,
    answer: "asyncio.Future[list[Any]]",
    host: str,
    port: int,
    family: socket.AddressFamily,
) -> None:
    """Waits for the system's answer, in its thread."""
    found: list[Any] | Exception
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    except (OSError, UnicodeError) as error:
        found = error if isinstance(error, OSError) else OSError(str(error))
    try:
        loop.call_soon_threadsafe(_give, answer, found)
    except RuntimeError:
        return  # the loop has ended: nobody waits


def _give(answer: "asyncio.Future[list[Any]]", found: list[Any] | Exception) -> None:
    """Hands the answer to the one who waits, if anyone still does."""
    if answer.done():
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)


def _result(host: str, port: int, info: Any) -> ResolveResult:
    """An address as aiohttp wants it; a link-local one with its zone, without which it leads nowhere."""
    family, _, protocol, _, address = info
    zone = address[3] if len(address) > 3 else 0
    number = f"{address[0]}%{zone}" if zone and "%" not in address[0] else address[0]
    return ResolveResult(hostname=host, host=number, port=port, family=family, proto=protocol, flags=_NUMERIC)

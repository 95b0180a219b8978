"""A Bot API server that does nothing but answer: `python -m benchmarks.server [seconds of delay]`, in its own process.

Far faster than what it measures, so that clients are compared and not the server. `running` starts it.
"""

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

from benchmarks.common import other_cores

TOKEN = "4240001:AABenchmarkTokenThatIsNoSecretAtAll"  # noqa: S105  of no real bot

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_ME = b'{"ok":true,"result":{"id":4240001,"is_bot":true,"first_name":"Tickerbot","username":"tickerbot"}}'
_MESSAGE = (
    b'{"ok":true,"result":{"message_id":%d,"from":{"id":4240001,"is_bot":true,"first_name":"Tickerbot",'
    b'"username":"tickerbot"},"chat":{"id":7,"first_name":"Lena","type":"private"},"date":1764000000,'
    b'"text":"Hafen bekommt neue Br\\u00fccke\\nDer Bau beginnt im Mai.\\n\\n17:39 \\u00b7 Sport \\u00b7 Walaw Press",'
    b'"entities":[{"offset":0,"length":27,"type":"bold"}]}}'
)
_numbers = count(1)


class _Connection(asyncio.Protocol):
    """Keeps alive, answers one request after the other."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Someone came."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  for the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers each request that is complete."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._received, 0, end)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            me = self._received.find(b"/getMe", 0, end) > 0
            self._received = self._received[whole:]
            if self._delay:
                asyncio.get_running_loop().call_later(self._delay, self._answer, me)
            else:
                self._answer(me)

    def _answer(self, me: bool) -> None:
        body = _ME if me else _MESSAGE % next(_numbers)
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(_HEAD % len(body) + body)


async def serve(connection: Callable[[], asyncio.Protocol]) -> None:
    """Answers on a free port of loopback, which it prints, until the process is killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(connection, "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


@contextmanager
def process(module: str, *arguments: str) -> Iterator[int]:
    """The port of a server in a process of its own, which a module of ours serves."""
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603  our own program
        try:
            assert child.stdout is not None  # noqa: S101  for the type
            port = int(child.stdout.readline())
            other_cores(child.pid)
            yield port
        finally:
            child.kill()


@contextmanager
def running(delay: float = 0.0) -> Iterator[str]:
    """The address of a server that takes `delay` seconds for each answer."""
    with process("benchmarks.server", str(delay)) as port:
        yield f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    pause = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    asyncio.run(serve(partial(_Connection, pause)))

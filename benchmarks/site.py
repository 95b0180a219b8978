"""A site of one feed that never changes, under any name: `python -m benchmarks.site`, in its own process.

`/tagged` answers 304 to whoever names its ETag, `/plain` always sends the same body. `running` starts it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import server

ETAG = b'"never-changes"'
_ITEM = (
    b"<item><title>Der Hafen bekommt eine neue Bruecke</title><link>https://example.org/1</link>"
    b"<description>Nach zwei Jahren Bau ist sie offen. Die Stadt rechnet mit weniger Verkehr.</description></item>"
)
FEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Blatt</title>%s</channel></rss>" % (
    _ITEM * 110
)
"""Twenty kilobytes."""
_FOUND = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n%sContent-Length: %d\r\n\r\n%s"
_UNCHANGED = b"HTTP/1.1 304 Not Modified\r\nETag: " + ETAG + b"\r\n\r\n"


class _Connection(asyncio.Protocol):
    """Keeps alive, answers one request after the other."""

    def __init__(self, tagged: bytes, plain: bytes) -> None:
        self._tagged, self._plain = tagged, plain
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Someone came."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  for the type
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers each request that is complete."""
        *heads, self._received = (self._received + data).split(b"\r\n\r\n")
        for head in heads:
            if self._transport is not None and not self._transport.is_closing():
                self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        if head.startswith(b"GET /plain"):
            return self._plain
        return _UNCHANGED if ETAG in head else self._tagged


async def _serve() -> None:
    tagged = _FOUND % (b"ETag: " + ETAG + b"\r\n", len(FEED), FEED)
    plain = _FOUND % (b"", len(FEED), FEED)
    await server.serve(lambda: _Connection(tagged, plain))


@contextmanager
def running() -> Iterator[int]:
    """The port of a site in a process of its own."""
    with server.process("benchmarks.site") as port:
        yield port


if __name__ == "__main__":
    asyncio.run(_serve())

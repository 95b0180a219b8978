"""A GET on aiohttp's connections without what its session does around each: two thirds of what the request costs.

Cookies, proxies, passwords, traces and redirects are the session's business, and no source gets any of them from us.
"""

import asyncio
import errno
from collections.abc import Mapping
from types import TracebackType

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawResponseMessage
from aiohttp.http_writer import _serialize_headers
from yarl import URL


class Answer:
    """Status and headers of an answer, and its body still to be read. Once the block is left the connection is kept
    for the next request, or closed where the body was not read to its end."""

    __slots__ = ("_connection", "content", "headers", "reason", "status")

    def __init__(
        self, connection: Connection, message: RawResponseMessage, content: aiohttp.StreamReader
    ) -> None:
        self.status, self.reason = message.code, message.reason
        self.headers: Mapping[str, str] = message.headers
        self.content = content
        self._connection = connection

    def __enter__(self) -> "Answer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.release()

    @property
    def length(self) -> int:
        """Bytes of the body, packed or not, as announced; 0 where nothing is said of it."""
        return int(self.headers.get("Content-Length", "0"))


async def get(session: aiohttp.ClientSession, url: URL, headers: Mapping[str, str]) -> Answer:
    """The answer. The headers are all that is sent; no redirect is followed, and nothing is unpacked. Raises what the
    session would."""
    try:
        return await _once(session, url, headers)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
        # One that was kept may have been closed meanwhile: asked once more (RFC 9112, 9.3.1)
        return await _once(session, url, headers)


async def _once(session: aiohttp.ClientSession, url: URL, headers: Mapping[str, str]) -> Answer:
    """On a connection that was kept, or a new one."""
    request = aiohttp.ClientRequest(
        "GET", url, headers=headers, session=session, loop=asyncio.get_running_loop()
    )
    connector = session.connector
    assert connector is not None  # noqa: S101  for the type: only a closed session has none
    connection = await connector.connect(request, traces=[], timeout=session.timeout)
    protocol = connection.protocol
    assert protocol is not None  # noqa: S101  for the type: only a released connection has none
    try:
        protocol.set_response_params(read_until_eof=True, auto_decompress=False)
        _send(protocol, _serialize_headers(f"GET {url.raw_path_qs} HTTP/1.1", request.headers))
        message, content = await _first(protocol)
    except BaseException:
        connection.close()
        raise
    return Answer(connection, message, content)


def _send(protocol: ResponseHandler, head: bytes) -> None:
    """A request is small: it is in the system's buffer at once."""
    transport = protocol.transport
    if transport is None or transport.is_closing():
        raise aiohttp.ClientOSError(errno.ECONNRESET, "the connection was closed")
    transport.write(head)


async def _first(protocol: ResponseHandler) -> tuple[RawResponseMessage, aiohttp.StreamReader]:
    """The answer that counts: those with 1xx only tell that one will come."""
    try:
        while True:
            message, content = await protocol.read()
            if not 100 <= message.code < 200 or message.code == 101:
                return message, content
    except HttpProcessingError as error:
        raise aiohttp.ClientError(error.message) from error

"""Reading an answer's body as it streams in: bounded once decoded, gzip only, no bombs."""

import zlib
from typing import Protocol

from bot.sources.errors import FetchError
from bot.sources.fetching.budget import Room

MOST = 5 * 1024 * 1024
_RATIO = 200
_RATIO_FROM = 1024 * 1024
_PIECE = 64 * 1024
_MEMBERS = 1000
"""A gzip body may have many members, and empty ones, each of which costs time and yields nothing."""


class Stream(Protocol):
    """What of aiohttp's stream is read here."""

    def at_eof(self) -> bool:
        """Whether all was read."""

    async def readany(self) -> bytes:
        """What there is by now, once there is something; nothing at the end."""


def announced(length: int, most: int = MOST) -> None:
    """Refuses a body that says beforehand that it is too large; packed or not."""
    _bounded(length, most)


async def read(stream: Stream, encoding: str, room: Room, most: int = MOST) -> bytes:
    """The decoded body, for which there is `room` as it grows; raises `FetchError` when it is too large, packed
    otherwise than by gzip, or broken."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return await _plain(stream, room, most)
    if encoding not in ("gzip", "x-gzip"):
        raise FetchError(f"the answer is packed by {encoding!r}; only gzip was offered")
    return await _gunzip(stream, room, most)


async def _plain(stream: Stream, room: Room, most: int) -> bytes:
    """The body as it comes."""
    pieces: list[bytes] = []
    size = 0
    while not stream.at_eof():
        chunk = await stream.readany()
        size += len(chunk)
        _bounded(size, most)
        await room.hold(size)
        pieces.append(chunk)
    return b"".join(pieces)


async def _gunzip(stream: Stream, room: Room, most: int) -> bytes:
    """The unpacked body, of one or several gzip members; never more than a piece is unpacked ahead of the check."""
    body = bytearray()
    packed, members = 0, 1
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        while not stream.at_eof():
            chunk = await stream.readany()
            packed += len(chunk)
            _bounded(packed, most)
            rest = chunk
            while rest:
                if unpacker.eof:
                    unpacker, members = zlib.decompressobj(16 + zlib.MAX_WBITS), members + 1
                body += unpacker.decompress(rest, _PIECE)
                rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
                _bounded(len(body), most, packed)
                await room.hold(len(body))
                if members > _MEMBERS:
                    raise FetchError(f"the answer is packed in more than {_MEMBERS} parts")
    except zlib.error as error:
        raise FetchError("the answer says it is gzip and is not") from error
    if packed and not unpacker.eof:
        raise FetchError("the answer ended in the middle")
    return bytes(body)


def _bounded(size: int, most: int, packed: int | None = None) -> None:
    """Refuses what is too large, or grows as no text does."""
    if size > most:
        raise FetchError(f"the answer is larger than {most // 1024 // 1024} MiB")
    if packed is not None and size > _RATIO_FROM and size > packed * _RATIO:
        raise FetchError(f"the answer unpacks to more than {_RATIO} times its size")

"""What a site answers when the network or its server fails: `async (site, request, out)`, from the first byte on."""

import asyncio
import gzip
import zlib
from functools import cache

from tests.faults.site import well

MIB = 1024 * 1024
LOGIN = b"<html><head><title>Anmelden</title></head><body><form><input name=user><input name=pass></form></body></html>"
ERROR_PAGE = (
    b"<html><body><h1>Interner Fehler</h1><p>Bitte versuchen Sie es um 08:15 Uhr erneut.</p></body></html>"
)


def always(body=b"", status="200 OK", **headers):
    """One and the same answer."""

    async def answer(site, request, out):
        await out.answer(body, status, **headers)

    return answer


def moved(status, to):
    """A redirect to a path of the site, or to another address."""

    async def answer(site, request, out):
        await out.answer(status=status, Location=to)

    return answer


# Network


async def says_nothing(site, request, out):
    """Takes the request, and never answers."""
    await asyncio.sleep(3600)


async def reset_at_once(site, request, out):
    """Breaks the connection when the request has come."""
    out.reset()


async def reset_in_headers(site, request, out):
    """Breaks it in the middle of a header."""
    await out.send(b"HTTP/1.1 200 OK\r\nContent-Type: appli")
    await asyncio.sleep(0.02)
    out.reset()


async def reset_in_body(site, request, out):
    """Breaks it when half of the list has come."""
    body = site.document().encode()
    await out.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[: len(body) // 2])
    await asyncio.sleep(0.02)
    out.reset()


async def ends_too_early(site, request, out):
    """Closes politely, with less than was announced."""
    body = site.document().encode()
    await out.answer(body[: len(body) // 2], Content_Length=len(body), Content_Type="application/rss+xml")


async def half_closed(site, request, out):
    """Says in the middle of the list that this was all, and waits on for whoever asks."""
    body = site.document().encode()
    await out.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[: len(body) // 2])
    out.finish()
    await asyncio.sleep(3600)


async def drips(site, request, out):
    """A byte at a time."""
    body = site.document().encode()
    await out.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
    for number in range(len(body)):
        await out.send(body[number : number + 1])
        await asyncio.sleep(0.05)


async def drips_headers(site, request, out):
    """Headers without end."""
    await out.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await out.send(b"X-Noch: einer\r\n")
        await asyncio.sleep(0.05)


async def starts_late(site, request, out):
    """Thinks for half a second, then answers well."""
    await asyncio.sleep(0.5)
    await well(site, request, out)


async def halves(site, request, out):
    """Half of the list, a pause, the rest."""
    body = site.document().encode()
    await out.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body[: len(body) // 2])
    await asyncio.sleep(0.4)
    await out.send(body[len(body) // 2 :])


async def speaks_no_http(site, request, out):
    """Another service listens on this port."""
    await out.send(b"220 mail.hafenblatt.example ESMTP\r\n")


# HTTP


async def forgets_validators(site, request, out):
    """304 to whoever asks again, without a validator."""
    if "if-none-match" in request.headers:
        await out.answer(status="304 Not Modified")
    else:
        await well(site, request, out)


async def too_little_announced(site, request, out):
    """A Content-Length that is too small: the rest of the list is cut off."""
    body = site.document().encode()
    await out.answer(body, Content_Length=120, Content_Type="application/rss+xml")


@cache
def _bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return b"".join(packer.compress(bytes(MIB)) for _ in range(100)) + packer.flush()


async def bomb(site, request, out):
    """A gzip of a hundred kilobytes that unpacks to a hundred megabytes."""
    await out.answer(_bomb(), Content_Encoding="gzip")


async def half_packed(site, request, out):
    """A gzip that ends in the middle."""
    packed = gzip.compress(site.document().encode())
    await out.answer(packed[: len(packed) // 2], Content_Encoding="gzip")


async def packed_twice(site, request, out):
    """Packed by the program and again by the server, which says it once."""
    await out.answer(gzip.compress(gzip.compress(site.document().encode())), Content_Encoding="gzip")


async def other_charset(site, request, out):
    """UTF-8 that calls itself Latin-1 in its headers."""
    await out.answer(site.document().encode(), Content_Type="application/rss+xml; charset=iso-8859-1")


def with_headers(count):
    """The list, after so many headers more than needed."""

    async def answer(site, request, out):
        body = site.document().encode()
        more = "".join(f"Set-Cookie: k{number}=1\r\n" for number in range(count))
        await out.send(f"HTTP/1.1 200 OK\r\n{more}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return answer


async def kept_open(site, request, out):
    """Promises to keep the connection, and cuts it after each answer."""
    await well(site, request, out, connection="keep-alive")
    await asyncio.sleep(0.02)
    out.reset()


async def too_large(site, request, out):
    """Six megabytes after the list, not announced."""
    await out.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + site.document().encode())
    for _ in range(6):
        await out.send(b" " * MIB)

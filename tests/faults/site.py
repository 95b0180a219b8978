"""A news site whose answers go wrong as a row of the table says, byte by byte where need be, and heal."""

import asyncio
import hashlib
import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
IDS = "FGLMPQRSWX"


@dataclass(frozen=True)
class News:
    """A headline as the site lists it."""

    number: int
    title: str
    published: datetime


@dataclass(frozen=True)
class Request:
    """What was asked."""

    path: str
    headers: dict[str, str]


class Out:
    """The wire back to whoever asked."""

    def __init__(self, writer):
        self._writer = writer

    async def send(self, data):
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, body=b"", status="200 OK", **headers):
        """A whole answer; a header's `_` is a hyphen, and None leaves it out."""
        usual = {
            "Content_Length": len(body),
            "Content_Type": "text/html; charset=utf-8",
            "Connection": "close",
        }
        given = usual | headers
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in given.items() if value is not None]
        head = "\r\n".join([f"HTTP/1.1 {status}", *lines])
        await self.send(head.encode() + b"\r\n\r\n" + body)

    def finish(self):
        """Says that nothing more will come, and keeps the connection."""
        self._writer.write_eof()

    def reset(self):
        """Breaks the connection as a crash or a firewall does."""
        with suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._writer.transport.abort()


class Site:
    """A feed, or a page with a ticker, and what is to be answered instead."""

    def __init__(self, now: Callable[[], datetime], kind="feed", tls: ssl.SSLContext | None = None):
        self.now = now
        self.kind = kind
        self.tls = tls
        self.news: list[News] = []
        self.requests: list[Request] = []
        self.answer = well
        self.articles = not_found
        self.port = 0
        self._server = None
        self._open: set[asyncio.Task] = set()

    @property
    def url(self):
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    async def start(self):
        """Listens, on the port of before if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self):
        """Nobody listens any more, and no connection is left."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def heal(self):
        """All is well again."""
        self.answer, self.articles = well, not_found
        if self._server is None:
            await self.start()

    def publish(self, title, published=None):
        """A new headline, on top."""
        self.news.insert(0, News(len(self.news), title, published or self.now()))

    def link(self, news):
        """Where its article is; on a ticker page with an id at its end, like the reference source."""
        if self.kind == "feed":
            return f"{self.url}/nachrichten/{news.number}"
        return f"{self.url}/articles/meldung/{''.join(IDS[int(digit)] for digit in f'{news.number:02}')}{IDS}"

    def document(self, news=None):
        """What the site shows when it is well."""
        listed = self.news if news is None else news
        return (feed if self.kind == "feed" else ticker)(self, listed)

    async def _serve(self, reader, writer):
        task = asyncio.current_task()
        self._open.add(task)
        try:
            request = await _read(reader)
            self.requests.append(request)
            article = request.path.startswith(("/articles/", "/nachrichten/"))
            await (self.articles if article else self.answer)(self, request, Out(writer))
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError):
            writer.transport.abort()
        finally:
            self._open.discard(task)
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()


async def _read(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = (line.partition(":") for line in head[1:] if line)
    return Request(head[0].split()[1], {name.lower(): value.strip() for name, _, value in fields})


async def well(site, request, out, connection="close"):
    """The document, with an ETag and 304."""
    body = site.document().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("if-none-match") == tag:
        await out.answer(status="304 Not Modified", ETag=tag, Connection=connection)
    else:
        await out.answer(body, ETag=tag, Content_Type=_type(site), Connection=connection)


async def not_found(site, request, out):
    """No article has a page: the headline goes without."""
    await out.answer(b"<h1>Nicht gefunden</h1>", "404 Not Found")


def _type(site):
    return f"{'application/rss+xml' if site.kind == 'feed' else 'text/html'}; charset=utf-8"


def item(site, news, guid=None, date=None):
    """An item of the feed; a `date` of "" leaves it out."""
    when = format_datetime(news.published) if date is None else date
    return (
        f"<item><title>{escape(news.title)}</title><link>{site.link(news)}</link>"
        f"<guid isPermaLink='false'>{guid or f'blatt-{news.number}'}</guid>"
        + (f"<pubDate>{when}</pubDate></item>" if when else "</item>")
    )


def feed(site, listed, make=item):
    """RSS; `make` makes an item."""
    items = "".join(make(site, news) for news in listed)
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Hafenblatt</title>'
    return f"{head}{items}</channel></rss>"


def line(site, news):
    """A line of the ticker."""
    at = news.published.astimezone(BERLIN)
    return f'<li>{at:%H:%M} <a href="{site.link(news)}">{escape(news.title)}</a></li>'


def ticker(site, listed, make=line):
    """A page with a ticker; `make` makes a line."""
    lines = "".join(make(site, news) for news in listed)
    return f"<html><head><title>Hafenblatt</title></head><body><h1>Ticker</h1><ul>{lines}</ul></body></html>"

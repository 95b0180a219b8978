"""A site with a feed and the WebSub hub of it, on loopback: subscribes, verifies, and distributes, signed."""

import asyncio
import hmac
import io
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
from aiohttp import web

from tests.fixtures.waiting import until

CHALLENGE = "nimm-mich-beim-wort"


@dataclass
class Subscription:
    """What a subscriber asked for, and the status with which it answered the verification."""

    form: dict
    verified: int | None = None

    @property
    def callback(self):
        return self.form["hub.callback"]


@dataclass
class HubSite:
    """`asked` are the requests to the hub in order; `answer` its status, `lease` what it grants; with
    `pages` its entries have articles."""

    url: str = ""
    offers: bool = True
    pages: bool = False
    entries: list[tuple[str, str, datetime]] = field(default_factory=list)
    asked: list[Subscription] = field(default_factory=list)
    answer: int = 202
    words: str = ""
    lease: int = 864000
    verifies: bool = True
    method: str = "sha256"
    feed_reads: int = 0
    article_reads: int = 0
    session: aiohttp.ClientSession = None
    tasks: set = field(default_factory=set)

    @property
    def topic(self):
        return f"{self.url}/feed.xml"

    @property
    def newest(self):
        return self.asked[-1]

    def write(self, *titles, ago=timedelta()):
        """New entries on top of the feed; nobody is told."""
        for title in titles:
            number = len(self.entries) + 1
            self.entries.insert(0, (f"tag:{number}", title, datetime.now(UTC) - ago))

    def feed(self, entries=None):
        links = f'<atom:link rel="hub" href="{self.url}/hub"/><atom:link rel="self" href="{self.topic}"/>'
        items = "".join(
            f'<item><guid isPermaLink="false">{guid}</guid><title>{title}</title>'
            f"<pubDate>{format_datetime(at)}</pubDate>"
            f"{f'<link>{self.url}/artikel/{guid[4:]}</link>' if self.pages else ''}</item>"
            for guid, title, at in (self.entries if entries is None else entries)
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">'
            f"<channel><title>Blatt</title><link>{self.url}/</link>{links if self.offers else ''}{items}"
            "</channel></rss>"
        ).encode()

    async def push(self, entries=None, *, body=None, secret=None, callback=None, **headers):
        """Distributes the feed, or only some of its entries; returns the subscriber's status."""
        body = self.feed(entries) if body is None else body
        form = next(one.form for one in reversed(self.asked) if one.form["hub.mode"] == "subscribe")
        key = (form["hub.secret"] if secret is None else secret).encode()
        signature = f"{self.method}={hmac.new(key, body, self.method).hexdigest()}"
        given = {"Content-Type": "application/rss+xml", "X-Hub-Signature": signature} | headers
        async with self.session.post(
            callback or form["hub.callback"], data=io.BytesIO(body), headers=given
        ) as answer:
            return answer.status

    async def verify(self, mode, topic=None, *, callback=None, **more):
        """Asks the subscriber whether it meant it; status and text of its answer."""
        query = {"hub.mode": mode, "hub.topic": topic or self.topic, "hub.challenge": CHALLENGE}
        query |= {"hub.lease_seconds": str(self.lease)} | {f"hub.{name}": text for name, text in more.items()}
        async with self.session.get(callback or self.newest.callback, params=query) as answer:
            return answer.status, await answer.text()

    async def subscribed(self, times=1):
        """Waits until so many requests came and the last one was verified."""
        await until(lambda: len(self.asked) >= times and self.newest.verified == 200)

    async def _feed(self, request):
        self.feed_reads += 1
        return web.Response(body=self.feed(), headers={"Content-Type": "application/rss+xml"})

    async def _article(self, request):
        self.article_reads += 1
        paragraph = "<p>Der Absatz sagt in zwei Sätzen, worum es geht. Er ist lang genug für einen Text.</p>"
        page = f"<html><body><article><h1>Titel</h1>{paragraph * 3}</article></body></html>"
        return web.Response(text=page, content_type="text/html")

    async def _hub(self, request):
        one = Subscription(dict(await request.post()))
        self.asked.append(one)
        if self.verifies and self.answer == 202:
            task = asyncio.create_task(self._verify(one))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        return web.Response(status=self.answer, text=self.words)

    async def _verify(self, one):
        status, text = await self.verify(one.form["hub.mode"], one.form["hub.topic"], callback=one.callback)
        one.verified = status if text == CHALLENGE else 0


@asynccontextmanager
async def serving():
    """A running site and hub."""
    site = HubSite()
    app = web.Application()
    app.add_routes(
        [
            web.get("/feed.xml", site._feed),
            web.get("/artikel/{number}", site._article),
            web.post("/hub", site._hub),
        ]
    )
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with aiohttp.ClientSession() as site.session:
        try:
            yield site
        finally:
            for task in list(site.tasks):
                task.cancel()
            await asyncio.gather(*site.tasks, return_exceptions=True)
            await runner.cleanup()

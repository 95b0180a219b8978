"""The sample news site over real HTTP: a moving ticker, sections, articles, a feed and pictures."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aiohttp import ETag, web

from bot.demo.news.edition import NAME, Edition, SiteArticle
from bot.demo.news.feed import feed
from bot.demo.news.pages import Pages, Templates
from bot.demo.news.stock import Section, Stock, load_stock

HERE = Path(__file__).parent
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Hit(NamedTuple):
    """A request that was answered."""

    path: str
    status: int


class NewsSite:
    """A news site on a port of its own. `now` gives aware UTC; times are shown in `zone`.

    It starts with about fifteen headlines of the past hours; `publish` and `run` bring the next ones. `hits` holds
    the requests it answered, oldest first.
    """

    name = NAME

    def __init__(
        self, now: Callable[[], datetime], zone: ZoneInfo | None = None, stock: Stock | None = None
    ) -> None:
        self.now = now
        self.zone = zone or ZoneInfo("Europe/Berlin")
        self.edition = Edition(stock or load_stock(), now)
        self.hits: deque[Hit] = deque(maxlen=10_000)
        self.url = ""
        self._templates = Templates.load()
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens; port 0 takes a free one. `url` holds the address afterwards, without a slash at its end."""
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Closes the port and all connections; does nothing when not started."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def run(self, every: float) -> None:
        """Publishes a headline every so many seconds until cancelled."""
        while True:
            await asyncio.sleep(every)
            self.publish()

    def publish(self) -> SiteArticle:
        """Brings the next headline, as of now, and returns it."""
        return self.edition.publish()

    def correct(self, article_id: str, title: str) -> SiteArticle:
        """Changes a headline's title; raises KeyError for an unknown id."""
        return self.edition.correct(article_id, title)

    def break_ticker(self, broken: bool = True) -> None:
        """The ticker loses its lines (the page still answers 200), or has them again."""
        self.edition.break_ticker(broken)

    @property
    def articles(self) -> tuple[SiteArticle, ...]:
        """What is on the site, newest first."""
        return tuple(self.edition.articles)

    def sections(self) -> tuple[Section, ...]:
        """The sections, each with the topic of its articles."""
        return self.edition.stock.sections

    def link(self, article: SiteArticle) -> str:
        """The article's full address, as the ticker gives it."""
        return self.url + article.path

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._or_missing])
        add = application.router.add_get
        add("/", self._home)
        add(r"/latest-news{number:(/\d{1,6})?}", self._latest)
        add(r"/categorie/{slug}/{id:[FGLMPQRSWX]{9}}{number:(/\d{1,6})?}", self._section)
        add("/articles/{slug}/{id:[FGLMPQRSWX]{12}}", self._article)
        add("/article/{id:[FGLMPQRSWX]{12}}", self._article)
        add("/feed.xml", self._feed)
        application.on_response_prepare.append(self._count)
        application.router.add_static("/media", HERE / "media")
        application.router.add_static("/static", HERE / "static")
        return application

    @web.middleware
    async def _or_missing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Shows the site's own page for an unknown address."""
        try:
            return await handler(request)
        except web.HTTPNotFound:
            page = self._pages(request).missing()
            return web.Response(text=page, content_type="text/html", status=404)

    async def _count(self, request: web.Request, response: web.StreamResponse) -> None:
        self.hits.append(Hit(request.path, response.status))

    async def _home(self, request: web.Request) -> web.Response:
        return self._page(request, self._pages(request).home())

    async def _latest(self, request: web.Request) -> web.Response:
        return self._page(request, self._pages(request).latest(_number(request)))

    async def _section(self, request: web.Request) -> web.Response:
        wanted = request.match_info["id"]
        section = next((section for section in self.sections() if section.id == wanted), None)
        if section is None:
            raise web.HTTPNotFound
        return self._page(request, self._pages(request).section(section, _number(request)))

    async def _article(self, request: web.Request) -> web.Response:
        article = self.edition.find(request.match_info["id"])
        return self._page(request, self._pages(request).article(article) if article else None)

    async def _feed(self, request: web.Request) -> web.Response:
        body = feed(self.edition, str(request.url.origin()))
        return conditional(request, body, "application/rss+xml", self.edition.changed)

    def _pages(self, request: web.Request) -> Pages:
        return Pages(self.edition, self._templates, self.zone, str(request.url.origin()))

    def _page(self, request: web.Request, html: str | None) -> web.Response:
        if html is None:
            raise web.HTTPNotFound
        return conditional(request, html.encode(), "text/html", self.edition.changed)


def conditional(request: web.Request, body: bytes, content_type: str, changed: datetime) -> web.Response:
    """The body with its validators, or 304 when the client has it. An ETag decides alone where one is sent."""
    tag = ETag(hashlib.sha256(body).hexdigest()[:20])
    whole_second = changed.astimezone(UTC).replace(microsecond=0)
    if request.if_none_match is not None:
        known = any(other.value in (tag.value, "*") for other in request.if_none_match)
    else:
        known = request.if_modified_since is not None and whole_second <= request.if_modified_since
    if known:
        response = web.Response(status=304)
    else:
        response = web.Response(body=body, content_type=content_type, charset="utf-8")
    response.etag = tag
    response.last_modified = whole_second
    return response


def _number(request: web.Request) -> int:
    return int(request.match_info["number"].lstrip("/") or 1)

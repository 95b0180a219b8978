"""The search for a site's feed: politely, one request after another, and only while none is known."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

import aiohttp

from bot.sources.documents import links
from bot.sources.documents.encoding import decode
from bot.sources.documents.mentions import FEED_TYPES, is_same_site
from bot.sources.documents.web import http_address
from bot.sources.errors import FetchError, NotATicker, SourceError
from bot.sources.fetching.http import Fetched, Fetcher
from bot.sources.parsing import jobs
from bot.sources.parsing.parser import Parser
from bot.sources.parsing.reading import Reading

WELL_KNOWN = (
    "/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/news-sitemap.xml",
)  # fmt: skip
"""Where sites keep a feed that they name nowhere."""

MOST = 16
"""More requests are not made for one search."""

_MOST_SITEMAPS = 2
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_OF_NEWS = re.compile(r"news|nachricht|aktuell", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that was found, and what it says."""

    url: str
    fetched: Fetched
    reading: Reading


class Search:
    """One search for the feed of one page; `zone` is what dates without one mean."""

    def __init__(self, fetcher: Fetcher, parser: Parser, zone: str) -> None:
        self._fetcher = fetcher
        self._parser = parser
        self._zone = zone
        self._tried: dict[str, str] = {}
        self._empty: Found | None = None

    async def feed_of(self, page: Fetched, reading: Reading) -> Found:
        """The first feed with entries, else the first that is empty. Raises `NotATicker` naming all that was tried."""
        async for url in self._candidates(page, reading):
            if found := await self._try(url, page.url):
                return found
            if len(self._tried) >= MOST:
                break
        if self._empty:
            return self._empty
        raise NotATicker(f"{reading.refusal}; and no feed was found: {self._told(page.url)}")

    async def _candidates(self, page: Fetched, reading: Reading) -> AsyncIterator[str]:
        """Addresses in the order of how likely they are the feed that a reader of the page wants."""
        for url in (*reading.alternates, *_in_headers(page), *reading.mentions):
            yield url
        for url in await self._sitemaps(page.url):
            yield url
        for path in WELL_KNOWN:
            yield urljoin(page.url, path)

    async def _try(self, url: str, page_url: str, *, further: bool = True) -> Found | None:
        """One address, and with `further` those that it names in its turn."""
        if url == page_url or url in self._tried or len(self._tried) >= MOST:
            return None
        fetched = await self._get(url, page_url)
        if fetched is None:
            return None
        try:
            reading = await self._parser.read(
                jobs.followed, fetched.body, fetched.url, fetched.content_type, self._zone
            )
        except SourceError as error:
            self._tried[url] = str(error)
            return None
        if reading.kind == "feed":
            return self._kept(Found(url, fetched, reading))
        self._tried[url] = reading.refusal
        for named in (*reading.alternates, *reading.mentions) if further else ():
            if found := await self._try(named, page_url, further=False):
                return found
        return None

    async def _get(self, url: str, page_url: str) -> Fetched | None:
        """What the address brings; None when it cannot be got. A site that is down or overrun is left alone."""
        self._tried[url] = ""
        try:
            return await self._fetcher.get(url)
        except FetchError as error:
            self._tried[url] = str(error)
            if is_same_site(url, page_url) and (error.status in (429, 503) or _is_down(error)):
                told = f"while its feed was looked for, {url}: {error}"
                raise FetchError(told, error.status, error.retry_after) from error
            return None

    def _kept(self, found: Found) -> Found | None:
        """The feed; one without entries is kept for when there is no better."""
        if found.reading.headlines:
            return found
        self._tried[found.url] = "the feed has no entries"
        self._empty = self._empty or found
        return None

    async def _sitemaps(self, page_url: str) -> list[str]:
        """The sitemaps that the site's robots.txt names, those of news first."""
        robots = urljoin(page_url, "/robots.txt")
        fetched = await self._get(robots, page_url)
        if fetched is None:
            return []
        text = decode(fetched.body[:500_000], fetched.content_type)
        named = [address for at in _SITEMAP.findall(text) if (address := http_address(fetched.url, at))]
        named.sort(key=lambda address: not _OF_NEWS.search(address))
        self._tried[robots] = "it names no sitemap of news"
        return list(dict.fromkeys(named))[:_MOST_SITEMAPS]

    def _told(self, page_url: str) -> str:
        """All that was tried, with what came of it; addresses of the site itself without their host."""
        root = urljoin(page_url, "/")
        where: dict[str, list[str]] = {}
        for url, problem in self._tried.items():
            where.setdefault(problem, []).append(url.replace(root, "/", 1) if url.startswith(root) else url)
        return "; ".join(f"{', '.join(urls)}: {problem}" for problem, urls in where.items())


def _is_down(error: FetchError) -> bool:
    """Whether the host could not be reached: neither an answer that is refused nor an address that may not be got."""
    return isinstance(error.__cause__, TimeoutError | OSError | aiohttp.ClientError)


def _in_headers(page: Fetched) -> Iterator[str]:
    """The feeds that the page's headers name."""
    for link in links.in_headers(page.headers, page.url):
        if "alternate" in link.rels and link.type in FEED_TYPES:
            yield link.url

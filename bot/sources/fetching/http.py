"""The only way to a source: a GET that is bounded in time, size and redirects, and never to a private address."""

import asyncio
import errno
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver
from aiohttp.http_exceptions import ContentLengthError
from yarl import URL

from bot.domain import schedule
from bot.domain.text import clean
from bot.sources.errors import AddressRefused, FetchError
from bot.sources.fetching import body, wire
from bot.sources.fetching.addresses import ANYWHERE, PUBLIC, PrivateAddressError, Rules
from bot.sources.fetching.budget import Budget, Room
from bot.sources.fetching.limits import Limits
from bot.sources.fetching.names import Names
from bot.sources.fetching.turns import Turns

CONNECT = 10.0
TOTAL = 30.0
REDIRECTS = 5
_MOVED = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
KEPT = 0.5
"""Seconds that a connection is kept for the next request: of a page after its list, of a redirect to the same host.
Until the next poll servers rarely keep theirs, and of ten thousand sources each would cost ten kilobytes."""
_NAMES_KEPT = 100
"""Names whose addresses are remembered for a minute."""
_LONGEST_REASON = 200
_POST_ANSWER = 300
"""Bytes of an answer to a POST that are worth showing to an admin."""
_HEADERS = {
    "User-Agent": "Tickerbot/0.1",
    "Accept": "text/html, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5",
    "Accept-Encoding": "gzip",
}


class Fetched(NamedTuple):
    """An answer with status 200 or 304 (then `body` is empty). `url` is where it came from in the end; `moved_to` is
    set when every redirect on the way was for good."""

    status: int
    url: str
    body: bytes
    content_type: str
    headers: Mapping[str, str]
    moved_to: str | None = None

    @property
    def etag(self) -> str | None:
        """The validator for If-None-Match."""
        return self._validator("ETag")

    @property
    def last_modified(self) -> str | None:
        """The validator for If-Modified-Since."""
        return self._validator("Last-Modified")

    @property
    def max_age(self) -> timedelta | None:
        """How long the source wishes not to be asked again."""
        return schedule.max_age(self.headers.get("Cache-Control"))

    def _validator(self, name: str) -> str | None:
        """A header that is stored and sent back; none where it breaks the rule that headers are in ASCII."""
        value = self.headers.get(name)
        return value if value and value.isascii() and value.isprintable() else None


class Fetcher:
    """Gets sources one at a time per host, and article pages a few at a time per host.

    `allow_private` lifts the rules on addresses and ports, and no other. Time spent waiting for a host's turn does
    not count against the time limit of a request. `rules` and `resolver` stand in for the internet in tests.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        connect: float = CONNECT,
        total: float = TOTAL,
        most: int = body.MOST,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rules: Rules | None = None,
        resolver: AbstractResolver | None = None,
        budget: Budget | None = None,
        kept: float = KEPT,
    ) -> None:
        self._rules = rules or (ANYWHERE if allow_private else PUBLIC)
        self._resolver = resolver
        self._total = total
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect)
        self._most = most
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._turns = Turns()
        self._limits = Limits()
        self._kept = kept
        self._budget = budget or Budget()

    async def get(
        self, url: str, etag: str | None = None, last_modified: str | None = None, *, at_once: int = 1
    ) -> Fetched:
        """GETs an address; raises `FetchError` for whatever is no 200 or 304. Requests with the same `at_once` share
        their host's turns, so many at a time."""
        headers = _HEADERS.copy()
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        target = self._rules.checked(url)
        try:
            return await self._follow(target, headers, at_once)
        except TimeoutError as error:
            raise FetchError(f"{target.raw_host} did not answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _explained(error, target) from error

    async def post(self, url: str, form: Mapping[str, str]) -> tuple[int, str]:
        """POSTs a form under the same rules on addresses and time; gives the status, whatever it is, and the beginning
        of the answer's text. Raises `FetchError` where no answer came."""
        target = self._rules.checked(url)
        try:
            async with asyncio.timeout(self._total):
                return await self._post(target, form)
        except TimeoutError as error:
            raise FetchError(f"{target.raw_host} did not answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _explained(error, target) from error

    async def _post(self, url: URL, form: Mapping[str, str]) -> tuple[int, str]:
        """Only redirects that keep the method are followed, each checked like the first."""
        plain = {"Accept-Encoding": "identity"}
        for _ in range(REDIRECTS + 1):
            async with self._open().post(url, data=form, headers=plain, allow_redirects=False) as answer:
                if answer.status not in (307, 308):
                    start = await answer.content.read(_POST_ANSWER)
                    return answer.status, clean(start.decode("utf-8", "replace"))
                url = self._target(url, answer.headers.get("Location"))
        raise FetchError(f"more than {REDIRECTS} redirects")

    async def close(self) -> None:
        """Closes every connection."""
        if self._session is not None:
            await self._session.close()

    async def _follow(self, url: URL, headers: dict[str, str], at_once: int) -> Fetched:
        """One request per redirect, each checked like the first. The time limit is for all of them."""
        left = self._total
        clock = asyncio.get_running_loop().time
        for_good = True
        start = url
        for _ in range(REDIRECTS + 1):
            host = (at_once, url.raw_host, url.port)
            await self._turns.take(host, at_once)
            begun = clock()
            try:
                answer = await self._limits.within(left, self._once(url, headers))
            finally:
                self._turns.give(host)
            if isinstance(answer, Fetched):
                return answer._replace(moved_to=str(url)) if for_good and url != start else answer
            left -= clock() - begun
            status, url = answer
            for_good = for_good and status in _FOR_GOOD
        raise FetchError(f"more than {REDIRECTS} redirects")

    async def _once(self, url: URL, headers: dict[str, str]) -> Fetched | tuple[int, URL]:
        """One request: its answer, or the status and target of a redirect."""
        with await wire.get(self._open(), url, headers) as answer:
            if answer.status in _MOVED:
                return answer.status, self._target(url, answer.headers.get("Location"))
            if answer.status not in (200, 304):
                wait = schedule.retry_after(answer.headers.get("Retry-After"), self._now())
                raise FetchError(_status_text(answer.status, answer.reason), answer.status, wait)
            content = b""
            if answer.status == 200:
                encoding = answer.headers.get("Content-Encoding", "")
                body.announced(answer.length, self._most)
                with Room(self._budget) as room:
                    content = await body.read(answer.content, encoding, room, self._most)
            content_type = answer.headers.get("Content-Type", "")
            return Fetched(answer.status, str(url), content, content_type, answer.headers)

    def _target(self, url: URL, location: str | None) -> URL:
        """Where a redirect leads, checked."""
        if not location:
            raise FetchError("a redirect without a target")
        try:
            target = url.join(URL(location))
        except ValueError as error:
            raise AddressRefused(f"a redirect to {_line(location)!r}, which is not a URL") from error
        return self._rules.checked(str(target))

    def _open(self) -> aiohttp.ClientSession:
        """The session, made on first use because it belongs to the running loop."""
        if self._session is None:
            connector = aiohttp.TCPConnector(
                keepalive_timeout=self._kept,
                limit=0,  # those who ask are few already; here one would wait for another's slow source
                ttl_dns_cache=60,
                dns_cache_max_size=_NAMES_KEPT,
                resolver=self._resolver or Names(),
                socket_factory=self._rules.socket,
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=self._timeout,
                headers=_HEADERS,
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


def _status_text(status: int, reason: str | None) -> str:
    """An HTTP status as an admin reads it."""
    return f"HTTP {status} {_line(reason or '')}".strip()


def _explained(error: Exception, url: URL) -> FetchError:
    """A network error as a sentence."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(cause, PrivateAddressError) or "is not a public address" in str(cause):
        return AddressRefused(f"{url.raw_host}: {cause}")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(f"the name {url.raw_host} cannot be resolved")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError | aiohttp.ClientSSLError):
        return FetchError(f"the certificate of {url.raw_host} is not valid: {_why_not_valid(error)}")
    if isinstance(cause, ConnectionRefusedError):
        return FetchError(f"{url.raw_host} refuses the connection on port {url.port}")
    if isinstance(error, aiohttp.ClientPayloadError) and isinstance(error.__cause__, ContentLengthError):
        return FetchError(f"{url.raw_host}: the answer ended in the middle")
    if (
        isinstance(cause, aiohttp.ServerDisconnectedError)
        or getattr(cause, "errno", None) == errno.ECONNRESET
    ):
        return FetchError(f"{url.raw_host} broke the connection")
    text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(cause)
    return FetchError(f"{url.raw_host}: {_line(text) or type(cause).__name__}")


def _why_not_valid(error: Exception) -> str:
    """What is wrong with a certificate, in the words of who checked it."""
    found = error.certificate_error if isinstance(error, aiohttp.ClientConnectorCertificateError) else error
    return str(getattr(found, "verify_message", "") or found)


def _line(text: str) -> str:
    """A text that may quote the answer, as one short line."""
    return " ".join(text[:_LONGEST_REASON].split())

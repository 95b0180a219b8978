"""One look at a source: get it, see whether it changed, read it, follow its page to its feed.

What is unchanged is not read again: by validators, else by the digest of the whole body. A page that differs in a
nonce or the time of day only is read again: which part of it is the ticker is known only once it is read, and
what is then found to be the same costs no more than that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, cast

import xxhash

from bot.domain.catalogue import SourceKind, SourceSpec
from bot.sources.documents import links
from bot.sources.fetching.http import Fetched, Fetcher
from bot.sources.parsing import jobs
from bot.sources.parsing.parser import Parser
from bot.sources.parsing.reading import Reading
from bot.sources.polling.discovery import Search


def digest(body: bytes) -> str:
    """What a body is known by: nobody gains by two that are alike but the source itself, so a quick one does."""
    return xxhash.xxh3_128_hexdigest(body)


class Remembered(NamedTuple):
    """What the last poll left: validators, the body's digest, and what "auto" turned out to be."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    found_kind: str | None = None
    found_url: str | None = None


class Look(NamedTuple):
    """What was found; `reading` is None when nothing changed. `remember` is for the next look."""

    fetched: Fetched
    reading: Reading | None
    remember: Remembered

    @property
    def wish(self) -> timedelta | None:
        """How long the source wishes not to be asked again."""
        wishes = [self.fetched.max_age, self.reading.ttl if self.reading else None]
        return max((wish for wish in wishes if wish), default=None)


@dataclass(frozen=True, slots=True)
class Looker:
    """What a look needs."""

    fetcher: Fetcher
    parser: Parser
    now: Callable[[], datetime]

    async def look(self, spec: SourceSpec, before: Remembered, at: str | None = None) -> Look:
        """Looks at a source, `at` its new address if it has moved for good; raises `SourceError` with the reason."""
        kind = cast("SourceKind", before.found_kind or "auto") if spec.kind == "auto" else spec.kind
        url = at or (before.found_url if spec.kind == "auto" else None) or spec.url
        fetched = await self.fetcher.get(url, before.etag, before.last_modified)
        if fetched.status == 304 or digest(fetched.body) == before.body_hash:
            kept = Remembered(fetched.etag, fetched.last_modified, None, None, None)
            return Look(fetched, None, kept)
        reading = await self._read(kind, fetched, spec)
        if reading.kind == "page":
            search = Search(self.fetcher, self.parser, spec.timezone)
            found = await search.feed_of(fetched, reading)
            return _found(spec, found.fetched, _with_links(found.reading, found.fetched), found.url)
        return _found(spec, fetched, reading, before.found_url or "")

    async def _read(self, kind: SourceKind, fetched: Fetched, spec: SourceSpec) -> Reading:
        """The document, read in the child."""
        reading = await self.parser.read(
            jobs.source, kind, fetched.body, fetched.url, fetched.content_type, self.now(), spec.timezone
        )
        return _with_links(reading, fetched)


def _with_links(reading: Reading, fetched: Fetched) -> Reading:
    """What the headers say of a feed's hub and address goes before what it says itself (WebSub, section 4)."""
    told = links.in_headers(fetched.headers, fetched.url)
    hub, own = links.first(told, "hub"), links.first(told, "self")
    return replace(reading, hub=hub or reading.hub, self_url=own or reading.self_url)


def _found(spec: SourceSpec, fetched: Fetched, reading: Reading, found_url: str) -> Look:
    """A look at something new. An empty text makes the row forget what it remembered."""
    kind = reading.kind if spec.kind == "auto" else ""
    url = found_url if spec.kind == "auto" else ""
    return Look(
        fetched,
        reading,
        Remembered(fetched.etag or "", fetched.last_modified or "", digest(fetched.body), kind, url),
    )

"""One look at a source: get it, see whether it changed, read it, follow its page to its feed."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from bot.domain.catalogue import SourceKind, SourceSpec
from bot.sources import detect
from bot.sources.detect import Reading
from bot.sources.errors import NotATicker, SourceError
from bot.sources.http import Fetched, Fetcher
from bot.sources.parser import Parser


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the last poll left: validators, the body's digest, and what "auto" turned out to be."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    found_kind: str | None = None
    found_url: str | None = None


@dataclass(frozen=True, slots=True)
class Look:
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

    async def look(self, spec: SourceSpec, before: Remembered) -> Look:
        """Looks at a source; raises `SourceError` with the reason."""
        kind = cast("SourceKind", before.found_kind or "auto") if spec.kind == "auto" else spec.kind
        url = (before.found_url if spec.kind == "auto" else None) or spec.url
        fetched = await self.fetcher.get(url, before.etag, before.last_modified)
        digest = hashlib.sha256(fetched.body).hexdigest()
        if fetched.status == 304 or digest == before.body_hash:
            kept = Remembered(fetched.etag, fetched.last_modified, None, None, None)
            return Look(fetched, None, kept)
        reading = await self._read(kind, fetched, spec)
        if reading.kind == "page":
            return await self._alternate(spec, reading)
        return _found(spec, fetched, reading, before.found_url or "")

    async def _read(self, kind: SourceKind, fetched: Fetched, spec: SourceSpec) -> Reading:
        """The document, read in the child."""
        return await self.parser.read(
            detect.read, kind, fetched.body, fetched.url, fetched.content_type, self.now(), spec.timezone
        )

    async def _alternate(self, spec: SourceSpec, page: Reading) -> Look:
        """The first feed of the page that can be read; raises what was wrong with them and with the page."""
        problems = []
        for url in page.alternates:
            try:
                fetched = await self.fetcher.get(url)
                return _found(spec, fetched, await self._read("feed", fetched, spec), url)
            except SourceError as error:
                problems.append(f"{url}: {error}")
        raise NotATicker(f"{page.refusal}; and its feed cannot be read: {'; '.join(problems)}")


def _found(spec: SourceSpec, fetched: Fetched, reading: Reading, found_url: str) -> Look:
    """A look at something new. An empty text makes the row forget what it remembered."""
    digest = hashlib.sha256(fetched.body).hexdigest()
    kind = reading.kind if spec.kind == "auto" else ""
    url = found_url if spec.kind == "auto" else ""
    return Look(
        fetched, reading, Remembered(fetched.etag or "", fetched.last_modified or "", digest, kind, url)
    )

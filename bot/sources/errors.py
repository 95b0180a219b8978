"""Why a source brought nothing. The text of each says what is wrong, for the admin.

SourceError
├── FetchError           the address could not be got
│   └── AddressRefused   it may not be got
└── ParseError           what came cannot be read
    ├── NotATicker       a page without a ticker
    ├── NotAFeed         no RSS, Atom or RDF, no JSON Feed, no sitemap of news
    └── ParserFailed     the parser could not cope with it
        └── ParserKilled it was killed: it took too long or too much memory, or died
"""

from datetime import timedelta

from bot.domain.text import clean


class SourceError(Exception):
    """A source could not be read; `str()` is the reason: one line, fit to be stored and shown whatever it quotes."""

    def __init__(self, reason: str) -> None:
        super().__init__(clean(reason))


class FetchError(SourceError):
    """The address could not be got. `status` is the HTTP status where there was one; `retry_after` what it asks for."""

    def __init__(self, reason: str, status: int | None = None, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.retry_after = retry_after

    @property
    def is_final(self) -> bool:
        """Whether asking again is useless."""
        return self.status in (401, 403, 404, 410, 451)


class AddressRefused(FetchError):  # noqa: N818  it is what happened
    """The address may not be fetched: a private network, another port, a login in the URL."""

    @property
    def is_final(self) -> bool:
        """A rule does not change by waiting."""
        return True


class ParseError(SourceError):
    """What came cannot be read."""


class NotATicker(ParseError):  # noqa: N818  it is what happened
    """The page has no ticker; the reason says what was there instead."""


class NotAFeed(ParseError):  # noqa: N818  it is what happened
    """The document is no feed, or one without entries."""


class ParserFailed(ParseError):  # noqa: N818  it is what happened
    """The parser could not cope with a document."""


class ParserKilled(ParserFailed):
    """The document cost the parser's process, or would have: its source is quarantined."""

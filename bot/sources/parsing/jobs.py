"""The ways to read a document in the parser's child."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.catalogue import SourceKind
from bot.domain.headline import Page
from bot.sources.parsing.reading import Reading

# The parsers are imported where they are used, which is the child: the bot itself is a quarter smaller without them


def source(kind: SourceKind, body: bytes, url: str, content_type: str, now: datetime, zone: str) -> Reading:
    """Reads a source (see `detect.read`)."""
    from bot.sources.parsing import detect

    return detect.read(kind, body, url, content_type, now, zone)


def followed(body: bytes, url: str, content_type: str, zone: str) -> Reading:
    """Reads what may be a page's feed (see `detect.follow`)."""
    from bot.sources.parsing import detect

    return detect.follow(body, url, content_type, zone)


def article(
    body: bytes, url: str, content_type: str, zone: ZoneInfo, first: str = "", number: int = 1
) -> Page:
    """Reads a page of an article (see `page.read`)."""
    from bot.sources.articles import page

    return page.read(body, url, content_type, zone, first, number)

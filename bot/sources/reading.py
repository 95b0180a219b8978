"""What a document yields, and the ways to read one in the parser's child."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.domain.catalogue import SourceKind
from bot.domain.headline import Headline, Page


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as read. A page without a ticker is of kind `page`: `alternates` are the addresses of feeds that it
    names in its head, `mentions` those that its readers see, `refusal` why it has no ticker. `hub` is where a feed's
    changes are told (WebSub), `self_url` the address it gives itself; "" where neither the feed nor its headers say.
    """

    kind: Literal["feed", "ticker", "page"]
    headlines: tuple[Headline, ...] = ()
    ttl: timedelta | None = None
    alternates: tuple[str, ...] = ()
    refusal: str = ""
    hub: str = ""
    self_url: str = ""
    mentions: tuple[str, ...] = ()


# The parsers are imported where they are used, which is the child: the bot itself is a quarter smaller without them


def source(kind: SourceKind, body: bytes, url: str, content_type: str, now: datetime, zone: str) -> Reading:
    """Reads a source (see `detect.read`)."""
    from bot.sources import detect

    return detect.read(kind, body, url, content_type, now, zone)


def followed(body: bytes, url: str, content_type: str, zone: str) -> Reading:
    """Reads what may be a page's feed (see `detect.follow`)."""
    from bot.sources import detect

    return detect.follow(body, url, content_type, zone)


def article(
    body: bytes, url: str, content_type: str, zone: ZoneInfo, first: str = "", number: int = 1
) -> Page:
    """Reads a page of an article (see `page.read`)."""
    from bot.sources import page

    return page.read(body, url, content_type, zone, first, number)

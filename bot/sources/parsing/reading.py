"""What a document yields."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.domain.headline import Headline


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

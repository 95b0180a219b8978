"""What the whole bot stands between: Telegram's stand-in, and a news site."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from benchmarks.common import NotHereError, now
from bot.demo.news.site import NewsSite
from bot.demo.telegram.refusals import StandInError
from bot.demo.telegram.standin import StandIn


@asynccontextmanager
async def surroundings(*, enforce_limits: bool) -> AsyncIterator[tuple[StandIn, NewsSite]]:
    """Both, started. Raises `NotHereError` where the stand-in lacks what it needs."""
    standin, site = StandIn(enforce_limits=enforce_limits), NewsSite(now)
    try:
        await standin.start()
    except StandInError as error:
        raise NotHereError(str(error)) from error
    await site.start()
    try:
        yield standin, site
    finally:
        await site.stop()
        await standin.stop()

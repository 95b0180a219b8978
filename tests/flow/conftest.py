"""What several of these tests need."""

import pytest

from bot.sources.fetching.http import Fetcher
from tests.fixtures.reading import warm_parser
from tests.flow.delivery import Office
from tests.flow.polling import polling
from tests.flow.source_site import serving


@pytest.fixture
async def office(sessions, standin):
    """A sender between a database and the stand-in."""
    office = Office(sessions, standin)
    yield office
    await office.close()


@pytest.fixture(scope="module")
def parser():
    """One child for all tests of a module."""
    with warm_parser() as parser:
        yield parser


@pytest.fixture
async def site():
    """A site that serves what a test puts into its `pages`."""
    async with serving() as site:
        yield site


@pytest.fixture
async def fetcher():
    """One that may go to `site`, and does not wait for long."""
    fetcher = Fetcher(allow_private=True, connect=2, total=4)
    yield fetcher
    await fetcher.close()


@pytest.fixture
async def scene(sessions, parser):
    """A poller over one site, by a clock that tests move."""
    async with polling(sessions, parser) as scene:
        yield scene

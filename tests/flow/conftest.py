"""What several of these tests need."""

import pytest

from tests.flow.delivery import Office


@pytest.fixture
async def office(sessions, standin):
    """A sender between a database and the stand-in."""
    office = Office(sessions, standin)
    yield office
    await office.close()

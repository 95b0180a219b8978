"""Each fault of the table that strikes within the rooms: sites, parsing, sending and clocks, over real HTTP."""

import asyncio

import pytest

from tests.faults import strikes
from tests.faults.desk import Desk
from tests.faults.house import BOTES_NEWS, MEANWHILE, House
from tests.faults.table import rows
from tests.fixtures.reading import warm_parser

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def parser():
    """One child for all rows, which may take a second and a half for a document."""
    with warm_parser(timeout=1.5) as parser:
        yield parser


@pytest.fixture
def dialect():
    """SQLite: what is different on PostgreSQL is tested where it is."""
    return "sqlite"


@pytest.fixture
async def house(fault, database, telegram, parser, certificates):
    house = House(database, telegram, parser, certificates=certificates, **fault.house)
    try:
        await house.open()
        yield house
    finally:
        await strikes.healed(house)
        await house.close()


@pytest.fixture
async def desk(telegram, database_url):
    desk = Desk(telegram, database_url)
    await desk.open()
    yield desk
    await desk.close()


@pytest.mark.parametrize("fault", rows("house"), ids=str)
async def test_the_news_comes_once_whatever_went_wrong_meanwhile(fault, house):
    struck = fault.inject(house)
    if asyncio.iscoroutine(struck):
        await struck
    house.site.publish(MEANWHILE)
    house.neighbour.publish(BOTES_NEWS)
    await house.poll(fault.polls)
    for expectation in fault.during:
        await expectation.check(house)
    await house.standin.wait_for(lambda: all(rule.hits for rule in house.standin.faults.rules))
    await strikes.healed(house)
    await house.poll(2)
    for expectation in fault.after:
        await expectation.check(house)


@pytest.mark.parametrize("fault", rows("desk"), ids=str)
async def test_a_question_is_answered_once_whatever_went_wrong_meanwhile(fault, desk):
    struck = fault.inject(desk)
    if asyncio.iscoroutine(struck):
        await struck
    await desk.asks()
    for expectation in fault.after:
        await expectation.check(desk)

"""Each fault of the table that strikes the real process or its database; in CI the quick ones, with KILLS set all."""

import asyncio

import pytest

from storage.upgrade import upgrade
from tests.faults.house import BOTES_NEWS, MEANWHILE
from tests.faults.machine import Machine
from tests.faults.table import rows

pytestmark = pytest.mark.long


@pytest.fixture
def dialect():
    """What a row does not say."""
    return "sqlite"


@pytest.fixture
async def machine(fault, request, telegram, tmp_path):
    if fault.database == "postgresql":
        server = request.getfixturevalue("own_postgresql")
        await server.run("CREATE DATABASE faults")
        url = server.url("faults")
    else:
        server, url = None, f"sqlite:///{tmp_path}/faults.db"
    await upgrade(url)
    machine = Machine(telegram, url, tmp_path)
    machine.postgresql = server
    try:
        await machine.open()
        yield machine
    finally:
        await machine.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("fault", rows("process"), ids=str)
async def test_the_news_comes_once_whatever_happened_to_the_process(fault, machine):
    machine.site.publish(MEANWHILE)
    machine.neighbour.publish(BOTES_NEWS)
    undo = await fault.inject(machine)
    for expectation in fault.during:
        await expectation.check(machine)
    if undo is not None:
        undone = undo()
        if asyncio.iscoroutine(undone):
            await undone
    for site in machine.sites.values():
        await site.heal()
    for expectation in fault.after:
        await expectation.check(machine)

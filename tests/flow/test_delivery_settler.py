"""Writing down how deliveries ended, when the writing itself goes wrong."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.delivery.settler import Outcome, Settler
from storage import outbox
from storage.outbox import Settlement
from tests.flow.delivery import Office, now


class Troubled:
    """Sessions that fail while `trouble` is on."""

    def __init__(self, sessions):
        self._sessions = sessions
        self.read = sessions.read
        self.trouble = False
        self.tries = 0

    @asynccontextmanager
    async def write(self):
        self.tries += 1
        if self.trouble:
            raise OperationalError("UPDATE", {}, Exception("the disk is full"))
        async with self._sessions.write() as session:
            yield session


@pytest.fixture
async def office(sessions, standin):
    office = Office(Troubled(sessions), standin)
    for number in range(3):
        await office.reader(f"Leser {number}")
    await office.headlines("Eins")
    yield office
    await office.close()


@pytest.fixture
def settler(office):
    return Settler(office.sessions, now, lambda: None)


async def claimed(office):
    async with office.sessions.write() as session:
        return await outbox.claim(session, now(), chats=10, lease=2_000_000_000)


def sent(owed, *effects):
    return Outcome([Settlement(owed, "sent", message_id=7)], effects)


async def impossible(session, _now):
    await (await session.connection()).execute(text("INSERT INTO nowhere VALUES (1)"))


async def test_while_the_database_is_in_trouble_all_is_kept_and_it_is_said_once(office, settler):
    for owed in await claimed(office):
        settler.report(sent(owed))
    office.sessions.trouble = True
    office.sessions.tries = 0
    with capture_logs() as logs:
        task = asyncio.create_task(settler.run())
        await office.until(lambda: asyncio.sleep(0, office.sessions.tries >= 12))
        assert (await office.counts()).in_doubt == 3
        office.sessions.trouble = False
        await office.all_settled()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert (await office.counts()).done == 3
    assert len([entry for entry in logs if entry["log_level"] == "error"]) == 1


async def test_one_result_that_cannot_be_written_holds_back_no_other(office, settler):
    first, second, third = await claimed(office)
    settler.report(sent(first))
    settler.report(sent(second, impossible))
    settler.report(sent(third))
    with capture_logs() as logs:
        await settler.flush()
    counts = await office.counts()
    assert (counts.done, counts.in_doubt) == (2, 1)
    (entry,) = [entry for entry in logs if entry["log_level"] == "error"]
    assert entry["chats"] == [second.chat_id]
    await settler.flush()


async def test_what_belongs_to_one_outcome_is_written_together_or_not_at_all(office, settler):
    (first, *_) = await claimed(office)
    settler.report(sent(first, impossible))
    with pytest.raises(Exception, match="nowhere"):
        await settler.flush()
    assert (await office.counts()).done == 0


async def test_a_mistake_of_ours_is_loud_and_loses_nothing(office, settler):
    mistakes = [TypeError("a mistake")]

    async def mistaken(_session, _now):
        if mistakes:
            raise mistakes.pop()

    for owed in await claimed(office):
        settler.report(sent(owed, mistaken))
    with pytest.raises(TypeError):
        await settler.flush()
    assert (await office.counts()).done == 0
    await settler.flush()
    assert (await office.counts()).done == 3


async def test_a_cancellation_does_not_interrupt_the_writing(office, settler):
    writing, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_session, _now):
        writing.set()
        await go_on.wait()

    (first, *_) = await claimed(office)
    settler.report(sent(first, slow))
    task = asyncio.create_task(settler.flush())
    await writing.wait()
    task.cancel()
    await asyncio.sleep(0.05)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await office.counts()).done == 1


async def more(session):
    return await outbox.claim(session, now(), chats=10, lease=2_000_000_000)


async def test_a_claim_takes_along_what_is_to_be_written(office, settler):
    for owed in await claimed(office):
        settler.report(sent(owed))
    await office.headlines("Zwei")
    assert settler.waiting == 3
    office.sessions.tries = 0
    assert len(await settler.together(more)) == 3
    assert office.sessions.tries == 1
    assert (settler.waiting, (await office.counts()).done) == (0, 3)


async def test_a_result_that_cannot_be_written_does_not_hold_up_the_claims(office, settler):
    first, *_ = await claimed(office)
    await office.headlines("Zwei")
    settler.report(sent(first, impossible))
    assert len(await settler.together(more)) == 0  # the chats are busy; nothing was raised
    assert settler.stuck == 1
    office.sessions.tries = 0
    await settler.together(more)
    assert office.sessions.tries == 1  # it is not tried again with each claim
    with pytest.raises(Exception, match="nowhere"):
        await settler.flush()


async def test_what_was_stuck_is_written_once_the_database_takes_it(office, settler):
    for owed in await claimed(office):
        settler.report(sent(owed))
    office.sessions.trouble = True
    with pytest.raises(OperationalError):
        await settler.together(more)
    assert settler.stuck == 3
    office.sessions.trouble = False
    await settler.flush()
    assert (settler.stuck, settler.waiting, (await office.counts()).done) == (0, 0, 3)


async def test_a_claim_that_fails_by_itself_says_so_and_keeps_what_was_to_be_written(office, settler):
    async def fails(_session):
        raise LookupError("ours")

    first, *_ = await claimed(office)
    settler.report(sent(first))
    with pytest.raises(LookupError):
        await settler.together(fails)
    assert (settler.waiting, settler.stuck) == (1, 0)
    await settler.flush()
    assert (await office.counts()).done == 1

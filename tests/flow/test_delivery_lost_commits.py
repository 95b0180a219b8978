"""Commits that were done, though the connection broke before the database could say so."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.exc import OperationalError

from bot.delivery.sender import Sender
from bot.delivery.settler import Outcome, Settler
from bot.supervise import keep_running
from storage import outbox
from storage.outbox import Settlement
from tests.flow.delivery import Office, now


class Unheard:
    """Sessions of which some commits are done, and not heard of: so many of those that settle something and claim."""

    def __init__(self, sessions, lost):
        self._sessions = sessions
        self.read = sessions.read
        self.lost = lost
        self._done = 0

    @asynccontextmanager
    async def write(self):
        async with self._sessions.write() as session:
            yield session
            counts = await outbox.counts(session)
        settles, self._done = counts.done > self._done, counts.done
        if self.lost and settles and counts.in_doubt:
            self.lost -= 1
            broken = Exception("connection is closed")
            raise OperationalError("COMMIT", {}, broken, connection_invalidated=True)


async def supervised(sender):
    """As the bot runs it, without the pauses."""

    async def at_once(_seconds):
        await asyncio.sleep(0)

    await keep_running("sender", lambda: Sender.run(sender), tries=1000, sleep=at_once)


@pytest.fixture
async def office(sessions, standin):
    office = Office(sessions, standin, run=supervised)
    yield office
    await office.close()


async def test_a_claim_that_may_have_been_written_is_not_made_again_beside_it(office):
    unheard = Unheard(office.sessions, lost=1)
    settler = Settler(unheard, now, lambda: None)
    for number in range(2):
        await office.reader(f"Leser {number}")
    await office.headlines("Eins")

    def claim(chats):
        return lambda session: outbox.claim(session, now(), chats=chats, lease=2_000_000_000)

    (first,) = await settler.together(claim(1))
    settler.report(Outcome([Settlement(first, "sent", message_id=7)]))
    with pytest.raises(OperationalError):
        await settler.together(claim(1))
    counts = await office.counts()
    assert (counts.done, counts.in_doubt, settler.waiting) == (1, 1, 1)
    await settler.flush()  # written twice is written once
    assert (await office.counts()).done == 1


async def test_whatever_is_not_heard_of_everything_arrives_and_nothing_three_times(office):
    people = [(await office.reader(f"Leser {number}"))[0] for number in range(60)]
    titles = [f"Meldung {number}" for number in range(4)]
    await office.headlines(*titles)
    plain, office.sessions = office.sessions, Unheard(office.sessions, lost=1)
    office.new_sender()
    unheard, office.sessions = office.sessions, plain
    await office.all_settled()
    assert unheard.lost == 0
    for user in people:
        text = "\n".join(office.texts(user.id))
        assert {text.count(title) for title in titles} <= {1, 2}, text

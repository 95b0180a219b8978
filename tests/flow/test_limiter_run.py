"""The limiter in a real run: a stand-in that enforces Telegram's limits refuses nothing, and people are answered."""

import asyncio
import time

import pytest
from sqlalchemy import insert

from storage.models import Chat, Subscription
from storage.statements import defaults, run, table
from tests.fixtures.figures import figure
from tests.fixtures.running import declared
from tests.flow.delivery import Office, now

pytestmark = pytest.mark.long

RATE = 29
SECONDS = figure(10, 4)
PEOPLE, WHILE_SECONDS = figure(20, 5), figure(12, 10)
WORST_ANSWER = figure(1.0, WHILE_SECONDS - 1)  # without a lane of its own an answer is the last of all


@pytest.fixture
def dialect():
    """The slower one for many small writers."""
    return "sqlite"


@pytest.fixture
def news_clock():
    """The site's clock goes with the bot's."""
    return now


async def followed_by(sessions, chat_ids):
    early = now().replace(year=2020)
    chats = [defaults(Chat, id=one, kind="private", since=early, created=early) for one in chat_ids]
    follow = [defaults(Subscription, chat_id=one, topic="all", created=early) for one in chat_ids]
    async with sessions.write() as session:
        await run(session, insert(table(Chat)), chats)
        await run(session, insert(table(Subscription)), follow)


async def test_some_seconds_at_the_default_rate_are_sent_in_time_and_nothing_is_refused(sessions, standin):
    standin.limits.enabled = True
    office = Office(sessions, standin, per_second=float(RATE))
    readers = standin.add_readers(SECONDS * RATE)
    await followed_by(sessions, readers)
    office.new_sender()
    await standin.wait_for(lambda: office.state.ready)
    await office.headlines("Eins")
    office.sender.wake()
    await standin.wait_for(lambda: len(standin.called("sendMessage")) == len(readers), 25)
    await office.all_settled()
    calls = standin.called("sendMessage")
    assert {call.status for call in calls} == {200}
    # And what a busy machine takes; the exact figure is a benchmark's
    assert calls[-1].at - calls[0].at < figure(2, 5) * SECONDS
    await office.close()


async def test_people_are_answered_at_once_while_a_headline_goes_to_many(
    standin, newssite, run_bot, database, database_url
):
    standin.limits.enabled = True
    async with run_bot(database_url, declared(newssite)):
        anna = standin.add_user("Anna")
        await standin.open_link(anna)
        await standin.wait_for(lambda: standin.bot_messages(anna.id), 20)
        readers = standin.add_readers(WHILE_SECONDS * RATE)
        await followed_by(database.sessions, readers)
        people = [standin.add_user(f"Leserin {number}") for number in range(PEOPLE)]
        for one in people:
            standin.private(one).started = True
        await standin.wait_for(lambda: ("/", 304) in newssite.hits, 20)
        title = newssite.publish().title
        await standin.wait_for(lambda: standin.bot_messages(readers[0]), 20)
        waits = []
        for one in people:
            asked = time.monotonic()
            await standin.say(one, one.id, "/latest")
            await standin.wait_for(lambda one=one: standin.bot_messages(one.id), 10)
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(0.2)
        served = sum(bool(standin.bot_messages(one)) for one in readers)
        assert served < len(readers), "the fan-out was over before the answers"
        await standin.wait_for(lambda: all(standin.bot_messages(one) for one in readers), 30)
    assert max(waits) < WORST_ANSWER, sorted(waits)
    sends = [call for call in standin.calls if call.method.startswith("send")]
    assert {call.status for call in sends} == {200}
    assert sum(title in str(call.params) for call in sends) >= len(readers)

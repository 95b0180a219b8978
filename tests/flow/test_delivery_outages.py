"""Stops, crashes and outages: nothing is lost, and little comes twice."""

import asyncio
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.delivery.sender import GRACE_SECONDS
from bot.demo.telegram import faults
from tests.flow.delivery import Office


async def readers(office, count):
    return [(await office.reader(f"Leser {number}"))[1] for number in range(count)]


async def test_a_stop_waits_for_what_is_on_the_wire_and_gives_the_rest_back_uncounted(office):
    chats = await readers(office, 30)
    office.per_second = 29.0
    office.standin.faults.method("sendMessage", faults.slow_answer(0.5))
    await office.headlines("Eins", "Zwei")
    office.new_sender()
    await office.standin.wait_for(lambda: len(office.standin.called("sendMessage")) >= 5)
    await office.sender.stop()
    assert office.task.done()
    counts = await office.counts()
    sent = sum(len(office.texts(chat)) for chat in chats)
    assert 5 <= sent < 30
    assert (counts.done, counts.owed, counts.in_doubt) == (2 * sent, 60 - 2 * sent, 0)
    assert {d.attempt for d in await office.deliveries() if d.message_id is None} == {0}
    office.new_sender()
    await office.all_settled()
    assert [len(office.texts(chat)) for chat in chats] == [1] * 30


async def test_a_stop_does_not_wait_for_ever_and_what_had_no_answer_is_in_doubt(office, monkeypatch):
    monkeypatch.setattr("bot.delivery.sender.GRACE_SECONDS", 0.3)
    (chat,) = await readers(office, 1)
    office.standin.faults.chat(chat.id, faults.slow_answer(40), times=1)
    await office.headlines("Eins")
    office.new_sender()
    await office.standin.wait_for(lambda: office.texts(chat))
    begun = monotonic()
    await office.sender.stop()
    assert monotonic() - begun < 25
    assert (await office.counts()).in_doubt == 1


async def test_a_stop_before_telegram_was_ever_reached_ends_at_once(office):
    await office.standin.offline()
    await readers(office, 1)
    await office.headlines("Eins")
    office.new_sender()
    await asyncio.sleep(0.1)
    begun = monotonic()
    await office.sender.stop()
    assert monotonic() - begun < GRACE_SECONDS
    assert (await office.counts()).owed == 1
    await office.standin.online()


async def test_after_a_crash_what_was_on_the_wire_comes_once_more_and_nothing_is_lost(office):
    chats = await readers(office, 40)
    await office.headlines("Eins")
    office.standin.faults.method("sendMessage", faults.slow_answer(0.3))
    office.new_sender()
    await office.standin.wait_for(lambda: len(office.standin.called("sendMessage")) >= 5)
    await office.crash()
    in_doubt = (await office.counts()).in_doubt
    assert 1 <= in_doubt <= 40
    office.standin.faults.clear()
    office.new_sender()
    await office.all_settled()
    copies = [len(office.texts(chat)) for chat in chats]
    assert set(copies) <= {1, 2}
    assert copies.count(2) <= in_doubt
    assert (await office.counts()).done == 40


async def test_a_sender_that_is_cancelled_lets_come_in_what_is_on_the_wire(office):
    chats = await readers(office, 40)
    await office.headlines("Eins")
    office.standin.faults.method("sendMessage", faults.slow_answer(0.5))
    office.new_sender()
    await office.standin.wait_for(lambda: len(office.standin.called("sendMessage")) >= 5)
    office.task.cancel()
    await asyncio.gather(office.task, return_exceptions=True)
    counts = await office.counts()
    assert counts.in_doubt == 0
    assert counts.done == len(office.standin.called("sendMessage"))
    office.standin.faults.clear()
    office.new_sender()
    await office.all_settled()
    assert [len(office.texts(chat)) for chat in chats] == [1] * 40


async def test_little_more_is_leased_at_any_moment_than_is_on_the_wire(office):
    await readers(office, 60)
    office.per_second = 29.0
    office.standin.faults.method("sendMessage", faults.slow_answer(0.3))
    await office.headlines("Eins")
    office.new_sender()
    await office.standin.wait_for(lambda: len(office.standin.called("sendMessage")) >= 3)
    for _ in range(15):
        on_the_wire = sum(flight.on_wire for flight in office.sender._flights.values())
        settling = 8  # those of the last moments, on a busy machine
        assert (await office.counts()).in_doubt <= on_the_wire + 8 + settling
        await asyncio.sleep(0.08)


async def test_what_crashed_twice_on_the_wire_is_dead_with_reason_unknown(office):
    (chat,) = await readers(office, 1)
    await office.headlines("Eins")
    office.standin.faults.method("sendMessage", faults.slow_answer(5))
    for run in (1, 2):
        office.new_sender()
        await office.standin.wait_for(lambda run=run: len(office.texts(chat)) == run)
        await office.crash()
    office.new_sender()
    await office.all_settled()
    (notice,) = await office.notices()
    assert (notice.due, notice.reason) == (None, "unknown")
    assert len(office.texts(chat)) == 2


async def test_after_a_start_the_doubtful_ones_go_before_all_else(office):
    (doubtful,) = await readers(office, 1)
    await office.headlines("Eins")
    office.standin.faults.method("sendMessage", faults.slow_answer(5))
    office.new_sender()
    await office.standin.wait_for(lambda: office.texts(doubtful))
    await office.crash()
    office.standin.faults.clear()
    _, channel = await office.channel()
    await office.headlines("Zwei")
    before = len(office.standin.called("sendMessage"))
    office.new_sender()
    await office.all_settled()
    order = [call.params["chat_id"] for call in office.standin.called("sendMessage")[before:]]
    assert order == [doubtful.id, channel.id, doubtful.id]


async def test_telegram_down_at_first_is_said_once_and_everything_goes_out_when_it_is_there(office):
    chats = await readers(office, 3)
    await office.headlines("Eins")
    await office.standin.offline()
    with capture_logs() as logs:
        office.new_sender()
        await office.until(lambda: asyncio.sleep(0, office.state.reachable is False))
        await asyncio.sleep(1.2)
        assert not office.state.ready
        assert (await office.counts()).owed == 3
        await office.standin.online()
        await office.all_settled()
    assert [len(office.texts(chat)) for chat in chats] == [1] * 3
    said = [entry["event"] for entry in logs if "Telegram can" in entry["event"]]
    assert len(said) == 2
    assert [d.attempt for d in await office.deliveries()] == [1] * 3


async def test_an_outage_in_the_middle_costs_no_message_and_repeats_at_most_what_was_on_the_wire(office):
    chats = await readers(office, 60)
    office.per_second = 60.0
    await office.headlines("Eins")
    office.standin.faults.method("sendMessage", faults.slow_answer(0.1))
    office.new_sender()
    await office.standin.wait_for(lambda: len(office.standin.called("sendMessage")) >= 15)
    await office.standin.offline()
    await asyncio.sleep(0.8)
    assert not office.state.ready
    await office.standin.online()
    office.standin.faults.clear()
    counts = await office.all_settled()
    copies = [len(office.texts(chat)) for chat in chats]
    assert (counts.done, counts.dead) == (60, 0)
    assert set(copies) <= {1, 2}
    assert copies.count(2) <= 20


async def test_a_long_outage_behind_a_proxy_puts_few_messages_in_doubt(office):
    chats = await readers(office, 50)
    office.per_second = 50.0
    await office.headlines("Eins")
    office.standin.faults.method("sendMessage", faults.slow_answer(0.1))
    office.new_sender()
    await office.standin.wait_for(lambda: len(office.standin.called("sendMessage")) >= 10)
    office.standin.faults.clear()
    office.standin.faults.add(faults.gateway(502))
    begun = len(office.standin.called("sendMessage"))
    await asyncio.sleep(1.5)
    assert len(office.standin.called("sendMessage")) - begun <= 10
    assert not office.state.ready
    office.standin.faults.clear()
    counts = await office.all_settled()
    assert (counts.done, counts.dead) == (50, 0)
    assert [len(office.texts(chat)) for chat in chats] == [1] * 50


async def test_sends_that_fail_although_telegram_answers_are_tried_ever_more_slowly(office):
    await readers(office, 30)
    office.per_second = 30.0
    office.standin.faults.method("sendMessage", faults.gateway(502))
    await office.headlines("Eins")
    office.new_sender()
    await asyncio.sleep(2.5)
    assert len(office.standin.called("sendMessage")) <= 30
    await office.sender.stop()
    assert (await office.counts()).in_doubt == 0


class Failing:
    """Sessions whose database is in trouble for the next so many writes, or reads."""

    def __init__(self, sessions):
        self._sessions = sessions
        self.writes = self.reads = 0

    @asynccontextmanager
    async def write(self):
        if self.writes:
            self.writes -= 1
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        async with self._sessions.write() as session:
            yield session

    @asynccontextmanager
    async def read(self):
        if self.reads:
            self.reads -= 1
            raise OperationalError("SELECT", {}, Exception("the connection is gone"))
        async with self._sessions.read() as session:
            yield session


async def supervised(sender):
    """Runs it again whenever it fails, as the bot does; how often it failed."""
    failures = 0
    while True:
        try:
            await sender.run()
        except OperationalError:
            failures += 1
            await asyncio.sleep(0.05)
        else:
            return failures


@pytest.fixture
async def troubled(sessions, standin):
    office = Office(Failing(sessions), standin, run=supervised)
    yield office
    await office.close()


async def test_while_the_database_fails_results_are_kept_and_nothing_comes_twice(troubled):
    chats = await readers(troubled, 20)
    troubled.per_second = 60.0
    troubled.standin.faults.method("sendMessage", faults.slow_answer(0.1))
    await troubled.headlines("Eins")
    troubled.new_sender()
    await troubled.standin.wait_for(lambda: len(troubled.standin.called("sendMessage")) >= 3)
    troubled.sessions.writes = 6
    await troubled.until(lambda: asyncio.sleep(0, troubled.sessions.writes == 0))
    await troubled.all_settled()
    assert [len(troubled.texts(chat)) for chat in chats] == [1] * 20


@pytest.mark.parametrize("what", ["reads", "writes"])
async def test_a_sender_whose_database_fails_ends_with_its_error_and_can_run_again(troubled, what):
    (chat,) = await readers(troubled, 1)
    await troubled.headlines("Eins")
    setattr(troubled.sessions, what, 1)
    troubled.new_sender()
    await troubled.standin.wait_for(lambda: troubled.texts(chat))
    await troubled.until(lambda: asyncio.sleep(0, getattr(troubled.sessions, what) == 0))
    await troubled.all_settled()
    await troubled.sender.stop()
    assert await troubled.task == 1
    assert (await troubled.counts()).done == 1
    assert len(troubled.texts(chat)) == 1

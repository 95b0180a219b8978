"""The limiter, by simulated clock: never over a budget in any window, and the budget used."""

import asyncio
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.limiter import GRAIN, Lane, Limiter
from tests.unit.virtual_time import VirtualTime


class Sent:
    """Who was let through when."""

    def __init__(self, per_second=29.0):
        self.time = VirtualTime()
        self.limiter = Limiter(per_second, self.time.monotonic, self.time.sleep)
        self.log = []

    async def send(self, chat, lane=Lane.PUSH, after=0.0):
        if after:
            await self.time.sleep(after)
        await self.limiter.acquire(chat, lane)
        self.log.append((self.time.now, chat, lane))

    async def all(self, *messages):
        async with asyncio.TaskGroup() as group:
            for message in messages:
                group.create_task(self.send(*message))

    def times(self, chat=None):
        return [at for at, who, _ in self.log if chat is None or who == chat]


def most_within(times, seconds):
    """The largest number of these (sorted) times in any half-open window."""
    most = start = 0
    for index, at in enumerate(times):
        while at - times[start] >= seconds - 1e-6:
            start += 1
        most = max(most, index - start + 1)
    return most


CHATS = st.one_of(st.integers(1, 6), st.integers(-4, -1))
MESSAGE = st.tuples(CHATS, st.sampled_from(Lane), st.floats(0, 30).map(lambda seconds: round(seconds, 3)))


@settings(max_examples=60, deadline=None)
@given(st.lists(MESSAGE, min_size=1, max_size=150), st.sampled_from([1, 5, 29, 400]))
def test_no_budget_is_ever_exceeded_in_any_window_and_everyone_gets_through(messages, per_second):
    sent = Sent(per_second)
    sent.time.run(sent.all(*messages))
    assert len(sent.log) == len(messages)
    assert most_within(sent.times(), 1.0) <= per_second
    by_chat = defaultdict(list)
    for at, chat, _ in sent.log:
        by_chat[chat].append(at)
    for chat, times in by_chat.items():
        if chat < 0:
            assert most_within(times, 60.0) <= 20
        else:
            for seconds in (1, 2, 10):
                assert most_within(times, seconds) <= 3 + seconds


@settings(max_examples=40, deadline=None)
@given(st.lists(MESSAGE, min_size=2, max_size=80))
def test_messages_of_one_chat_and_lane_keep_their_order_of_arrival(messages):
    sent = Sent(5)
    order = []

    async def send(number, chat, lane, after):
        await sent.time.sleep(after)
        order.append(number)
        await sent.send((chat, number)[0], lane)
        done.append((chat, lane, number))

    done = []

    async def everyone():
        async with asyncio.TaskGroup() as group:
            for number, message in enumerate(messages):
                group.create_task(send(number, *message))

    sent.time.run(everyone())
    rank = {number: place for place, number in enumerate(order)}
    by_queue = defaultdict(list)
    for chat, lane, number in done:
        by_queue[chat, lane].append(rank[number])
    assert all(ranks == sorted(ranks) for ranks in by_queue.values())


@pytest.mark.parametrize("per_second", [1, 29, 30, 1000])
def test_at_least_97_percent_of_the_budget_is_used_when_there_is_enough_to_send(per_second):
    seconds = 5 if per_second == 1000 else 20
    sent = Sent(per_second)
    sent.time.run(sent.all(*[(chat,) for chat in range(1, per_second * seconds + 1)]))
    spent = sent.time.now - 1000.0
    assert len(sent.log) / spent >= 0.97 * per_second
    assert most_within(sent.times(), 1.0) <= per_second


def test_a_fast_bot_wakes_for_several_messages_at_once():
    sent = Sent(1000)
    sent.time.run(sent.all(*[(chat,) for chat in range(1, 1001)]))
    assert len(set(sent.times())) <= 150


def test_late_timers_do_not_cost_the_budget():
    sent = Sent(29)
    sleep = sent.time.sleep
    sent.limiter._sleep = lambda seconds: sleep(seconds + 0.015)
    sent.time.run(sent.all(*[(chat,) for chat in range(1, 581)]))
    assert len(sent.log) / (sent.time.now - 1000.0) >= 0.97 * 29
    assert most_within(sent.times(), 1.0) <= 29


@pytest.mark.parametrize("per_second", [1, 29, 100, 1000])
def test_after_a_quiet_hour_the_bot_does_not_send_more_in_a_second_than_allowed(per_second):
    sent = Sent(per_second)
    sent.time.run(sent.all((1,)))
    sent.time.now += 3600
    sent.time.run(sent.all(*[(chat,) for chat in range(10, 11 + 2 * per_second)]))
    assert most_within(sent.times(), 1.0) <= per_second


def test_the_bots_budget_starts_empty_so_a_crash_loop_cannot_burst():
    sent = Sent(10)
    sent.time.run(sent.all((1,), (2,), (3,)))
    assert sent.times() == pytest.approx([1000.1, 1000.2, 1000.3])


def test_a_person_gets_a_burst_of_three_and_then_one_a_second():
    sent = Sent(1000)
    sent.time.run(sent.all(*[(7,)] * 5))
    gaps = [after - before for before, after in pairwise(sent.times())]
    assert gaps == pytest.approx([0.001, 0.001, 0.998, 1.0], abs=GRAIN)


def test_a_channel_gets_twenty_and_then_waits_until_a_minute_after_the_first():
    sent = Sent(1000)
    sent.time.run(sent.all(*[(-7,)] * 21))
    times = sent.times()
    assert times[19] - times[0] < 1
    assert times[20] - times[0] == pytest.approx(60)


def test_answers_go_before_pushes_that_came_first():
    sent = Sent(10)
    pushes = [(chat, Lane.PUSH) for chat in range(1, 30)]
    sent.time.run(sent.all(*pushes, (99, Lane.ANSWER, 0.55)))
    assert [chat for _, chat, _ in sent.log].index(99) == 5


def test_a_chat_that_must_wait_holds_nobody_up():
    sent = Sent(1000)
    sent.time.run(sent.all(*[(-1,)] * 25, (5,)))
    assert sent.times(5)[0] - 1000 < 1


def test_a_refused_chat_waits_and_the_others_do_not():
    sent = Sent(1000)
    sent.limiter.refused(1, 30)
    assert sent.limiter.ready_in(1) == pytest.approx(30)
    assert sent.limiter.busy() == {1}
    assert sent.limiter.next_free() == pytest.approx(30)
    sent.time.run(sent.all((1,), (2,)))
    assert sent.times(2)[0] - 1000 < 1
    assert sent.times(1)[0] - 1000 == pytest.approx(30, abs=0.01)


def test_two_chats_refused_within_five_seconds_stop_the_whole_bot():
    sent = Sent(1000)
    sent.limiter.refused(1, 30)
    sent.time.now += 4
    sent.limiter.refused(2, 10)
    sent.time.run(sent.all((3,)))
    assert sent.times(3)[0] == pytest.approx(1014, abs=0.01)


@pytest.mark.parametrize(
    ("first", "second", "silent"), [(-1, -2, 5), (-1, "@kanal", 5), (-1, 2, 40), (1, -2, 40)]
)
def test_two_groups_at_their_own_limit_stop_the_bot_for_a_moment_and_a_person_tells_that_it_is_the_bots(
    first, second, silent
):
    sent = Sent(1000)
    sent.limiter.refused(first, 40)
    sent.limiter.refused(second, 40)
    sent.time.run(sent.all((3,), (first,), (second,)))
    assert sent.times(3)[0] == pytest.approx(1000 + silent, abs=0.01)
    assert [sent.times(chat)[0] for chat in (first, second)] == pytest.approx([1040, 1040], abs=0.01)


@pytest.mark.parametrize(("second", "later"), [(1, 1.0), (2, 6.0)])
def test_one_chat_refused_twice_or_two_at_some_distance_do_not(second, later):
    sent = Sent(1000)
    sent.limiter.refused(1, 30)
    sent.time.now += later
    sent.limiter.refused(second, 30)
    sent.time.run(sent.all((3,)))
    assert sent.times(3)[0] < 1000 + later + 1


def test_a_cancelled_waiter_leaves_its_place_to_the_next():
    sent = Sent(1)

    async def story():
        first = asyncio.create_task(sent.send(1))
        second = asyncio.create_task(sent.send(2))
        await sent.time.settle()
        first.cancel()
        await second

    sent.time.run(story())
    assert sent.times() == pytest.approx([1001])


def test_a_waiter_cancelled_in_the_moment_of_its_turn_gives_it_back():
    sent = Sent(1000)

    async def story():
        await sent.time.sleep(10)
        for _ in range(20):
            task = asyncio.create_task(sent.limiter.acquire(-1, Lane.PUSH))
            await asyncio.sleep(0)  # its turn has come or is in the timer
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        granted = asyncio.create_task(sent.limiter.acquire(-1, Lane.PUSH))
        await sent.time.settle()
        await granted

    sent.time.run(story())
    assert sent.limiter.ready_in(-1) == 0


def test_a_turn_taken_and_cancelled_before_the_caller_runs_again_is_not_lost():
    sent = Sent(1)

    async def story():
        waiting = asyncio.create_task(sent.limiter.acquire(-1, Lane.PUSH))
        await sent.time.settle()
        sent.time.now += 1
        sent.limiter._pump()  # grants; the task has not run yet
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        before = sent.time.now
        await sent.limiter.acquire(-2, Lane.PUSH)
        return sent.time.now - before

    assert sent.time.run(story()) == 0


def test_a_turn_that_comes_to_a_waiter_just_cancelled_goes_to_the_next():
    sent = Sent(1)

    async def story():
        first, second, third = (asyncio.create_task(sent.send(5, lane)) for lane in (*Lane, Lane.PUSH))
        await sent.time.settle()
        first.cancel()
        sent.time.now += 1
        sent.limiter._pump()  # its turn, before the cancelled task has run
        await asyncio.gather(first, return_exceptions=True)
        await asyncio.gather(second, third)

    sent.time.run(story())
    assert sent.times() == pytest.approx([1001, 1002])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(MESSAGE, st.floats(0, 5)), min_size=1, max_size=60), st.randoms(use_true_random=False)
)
def test_whoever_is_cancelled_whenever_all_others_get_through(messages, random):
    sent = Sent(5)
    outcomes = []

    async def send(message, patience):
        task = asyncio.create_task(sent.send(*message))
        if random.random() < 0.5:
            await sent.time.sleep(patience)
            task.cancel()
        outcomes.extend(await asyncio.gather(task, return_exceptions=True))

    async def everyone():
        async with asyncio.TaskGroup() as group:
            for message, patience in messages:
                group.create_task(send(message, patience))

    sent.time.run(everyone())
    cancelled = sum(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes)
    assert len(sent.log) == len(messages) - cancelled
    assert outcomes.count(None) == len(sent.log)
    assert not sent.limiter._ready
    assert not sent.limiter._parked
    assert most_within(sent.times(), 1.0) <= 5


def test_a_waiter_cancelled_while_its_chat_waits_makes_room_for_the_next_of_that_chat():
    sent = Sent(1000)

    async def story():
        await sent.all(*[(5,)] * 3)
        one, two = (asyncio.create_task(sent.send(5)) for _ in range(2))
        await sent.time.sleep(0.5)
        one.cancel()
        await two

    sent.time.run(story())
    assert len(sent.log) == 4
    assert not sent.limiter._parked


def test_idle_chats_are_forgotten():
    sent = Sent(1000)
    sent.time.run(sent.all(*[(chat,) for chat in range(1, 2001)], *[(-chat,) for chat in range(1, 2001)]))
    sent.time.now += 61
    sent.time.run(sent.all((1,), (-1,)))
    sent.time.now += 61
    sent.time.run(sent.all((2,), (-2,)))
    chats = sent.limiter._chats
    assert len(chats._people) + len(chats._groups) + len(chats._held) + len(chats._used_up) <= 4
    assert not sent.limiter._unpark


def test_nothing_is_left_running_when_nobody_waits():
    sent = Sent(10)

    async def story():
        await sent.all((1,), (2,))
        one = asyncio.create_task(sent.send(1))
        await asyncio.sleep(0)
        one.cancel()
        await asyncio.gather(one, return_exceptions=True)
        await sent.time.settle()
        return [task for task in asyncio.all_tasks() if task.get_name() == "limiter"]

    assert sent.time.run(story()) == []

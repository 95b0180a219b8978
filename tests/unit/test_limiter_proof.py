"""The limiter over thousands of sends by simulated clock: people, groups, channels, answers, pushes, and refusals.

FULL=1 makes it 10,000; otherwise 3,000.
"""

import asyncio
import random
from collections import Counter, defaultdict
from operator import itemgetter

import pytest

from bot.delivery.limiter import Lane, Limiter
from tests.fixtures.figures import figure
from tests.unit.virtual_time import VirtualTime

pytestmark = pytest.mark.long

SENDS = figure(10_000, 3_000)
ANSWERS = SENDS // 50
START = 1000.0
# What is promised, said here once more so that a slip of the pen there is seen
PRIVATE_BURST, PRIVATE_PER_SECOND = 3, 1
GROUP_MESSAGES, GROUP_SECONDS = 20, 60
HAIR = 1e-6


class Run:
    """Sends at the times and to the chats it is told; `sent` are (when, chat, lane)."""

    def __init__(self, per_second):
        self.time = VirtualTime(START)
        self.limiter = Limiter(per_second, self.time.monotonic, self.time.sleep)
        self.sent = []
        self.asked = {}

    def of(self, messages):
        """`messages`: (seconds after the start, chat, lane)."""
        self.time.run(self._all(messages))
        return self

    async def _all(self, messages):
        async with asyncio.TaskGroup() as group:
            for number, (after, chat, lane) in enumerate(sorted(messages, key=itemgetter(0))):
                if START + after > self.time.now:
                    await self.time.sleep(START + after - self.time.now)
                group.create_task(self._send(number, chat, lane))

    async def _send(self, number, chat, lane):
        self.asked[number] = self.time.now
        await self.limiter.acquire(chat, lane)
        self.sent.append((self.time.now, chat, lane))

    def times(self, *chats):
        return [at for at, chat, _ in self.sent if not chats or chat in chats]


def most_within(times, seconds):
    """The largest number of these times in any half-open window."""
    most = start = 0
    for index, at in enumerate(times):
        while at - times[start] >= seconds - HAIR:
            start += 1
        most = max(most, index - start + 1)
    return most


def over_budget(run, per_second):
    """Every window of every budget that was broken."""
    times = run.times()
    broken = [
        ("bot", seconds, most_within(times, seconds))
        for seconds in (1, 2, 5, 60)
        if most_within(times, seconds) > per_second * seconds
    ]
    by_chat = defaultdict(list)
    for at, chat, _ in run.sent:
        by_chat[chat].append(at)
    for chat, own in by_chat.items():
        if isinstance(chat, int) and chat > 0:
            limits = {seconds: PRIVATE_BURST + PRIVATE_PER_SECOND * seconds for seconds in (1, 5, 30, 120)}
        else:
            limits = {GROUP_SECONDS: GROUP_MESSAGES}
        broken += [
            (chat, seconds, most_within(own, seconds))
            for seconds, limit in limits.items()
            if most_within(own, seconds) > limit
        ]
    return broken


def mixture(seed, per_second):
    """As life is: most to readers once, some chats over and over, bursts and quiet, a twentieth are answers."""
    dice = random.Random(seed)
    busy = [*range(1, 20), *range(-20, 0), "@kanal"]
    after = 0.0
    for _ in range(SENDS):
        if dice.random() < 0.001:
            after += dice.uniform(0, 60)
        elif dice.random() < 0.3:
            after += dice.expovariate(per_second)
        chat = dice.choice(busy) if dice.random() < 0.15 else dice.randrange(100, 10_000_000)
        yield after, chat, Lane.ANSWER if dice.random() < 0.05 else Lane.PUSH


# CI's figure, one that is no whole number, and the most that may be paid for
@pytest.mark.parametrize("per_second", [29, 7.5, 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_messages_of_all_kinds_are_never_over_a_budget_in_any_window(seed, per_second):
    messages = list(mixture(seed, per_second))
    run = Run(per_second).of(messages)
    assert Counter(chat for _, chat, _ in run.sent) == Counter(chat for _, chat, _ in messages)
    assert over_budget(run, per_second) == []


@pytest.mark.parametrize("per_second", [29, 1000])
def test_at_least_97_percent_of_the_budget_is_used_while_there_is_something_to_send(per_second):
    dice = random.Random(3)
    # Held-up groups and refused people among them, so that somebody always waits for a budget of their own
    chats = [dice.choice([-1, -2, -3, 5, 6]) if dice.random() < 0.05 else 100 + n for n in range(SENDS)]
    run = Run(per_second).of([(0.0, chat, Lane.PUSH) for chat in chats])
    readers = [at for at, chat, _ in run.sent if isinstance(chat, int) and chat >= 100]
    until = readers[-1]  # from here on only those are left that must wait
    assert sum(at <= until for at in run.times()) / (until - START) >= 0.97 * per_second
    assert over_budget(run, per_second) == []


def test_a_chat_that_is_refused_again_and_again_delays_no_other():
    async def refusals(run):
        while run.time.now < START + 300:
            run.limiter.refused(7, 30)
            await run.time.sleep(2)

    def last_of_others(refused):
        run = Run(29)

        async def story():
            task = asyncio.create_task(refusals(run)) if refused else None
            await run._all([(0.0, 7 if n % 10 == 0 else 1000 + n, Lane.PUSH) for n in range(SENDS // 4)])
            if task:
                await task

        run.time.run(story())
        return run, [at for at, chat, _ in run.sent if chat != 7]

    run, delayed = last_of_others(refused=True)
    assert len(delayed) == SENDS // 4 * 9 // 10
    # What the refused chat does not use falls to the others: they are done as if it had nothing to send
    assert delayed[-1] - START <= len(delayed) / 29 / 0.97
    assert all(at >= START + 298 for at in run.times(7))


def test_an_answer_waits_for_the_bots_budget_alone_however_much_is_to_be_pushed():
    pushes = [(0.0, 1000 + n, Lane.PUSH) for n in range(SENDS - ANSWERS)]
    answers = [(1.0 + n * 1.5, 5_000_000 + n, Lane.ANSWER) for n in range(ANSWERS)]
    run = Run(29).of([*pushes, *answers])
    waits = [
        at - (1.0 + (chat - 5_000_000) * 1.5 + START) for at, chat, lane in run.sent if lane is Lane.ANSWER
    ]
    assert len(waits) == ANSWERS
    assert max(waits) <= 2 / 29
    assert over_budget(run, 29) == []

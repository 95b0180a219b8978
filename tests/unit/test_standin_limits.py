"""The stand-in's rates."""

import pytest

from bot.demo.telegram.limits import Limits
from bot.demo.telegram.refusals import Refusal


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(clock):
    return Limits(clock)


def wait(limits, chat_id, private=True, paid=False):
    """0 when the message goes through, else the seconds to wait."""
    try:
        limits.check(chat_id, private, paid)
    except Refusal as refusal:
        return refusal.parameters["retry_after"]
    return 0


def test_one_person_gets_a_short_burst_then_one_a_second(limits, clock):
    assert [wait(limits, 1) for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    clock.now += 1
    assert [wait(limits, 1) for _ in range(2)] == [0, 1]


def test_a_group_gets_twenty_a_minute(limits, clock):
    assert [wait(limits, -1, private=False) for _ in range(21)] == [0] * 20 + [3]
    clock.now += 60
    assert [wait(limits, -1, private=False) for _ in range(20)] == [0] * 20


def test_the_whole_bot_gets_thirty_a_second(limits, clock):
    assert [wait(limits, chat) for chat in range(31)] == [0] * 30 + [1]
    clock.now += 1
    assert wait(limits, 99) == 0


def test_a_paid_broadcast_gets_a_thousand_a_second(limits):
    assert [wait(limits, chat, paid=True) for chat in range(1001)] == [0] * 1000 + [1]


def test_turned_off_nothing_is_refused(limits):
    limits.enabled = False
    assert [wait(limits, 1) for _ in range(100)] == [0] * 100


def test_chats_of_the_past_are_forgotten(limits, clock):
    limits.per_second = 1e9
    for chat in range(30_000):
        wait(limits, chat)
        clock.now += 0.01
    assert len(limits._chats) < 25_000


def test_more_than_310_on_their_way_to_one_chat_wait_a_minute(limits):
    open_messages = [limits.on_its_way(1) for _ in range(310)]
    for message in open_messages:
        message.__enter__()
    with pytest.raises(Refusal, match="retry after 60"), limits.on_its_way(1):
        pass
    with limits.on_its_way(2):
        pass
    open_messages[0].__exit__(None, None, None)
    with limits.on_its_way(1):
        pass
    for message in open_messages[1:]:
        message.__exit__(None, None, None)
    assert limits._unsent == {}

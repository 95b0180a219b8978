"""Whose turn it is among the updates that wait."""

import pytest

from bot.domain.backlog import Backlog


@pytest.fixture
def backlog():
    return Backlog()


def begun(backlog):
    """All that may begin now."""
    return list(iter(backlog.begin, None))


def test_of_each_chat_one_may_begin(backlog):
    for number, lane in ((1, 7), (2, 7), (3, 8), (4, 7)):
        backlog.add(number, lane)
    assert begun(backlog) == [1, 3]
    backlog.done(1)
    assert begun(backlog) == [2]


def test_a_chat_with_many_waits_behind_the_others(backlog):
    for number, lane in ((1, 7), (2, 7), (3, 8), (4, 9)):
        backlog.add(number, lane)
    assert backlog.begin() == 1
    backlog.done(1)
    assert begun(backlog) == [3, 4, 2]


def test_one_that_is_known_is_not_added_again_until_it_is_done(backlog):
    for _ in range(2):
        backlog.add(1, 7)
    assert begun(backlog) == [1]
    backlog.add(1, 7)
    backlog.done(1)
    assert begun(backlog) == []
    backlog.add(1, 7)
    assert begun(backlog) == [1]

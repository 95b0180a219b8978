"""What is a correction, how often messages are edited, and when pages are looked at again."""

from datetime import timedelta
from itertools import pairwise

import pytest

from bot.domain import correction
from bot.domain.headline import Block
from tests.fixtures.figures import processor_time
from tests.unit.test_schedule import NOW


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Hafen bekommt neue Brücke", "Hafen bekommt neue  Brücke"),
        ("Hafen bekommt neue Brücke", "Hafen bekommt neue Brücke!"),
        ("„Wir bauen“, sagt die Stadt", '"Wir bauen", sagt die Stadt'),
        ("Hafen: neue Brücke", "HAFEN – neue Brücke"),
    ],
)
def test_white_space_case_and_punctuation_are_no_correction(before, after):
    assert not correction.differs(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Drei Verletzte in Kassel", "Vier Verletzte in Kassel"),
        ("Spiel endet 2:1", "Spiel endet 2:2"),
        ("", "Neu"),
    ],
)
def test_other_words_and_numbers_are_a_correction(before, after):
    assert correction.differs(before, after)


def test_a_text_is_compared_by_its_words_not_by_its_blocks():
    one = [Block("paragraph", "Der Bau beginnt im Mai. Er dauert zwei Jahre.")]
    two = [Block("heading", "Der Bau beginnt im Mai"), Block("list", items=("Er dauert", "zwei Jahre"))]
    assert not correction.text_differs(one, two)
    assert correction.text_differs(one, [Block("paragraph", "Der Bau beginnt im Juni.")])


def test_to_compare_a_text_with_itself_takes_no_time():
    """Most of what a poll lists is as it was, and this is done on the event loop."""
    full = [Block("paragraph", "Der Bau beginnt im Mai. Er dauert zwei Jahre. " * 90) for _ in range(100)]
    as_stored = [Block.from_json(block.as_json()) for block in full]

    def seconds(other):
        spent = []
        for _ in range(3):
            with processor_time(spent):
                correction.text_differs(full, other)
        return min(spent)

    changed = seconds([*full[1:], full[0], Block("quote", "Neu")])
    assert seconds(as_stored) < changed / 10


def test_the_first_edit_is_due_at_once_and_the_next_a_minute_later():
    assert correction.next_round(0, None, NOW) == NOW + timedelta(seconds=2)
    assert correction.next_round(1, NOW - timedelta(seconds=20), NOW) == NOW + timedelta(seconds=40)
    assert correction.next_round(2, NOW - timedelta(hours=1), NOW) == NOW + timedelta(seconds=2)


def test_after_three_rounds_there_is_no_fourth():
    assert correction.next_round(3, NOW - timedelta(hours=1), NOW) is None


def test_a_page_is_looked_at_again_ever_more_seldom_and_at_last_no_more():
    looks, at = [], NOW
    while (at := correction.next_look(NOW, at)) is not None:
        looks.append(at - NOW)
    gaps = [later - earlier for earlier, later in pairwise(looks)]
    assert looks[0] <= timedelta(minutes=15)
    assert gaps == sorted(gaps)
    assert len(looks) <= 6
    assert correction.next_look(NOW, NOW + timedelta(days=3)) is None


def test_a_page_that_is_gone_is_looked_for_again_for_a_week():
    looks, at = [], NOW
    while (at := correction.look_for_return(NOW, at)) is not None:
        looks.append(at - NOW)
    assert looks[0] == timedelta(hours=1), "taken back is what is gone twice, an hour apart"
    assert timedelta(days=6) <= looks[-1] <= timedelta(days=8)

"""What counts as a correction, when messages that are out are edited, and when a page is looked at again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.headline import Block
from bot.domain.identity import normalised_title

ROUNDS = 3
"""How often the messages of an article are edited at most."""
APART = timedelta(seconds=60)
"""At least this long is between two rounds of edits."""
AT_HAND = timedelta(seconds=1)
"""So long a sender may use an article as it read it."""
TAKEN_BACK_AFTER = timedelta(hours=1)
"""An article is taken back when its page is gone at two looks so far apart."""
TOGETHER = 400
"""Ids of articles in one message are at most so far apart: those who edit it look no farther for the others."""
_RETURNS = (TAKEN_BACK_AFTER, *(timedelta(days=days) for days in (1, 2, 4, 7)))
_LOOKS = tuple(timedelta(minutes=minutes) for minutes in (10, 40, 150, 600, 1800))


def differs(one: str, other: str) -> bool:
    """Whether a reader would call these different words: not for white space, case or punctuation."""
    return one != other and normalised_title(one) != normalised_title(other)


def text_differs(one: Iterable[Block], other: Iterable[Block]) -> bool:
    """The same of two texts."""
    return differs(_words(one), _words(other))


def next_round(rounds: int, begun: datetime | None, now: datetime) -> datetime | None:
    """When messages are edited after a correction; None when they were often enough. Not before all that is sent shows
    the article as it is by now: whoever got it as it was has it by then, and is not passed over."""
    if rounds >= ROUNDS:
        return None
    shown = now + 2 * AT_HAND
    return max(shown, begun + APART) if begun else shown


def next_look(first_seen: datetime, now: datetime) -> datetime | None:
    """When the page of an article is looked at again, for corrections: seldomer with its age, at last no more."""
    return next((first_seen + age for age in _LOOKS if first_seen + age > now), None)


def look_for_return(gone_at: datetime, now: datetime) -> datetime | None:
    """When a page that is gone is looked for again: first whether it is taken back, then whether it returns (a site
    moved, and its pages came back); after a week no more."""
    return next((gone_at + age for age in _RETURNS if gone_at + age > now), None)


def _words(blocks: Iterable[Block]) -> str:
    return "\n".join(" ".join((block.text, *block.items)) for block in blocks)

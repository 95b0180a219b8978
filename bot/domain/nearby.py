"""The headlines of the last days by their words: finds the one that tells the same story without looking at each."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest

from bot.domain.similar import ENOUGH, contradict, rough, score
from bot.domain.wording import Wording, wording_of

KEPT = timedelta(days=2)
_KEY = 5  # letters: enough for `Brücke` and `Brückenbau`, and for the forms of a word
_COMMON = 150  # headlines that hold a word, from which on it tells nothing
_MOST = 250  # headlines that are counted for a title
_GLANCED_AT = 16
_LOOKED_AT = 4  # headlines whose words are compared one by one


@dataclass(frozen=True, slots=True)
class Near:
    """A headline of the last days."""

    id: int
    source_id: int
    seen: datetime
    wording: Wording


class Nearby:
    """An index from the beginnings of words to headlines. Add them as they were first seen, oldest first."""

    def __init__(self) -> None:
        self._by_key: dict[str, set[int]] = {}
        self._by_id: dict[int, Near] = {}
        self._order: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._by_id)

    def add(self, article_id: int, source_id: int, title: str, seen: datetime) -> None:
        """A headline more; one that is there already is left as it is."""
        if article_id in self._by_id:
            return
        near = Near(article_id, source_id, seen, wording_of(title))
        self._by_id[article_id] = near
        self._order.append(article_id)
        for key in _keys(near.wording):
            self._by_key.setdefault(key, set()).add(article_id)

    def forget(self, before: datetime) -> None:
        """Drops the headlines first seen before this."""
        while self._order and self._by_id[self._order[0]].seen < before:
            near = self._by_id.pop(self._order.popleft())
            for key in _keys(near.wording):
                holders = self._by_key[key]
                holders.discard(near.id)
                if not holders:
                    del self._by_key[key]

    def same_story(self, title: str, source_id: int) -> list[int]:
        """The ids of headlines of other sources that tell the same as this title, the most alike first."""
        wording = wording_of(title)
        alike = [(score(wording, near.wording), -near.id) for near in self._candidates(wording, source_id)]
        return [-negative for value, negative in sorted(alike, reverse=True) if value >= ENOUGH]

    def _candidates(self, wording: Wording, source_id: int) -> list[Near]:
        """The few headlines that share most of the title's rare words and are most alike at a glance."""
        shared: dict[int, float] = {}
        for held in self._rarest(wording):
            worth = 1 / (1 + len(held)) ** 0.5
            for article_id in held:
                shared[article_id] = shared.get(article_id, 0.0) + worth
        likely = (
            self._by_id[article_id] for article_id in nlargest(_GLANCED_AT, shared, key=shared.__getitem__)
        )
        glances = [
            (value, near.id)
            for near in likely
            if near.source_id != source_id
            and not contradict(wording, near.wording)
            and (value := rough(wording, near.wording))
        ]
        return [self._by_id[article_id] for _, article_id in nlargest(_LOOKED_AT, glances)]

    def _rarest(self, wording: Wording) -> Iterator[set[int]]:
        """The headlines that hold each of its rarest words, of at least two words, until they are many."""
        holders = sorted(
            (held for key in _keys(wording) if (held := self._by_key.get(key)) and len(held) <= _COMMON),
            key=len,
        )
        count = 0
        for number, held in enumerate(holders):
            count += len(held)
            if number > 1 and count > _MOST:
                return
            yield held


def _keys(wording: Wording) -> set[str]:
    """What a headline is found by: the beginnings of its words, and its numbers."""
    return {word.stem[:_KEY] for word in wording.words} | {word.sense for word in wording.words if word.sense}

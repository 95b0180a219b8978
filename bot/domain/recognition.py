"""Stored articles that come again under another identity: by their link, by title and time, or as a corrected line.

A feed that changes all its guids, a site that moves to another domain, a line without a link that is put right: none of
it is news. Only articles of the same source are looked at, and what is not clear is news.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from bot.domain.headline import Block, Headline
from bot.domain.identity import normalised_title, of_link
from bot.domain.similar import likeness

CLOSE = timedelta(minutes=10)
"""Between the times of an article that is listed anew."""
MINUTE = timedelta(minutes=1)
AHEAD = timedelta(minutes=15)
_ZONES = timedelta(hours=14)  # the farthest that a zone is from UTC
_ALIKE = 60.0
"""How alike two titles are that may be one, corrected."""
TELLING = 3
"""Words of a title that is no mere heading, such as `Das Wetter`."""
_MANY = 3  # headlines at the least that tell of a list renewed at once
_BACK = timedelta(days=1)
_UNDATED_BACK = timedelta(days=14)
_FARTHEST_BACK = timedelta(days=60)
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Stored(Protocol):
    """What must be known of a stored article."""

    @property
    def id(self) -> int:
        """Its key."""

    @property
    def title(self) -> str:
        """Its title as stored."""

    @property
    def link(self) -> str:
        """Its link as stored."""

    @property
    def published(self) -> datetime:
        """When it was published."""

    @property
    def lead(self) -> str:
        """Its lead as stored, where the source brings one."""

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Its text as stored, where the source brings texts."""


class Lately(Stored, Protocol):
    """A stored article of the same source."""

    @property
    def identity(self) -> str:
        """What it is known by."""


@dataclass(slots=True)
class Recognised:
    """Stored articles by the identity of the headline that is one of them. `again`: the article goes by its other
    identity no longer; `twins`: it is listed under both, or twice."""

    again: dict[str, Lately] = field(default_factory=dict)
    twins: dict[str, Lately] = field(default_factory=dict)


def look_back(unknown: Sequence[Headline], now: datetime) -> datetime | None:
    """Since when published articles must be looked at to recognise these headlines; None when there are none."""
    if not unknown:
        return None
    dates = [line.published - _BACK if line.published else now - _UNDATED_BACK for line in unknown]
    return max(min(*dates, now - _BACK), now - _FARTHEST_BACK)


def recognise(
    headlines: Sequence[Headline],
    unknown: Sequence[Headline],
    taken: set[int],
    lately: Sequence[Lately],
    now: datetime,
    *,
    whole: bool = True,
) -> Recognised:
    """Which of the source's unknown headlines are articles stored lately. `taken`: the ids of those that the list
    (`headlines`) holds under their own identity. `whole`: what is not in the list is gone from the source's."""
    recogniser = _Recogniser(headlines, unknown, taken, lately, now)
    recogniser.by_link()
    recogniser.by_title_and_time()
    if whole:
        recogniser.renewed()
        recogniser.lines_put_right()
    return recogniser.found


class _Recogniser:
    """One list compared with what is stored, from the surest sign to the least."""

    def __init__(
        self,
        headlines: Sequence[Headline],
        unknown: Sequence[Headline],
        taken: set[int],
        lately: Sequence[Lately],
        now: datetime,
    ) -> None:
        self.found = Recognised()
        self._now = now
        self._headlines, self._unknown = headlines, unknown
        self._taken, self._lately = set(taken), lately
        self._by_title = _grouped((normalised_title(one.title), one) for one in lately)
        self._listed = {line.identity: line for line in headlines}

    def _left(self) -> Iterator[Headline]:
        """The headlines that are unknown still."""
        return (
            line
            for line in self._unknown
            if line.identity not in self.found.again and line.identity not in self.found.twins
        )

    def _free(self, articles: Iterable[Lately]) -> list[Lately]:
        return [one for one in articles if one.id not in self._taken]

    def _take(self, line: Headline, stored: Lately) -> None:
        self.found.again[line.identity] = stored
        self._taken.add(stored.id)

    def by_link(self) -> None:
        """The same link under another guid, where no other line and no other article has it (a live blog's is)."""
        listed = Counter(of_link(line.link) for line in self._headlines if line.link)
        wanted = {of_link(line.link): line for line in self._left() if line.link}
        stored = _grouped((of_link(one.link), one) for one in self._lately if one.link) if wanted else {}
        for link, line in wanted.items():
            known = stored.get(link, [])
            if listed[link] == 1 and len(known) == 1 and self._free(known) and _one_article(line, known[0]):
                self._take(line, known[0])

    def by_title_and_time(self) -> None:
        """The same title at about the same time; where the article is listed under its own identity too, a second
        address of it, if the time is the same and the title tells something."""
        for line in list(self._left()):
            title = normalised_title(line.title)
            known = self._by_title.get(title, [])
            telling = len(title.split()) >= TELLING
            ahead = telling and is_ahead(line, self._now)  # it was stored as of the moment it was first seen
            close = [one for one in self._free(known) if ahead or _apart(line, one) <= CLOSE]
            if close:
                self._take(line, min(close, key=lambda one: _apart(line, one)))
            elif telling:
                twin = next((one for one in known if self._same_time(line, one)), None)
                if twin is not None:
                    self.found.twins[line.identity] = twin

    def _same_time(self, line: Headline, stored: Lately) -> bool:
        """Whether a line has an article's time: as stored, or as the list says it now (a time ahead is not stored)."""
        listed = self._listed.get(stored.identity)
        as_said = listed is not None and line.published is not None and line.published == listed.published
        return as_said or _apart(line, stored) < MINUTE

    def renewed(self) -> None:
        """A list of which nothing is known by its identities, but half or more by its titles: all was renewed at once,
        times too. Columns that recur have new times too (the weather of today), but not by one measure."""
        if len(self._taken) > len(self.found.again):
            return
        pairs = [(line, free) for line in self._left() if (free := self._free(self._titled(line)))]
        count = len(pairs) + len(self.found.again)
        if count >= _MANY and 2 * count >= len(self._headlines) and _retimed(pairs):
            for line, _ in pairs:
                if free := self._free(self._titled(line)):
                    self._take(line, free[0])

    def _titled(self, line: Headline) -> list[Lately]:
        return self._by_title.get(normalised_title(line.title), [])

    def lines_put_right(self) -> None:
        """A line without a link of its own whose title is another than before at the same minute: the old one is gone
        from the list, the new one is like it, and no other line of that minute could be meant."""
        lines = _grouped(
            (_minute(line.published), line)
            for line in self._left()
            if line.published and _is_line(line.identity)
        )
        stored = self._free(one for one in self._lately if _is_line(one.identity)) if lines else []
        gone = _grouped((_minute(one.published), one) for one in stored)
        for minute, here in lines.items():
            old = gone.get(minute, [])
            if len(here) == len(old) == 1 and likeness(here[0].title, old[0].title) >= _ALIKE:
                self._take(here[0], old[0])


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def _one_article(line: Headline, stored: Stored) -> bool:
    """Whether a line with an article's link is that article: its title or its time says so too."""
    return _apart(line, stored) < MINUTE or likeness(line.title, stored.title) >= _ALIKE


def is_ahead(headline: Headline, now: datetime) -> bool:
    """Whether its time is in the future (a wrong clock, a planned entry), and so tells nothing."""
    return headline.published is not None and headline.published > now + AHEAD


def _retimed(pairs: Sequence[tuple[Headline, list[Lately]]]) -> bool:
    """Whether the times are of one measure: none, all of the minute of an import, or all off by the same hours."""
    times = [line.published for line, _ in pairs if line.published]
    if not times or max(times) - min(times) < MINUTE:
        return True
    shifts = [line.published - free[0].published for line, free in pairs if line.published]
    return max(shifts) - min(shifts) < MINUTE and all(abs(shift) <= _ZONES for shift in shifts)


def _apart(line: Headline, stored: Stored) -> timedelta:
    """The time between them; for ever where the line has none."""
    return abs(line.published - stored.published) if line.published else timedelta.max


def _is_line(identity: str) -> bool:
    return identity.startswith("title:")


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)

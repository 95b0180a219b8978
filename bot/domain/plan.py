"""What a poll brings, compared with what is known: new, corrected, unchanged. By identity, never by position."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.domain.headline import Headline
from bot.domain.identity import earlier_days

_AHEAD = timedelta(minutes=15)
_SHIFT = timedelta(hours=1)  # a night of clock change between two days


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


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written after a poll. `new` and `backfill` stand oldest first.

    `backfill` are unknown lines below everything known (one above them was withdrawn, so older ones came into view):
    they are stored and not pushed. `seen` are the ids of all that is still listed.
    """

    new: tuple[Headline, ...] = ()
    backfill: tuple[Headline, ...] = ()
    corrected: tuple[tuple[int, Headline], ...] = ()
    seen: tuple[int, ...] = ()


def candidates(headlines: Sequence[Headline]) -> set[str]:
    """The identities to look up before `plan`: the headlines' own, and those of stale lines on earlier days."""
    return {
        identity
        for headline in headlines
        for identity in (headline.identity, *earlier_days(headline.identity))
    }


def plan(headlines: Sequence[Headline], known: Mapping[str, Stored], now: datetime) -> Plan:
    """Compares headlines (as the source lists them) with what is known of `candidates`."""
    unique = list({headline.identity: headline for headline in reversed(headlines)}.values())[::-1]
    matches = [(headline, _match(headline, known)) for headline in unique]
    fresh = [(position, headline) for position, (headline, stored) in enumerate(matches) if stored is None]
    below = _backfill_from(matches)
    return Plan(
        new=_oldest_first([_sane(line, now) for at, line in fresh if not below(at, line)]),
        backfill=_oldest_first([_sane(line, now) for at, line in fresh if below(at, line)]),
        corrected=tuple(
            (stored.id, line) for line, stored in matches if stored and _is_corrected(line, stored)
        ),
        seen=tuple(stored.id for _, stored in matches if stored),
    )


def _match(headline: Headline, known: Mapping[str, Stored]) -> Stored | None:
    """What is stored of a headline: under its own identity, or on an earlier day at the same time of day."""
    if headline.identity in known:
        return known[headline.identity]
    for back, identity in enumerate(earlier_days(headline.identity), start=1):
        stored = known.get(identity)
        if stored and headline.published and _same_clock(headline.published, stored.published, back):
            return stored
    return None


def _same_clock(later: datetime, earlier: datetime, days: int) -> bool:
    """Whether two instants are this many days apart to the minute, but for a change of the clocks."""
    rest = abs(later - earlier - timedelta(days=days))
    return rest < timedelta(minutes=1) or abs(rest - _SHIFT) < timedelta(minutes=1)


def _is_corrected(headline: Headline, stored: Stored) -> bool:
    """Whether the source changed the title, or gave a link to what had none. One article has several URLs."""
    return headline.title != stored.title or bool(headline.link and not stored.link)


def _backfill_from(matches: Sequence[tuple[Headline, Stored | None]]) -> Callable[[int, Headline], bool]:
    """Tells of an unknown line and its position whether it stands below all known ones and is no newer than they."""
    known = [(position, stored) for position, (_, stored) in enumerate(matches) if stored]
    last = known[-1][0] if known else len(matches)
    oldest = min((stored.published for _, stored in known), default=None)

    def below(position: int, headline: Headline) -> bool:
        return bool(position > last and oldest and headline.published and headline.published <= oldest)

    return below


def _sane(headline: Headline, now: datetime) -> Headline:
    """The headline, with a publication in the future (a wrong clock, a planned entry) moved to now."""
    if headline.published is None or headline.published <= now + _AHEAD:
        return headline
    return replace(headline, published=now)


def _oldest_first(headlines: Sequence[Headline]) -> tuple[Headline, ...]:
    """By time; lines of one minute keep the source's order (newest first) turned round, undated ones come last."""
    last = datetime.max.replace(tzinfo=UTC)
    order = sorted(range(len(headlines)), key=lambda at: (headlines[at].published or last, -at))
    return tuple(headlines[at] for at in order)

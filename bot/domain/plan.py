"""What a poll brings, compared with what is known: new, corrected, unchanged. By identity, never by position."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.correction import differs, text_differs
from bot.domain.headline import Headline
from bot.domain.identity import earlier_days, normalised_title
from bot.domain.recognition import TELLING, Lately, Recognised, Stored, is_ahead, recognise

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SHIFT = timedelta(hours=1)  # a night of clock change between two days


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written after a poll. `new` and `backfill` stand oldest first.

    `backfill` are unknown lines below everything known (one above them was withdrawn, so older ones came into view):
    they are stored and not pushed. `seen` are the ids of all that is still listed. `renamed` are articles that came
    under another identity, which is theirs from now on.
    """

    new: tuple[Headline, ...] = ()
    backfill: tuple[Headline, ...] = ()
    corrected: tuple[tuple[int, Headline], ...] = ()
    seen: tuple[int, ...] = ()
    renamed: tuple[tuple[int, str], ...] = ()


def candidates(headlines: Sequence[Headline]) -> set[str]:
    """The identities to look up before `plan`: the headlines' own, and those of stale lines on earlier days."""
    return {
        identity
        for headline in headlines
        for identity in (headline.identity, *earlier_days(headline.identity))
    }


def unknown(headlines: Sequence[Headline], known: Mapping[str, Stored]) -> list[Headline]:
    """The headlines of which nothing is known by identity: for them `plan` wants the source's articles of late."""
    return [headline for headline in headlines if _match(headline, known) is None]


def plan(
    headlines: Sequence[Headline],
    known: Mapping[str, Stored],
    now: datetime,
    lately: Sequence[Lately] = (),
    *,
    whole: bool = True,
) -> Plan:
    """Compares headlines (as the source lists them) with what is known of `candidates`, and with the articles of the
    source that may have come under another identity. `whole`: all that the source lists is there."""
    unique = list({headline.identity: headline for headline in reversed(headlines)}.values())[::-1]
    taken = {stored.id for headline in unique if (stored := _match(headline, known))}
    others = (
        recognise(unique, unknown(unique, known), taken, lately, now, whole=whole) if lately else Recognised()
    )
    matches = [
        (line, _match(line, known) or others.again.get(line.identity) or others.twins.get(line.identity))
        for line in unique
    ]
    fresh = [(position, headline) for position, (headline, stored) in enumerate(matches) if stored is None]
    fresh, below = _once(fresh), _backfill_from(matches)
    return Plan(
        new=_oldest_first([_sane(line, now) for at, line in fresh if not below(at, line)]),
        backfill=_oldest_first([_sane(line, now) for at, line in fresh if below(at, line)]),
        corrected=tuple(
            (stored.id, line)
            for line, stored in matches
            if stored and line.identity not in others.twins and _is_corrected(line, stored)
        ),
        seen=tuple(dict.fromkeys(stored.id for _, stored in matches if stored)),
        # A line dated anew goes by its new day: it may stand still for longer than earlier days are looked for
        renamed=tuple(
            (stored.id, line.identity)
            for line, stored in matches
            if stored and line.identity not in known and line.identity not in others.twins
        ),
    )


def nothing_older(changes: Plan, than: datetime) -> Plan:
    """The same plan, where what was published before that moment is no news."""
    old = [line for line in changes.new if line.published and line.published < than]
    new = tuple(line for line in changes.new if line not in old)
    return replace(changes, new=new, backfill=_oldest_first([*changes.backfill, *old]))


def _once(fresh: Sequence[tuple[int, Headline]]) -> list[tuple[int, Headline]]:
    """Without the second of two that differ in their address only: one title of some words, one time to the second."""
    kept: dict[object, tuple[int, Headline]] = {}
    for position, line in fresh:
        title = normalised_title(line.title)
        told = line.published is not None and len(title.split()) >= TELLING
        kept.setdefault((title, line.published) if told else line.identity, (position, line))
    return list(kept.values())


def _match(headline: Headline, known: Mapping[str, Stored]) -> Stored | None:
    """What is stored of a headline: under its own identity, or on an earlier day at the same time of day."""
    if headline.identity in known:
        return known[headline.identity]
    for identity in earlier_days(headline.identity):
        stored = known.get(identity)
        if stored and headline.published and _same_clock(headline.published, stored.published):
            return stored
    return None


def _same_clock(later: datetime, earlier: datetime) -> bool:
    """Whether two instants are whole days apart to the minute, but for a change of the clocks."""
    rest = (later - earlier + _DAY / 2) % _DAY - _DAY / 2
    return abs(rest) < _MINUTE or abs(abs(rest) - _SHIFT) < _MINUTE


def _is_corrected(headline: Headline, stored: Stored) -> bool:
    """Whether the source changed the title, the lead or the text that it brings, or gave a link to what had none. One
    article has several URLs."""
    return (
        headline.title != stored.title
        or bool(headline.link and not stored.link)
        or bool(headline.lead and stored.lead and differs(headline.lead, stored.lead))
        or bool(headline.blocks and stored.blocks and text_differs(headline.blocks, stored.blocks))
    )


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
    return replace(headline, published=now) if is_ahead(headline, now) else headline


def _oldest_first(headlines: Sequence[Headline]) -> tuple[Headline, ...]:
    """By time; lines of one minute keep the source's order (newest first) turned round, undated ones come last."""
    last = datetime.max.replace(tzinfo=UTC)
    order = sorted(range(len(headlines)), key=lambda at: (headlines[at].published or last, -at))
    return tuple(headlines[at] for at in order)

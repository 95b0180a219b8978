"""Whether two headlines tell the same story. A wrong yes costs a reader news, so what is in doubt is another story."""

from collections.abc import Sequence
from itertools import takewhile

from rapidfuzz import fuzz

from bot.domain.identity import normalised_title
from bot.domain.vocabulary import PREPOSITIONS
from bot.domain.wording import SHORTEST, Word, Wording

LEAST = 58.0
"""What `fuzz.token_set_ratio` must give before the words are looked at one by one."""
ENOUGH = 0.5
_SHARED = 3
"""Words and facts that two headlines must share; one less where one says nothing that the other does not."""
_NOUN, _VERB, _FACT = 1.0, 0.6, 0.5
_SEPARATE = 0.15
"""What each pair of nouns takes off that stands for itself in both."""
_TURN = 0.25
"""What it takes off where one says by a noun what the other has not, and the other by a verb: `öffnet`, `Einbruch`."""
_WHOLE = 0.7
_PART = 5  # letters of a compound
_LINK = 6  # between two compounds
_ALIKE = 0.7  # of the longer stem


def same_story(one: Wording, other: Wording) -> bool:
    """Whether two headlines of the same days tell the same."""
    return not contradict(one, other) and rough(one, other) >= LEAST and score(one, other) >= ENOUGH


def rough(one: Wording, other: Wording) -> float:
    """How alike two headlines are at a glance, 0 to 100; 0 below `LEAST`."""
    return fuzz.token_set_ratio(one.folded, other.folded, score_cutoff=LEAST)


def score(one: Wording, other: Wording) -> float:
    """How much two headlines that do not contradict each other have in common, 0 to 1."""
    left, right = _unmatched(one, other), _unmatched(other, one)
    shared = max(len(one.words) - len(left), len(other.words) - len(right)) + len(one.facts & other.facts)
    if shared < (_SHARED if left and right else _SHARED - 1):
        return 0.0
    nouns = min(sum(word.noun for word in left), sum(word.noun for word in right))
    found = _common(one, other, left, right) - _SEPARATE * nouns - _TURN * _turned(left, right)
    if found < ENOUGH or not left or not right:
        return found
    one_pattern = _exchanged(left, right) or (_in_order(one, other) and _in_order(other, one))
    return 0.0 if one_pattern else found


def likeness(title: str, other: str) -> float:
    """How alike two titles are word for word, 0 to 100, whatever they tell: a corrected title is like its old one."""
    return fuzz.token_sort_ratio(normalised_title(title), normalised_title(other))


def contradict(one: Wording, other: Wording) -> bool:
    """Whether each names something of a kind that the other does not, or one says what the other leaves open.

    Of contraries it counts who knows how it went: what it was before may be said by both.
    """
    if one.telling != other.telling:
        return True
    if one.before & ~one.after & other.after or other.before & ~other.after & one.after:
        return True
    mine, theirs = one.facts - other.facts, other.facts - one.facts
    return bool(mine and theirs) and not {kind for kind, _ in mine}.isdisjoint(kind for kind, _ in theirs)


def _unmatched(one: Wording, other: Wording) -> list[Word]:
    """The words of the one of which the other has no form."""
    stems = {word.stem for word in other.words}
    return [
        word
        for word in one.words
        if word.stem not in stems and not any(_match(word, its) for its in other.words)
    ]


def _match(one: Word, other: Word) -> bool:
    """Whether two words are forms of one or synonyms, or one is a part of the other."""
    mine, theirs = one.stem, other.stem
    if mine == theirs or (one.sense and one.sense == other.sense):
        return True
    short, long = (mine, theirs) if len(mine) <= len(theirs) else (theirs, mine)
    if len(short) < SHORTEST or long in (short + "in", short + "inn"):  # another person, maybe
        return False
    if long.startswith(short) or long.endswith(short) or (len(short) >= _PART and short in long):
        return True
    if short[0] == long[0] and short[:_PART] == long[:_PART]:
        common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(short, long, strict=False)))
        return common >= _ALIKE * len(long)
    return len(short) > _LINK and (_linked(short, long) or _linked(long, short))


def _linked(one: str, other: str) -> bool:
    """Whether the end of one compound is the beginning of the other: `Frauenfußball`, `Fußballerin`."""
    at = one.find(other[:_LINK])
    return at > 0 and other.startswith(one[at:])


def _exchanged(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Whether one noun stands in the other's place: after the same preposition, or as the label."""
    spots = {word.after for word in left if word.noun and word.after in PREPOSITIONS}
    labels = any(word.label for word in left) and any(word.label for word in right)
    return labels or any(word.noun and word.after in spots for word in right)


def _in_order(one: Wording, other: Wording) -> bool:
    """Whether what both say comes in the same order: one pattern, filled in two ways."""
    at = 0
    for word in one.words:
        places = [place for place, its in enumerate(other.words) if _match(word, its)]
        if places and max(places) < at:
            return False
        at = min((place for place in places if place >= at), default=at)
    return True


def _turned(left: Sequence[Word], right: Sequence[Word]) -> bool:
    """Whether one has nouns for itself and the other verbs."""
    mine, theirs = {word.noun for word in left}, {word.noun for word in right}
    return bool(mine and theirs) and mine | theirs == {True, False}


def _common(one: Wording, other: Wording, left: Sequence[Word], right: Sequence[Word]) -> float:
    """The share of what both say: of both together, and of the one that says less."""
    facts = _FACT * len(one.facts & other.facts)
    mine, theirs = _weight(one.words), _weight(other.words)
    found = (mine - _weight(left) + facts, theirs - _weight(right) + facts)
    both = mine + theirs + _FACT * (len(one.facts) + len(other.facts))
    shorter = max(found[0] / (mine + facts or 1), found[1] / (theirs + facts or 1))
    return _WHOLE * sum(found) / (both or 1) + (1 - _WHOLE) * shorter


def _weight(words: Sequence[Word]) -> float:
    return sum(_NOUN if word.noun else _VERB for word in words)

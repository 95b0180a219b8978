"""Finding what people meant: topics by slug, name in any language or a near miss, and the nearest command."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.catalogue import ALL, Topic

_EVERYTHING = frozenset({ALL, "alle", "alles", "everything", "tout", "tous", "الكل"})
_LINKING = frozenset({"und", "and", "et"})
_FILLERS = frozenset({"", "topic", "thema", "themen"})
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_CLOSE = 0.7
_LONGEST_NAME = 6  # words
_SHORTEST_PART = 4  # letters of a word that may stand for a longer name


@dataclass(frozen=True, slots=True)
class Found:
    """A topic, and whether it was named or only nearly so."""

    topic: Topic
    exact: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that names no topic, with the nearest ones."""

    word: str
    nearest: tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The topics that a line of words names, in order; `everything` where it says `all`."""

    topics: tuple[Topic, ...] = ()
    everything: bool = False
    unknown: tuple[Unknown, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether the line says nothing at all."""
        return not (self.topics or self.everything or self.unknown)


def find_topic(words: str, topics: Sequence[Topic]) -> Found | None:
    """The topic that these words name, else the nearest one; None for those that name several, too."""
    wish = _key(words)
    names, parts = _names(topics), _parts(topics)
    exact = names.get(wish) or parts.get(wish)
    if exact:
        return Found(exact, exact=True)
    if len(read_topics(words, topics).topics) > 1:
        return None
    close = near_topics(words, topics)
    return Found(close[0], exact=False) if close else None


def means_all(words: str) -> bool:
    """Whether words say `alle` or `alle Themen`, and nothing else."""
    keys = {_key(word) for word in words.split()} - _FILLERS
    return bool(keys) and keys <= _EVERYTHING


def near_topics(word: str, topics: Sequence[Topic], count: int = 3) -> tuple[Topic, ...]:
    """The topics whose names are nearest to a word, best first; maybe none."""
    names = {**_parts(topics), **_names(topics)}
    close = get_close_matches(_key(word), names, n=count * 3, cutoff=_CLOSE)
    return tuple({names[name].slug: names[name] for name in close}.values())[:count]


def read_topics(words: str, topics: Sequence[Topic]) -> Wanted:
    """The topics named in a line such as `sport, Wissenschaft und Technik`. Near misses are unknown, with a hint."""
    tokens = [token for token in re.split(r"[\s,;]+", words) if token]
    names, parts = _names(topics), _parts(topics)
    found: dict[str, Topic] = {}
    unknown: dict[str, Unknown] = {}
    everything = False
    while tokens:
        size, topic = _longest(tokens, names)
        word, key = tokens[0], _key(tokens[0])
        tokens = tokens[size:]
        topic = topic or parts.get(key)
        if topic:
            found[topic.slug] = topic
        elif key in _EVERYTHING:
            everything = True
        elif key not in _FILLERS:
            unknown[key] = Unknown(word, near_topics(word, topics))
    return Wanted(tuple(found.values()), everything, tuple(unknown.values()))


def nearest(word: str, aliases: Mapping[str, Iterable[str]], cutoff: float = 0.7) -> str | None:
    """The key that a word names or nearly names, itself or by an alias; None when nothing is near."""
    table = {simple(alias): key for key, words in aliases.items() for alias in (key, *words)}
    wish = simple(word)
    if wish in table:
        return table[wish]
    close = get_close_matches(wish, table, n=1, cutoff=cutoff)
    return table[close[0]] if close else None


def simple(words: str) -> str:
    """Words as they are compared: no case, no accents, one blank between them."""
    # Folded once more after the letters were made plain: a mathematical A has no case before
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", words).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare.replace("_", " ")))


def _key(words: str) -> str:
    """Words as names are compared: `Wissenschaft & Technik` is `Wissenschaft und Technik`."""
    return " ".join(word for word in simple(words).split() if word not in _LINKING)


def _longest(tokens: Sequence[str], names: Mapping[str, Topic]) -> tuple[int, Topic | None]:
    """How many of the first tokens make a name, and whose; (1, None) when they make none."""
    for size in range(min(len(tokens), _LONGEST_NAME), 0, -1):
        topic = names.get(_key(" ".join(tokens[:size])))
        if topic:
            return size, topic
    return 1, None


def _names(topics: Sequence[Topic]) -> dict[str, Topic]:
    """Every topic by its slug and names, umlauts also spelled out; the slug wins."""
    names: dict[str, Topic] = {}
    for topic in topics:
        for name in topic.name.values():
            names.setdefault(_key(name), topic)
            names.setdefault(_key(name.casefold().translate(_UMLAUTS)), topic)
    return {**names, **{_key(topic.slug): topic for topic in topics}}


def _parts(topics: Sequence[Topic]) -> dict[str, Topic]:
    """Longer words of the names that belong to one topic only."""
    owners: dict[str, set[str]] = {}
    for name, topic in _names(topics).items():
        for part in name.split():
            if len(part) >= _SHORTEST_PART:
                owners.setdefault(part, set()).add(topic.slug)
    by_slug = {topic.slug: topic for topic in topics}
    return {part: by_slug[next(iter(slugs))] for part, slugs in owners.items() if len(slugs) == 1}

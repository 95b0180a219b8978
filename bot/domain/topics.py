"""Which topics an article belongs to: the source's setting, else category, section, URL, words, else `other`."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote, urlsplit

from bot.domain import words as texts
from bot.domain.catalogue import OTHER, Topic
from bot.domain.words import SHORTEST_OPEN

Rule = Literal["setting", "category", "section", "url", "keyword", "hint", "nothing"]
_Kind = Literal["keyword", "hint", "unless"]
_Found = dict[str, str]
"""The topics found, each with the word that decided."""

LONGEST_SECTION = 3
"""A part of an address with more words than this is an article's title, not a section."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The topics of an article (slugs in the catalogue's order, never none), and why: the rule that decided, and the
    category, section or part of the URL as the source wrote it, or the keyword as `sources.toml` writes it."""

    topics: tuple[str, ...]
    rule: Rule
    words: tuple[str, ...] = ()


def decide(
    topics: Sequence[Topic],
    *,
    setting: str | None = None,
    categories: Iterable[str] = (),
    section: str = "",
    link: str = "",
    title: str = "",
    lead: str = "",
) -> Decision:
    """What an article belongs to. The setting decides alone; else the first of category, section, URL, keywords and
    hints that hits, with every topic that hits there."""
    if setting:
        return Decision((setting,), "setting", (setting,))
    named: tuple[tuple[Rule, Iterable[str]], ...] = (
        ("category", categories),
        ("section", (section,)),
        ("url", path_parts(link)),
    )
    for rule, names in named:
        if found := _by_section(topics, names):
            return _decision(topics, rule, found)
    clear, weak = _by_words(topics, f"{title}\n{lead}")
    if clear or weak:
        return _decision(topics, "keyword" if clear else "hint", clear or weak)
    return Decision((OTHER.slug,), "nothing")


def names_topic(topics: Sequence[Topic], section: str) -> bool:
    """Whether a category, section or part of a URL decides anything."""
    return bool(_by_section(topics, (section,)))


def path_parts(link: str) -> list[str]:
    """The parts of an address that may name a section: those of its path, and the names before its domain."""
    parts = urlsplit(link)
    names = (parts.hostname or "").split(".")[:-2]
    path = [unquote(part) for part in parts.path.split("/") if part]
    return names + [part for part in path if len(texts.words(part)) <= LONGEST_SECTION]


def _decision(topics: Sequence[Topic], rule: Rule, found: _Found) -> Decision:
    slugs = tuple(topic.slug for topic in topics if topic.slug in found)
    return Decision(slugs, rule, tuple(dict.fromkeys(found[slug] for slug in slugs)))


def _by_section(topics: Sequence[Topic], names: Iterable[str]) -> _Found:
    """Topics that a name belongs to: as a whole, else by the parts of a combined one."""
    found: _Found = {}
    for name in names:
        hits = _named(topics, name) or [
            slug for part in texts.section_parts(name) for slug in _named(topics, part)
        ]
        for slug in hits:
            found.setdefault(slug, name)
    return found


def _named(topics: Sequence[Topic], name: str) -> list[str]:
    """Topics one of whose sections is this name."""
    key = texts.section_key(name)
    return [topic.slug for topic in topics if key and _sections(topic).hold(key)]


@dataclass(frozen=True, slots=True)
class _Sections:
    """The sections of a topic as they are compared."""

    whole: frozenset[str]
    open: re.Pattern[str] | None

    def hold(self, key: str) -> bool:
        """Whether a section, as `section_key` makes it, is one of them."""
        return key in self.whole or bool(self.open and self.open.fullmatch(key))


@lru_cache(maxsize=256)
def _sections(topic: Topic) -> _Sections:
    rules = [texts.section_rule(section) for section in topic.sections]
    return _Sections(frozenset(rules), texts.section_pattern(rules))


def _by_words(topics: Sequence[Topic], text: str) -> tuple[_Found, _Found]:
    """Topics whose keywords, and whose hints, stand in the text, but for those that one of their `unless` rules out."""
    found: dict[_Kind, _Found] = {"keyword": {}, "hint": {}, "unless": {}}
    index = _index(tuple(topics))
    text_words = texts.words(text)
    for at, word in enumerate(text_words):
        for entry in _starting_with(index, word):
            if len(entry.words) == 1 or texts.fits_at(entry.words, text_words, at):
                found[entry.kind].setdefault(entry.slug, entry.written)
    for slug in found["unless"]:
        found["keyword"].pop(slug, None)
        found["hint"].pop(slug, None)
    return found["keyword"], found["hint"]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A keyword of a topic, as it is written and as it is compared."""

    kind: _Kind
    slug: str
    written: str
    words: tuple[texts.Word, ...]


_Entries = dict[str, list[_Entry]]


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    """All keywords by their first word: whole ones, and those with a `*` after it, before it, and at both ends. That is
    some dozens of look-ups for a word of a text, where one pattern of all would try thousands of alternatives."""

    whole: _Entries
    starts: _Entries
    ends: _Entries
    inside: _Entries
    lengths: tuple[int, ...]


@lru_cache(maxsize=2048)
def _starting_with(index: _Index, word: str) -> tuple[_Entry, ...]:
    """The keywords whose first word is this one; remembered, for most words of a text are frequent ones."""
    found = list(index.whole.get(word, ()))
    size = len(word)
    for at in range(SHORTEST_OPEN, size + 1):
        found += index.starts.get(word[:at], ())
        found += index.ends.get(word[-at:], ())
    for length in index.lengths:
        for at in range(size - length + 1):
            found += index.inside.get(word[at : at + length], ())
    return tuple(found)


@lru_cache(maxsize=16)
def _index(topics: tuple[Topic, ...]) -> _Index:
    maps: tuple[_Entries, _Entries, _Entries, _Entries] = ({}, {}, {}, {})
    for entry in (entry for topic in topics for entry in _entries(topic)):
        first = entry.words[0]
        maps[first.open_end + 2 * first.open_start].setdefault(first.core, []).append(entry)
    whole, starts, ends, inside = maps
    return _Index(whole, starts, ends, inside, tuple(sorted({len(core) for core in inside})))


def _entries(topic: Topic) -> Iterator[_Entry]:
    lists: dict[_Kind, tuple[str, ...]] = {
        "keyword": topic.keywords,
        "hint": topic.hints,
        "unless": topic.unless,
    }
    for kind, some in lists.items():
        for written in some:
            yield _Entry(kind, topic.slug, written, texts.pattern(written))

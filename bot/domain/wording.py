"""A headline as it is compared with another: the words that tell something, and the facts that must not differ."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from bot.domain import vocabulary

SHORTEST = 4
"""Letters of a stem."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "-": None})
_THOUSANDS = re.compile(r"(?<=\d)[. \u202f\xa0](?=\d{3}(?!\d))")
_ROAD = re.compile(r"\b(?:Autobahn|A)\s?(?=\d{1,3}\b)")
_THAN = re.compile(r"\s+als (?:erwartet|gedacht|geplant|sonst|zuvor|bisher)\b")
_TOKEN = re.compile(r"\d+(?:[:,]\d+)*|[^\W\d_]\d+|[^\W\d_]+(?:-[^\W\d_]+)*|[:;,.!?|–—]")
_MARKS = frozenset(":;,.!?|–—")
# Turns of phrase that tell as much as a word of `vocabulary.TELLING`
_PHRASES = (
    (re.compile(r"\bjahre? (?:nach|spaeter|danach)\b|\bnach (?:dem|der|den)\b"), "danach"),
    (re.compile(r"^vor (?:dem|der)\b"), "erwartet"),
    (re.compile(r"^(?:wie|warum|wieso|weshalb|was|wer|so|diese|darum|deshalb)\b|\?"), "erklaert"),
)
_ENDINGS = re.compile(r"(?:ung|ern|em|en|er|es|et|e|(?<!i)n|s|t)$")
_PARTICIPLE = re.compile(r"^(an|auf|aus|ein|ab|zu|vor|nach|)ge(?=..)")


class Word(NamedTuple):
    """A word that tells something. `sense` is the first of its synonyms; `noun`: it begins with a capital, as names do;
    `after`: what stands before it; `label`: it stands alone before a colon, `Handball: …`."""

    stem: str
    sense: str
    noun: bool
    after: str
    label: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """A headline, read. `facts` are numbers, days and places by kind; `before`, `after` and `telling` are bits of the
    vocabulary."""

    folded: str
    words: tuple[Word, ...]
    facts: frozenset[tuple[str, str]]
    before: int
    after: int
    telling: int


def wording_of(title: str) -> Wording:
    """Reads a title."""
    title = _ROAD.sub("A", _THOUSANDS.sub("", _THAN.sub("", title)))
    tokens = _joined(_TOKEN.findall(title))
    label = len(tokens) > 1 and tokens[1] == ":"
    tokens = [token for token in tokens if token not in _MARKS]
    folded = " ".join(tokens).lower().translate(_UMLAUTS)
    words = folded.split()
    before = after = telling = 0
    for word in words:
        before |= vocabulary.BEFORE.get(word, 0)
        after |= vocabulary.AFTER.get(word, 0)
        telling |= vocabulary.TELLING.get(word, 0)
    whole = title.lower().translate(_UMLAUTS)
    for phrase, word in _PHRASES:
        if phrase.search(whole):
            telling |= vocabulary.TELLING[word]
    nouns = [token[0].isupper() for token in tokens]
    facts = frozenset(_facts(words, nouns))
    return Wording(folded, tuple(_words(words, nouns, label=label)), facts, before, after, telling)


def _joined(tokens: list[str]) -> list[str]:
    """The tokens with the two parts of a verb as one at the place of the first: `sagt … ab` is `absagt`."""
    verb: int | None = None
    last = len(tokens) - 1
    for at, token in enumerate(tokens):
        if token in _MARKS:
            verb = None
        elif verb is None:
            if at and token.islower() and token.translate(_UMLAUTS) not in vocabulary.STOP:
                verb = at
        elif token in vocabulary.SEPARABLE and (at == last or tokens[at + 1] in _MARKS):
            tokens[verb], tokens[at] = token + tokens[verb], "und"
    return tokens


def _words(words: list[str], nouns: list[bool], *, label: bool) -> Iterator[Word]:
    before = ""
    for at, (word, noun) in enumerate(zip(words, nouns, strict=True)):
        if word not in vocabulary.STOP and not word[0].isdecimal() and word not in vocabulary.NUMBERS:
            sense = vocabulary.SYNONYMS.get(word, "")
            yield Word(_stem(word, noun=noun), sense, noun, before, label and at == 0)
        before = word


def _stem(word: str, *, noun: bool) -> str:
    """The word without its ending and, of a participle, its beginning."""
    if len(word) > SHORTEST and (ending := _ENDINGS.search(word)):
        word = word[: max(ending.start(), SHORTEST)]
    return word if noun or len(word) <= SHORTEST + 1 else _PARTICIPLE.sub(r"\1", word)


def _facts(words: list[str], nouns: list[bool]) -> Iterator[tuple[str, str]]:
    for at, (word, noun) in enumerate(zip(words, nouns, strict=True)):
        if word in vocabulary.NUMBERS:
            yield "number", vocabulary.NUMBERS[word]
        elif word[0].isdecimal():
            following = words[at + 1] if at + 1 < len(words) else ""
            yield "number", _number(word, vocabulary.MULTIPLES.get(following, 1))
        elif noun:
            yield from _named(word)


def _named(word: str) -> Iterator[tuple[str, str]]:
    """What a capitalised word says for a fact."""
    if word in vocabulary.PLACES:
        yield vocabulary.PLACES[word]
    elif word in vocabulary.DAYS:
        yield "day", word
    elif word in vocabulary.MONTHS:
        yield "month", word
    elif word in vocabulary.ONE_PERSON:
        yield "number", "1"
    elif word[-1].isdecimal():  # a road, a model
        yield "number", word


def _number(word: str, multiple: int) -> str:
    """A number in one spelling; a score as it is."""
    whole, _, rest = word.partition(",")
    if ":" in word or "," in rest:
        return word
    value = float(f"{whole}.{rest or 0}") * multiple
    return f"{value:.10g}"

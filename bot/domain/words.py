"""How the rules of topics are compared with texts: words for keywords, whole names for sections, `*` for anything."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "_": " "})
_WORD = re.compile(r"\w+")
_AND = frozenset({"und", "and", "et"})
_RULE_WORD = re.compile(r"[\w*]+")
_JOINED = re.compile(r"\s*[/&>|,;:·•+]\s*|\s+[-–—]\s+|[\s-](?:und|and|et)[\s-]+", re.IGNORECASE)

SHORTEST_OPEN = 3
"""How many letters a word with a `*` has at least: "KI*" would be found in "Kind" and "Kino"."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a keyword; `open_start` and `open_end` let other letters stand before and after it."""

    core: str
    open_start: bool
    open_end: bool

    def fits(self, word: str) -> bool:
        """Whether it is this word of a text (of `words`)."""
        if self.open_start:
            return self.core in word if self.open_end else word.endswith(self.core)
        return word.startswith(self.core) if self.open_end else word == self.core


def fold(text: str) -> str:
    """The text without case and accents, with umlauts and ß as in a URL."""
    folded = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    if folded.isascii():
        return folded
    apart = unicodedata.normalize("NFKD", folded)
    return "".join(char for char in apart if not unicodedata.combining(char))


def words(text: str) -> list[str]:
    """The words of a text, folded; a hyphen parts words."""
    return _WORD.findall(fold(text))


def pattern(keyword: str) -> tuple[Word, ...]:
    """The words of a keyword. A `*` at either end of one stands for any letters. Raises ValueError."""
    found = tuple(_word(word) for word in _RULE_WORD.findall(fold(keyword)))
    if not found:
        raise ValueError("at least one word")
    return found


def _word(text: str) -> Word:
    core = text.strip("*")
    if "*" in core or "**" in text:
        raise ValueError("a * at the start or the end of a word only")
    if len(core) < SHORTEST_OPEN and core != text:
        raise ValueError(f"at least {SHORTEST_OPEN} letters beside a *")
    return Word(core, text.startswith("*"), text.endswith("*"))


def fits_at(rule: Sequence[Word], text: Sequence[str], at: int) -> bool:
    """Whether all words of a keyword stand in the text, the first of them at `at`."""
    return len(text) - at >= len(rule) and all(
        one.fits(word) for one, word in zip(rule, text[at:], strict=False)
    )


def section_key(text: str) -> str:
    """How a section is compared: its folded words but for “und”, which may be “&” as well, joined by hyphens."""
    return "-".join(word for word in words(text) if word not in _AND)


def section_rule(section: str) -> str:
    """How a section of a topic is compared; a `*` stands for anything. Raises ValueError."""
    rule = "-".join(word for word in _RULE_WORD.findall(fold(section)) if word not in _AND)
    if not rule:
        raise ValueError("at least one word")
    if "*" in rule and len(rule.replace("*", "")) < SHORTEST_OPEN:
        raise ValueError(f"at least {SHORTEST_OPEN} letters beside a *")
    return rule


def section_pattern(rules: Sequence[str]) -> re.Pattern[str] | None:
    """One pattern for all rules with a `*` (of `section_rule`), to match whole sections (of `section_key`)."""
    parts = [re.escape(rule).replace(r"\*", ".*") for rule in rules if "*" in rule]
    return re.compile("|".join(parts)) if parts else None


def section_parts(text: str) -> list[str]:
    """The parts of a combined section, such as “Politik & Wirtschaft” or “Sport/Fußball”; none where it is single."""
    parts = [part for part in _JOINED.split(text) if part]
    return parts if len(parts) > 1 else []

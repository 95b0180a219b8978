"""Which topics an article belongs to: the source's setting, else category, section, URL, keywords, else `other`."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from bot.domain.catalogue import OTHER, Topic

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def topics_of(
    topics: Sequence[Topic],
    *,
    setting: str | None = None,
    categories: Iterable[str] = (),
    section: str = "",
    link: str = "",
    title: str = "",
    lead: str = "",
) -> tuple[str, ...]:
    """The slugs an article belongs to, in the catalogue's order, never none.

    The setting decides alone; else the first of category, section, URL and keywords that hits, with every topic
    that hits there.
    """
    if setting:
        return (setting,)
    for words in (categories, (section,), path_parts(link)):
        if found := _by_section(topics, words):
            return found
    return _by_keyword(topics, f"{title}\n{lead}") or (OTHER.slug,)


def path_parts(link: str) -> list[str]:
    """The parts of an address that may name a section: those of its path, and the names before its domain."""
    parts = urlsplit(link)
    names = (parts.hostname or "").split(".")[:-2]
    return names + [unquote(part) for part in parts.path.split("/") if part]


def section_key(text: str) -> str:
    """How a section is compared: without case, accents and punctuation, umlauts as in a URL."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    plain = "".join(char for char in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(char))
    return "-".join(re.findall(r"\w+", plain.replace("_", " ")))


def _by_section(topics: Sequence[Topic], words: Iterable[str]) -> tuple[str, ...]:
    """Topics one of whose sections equals one of the words."""
    keys = {section_key(word) for word in words if word} - {""}
    return tuple(topic.slug for topic in topics if keys & _section_keys(topic.sections))


def _by_keyword(topics: Sequence[Topic], text: str) -> tuple[str, ...]:
    """Topics one of whose keywords stands in the text as whole words."""
    found = []
    for topic in topics:
        pattern = _keyword_pattern(topic.keywords)
        if pattern is not None and pattern.search(text):
            found.append(topic.slug)
    return tuple(found)


@lru_cache(maxsize=256)
def _section_keys(sections: tuple[str, ...]) -> frozenset[str]:
    """The sections as they are compared."""
    return frozenset(section_key(section) for section in sections)


@lru_cache(maxsize=256)
def _keyword_pattern(keywords: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for all keywords of a topic; None without any."""
    words = [
        r"\s+".join(re.escape(word) for word in keyword.split()) for keyword in keywords if keyword.split()
    ]
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE) if words else None

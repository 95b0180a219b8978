"""The topics and sources that `sources.toml` declares. Values, and the one box that a reload replaces."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

SourceKind = Literal["auto", "feed", "ticker"]

ALL = "all"
"""Subscribing to this follows every topic, `other` and future ones too. No topic may be called so."""


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """A category that a chat can follow. `name` maps a language code to a name; `sections`, `keywords`, `hints` and
    `unless` decide what belongs to it (see `bot.domain.topics`). A topic equals only itself, which makes it a quick key
    to its compiled rules."""

    slug: str
    emoji: str
    name: Mapping[str, str]
    sections: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """The name in this language, else in German, else in any, else the slug."""
        return self.name.get(language) or self.name.get("de") or next(iter(self.name.values()), self.slug)


OTHER = Topic("other", "🗞", {"de": "Sonstiges", "en": "Other", "fr": "Divers", "ar": "متفرقات"})
"""Where an article without a topic belongs; it always exists and comes last."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source as declared. `every` is None for "auto"; `topic`, where given, is the topic of all it brings."""

    name: str
    url: str
    kind: SourceKind = "auto"
    language: str = "de"
    timezone: str = "Europe/Berlin"
    every: timedelta | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All declared topics (`other` always the last of them) and sources."""

    topics: tuple[Topic, ...] = (OTHER,)
    sources: tuple[SourceSpec, ...] = ()

    def topic(self, slug: str) -> Topic | None:
        """The topic with this slug, or None."""
        return next((topic for topic in self.topics if topic.slug == slug), None)

    def source(self, name: str) -> SourceSpec | None:
        """The source with this name, or None."""
        return next((source for source in self.sources if source.name == name), None)


class CurrentCatalogue:
    """The catalogue in force: read `now`, replaced by the composition root when the file is read again."""

    __slots__ = ("now",)

    def __init__(self, now: Catalogue) -> None:
        self.now = now

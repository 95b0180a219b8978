"""Reads `sources.toml` into a Catalogue; an error names the line."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.domain import words
from bot.domain.catalogue import ALL, OTHER, Catalogue, SourceSpec, Topic
from bot.zones import ZoneName

_UNITS = {"s": 1, "m": 60, "h": 3600}
_SHAPES = {"slug": "1 to 30 of a-z 0-9 -", "language": "two small letters, such as de"}

NO_SOURCE = (
    "no source is declared, so no news comes: add [[sources]] with name and url, then send SIGHUP or restart"
)


class CatalogueError(Exception):
    """`sources.toml` cannot be used; the text names the file, the line and what is expected."""


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Topic(_Entry):
    slug: str = Field(pattern=r"^[a-z0-9-]{1,30}$")
    emoji: str = Field("", max_length=8)
    name: dict[str, str] = Field(min_length=1)
    sections: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    @field_validator("slug")
    @classmethod
    def _free(cls, value: str) -> str:
        if value in {ALL, OTHER.slug}:
            raise ValueError("another slug, for this one is reserved")
        return value


class _Source(_Entry):
    name: str = Field(min_length=1, max_length=80)
    url: str
    kind: Literal["auto", "feed", "ticker"] = "auto"
    language: str = Field("de", pattern=r"^[a-z]{2}$")
    timezone: ZoneName = "Europe/Berlin"
    every: timedelta | None = None
    topic: str | None = None

    @field_validator("url")
    @classmethod
    def _http(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("an address such as https://example.org/")
        return value

    @field_validator("every", mode="before")
    @classmethod
    def _every(cls, value: Any) -> timedelta | None:
        if value == "auto":
            return None
        match = re.fullmatch(r"(\d+)\s*([smh])", str(value))
        if not match or match[1].strip("0") == "":
            raise ValueError('"auto" or a time from 1s, such as "60s", "5m", "1h"')
        return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


class _File(_Entry):
    topics: tuple[_Topic, ...] = ()
    sources: tuple[_Source, ...] = ()


def packaged() -> str:
    """The text of the packaged `sources.toml`: the reference source and its topics."""
    return files("bot").joinpath("sources.toml").read_text(encoding="utf-8")


def load(path: Path | None) -> Catalogue:
    """The catalogue of this file (None: the packaged one). Raises CatalogueError."""
    if path is None:
        return parse(packaged(), "the packaged sources.toml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CatalogueError(f"SOURCES_FILE holds {str(path)!r}, which cannot be read: {why}") from error
    return parse(text, str(path))


def parse(text: str, where: str) -> Catalogue:
    """The catalogue that this TOML text declares; `where` names it in errors. Raises CatalogueError."""
    try:
        file = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        why = str(error).replace("end of document", f"the end, line {len(text.splitlines())}")
        raise CatalogueError(f"{where} is no valid TOML: {why}") from error
    except ValidationError as error:
        raise CatalogueError("\n".join(_line(text, where, one) for one in error.errors())) from error
    _check_names(text, where, file)
    _check_rules(text, where, file)
    topics = tuple(
        Topic(t.slug, t.emoji, t.name, t.sections, t.keywords, t.hints, t.unless) for t in file.topics
    )
    sources = tuple(
        SourceSpec(s.name, s.url, s.kind, s.language, s.timezone, s.every, s.topic) for s in file.sources
    )
    return Catalogue((*topics, OTHER), sources)


def _check_names(text: str, where: str, file: _File) -> None:
    slugs = [topic.slug for topic in file.topics]
    names = [source.name for source in file.sources]
    for table, key, values in (("topics", "slug", slugs), ("sources", "name", names)):
        for index, value in enumerate(values):
            if value in values[:index]:
                raise CatalogueError(
                    f"{_at(text, where, (table, index, key))}: {key} {value!r} is given twice"
                )
    for index, source in enumerate(file.sources):
        if source.topic and source.topic not in {*slugs, OTHER.slug}:
            place = _at(text, where, ("sources", index, "topic"))
            there = ", ".join((*slugs, OTHER.slug))
            raise CatalogueError(f"{place}: topic {source.topic!r} is not declared; there are {there}")


def _check_rules(text: str, where: str, file: _File) -> None:
    for index, topic in enumerate(file.topics):
        for key in ("sections", "keywords", "hints", "unless"):
            check = words.section_rule if key == "sections" else words.pattern
            for rule in getattr(topic, key):
                try:
                    check(rule)
                except ValueError as error:
                    place = _at(text, where, ("topics", index, key, rule))
                    raise CatalogueError(
                        f"{place}: {key} of {topic.slug!r} hold {rule!r}: expected {error}"
                    ) from error


def _line(text: str, where: str, error: Mapping[str, Any]) -> str:
    location = tuple(error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    key = ".".join(str(part) for part in location[2:]) or location[0]
    if error["type"] == "extra_forbidden":
        return f"{_at(text, where, location)}: {key!r} is unknown here"
    if error["type"] == "missing":
        return f"{_at(text, where, location[:2])}: {key!r} is missing"
    expected = _SHAPES[str(key)] if error["type"] == "string_pattern_mismatch" else _expected(message)
    return f"{_at(text, where, location)}: {key} holds {error['input']!r}: expected {expected}"


def _expected(message: str) -> str:
    return re.sub(r"^\w+ should (be|have) ", "", message)


def _at(text: str, where: str, location: Sequence[Any]) -> str:
    return f"{where}, line {_line_of(text.splitlines(), location)}"


def _line_of(lines: list[str], location: Sequence[Any]) -> int:
    """The line of a key in the n-th table of its kind (tomllib tells no places), else of the table's header."""
    if len(location) < 2 or not isinstance(location[1], int):
        top = re.compile(rf"\s*\[*\s*{re.escape(str(location[0]))}\b")
        return next((number for number, line in enumerate(lines, 1) if top.match(line)), 1)
    header = re.compile(rf"\s*\[\[\s*{re.escape(str(location[0]))}\s*\]\]")
    starts = [number for number, line in enumerate(lines, 1) if header.match(line)]
    if location[1] >= len(starts):
        return 1
    start = starts[location[1]]
    if len(location) > 2:
        key = re.compile(rf"\s*{re.escape(str(location[2]))}\s*=")
        for number in range(start + 1, len(lines) + 1):
            if re.match(r"\s*\[\[", lines[number - 1]):
                break
            if key.match(lines[number - 1]):
                return number
    return start

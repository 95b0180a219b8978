"""The stories of the sample site, read from `content/*.toml`: what it can publish, and in which order."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.headline import Block

CONTENT = Path(__file__).parent / "content"
PLAN = "edition.toml"
"""The file of the folder that names the sections, each a file beside it, and orders the stories."""


class ContentError(ValueError):
    """A content file does not hold what the site needs; the text names the file and the story."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the paper with a page of its own. `topic` is the topic that its articles belong to, or `other`."""

    name: str
    slug: str
    id: str
    topic: str

    @property
    def path(self) -> str:
        """Where its page is."""
        return f"/categorie/{self.slug}/{self.id}"


@dataclass(frozen=True, slots=True)
class Story:
    """One article as written: published once per round, each time under a fresh id."""

    key: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    section: Section
    picture: str = ""
    caption: str = ""
    comments: int = 0


@dataclass(frozen=True, slots=True)
class Stock:
    """All there is to publish: `opening` stands on the page at the start (minutes ago, story; newest first),
    `queue` follows in this order."""

    sections: tuple[Section, ...]
    opening: tuple[tuple[int, Story], ...]
    queue: tuple[Story, ...]

    @property
    def stories(self) -> tuple[Story, ...]:
        """Every story once, in the order of publication."""
        return (*(story for _, story in reversed(self.opening)), *self.queue)


def load_stock(folder: Path = CONTENT) -> Stock:
    """Reads the folder's files; raises ContentError when a story is missing, unknown or planned twice."""
    plan = tomllib.loads((folder / PLAN).read_text("utf-8"))
    read = [_section(folder / f"{name}.toml") for name in plan["sections"]]
    stories = {story.key: story for _, found in read for story in found}
    planned = [key for _, key in plan["opening"]] + plan["queue"]
    if sorted(planned) != sorted(story.key for _, found in read for story in found):
        odd = sorted(set(planned) ^ set(stories)) or "a key stands twice"
        raise ContentError(f"{PLAN} must name every story exactly once: {odd}")
    return Stock(
        sections=tuple(section for section, _ in read),
        opening=tuple((minutes, stories[key]) for minutes, key in plan["opening"]),
        queue=tuple(stories[key] for key in plan["queue"]),
    )


def _section(path: Path) -> tuple[Section, list[Story]]:
    try:
        data = tomllib.loads(path.read_text("utf-8"))
        section = Section(data["name"], data["slug"], data["id"], data["topic"])
        return section, [_story(entry, section) for entry in data["story"]]
    except (tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise ContentError(f"{path.name}: {error}") from error


def _story(entry: dict[str, Any], section: Section) -> Story:
    return Story(
        section=section, blocks=read_text(entry["text"]), **{k: v for k, v in entry.items() if k != "text"}
    )


def read_text(text: str) -> tuple[Block, ...]:
    """The blocks of a text in the stories' notation.

    Blank lines separate them: `## heading`, lines of `> quote`, of `- item` or of `1. item`, else a paragraph.
    """
    return tuple(_block(piece.strip()) for piece in re.split(r"\n\s*\n", text.strip()))


def _block(piece: str) -> Block:
    lines = piece.splitlines()
    if piece.startswith("## "):
        return Block("heading", piece[3:], level=2)
    if piece.startswith("> "):
        return Block("quote", "\n".join(line.removeprefix("> ") for line in lines))
    if piece.startswith("- "):
        return Block("list", items=tuple(line.removeprefix("- ") for line in lines))
    if re.match(r"1\. ", piece):
        return Block("list", items=tuple(re.sub(r"^\d+\. ", "", line) for line in lines), ordered=True)
    return Block("paragraph", " ".join(lines))

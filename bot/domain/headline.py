"""What a source brings: headlines, article pages and the blocks of their text. Values only."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

BlockKind = Literal["paragraph", "heading", "quote", "list", "picture", "onward"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of an article's text, in reading order; plain text, no markup.

    `text` is the paragraph, heading (`level` 2 to 4), quote, or a picture's caption; `items` are a list's entries
    (`ordered` or not); `url` is a picture's address, or that of the page which the text goes on on: the
    last block of one that is not here as a whole (`onward`, without any text).
    """

    kind: BlockKind
    text: str = ""
    items: tuple[str, ...] = ()
    ordered: bool = False
    level: int = 2
    url: str = ""

    def as_json(self) -> dict[str, Any]:
        """The block without what equals its default: what the database keeps."""
        full: dict[str, Any] = {"kind": self.kind}
        for name, default in (("text", ""), ("items", ()), ("ordered", False), ("level", 2), ("url", "")):
            value = getattr(self, name)
            if value != default:
                full[name] = list(value) if name == "items" else value
        return full

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The block that `as_json` wrote."""
        return cls(**{**data, "items": tuple(data.get("items", ()))})


@dataclass(frozen=True, slots=True)
class Headline:
    """One line of a ticker or one entry of a feed, as read: nothing is decided about it yet.

    `identity` is stable across positions, URLs and titles (see `identity`); `published` is aware UTC or None;
    `categories` are the feed's own words; `blocks` is the text where the source brings it along.
    """

    identity: str
    title: str
    link: str
    published: datetime | None = None
    lead: str = ""
    categories: tuple[str, ...] = ()
    picture: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """What an article page yielded; empty where the page does not say. `comments` is None when none is shown; `onward`
    is the address of the page that the text goes on on."""

    title: str = ""
    lead: str = ""
    blocks: tuple[Block, ...] = ()
    section: str = ""
    picture: str = ""
    comments: int | None = None
    published: datetime | None = None
    paywalled: bool = False
    onward: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article as readers get it: the headline with its text, topics and source. Times are aware UTC. `also`
    names the other sources that bring the same story; `withdrawn`: the source has taken it back."""

    id: int
    title: str
    link: str
    published: datetime
    first_seen: datetime
    lead: str = ""
    section: str = ""
    picture: str = ""
    comments: int | None = None
    blocks: tuple[Block, ...] = ()
    topics: tuple[str, ...] = ()
    source: str = ""
    language: str = "de"
    corrected: datetime | None = None
    categories: tuple[str, ...] = ()
    baseline: bool = False
    text_state: Literal["pending", "ready", "none"] = field(default="pending")
    paywalled: bool = False
    withdrawn: datetime | None = None
    also: tuple[str, ...] = ()

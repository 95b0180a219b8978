"""What a button says when it is pressed: at most 64 bytes each way, read without trusting them."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar, get_args

DATA_LIMIT = 64
_LARGEST = 2**31 - 1
FOLLOWED = "."
"""The scope of /latest that means: the topics this chat follows."""
EVERYTHING = "*"
"""The scope of /latest that means: all topics."""


@dataclass(frozen=True, slots=True)
class Read:
    """Open an article."""

    code: ClassVar[str] = "r"
    article: int


@dataclass(frozen=True, slots=True)
class AsPlain:
    """Open it as plain text, and from now on every article."""

    code: ClassVar[str] = "p"
    article: int


@dataclass(frozen=True, slots=True)
class AsRich:
    """Open it as a rich message again, and from now on every article."""

    code: ClassVar[str] = "a"
    article: int


@dataclass(frozen=True, slots=True)
class TurnTo:
    """Show this page (from 0) of a plain article."""

    code: ClassVar[str] = "g"
    article: int
    page: int


@dataclass(frozen=True, slots=True)
class Toggle:
    """Follow a topic (or `all`) or no longer, in the keyboard of topics."""

    code: ClassVar[str] = "t"
    on: bool
    topic: str


@dataclass(frozen=True, slots=True)
class Follow:
    """Follow a topic or no longer, under its headlines or a question."""

    code: ClassVar[str] = "f"
    on: bool
    topic: str


@dataclass(frozen=True, slots=True)
class Show:
    """Show a topic's newest headlines."""

    code: ClassVar[str] = "s"
    topic: str


@dataclass(frozen=True, slots=True)
class Topics:
    """Show this page (from 0) of the topics to follow."""

    code: ClassVar[str] = "tp"
    page: int


@dataclass(frozen=True, slots=True)
class Shows:
    """Show this page (from 0) of the topics to look at."""

    code: ClassVar[str] = "sp"
    page: int


@dataclass(frozen=True, slots=True)
class Latest:
    """Show this page (from 0) of the `count` newest headlines as of the article `anchor`."""

    code: ClassVar[str] = "l"
    scope: str
    count: int
    anchor: int
    page: int


@dataclass(frozen=True, slots=True)
class Speak:
    """Use this language in this chat."""

    code: ClassVar[str] = "n"
    language: str


@dataclass(frozen=True, slots=True)
class Chats:
    """Show this page (from 0) of the channels and groups to set up."""

    code: ClassVar[str] = "cl"
    page: int


@dataclass(frozen=True, slots=True)
class Setup:
    """Show the settings of a channel or group to its editor."""

    code: ClassVar[str] = "c"
    chat: int


@dataclass(frozen=True, slots=True)
class SetupPage:
    """Show this page (from 0) of the topics in the settings of a channel or group."""

    code: ClassVar[str] = "cp"
    chat: int
    page: int


@dataclass(frozen=True, slots=True)
class SetupTopic:
    """Let a channel or group follow a topic or no longer."""

    code: ClassVar[str] = "ct"
    chat: int
    on: bool
    topic: str


@dataclass(frozen=True, slots=True)
class SetupForm:
    """Post in this form: line, card, picture."""

    code: ClassVar[str] = "cf"
    chat: int
    form: str


@dataclass(frozen=True, slots=True)
class SetupSilent:
    """Post without a sound, or with it."""

    code: ClassVar[str] = "cs"
    chat: int
    on: bool


@dataclass(frozen=True, slots=True)
class SetupLanguage:
    """Post in this language."""

    code: ClassVar[str] = "cn"
    chat: int
    language: str


Press = (
    Read
    | AsPlain
    | AsRich
    | TurnTo
    | Toggle
    | Follow
    | Show
    | Topics
    | Shows
    | Latest
    | Speak
    | Chats
    | Setup
    | SetupPage
    | SetupTopic
    | SetupForm
    | SetupSilent
    | SetupLanguage
)


def encode(press: Press) -> str:
    """The button's data. Raises `ValueError` where it would be longer than Telegram takes."""
    values = [getattr(press, field.name) for field in fields(press)]
    data = ":".join([press.code, *(str(int(v)) if isinstance(v, bool) else str(v) for v in values)])
    if len(data.encode()) > DATA_LIMIT:
        raise ValueError(f"button data of more than {DATA_LIMIT} bytes: {data!r}")
    return data


def parse(data: str | None) -> Press | None:
    """What `encode` wrote; None for anything else, whatever it is."""
    code, *values = (data or "").split(":")
    kind = _KINDS.get(code)
    if kind is None or len(values) != len(fields(kind)):
        return None
    arguments: list[Any] = [
        (_integer if field.name == "chat" else _READERS[field.type])(value)
        for field, value in zip(fields(kind), values, strict=True)
    ]
    return None if any(argument is None for argument in arguments) else kind(*arguments)


def number(value: str) -> int | None:
    """An article's id, a page, a count: 0 up to what PostgreSQL takes as an integer. None for anything else."""
    found = None if value.startswith("-") else _integer(value)
    return found if found is not None and found <= _LARGEST else None


def _integer(value: str) -> int | None:
    digits = value.removeprefix("-")
    return int(value) if digits.isascii() and digits.isdigit() and len(digits) <= 18 else None


def _flag(value: str) -> bool | None:
    return {"0": False, "1": True}.get(value)


def _word(value: str) -> str | None:
    return value or None


_KINDS: dict[str, type[Press]] = {kind.code: kind for kind in get_args(Press)}
_READERS: dict[Any, Callable[[str], int | bool | str | None]] = {int: number, bool: _flag, str: _word}

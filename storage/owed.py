"""What is owed, and how it ended: the values that go between the outbox and the sender."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["headline", "alert", "edit"]
Ending = Literal["sent", "again", "later", "dead", "cancelled"]


@dataclass(frozen=True, slots=True)
class Owed:
    """A claimed delivery, or a claimed notice (`notice_id`, with `kind` and `payload`). `attempt` counts this claim."""

    chat_id: int
    thread_id: int
    article_id: int | None
    attempt: int
    notice_id: int | None = None
    kind: Kind = "headline"
    payload: Any = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a claimed delivery ended: sent (with `message_id`), again (the lease is given back and the attempt with it),
    later (not before `due`, the attempt counts if `counted`), dead (with `reason`), cancelled (removed)."""

    owed: Owed
    ending: Ending
    message_id: int | None = None
    due: datetime | None = None
    reason: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Counts:
    """The outbox in numbers. `in_doubt` is what is leased: on the wire, or left so by a sender that died."""

    owed: int
    in_doubt: int
    dead: int
    done: int

"""What Telegram's answer to a call means: one pure function, over status and description as Telegram gives them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Failure(StrEnum):
    """Why there is no answer at all."""

    NOT_SENT = "not sent"  # refused, DNS, pool timeout: the request never left
    IN_DOUBT = "in doubt"  # read timeout, broken response: it may have been delivered


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the Bot API as a value. `status` is the HTTP status (the envelope's `error_code` where a 200 says
    `ok: false`), None when there was no answer (`failure` says why); `ok` is the envelope's own word; `result` its
    result. A body that is no envelope has `ok` False and an empty `description`."""

    status: int | None = None
    ok: bool = False
    result: Any = None
    description: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None


class Action(StrEnum):
    """What is to be done about a delivery after an answer."""

    DONE = "done"
    AGAIN = "again"  # not sent: again soon, costs no attempt
    DOUBT = "doubt"  # once more, then dead with reason `unknown`
    WAIT = "wait"  # 429: this chat waits `wait` seconds, costs no attempt
    GONE = "gone"  # disable the chat, cancel its queue, keep its settings
    MOVED = "moved"  # re-key the chat to `moved_to`, send again
    PLAIN = "plain"  # entities: once more as plain text, and an alert
    SPLIT = "split"  # too long: split again
    MAIN_THREAD = "main thread"  # thread gone: to the main thread, tell the editor
    MAY_NOT = "may not"  # pause the chat, tell its owner
    NO_METHOD = "no method"  # older server: the plain form, remembered until restart
    REVOKED = "revoked"  # token: stop sending, keep the queue, not ready
    CONFLICT = "conflict"  # second poller: keep sending, say so
    DEAD = "dead"  # poison: dead, visible


@dataclass(frozen=True, slots=True)
class Verdict:
    """The action, with its `reason` in Telegram's words, and what it needs: seconds to wait or the new chat id."""

    action: Action
    reason: str = ""
    wait: float = 0.0
    moved_to: int = 0


NO_RETRY_AFTER = 5.0
"""Seconds to wait after a 429 that does not say how long."""

_SAYS_WHEN = re.compile(r"retry after (\d+)")

# Descriptions of a 400, in lower case; the first that is contained decides (shared facts: telegram/errors.json).
_REFUSALS: tuple[tuple[str, Action], ...] = (
    ("chat not found", Action.GONE),
    ("peer_id_invalid", Action.GONE),
    ("channel_private", Action.GONE),
    ("user_is_blocked", Action.GONE),
    ("input_user_deactivated", Action.GONE),
    ("group chat was deactivated", Action.GONE),
    ("can't parse entities", Action.PLAIN),
    ("message is too long", Action.SPLIT),
    ("message_too_long", Action.SPLIT),
    ("text is too long", Action.SPLIT),
    ("caption is too long", Action.SPLIT),
    ("media_caption_too_long", Action.SPLIT),
    ("message thread not found", Action.MAIN_THREAD),
    ("topic_closed", Action.MAIN_THREAD),
    ("topic_deleted", Action.MAIN_THREAD),
    ("not enough rights", Action.MAY_NOT),
    ("administrator rights", Action.MAY_NOT),
    ("have no rights to send", Action.MAY_NOT),
    ("chat_write_forbidden", Action.MAY_NOT),
    ("chat_admin_required", Action.MAY_NOT),
    ("chat_restricted", Action.MAY_NOT),
    ("message is not modified", Action.DONE),
    ("message to edit not found", Action.DONE),
    ("message can't be edited", Action.DONE),
    ("there is no text in the message to edit", Action.DONE),
    ("there is no caption in the message to edit", Action.DONE),
    ("message to delete not found", Action.DONE),
    ("message can't be deleted", Action.DONE),
    ("query is too old", Action.DONE),
)


def judge(answer: Answer) -> Verdict:
    """What is to be done after this answer. Decides on status and description, never on an exception's class."""
    if answer.failure or answer.status is None:
        return Verdict(
            Action.DOUBT if answer.failure is Failure.IN_DOUBT else Action.AGAIN, answer.description
        )
    if answer.ok:
        return Verdict(Action.DONE)
    reason = answer.description or f"no answer of a Bot API: HTTP {answer.status}"
    if moved_to := answer.parameters.get("migrate_to_chat_id"):
        return Verdict(Action.MOVED, reason, moved_to=int(moved_to))
    if answer.status == 429:
        return Verdict(Action.WAIT, reason, wait=_wait(answer))
    return Verdict(_refusal(answer.status, answer.description), reason)


def _wait(answer: Answer) -> float:
    said = answer.parameters.get("retry_after")
    if isinstance(said, int | float) and said > 0:
        return float(said)
    found = _SAYS_WHEN.search(answer.description.lower())
    return float(found[1]) if found else NO_RETRY_AFTER


def _refusal(status: int, description: str) -> Action:
    """The action for a status that says no. Without a description it is not Telegram that speaks: a 2xx or 5xx may
    hide a delivery, a page of a proxy in between hides none."""
    if not 300 <= status < 500:
        return Action.DOUBT
    if not description:
        return Action.DEAD if status == 413 else Action.AGAIN
    if status == 400:
        said = description.lower()
        return next((action for part, action in _REFUSALS if part in said), Action.DEAD)
    if status == 404:
        return Action.NO_METHOD if "method not found" in description.lower() else Action.REVOKED
    return _BY_STATUS.get(status, Action.DEAD)


_BY_STATUS = {401: Action.REVOKED, 403: Action.GONE, 409: Action.CONFLICT}

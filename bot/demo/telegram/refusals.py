"""What Telegram refuses, in Telegram's own words (from tdlib's and the Bot API server's public sources)."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):  # noqa: N818 - an answer of Telegram's, not an error of ours
    """The answer `{"ok": false}`: HTTP status `code`, `description`, and `parameters` such as `retry_after`."""

    def __init__(self, code: int, description: str, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = dict(parameters or {})

    def again(self) -> "Refusal":
        """The same, to be raised: one instance raised many times would gather tracebacks."""
        return Refusal(self.code, self.description, self.parameters)

    def body(self) -> dict[str, Any]:
        """The envelope."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body

    def headers(self) -> dict[str, str]:
        """A flood's `Retry-After`."""
        wait = self.parameters.get("retry_after")
        return {"Retry-After": str(wait)} if wait else {}


class StandInError(RuntimeError):
    """The stand-in itself cannot go on, or a test or the page asked for what cannot be done."""


def bad(text: str) -> Refusal:
    """400."""
    return Refusal(400, f"Bad Request: {text}")


def forbidden(text: str) -> Refusal:
    """403: for good, until a person does something."""
    return Refusal(403, f"Forbidden: {text}")


def conflict(text: str) -> Refusal:
    """409: somebody else gets the updates."""
    return Refusal(409, f"Conflict: {text}")


def flood(seconds: int) -> Refusal:
    """429: not before `seconds` are over."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def unauthorized() -> Refusal:
    """401 of a token that was revoked, or never existed."""
    return Refusal(401, "Unauthorized")


def invalid_token() -> Refusal:
    """401 of what is no token at all."""
    return Refusal(401, "Unauthorized: invalid token specified")


def unknown_method() -> Refusal:
    """404 of an older server asked for a newer method."""
    return Refusal(404, "Not Found: method not found")


def not_found() -> Refusal:
    """404 of a path that is no bot's."""
    return Refusal(404, "Not Found")


def restart() -> Refusal:
    """500 of a server that goes down."""
    return Refusal(500, "Internal Server Error: restart")


def blocked() -> Refusal:
    """The user blocked the bot."""
    return forbidden("bot was blocked by the user")


def deactivated() -> Refusal:
    """The account is gone."""
    return forbidden("user is deactivated")


def not_started() -> Refusal:
    """The user never wrote to the bot."""
    return forbidden("bot can't initiate conversation with a user")


def upgraded(chat_id: int) -> Refusal:
    """The group is now the supergroup `chat_id`."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, text, {"migrate_to_chat_id": chat_id})


CHAT_NOT_FOUND = "chat not found"
TWO_POLLERS = "terminated by other getUpdates request; make sure that only one bot instance is running"
POLL_BESIDE_WEBHOOK = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
ENDED_BY_WEBHOOK = "terminated by setWebhook request"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
TEXT_BUTTON = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"

"""What is known of Telegram right now: can it be reached, does it take the token, who are we there."""

from collections.abc import Mapping
from typing import Any

import structlog

from bot.domain.verdict import Action, Verdict

_log = structlog.get_logger(__name__)


class TelegramState:
    """Small and mutable: written by whoever talks to Telegram, read by readiness and by the texts. Each change is
    logged once."""

    __slots__ = ("bot_id", "conflict", "reachable", "reason", "revoked", "username")

    def __init__(self) -> None:
        self.reachable: bool | None = None
        """None until the first try."""
        self.revoked = False
        self.conflict = False
        self.reason = ""
        """Why it is not ready, in Telegram's or the network's words."""
        self.username = ""
        self.bot_id = 0

    @property
    def ready(self) -> bool:
        """Whether messages can go out."""
        return self.reachable is True and not self.revoked

    def reached(self, me: Mapping[str, Any] | None = None) -> None:
        """Telegram answered and took the token; `me` is what getMe said."""
        if me:
            self.username = str(me.get("username", ""))
            self.bot_id = int(me.get("id", 0))
        if not self.ready:
            back = self.reachable is not None
            _log.info(
                "Telegram can be reached again" if back else "Telegram can be reached", bot=self.username
            )
        self.reachable, self.revoked, self.reason = True, False, ""

    def lost(self, reason: str) -> None:
        """Telegram cannot be reached; what is owed stays in the outbox."""
        if self.reachable is not False:
            _log.warning(
                "Telegram cannot be reached; messages wait and go out when it is back", reason=reason
            )
        self.reachable, self.reason = False, reason

    def refused(self, reason: str) -> None:
        """Telegram does not take the token; what is owed stays in the outbox."""
        if not self.revoked:
            _log.error(
                "Telegram refuses the token; nothing is sent until it works, see BOT_TOKEN", reason=reason
            )
        self.reachable, self.revoked, self.reason = True, True, reason

    def note(self, verdict: Verdict) -> None:
        """Takes a call that failed into what is known."""
        if verdict.action is Action.REVOKED:
            self.refused(verdict.reason)
        elif verdict.action is Action.CONFLICT:
            self.contested(True, verdict.reason)
        elif verdict.action in (Action.AGAIN, Action.DOUBT):
            self.lost(verdict.reason)

    def contested(self, conflict: bool, reason: str = "") -> None:
        """Whether another process polls with the same token, which takes updates away from us."""
        if conflict and not self.conflict:
            _log.error("another process uses the same token; stop it, or commands get lost", reason=reason)
        if self.conflict and not conflict:
            _log.info("no other process uses the token any more")
        self.conflict = conflict

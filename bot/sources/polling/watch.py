"""Watches how sources fare and tells the admins, in the transaction that stores a poll: no trouble is told twice, and
none is stored untold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import health, text
from bot.domain.catalogue import SourceSpec
from bot.domain.health import Alert, Past, Standing, Trouble, TroubleKind
from bot.sources.errors import FetchError, ParserKilled
from storage import outbox, sources
from storage.models import Source
from storage.sources import PollResult

_HISTORY = timedelta(days=30)
_LONGEST = 500  # of a reason
_KEYS = {
    "unreachable": "alert-source-unreachable",
    "unreadable": "alert-source-unreadable",
    "quarantined": "alert-source-quarantined",
    "silent": "alert-source-silent",
    "gone": "alert-source-gone",
    "moved": "alert-source-moved",
    "back": "alert-source-back",
}
_EVENTS = {
    "unreachable": "a source has not been reached for long",
    "unreadable": "a source cannot be read any more",
    "quarantined": "a source is quarantined: its document breaks the parser",
    "silent": "a source has been silent for far longer than usual",
    "gone": "a source is gone and is not polled any more: change its url or take it out of the file",
    "moved": "a source has moved for good: change its url",
    "back": "a source is well again",
}

log = structlog.get_logger(__name__)


class Watch:
    """Tells `admins` (ids of their private chats with the bot) of troubles. One who never wrote to the bot has no
    chat, and gets `owe_troubles` when it comes; the log has it all."""

    def __init__(self, admins: Sequence[int]) -> None:
        self._admins = tuple(admins)

    def is_quiet(
        self, row: Source, result: PollResult, now: datetime, error: Exception | None = None
    ) -> bool:
        """Whether nobody has to be told of this poll, and nothing looked up for that."""
        before = sources.standing(row)
        standing = result.standing or before
        if error is not None:
            return _after_failure(row, standing, result, error, now)[1] is None
        if standing.trouble is not None or standing.adopted != before.adopted:
            return False
        return health.silent(_last_new(row), standing.usual_gap, timedelta(), now) is None

    async def worked(
        self, session: AsyncSession, row: Source, spec: SourceSpec, result: PollResult, now: datetime
    ) -> tuple[PollResult, bool]:
        """The result of a poll that worked, with what the admins know; and whether they are owed something."""
        standing = result.standing or sources.standing(row)
        alerts = []
        if standing.adopted and not sources.standing(row).adopted:
            alerts.append(Alert("moved", {"to": standing.adopted}))
        trouble = None if result.new else await self._silence(session, row, standing, now)
        standing, alert = health.told(standing, trouble, now, works=True)
        alerts += [alert] if alert else []
        return await self._tell(session, row, spec, result._replace(standing=standing), alerts, now)

    async def failed(
        self,
        session: AsyncSession,
        row: Source,
        spec: SourceSpec,
        result: PollResult,
        error: Exception,
        now: datetime,
    ) -> tuple[PollResult, bool]:
        """The same for one that did not."""
        standing = result.standing or sources.standing(row)
        standing, alert = _after_failure(row, standing, result, error, now)
        return await self._tell(
            session, row, spec, result._replace(standing=standing), [alert] if alert else [], now
        )

    async def _silence(
        self, session: AsyncSession, row: Source, standing: Standing, now: datetime
    ) -> Trouble | None:
        """The trouble of a source that brings nothing. Its history is looked at only when that seems odd."""
        last_new = _last_new(row)
        if standing.trouble == "silent" and standing.told_at and last_new and last_new <= standing.told_at:
            return Trouble("silent", last_new)
        if health.silent(last_new, standing.usual_gap, timedelta(), now) is None:
            return None
        longest = await sources.longest_silence(session, row.id or 0, now - _HISTORY)
        return health.silent(last_new, standing.usual_gap, longest, now)

    async def _tell(
        self,
        session: AsyncSession,
        row: Source,
        spec: SourceSpec,
        result: PollResult,
        alerts: Sequence[Alert],
        now: datetime,
    ) -> tuple[PollResult, bool]:
        for alert in alerts:
            before = await sources.listed(session, row) if alert.what == "unreadable" else 0
            payload = _payload(alert, spec.name, spec.url, before)
            for admin in self._admins:
                await outbox.owe_alert(session, admin, payload, now)
            say = log.info if alert.what == "back" else log.warning
            say(_EVENTS[alert.what], source=spec.name, url=spec.url, **_said(alert))
        return result, bool(alerts and self._admins)


async def owe_troubles(session: AsyncSession, admin: int, now: datetime) -> bool:
    """Owes an admin who could not be told before what is wrong with the sources now; whether that is anything."""
    troubled = [row for row in await sources.every(session) if row.active and row.trouble in _KEYS]
    for row in troubled:
        reason = row.stopped or row.error or ""
        since = _last_new(row) if row.trouble == "silent" else row.last_success
        alert = Alert(cast("TroubleKind", row.trouble), {"since": since, "reason": reason})
        before = await sources.listed(session, row) if alert.what == "unreadable" else 0
        await outbox.owe_alert(session, admin, _payload(alert, row.name, row.url, before), now)
    return bool(troubled)


def _after_failure(
    row: Source, standing: Standing, result: PollResult, error: Exception, now: datetime
) -> tuple[Standing, Alert | None]:
    """How a source stands that failed, and what is to be told of it."""
    reason = result.error or ""
    if standing.stopped:
        trouble: Trouble | None = Trouble("gone", row.last_success, reason)
    else:
        trouble = health.failing(_past(row), _kind(error), reason, now)
    return health.told(standing, trouble, now, works=False)


def _last_new(row: Source) -> datetime | None:
    return row.last_new or row.baseline_at


def _payload(alert: Alert, source: str, url: str, before: int) -> dict[str, Any]:
    """The alert as it is owed; a moment is shown in the reader's zone and language."""
    since = alert.seen.get("since")
    words = {name: value for name, value in alert.seen.items() if isinstance(value, str)}
    args: dict[str, Any] = {name: text.cut(value, _LONGEST) for name, value in words.items()}
    known = isinstance(since, datetime)
    args |= {"since": {"moment": since.isoformat()} if isinstance(since, datetime) else ""}
    args |= {"source": source, "url": url, "before": before, "read": "yes" if known else "never"}
    return {"key": _KEYS[alert.what], "args": args}


def _said(alert: Alert) -> dict[str, object]:
    return {name: value for name, value in alert.seen.items() if value}


def _past(row: Source) -> Past:
    return Past(row.last_success, row.failures, row.error)


def _kind(error: Exception) -> health.FailureKind:
    if isinstance(error, FetchError):
        return "network"
    return "parser" if isinstance(error, ParserKilled) else "content"

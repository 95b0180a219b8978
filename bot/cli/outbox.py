"""`tickerbot outbox`: what is owed, in doubt or dead, and why; tries the dead again. Works beside a running bot."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from bot.cli.console import moment, say, show_table
from bot.config import Settings
from bot.domain.headline import Article
from bot.logs import redact
from storage import articles, chats, outbox
from storage import upgrade as migrations
from storage.chats import Recipient
from storage.engine import Sessions, StorageError, open_database
from storage.models import Notice
from storage.outbox import Counts

T = TypeVar("T")

_NOT_A_MEMBER = {"gone": "its chat is gone", "barred": "it may not write there"}


@dataclass(frozen=True, slots=True)
class _Found:
    counts: Counts
    notices: list[Notice]  # one more than asked for, where there are more
    chats: Mapping[int, Recipient]
    articles: Mapping[int, Article]


def listing(settings: Settings, limit: int) -> int:
    """The outbox in numbers, and its newest dead and waiting notices; 2 when the database cannot be used."""

    async def look(sessions: Sessions) -> _Found:
        async with sessions.read() as session:
            found = await outbox.listing(session, limit + 1)
            wanted = {one.article_id for one in found if one.article_id is not None}
            return _Found(
                await outbox.counts(session),
                found,
                await chats.many(session, {one.chat_id for one in found}),
                await articles.many(session, wanted),
            )

    return _answered(settings.database_url, look, lambda found: _show(found, limit, settings.timezone))


def retry(settings: Settings) -> int:
    """Makes the dead due again where their chat can be sent to, and says how many; 2 without a database."""

    async def again(sessions: Sessions) -> tuple[int, int]:
        async with sessions.write() as session:
            due = await outbox.retry(session, datetime.now(UTC))
            return due, (await outbox.counts(session)).dead

    return _answered(settings.database_url, again, _say_retried)


def _answered(url: str, work: Callable[[Sessions], Awaitable[T]], show: Callable[[T], None]) -> int:
    try:
        found = asyncio.run(_with_sessions(url, work))
    except StorageError as error:
        return _wrong(str(error))
    except DBAPIError as error:
        return _wrong(f"the database {url} cannot be used: {error.orig}")
    except (SQLAlchemyError, OSError) as error:
        return _wrong(f"the database {url} cannot be used: {error}")
    show(found)
    return 0


def _wrong(text: str) -> int:
    print(f"tickerbot: {redact(' '.join(text.split()))}", file=sys.stderr)  # noqa: T201
    return 2


async def _with_sessions(url: str, work: Callable[[Sessions], Awaitable[T]]) -> T:
    current, newest = await migrations.state(url)
    if current != newest:
        there = f"is at {current}" if current else "is empty"
        raise StorageError(
            f"the database {url} {there}: `tickerbot db upgrade` (or `run`) brings it to {newest}"
        )
    database = open_database(url)
    try:
        return await work(database.sessions)
    finally:
        await database.close()


def _say_retried(result: tuple[int, int]) -> None:
    due, dead = result
    if not due and not dead:
        say("Nothing is dead.")
        return
    if due:
        are = "1 is" if due == 1 else f"{due} are"
        say(f"{are} due again: a running bot tries within seconds, else the next `tickerbot run`.")
    if dead:
        stay = "1 stays" if dead == 1 else f"{dead} stay"
        say(
            f"{stay} dead: nothing can be sent to the chat now (gone, not allowed to write, or paused). "
            "Try again when the chat is back."
        )


def _show(found: _Found, limit: int, zone: str) -> None:
    counts = found.counts
    say(f"{counts.owed} owed, {counts.in_doubt} in doubt, {counts.dead} dead, {counts.done} done")
    if found.notices:
        _show_notices(found, limit, zone)
    if len(found.notices) > limit:
        say(f"Only the newest {limit} are shown; --limit N shows more.")
    if counts.dead:
        say("`tickerbot outbox retry` tries the dead ones again.")


def _show_notices(found: _Found, limit: int, zone: str) -> None:
    now = datetime.now(UTC)
    shown = [_row(notice, found, now, zone) for notice in found.notices[:limit]]
    show_table(("made", "chat", "what", "state", "attempts", "reason"), shown)


def _row(notice: Notice, found: _Found, now: datetime, zone: str) -> tuple[str, ...]:
    chat = found.chats.get(notice.chat_id)
    return (
        moment(notice.created, zone),
        f"{notice.chat_id} {chat.title if chat else ''}".strip(),
        _what(notice, found.articles),
        _state(notice, chat, now, zone),
        str(notice.attempts),
        redact(notice.reason or "–"),
    )


def _what(notice: Notice, stored: Mapping[int, Article]) -> str:
    """The headline's title, or which alert it is."""
    if notice.kind == "alert":
        return f"alert: {str(notice.payload.get('key', '?')).removeprefix('alert-')}"
    article = stored.get(notice.article_id or 0)
    return (article.title or article.link) if article else "?"


def _state(notice: Notice, chat: Recipient | None, now: datetime, zone: str) -> str:
    if notice.lease is not None:
        return "in flight"
    if notice.due is None:
        why = _NOT_A_MEMBER.get(chat.state) if chat else None
        return f"dead, {why}" if why else "dead"
    return "due" if notice.due <= now else f"waiting until {moment(notice.due, zone)}"

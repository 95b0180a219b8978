"""Claiming what is owed: one statement each for notices and deliveries, in SQL as it is sent.

The deliveries are found by hopping from chat to chat on the index of what is owed (a loose scan, as a recursive query):
the cost of a claim depends on the chats it looks at, not on what is owed or done.
"""

from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import ARRAY, JSON, BigInteger, CursorResult, Text, TextualSelect, bindparam, text
from sqlalchemy.types import TypeEngine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.owed import Owed
from storage.reachable import HEADLINES, NOTICE
from storage.statements import dialect, run
from storage.times import UtcDateTime

_FIRST, _LAST = -(2**63), 2**63 - 1
_CLAIMING = 0x7469636B_00000002
"""Advisory lock, "tick" 2: claims on PostgreSQL take turns, as all writers do on SQLite. A second claim that ran at
once would not see the leases of the first, and could take the rest of the same chat."""

_WAITS_NO_MORE = "(chat.wait_until IS NULL OR chat.wait_until <= :now)"

_FLYING = """
    EXISTS (SELECT 1 FROM delivery f WHERE f.chat_id = chat.id AND f.message_id IS NULL AND f.lease IS NOT NULL)
    OR EXISTS (SELECT 1 FROM notice f WHERE f.chat_id = chat.id AND f.lease IS NOT NULL)"""

_HOPS = """
{name}(chat_id) AS (
    SELECT min(chat_id) FROM delivery WHERE message_id IS NULL AND chat_id > {low} AND chat_id <= {high}
  UNION ALL
    SELECT (SELECT min(d.chat_id) FROM delivery d
            WHERE d.message_id IS NULL AND d.chat_id > {name}.chat_id AND d.chat_id <= {high})
    FROM {name} WHERE {name}.chat_id IS NOT NULL
)"""

# Channels and groups, the readers after the last one served, those up to it. Asked of one chat after the other (a
# scalar subquery is no join), so that the hopping ends with the last one needed
_OWED_CHATS = f"""
WITH RECURSIVE {_HOPS.format(name="rooms", low=_FIRST + 1, high=0)},
{_HOPS.format(name="later", low=":after", high=_LAST)},
{_HOPS.format(name="sooner", low=0, high=":after")},
free AS (
    SELECT owed.chat_id FROM (
        SELECT chat_id FROM rooms UNION ALL SELECT chat_id FROM later UNION ALL SELECT chat_id FROM sooner
    ) AS owed
    WHERE owed.chat_id IS NOT NULL AND owed.chat_id NOT IN ({{exclude}}) AND (
        SELECT {HEADLINES} AND {_WAITS_NO_MORE} AND NOT ({_FLYING})
            -- a headline that waits for its next attempt holds back the later ones
            AND NOT EXISTS (
                SELECT 1 FROM notice n WHERE n.chat_id = chat.id AND n.kind = 'headline' AND n.due IS NOT NULL)
        FROM chat WHERE chat.id = owed.chat_id)
    LIMIT :chats
)"""  # noqa: S608  no value goes into it

_CLAIM_DELIVERIES = """
UPDATE delivery SET lease = :lease, attempt = attempt + 1
WHERE (article_id, chat_id, thread_id) IN (
    SELECT d.article_id, d.chat_id, d.thread_id FROM free JOIN delivery d ON d.chat_id = free.chat_id
    WHERE d.message_id IS NULL AND d.lease IS NULL AND d.article_id <= coalesce(
        (SELECT n.article_id FROM delivery n WHERE n.chat_id = free.chat_id AND n.message_id IS NULL AND n.lease IS NULL
         ORDER BY n.article_id LIMIT 1 OFFSET :per_chat - 1), 9223372036854775807)
    {lock})
RETURNING chat_id, thread_id, article_id, attempt"""

_ANY = " SELECT chat_id FROM free"

_DUE_NOTICES = f"""
    FROM notice WHERE notice.due <= :now AND notice.lease IS NULL AND (notice.kind = 'edit') = {{edits}}
        AND notice.chat_id NOT IN ({{exclude}}) AND (
        SELECT {NOTICE} AND {_WAITS_NO_MORE} AND NOT ({_FLYING})
        FROM chat WHERE chat.id = notice.chat_id)"""  # noqa: S608

_CLAIM_NOTICES = f"""
WITH free AS (
    SELECT chat_id FROM (SELECT notice.chat_id {_DUE_NOTICES} ORDER BY notice.due LIMIT 8 * :chats) AS longest_due
    GROUP BY chat_id ORDER BY chat_id LIMIT :chats
), due AS (
    SELECT notice.id, notice.chat_id,
        row_number() OVER (PARTITION BY notice.chat_id ORDER BY notice.article_id, notice.id) AS place
    {_DUE_NOTICES} AND notice.chat_id IN (SELECT chat_id FROM free)
)
UPDATE notice SET lease = :lease, attempts = attempts + 1
WHERE id IN (
    SELECT n.id FROM notice n WHERE n.id IN (
        SELECT due.id FROM due JOIN free ON free.chat_id = due.chat_id WHERE due.place <= :per_chat)
    {{lock}})
RETURNING chat_id, thread_id, article_id, attempts AS attempt, id AS notice_id, kind, payload"""  # noqa: S608

_NEXT_DUE = f"""
SELECT min(due) AS due FROM (
    SELECT CASE WHEN chat.wait_until > notice.due THEN chat.wait_until ELSE notice.due END AS due
    FROM notice JOIN chat ON chat.id = notice.chat_id
    WHERE notice.due IS NOT NULL AND notice.lease IS NULL AND notice.chat_id NOT IN ({{exclude}})
        AND {NOTICE} AND NOT ({_FLYING})
  UNION ALL
    SELECT chat.wait_until AS due FROM chat
    WHERE chat.wait_until > :now AND {HEADLINES} AND chat.id NOT IN ({{exclude}})
        AND EXISTS (SELECT 1 FROM delivery d WHERE d.chat_id = chat.id AND d.message_id IS NULL AND d.lease IS NULL)
) AS times"""  # noqa: S608


async def claim(
    session: AsyncSession,
    now: datetime,
    *,
    chats: int,
    lease: int,
    exclude: Collection[int] = (),
    per_chat: int = 60,
    after: int = 0,
    notices: bool = True,
) -> list[Owed]:
    """Leases all that is owed to the next chats: due notices (unless told not to look) in one statement, deliveries in
    another, and where there is room left, edits in a third; at most `per_chat` a chat, oldest article first. A chat
    with anything in flight, one in `exclude`, paused, waiting or not active is passed over. Channels and groups come
    before readers, and the readers above chat id `after` before the others: give the last one claimed, so that a new
    headline does not begin with the same readers every time. `lease` is the second (since 1970) when it runs out."""
    given = {"now": now, "lease": lease, "per_chat": per_chat}
    await _take_turn(session)
    owed: list[Owed] = []
    if notices:
        owed = await _noticed(session, "false", exclude, chats=chats, **given)
    if (room := chats - len({one.chat_id for one in owed})) > 0:
        last = max(after, 0)
        claimed = await _claimed(
            session, _OWED_CHATS + _CLAIM_DELIVERIES, exclude, chats=room, after=last, **given
        )
        owed += sorted(claimed, key=lambda one: (_turn(one.chat_id, last), one.article_id, one.thread_id))
    if notices and (room := chats - len({one.chat_id for one in owed})) > 0:
        owed += await _noticed(session, "true", exclude, chats=room, **given)
    return owed


async def _noticed(session: AsyncSession, edits: str, exclude: Collection[int], **values: Any) -> list[Owed]:
    owed = await _claimed(session, _CLAIM_NOTICES.replace("{edits}", edits), exclude, **values)
    return sorted(owed, key=lambda one: (one.chat_id, one.article_id or 0, one.notice_id))


def _turn(chat_id: int, after: int) -> tuple[int, int]:
    """Where a chat stands in the order of claims."""
    return (0 if chat_id <= 0 else 1 if chat_id > after else 2), chat_id


async def next_due(session: AsyncSession, now: datetime, exclude: Collection[int] = ()) -> datetime | None:
    """When `claim` could next find something: now if something can be claimed, else when the earliest notice is due or
    waiting chat has waited. None: when something is owed, settled, or no longer excluded, but not by time."""
    everywhere = {"after": 0, "chats": 1, "now": now}
    if (await _found(session, _OWED_CHATS + _ANY, exclude, **everywhere)).first():
        return now
    due: datetime | None = (await _found(session, _NEXT_DUE, exclude, now=now)).scalar_one()
    return max(now, due) if due else None


async def _take_turn(session: AsyncSession) -> None:
    if dialect(session) == "postgresql":
        await run(session, text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMING})


async def _claimed(session: AsyncSession, sql: str, exclude: Collection[int], **values: Any) -> list[Owed]:
    return [Owed(**row) for row in (await _found(session, sql, exclude, **values)).mappings()]


async def _found(
    session: AsyncSession, sql: str, exclude: Collection[int], **values: Any
) -> CursorResult[*tuple[Any, ...]]:
    name = dialect(session)
    passed_over = list(exclude) if name == "postgresql" else orjson.dumps(list(exclude)).decode()
    return await run(session, _statement(sql, name), values | {"exclude": passed_over})


@cache
def _statement(sql: str, name: str) -> TextualSelect:
    """The statement for one database. What is excluded is one value, so that the statement stays the same."""
    excluded: TypeEngine[Any] = ARRAY(BigInteger()) if name == "postgresql" else Text()
    exclude = {
        "postgresql": "SELECT unnest(CAST(:exclude AS bigint[]))",
        "sqlite": "SELECT value FROM json_each(:exclude)",
    }
    lock = {"postgresql": "FOR UPDATE SKIP LOCKED", "sqlite": ""}
    clause = text(sql.format(exclude=exclude[name], lock=lock[name]))
    clause = clause.bindparams(bindparam("now", type_=UtcDateTime()), bindparam("exclude", type_=excluded))
    return clause.columns(payload=JSON(), due=UtcDateTime())

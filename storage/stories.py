"""Stories: articles of several sources that tell the same. The first one's id names the story of all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models import ArticleRow, ArticleTopic, Source
from storage.statements import chunks, dialect, run, table

_PAGE = 1_000
_TURN = 0x7469636B0005
"""The advisory lock, "tick" 5."""


@dataclass(frozen=True, slots=True)
class Recent:
    """A headline of late, as another one is compared with it."""

    id: int
    source_id: int
    title: str
    first_seen: datetime


async def take_turn(session: AsyncSession) -> None:
    """Lets one transaction at a time look for stories and add to them, or two sources could bring the same at once,
    each unseen by the other. SQLite has one writer anyway; on PostgreSQL it waits for the others until they commit."""
    if dialect(session) == "postgresql":
        await run(session, select(func.pg_advisory_xact_lock(_TURN)))


async def recent(session: AsyncSession, above: int, since: datetime) -> list[Recent]:
    """The headlines with a greater id than `above` that were first seen since then, in order."""
    row = table(ArticleRow).c
    found: list[Recent] = []
    below: int | None = None
    while True:  # from the newest on: no index leads to the first of them
        query = select(row.id, row.source_id, row.title, row.first_seen).where(row.id > above)
        query = query.order_by(row.id.desc()).limit(_PAGE)
        rows = (await run(session, query if below is None else query.where(row.id < below))).all()
        found += [Recent(*one) for one in rows if one.first_seen >= since]
        if len(rows) < _PAGE or rows[-1].first_seen < since:
            return found[::-1]
        below = rows[-1].id


async def join(session: AsyncSession, article_id: int, source_id: int, other_id: int) -> bool:
    """Makes an article one of another's story; returns whether it is. Not where the other was taken back or is gone,
    and not where the story has an article of this source already: what a source tells twice is not the same to it."""
    row = table(ArticleRow).c
    query = select(row.id, row.story_id).where(row.id == other_id, row.withdrawn.is_(None))
    other = (await run(session, query)).one_or_none()
    if other is None:
        return False
    story_id = other.story_id or other.id
    members = select(row.source_id).where(or_(row.story_id == story_id, row.id == story_id))
    if source_id in (await run(session, members)).scalars().all():
        return False
    joins = update(table(ArticleRow)).where(row.id.in_([article_id, other_id]), row.story_id.is_(None))
    await run(session, joins.values(story_id=story_id))
    return True


async def told_by(session: AsyncSession, story_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of the sources that tell each story, the first one first."""
    row, source = table(ArticleRow).c, table(Source).c
    names: dict[int, list[str]] = {}
    for part in chunks(story_ids):
        query = select(row.story_id, source.name).join_from(
            table(ArticleRow), table(Source), row.source_id == source.id
        )
        query = query.where(row.story_id.in_(part), row.withdrawn.is_(None)).order_by(row.id)
        for story_id, name in await run(session, query):
            names.setdefault(story_id, []).append(name)
    return names


async def also(session: AsyncSession, rows: Collection[Any]) -> dict[int, tuple[str, ...]]:
    """For rows with id, story_id and source (a name): the other sources that tell the same, by id. Asks nothing where
    none has a story."""
    story_ids = {row.story_id for row in rows if row.story_id is not None}
    if not story_ids:
        return {}
    names = await told_by(session, story_ids)
    return {row.id: tuple(name for name in names.get(row.story_id, ()) if name != row.source) for row in rows}


async def told_before(
    session: AsyncSession, article_ids: Collection[int], topics: Sequence[str] | None
) -> set[int]:
    """Those of these articles whose story an earlier article with one of the topics (None: with any) tells, that was
    not taken back."""
    row, earlier, topic = table(ArticleRow).alias(), table(ArticleRow).alias(), table(ArticleTopic).c
    same = (earlier.c.story_id == row.c.story_id) & (earlier.c.id < row.c.id) & earlier.c.withdrawn.is_(None)
    if topics is not None:
        same &= exists().where(topic.article_id == earlier.c.id, topic.topic.in_(topics))
    found: set[int] = set()
    for part in chunks(article_ids):
        query = select(row.c.id).join_from(row, earlier, same).where(row.c.id.in_(part))
        found.update((await run(session, query)).scalars())
    return found

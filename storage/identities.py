"""What articles are known by, where it changes: a source's articles of late, and the identity they go by now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.articles import Known
from storage.models import ArticleRow
from storage.statements import run, table

MOST = 300
"""Articles that one list is compared with."""


async def lately(session: AsyncSession, source_id: int, since: datetime | None) -> list[Known]:
    """The newest articles of a source that were published since then; none for None."""
    if since is None:
        return []
    row = table(ArticleRow).c
    query = select(row.id, row.identity, row.title, row.link, row.published)
    # The sum keeps SQLite from reading all that the source ever had: days are fewer than that
    query = query.where(row.source_id + 0 == source_id, row.published >= since)
    query = query.order_by(row.published.desc(), row.id.desc()).limit(MOST)
    return [Known(*one) for one in await run(session, query)]


async def rename(session: AsyncSession, source_id: int, renamed: Sequence[tuple[int, str]]) -> None:
    """Gives articles of a source the identities they are listed under now; one that another article has stays its."""
    article = table(ArticleRow)
    other = article.alias()
    for article_id, identity in renamed:
        taken = exists().where(other.c.source_id == source_id, other.c.identity == identity)
        free = update(article).where(article.c.id == article_id, ~taken)
        await run(session, free.values(identity=identity))

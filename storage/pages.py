"""The pages of articles: which are to be fetched, and what came of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import correction
from bot.domain.headline import Block, Page
from storage.models import ArticleRow
from storage.statements import run, table


@dataclass(frozen=True, slots=True)
class Due:
    """An article whose page is due, and how often it was tried."""

    id: int
    link: str
    attempts: int


async def store(
    session: AsyncSession, article_id: int, page: Page | None, *, text_due: datetime | None, now: datetime
) -> bool:
    """Stores a page that came late or was looked at again, or counts a failed attempt (`page` None), and when to look
    next (None: never). Returns whether it corrects the text that was there, for a reader."""
    row = await session.get(ArticleRow, article_id)
    if row is None:
        return False
    row.text_due = text_due
    if page is None:
        row.text_attempts += 1
        if text_due is None and not row.blocks:
            row.text_state = "none"
        return False
    row.text_attempts, row.gone_at = 0, None
    # A wall that has come since takes nothing away
    blocks = () if page.paywalled and row.blocks and not row.paywalled else page.blocks
    corrected = bool(
        blocks and row.blocks and correction.text_differs(map(Block.from_json, row.blocks), blocks)
    )
    row.corrected = now if corrected else row.corrected
    if blocks or not row.blocks:
        row.blocks, row.paywalled = [block.as_json() for block in blocks], page.paywalled
    row.text_state = "ready" if row.blocks else "none"
    row.lead = row.lead or page.lead
    row.section = page.section or row.section
    row.picture = page.picture or row.picture
    row.comments = row.comments if page.comments is None else page.comments
    back, row.withdrawn = row.withdrawn is not None, None
    return corrected or back


async def gone(session: AsyncSession, article_id: int, now: datetime) -> bool:
    """Notes that the page of an article answered 404 or 410, and when to look again. Returns whether it is taken back
    by that."""
    row = await session.get(ArticleRow, article_id)
    if row is None:
        return False
    row.gone_at = row.gone_at or now
    row.text_due = correction.look_for_return(row.gone_at, now)
    if row.withdrawn or now < row.gone_at + correction.TAKEN_BACK_AFTER:
        return False
    row.withdrawn = now
    return True


async def due(session: AsyncSession, now: datetime, limit: int) -> list[Due]:
    """The pages that are due, earliest first."""
    row = table(ArticleRow).c
    query = select(row.id, row.link, row.text_attempts).where(row.text_due <= now)
    query = query.order_by(row.text_due, row.id).limit(limit)
    return [Due(*one) for one in await run(session, query)]


async def next_due(session: AsyncSession, after: datetime) -> datetime | None:
    """When the next page is due after that moment."""
    row = table(ArticleRow).c
    first = select(func.min(row.text_due)).where(row.text_due > after)
    found: datetime | None = (await run(session, first)).scalar_one()
    return found

"""Articles: what is known, what is new, and the newest of some topics."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, union, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import correction
from bot.domain.catalogue import OTHER
from bot.domain.headline import Article, Block, Headline, Page
from storage import stories
from storage.models import ArticleRow, ArticleTopic, Delivery, Source
from storage.statements import chunks, earlier, insert, run, table

LISTED_PRECISION = timedelta(hours=1)
"""`seen` writes no oftener than this: only days matter, and a source may be polled every second."""
UNLISTED_FOR = timedelta(days=2)
_PLAIN = (
    *("id", "title", "link", "published", "first_seen", "lead", "section", "picture", "comments"),
    *("corrected", "text_state", "categories", "baseline", "paywalled", "withdrawn"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a headline that a source lists again."""

    id: int
    identity: str
    title: str
    link: str
    published: datetime
    lead: str = ""
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of newest articles ended: the last one's time and id. The next page starts below it."""

    published: datetime
    id: int


async def known(
    session: AsyncSession, source_id: int, identities: Collection[str], *, texts: bool = False
) -> dict[str, Known]:
    """What is stored of these identities in this source, by identity; with their `texts` if told, else without."""
    row = table(ArticleRow).c
    columns = [row.id, row.identity, row.title, row.link, row.published, row.lead]
    found: dict[str, Known] = {}
    for part in chunks(identities):
        query = select(*columns, *([row.blocks] if texts else []))
        query = query.where(row.source_id == source_id, row.identity.in_(part))
        for one in await run(session, query):
            plain = (one.id, one.identity, one.title, one.link, one.published, one.lead)
            found[one.identity] = Known(*plain, _blocks(one.blocks) if texts else ())
    return found


async def add(
    session: AsyncSession,
    source_id: int,
    headline: Headline,
    *,
    page: Page | None,
    topics: Collection[str],
    now: datetime,
    baseline: bool,
    text_due: datetime | None,
) -> int | None:
    """Stores a new article with its topics and, where there, its page; returns its id, or None if it is known by now.
    `text_due`: when its page is to be fetched (again), None for never. A missing `published`, and one ahead of `now` on
    the page, becomes `now`."""
    page_says = page or Page()
    published = headline.published or min(page_says.published or now, now)
    blocks = [block.as_json() for block in page_says.blocks or headline.blocks]
    without = "none" if page is not None and text_due is None else "pending"
    values = {
        "source_id": source_id,
        "identity": headline.identity,
        "title": headline.title,
        "link": headline.link,
        "lead": headline.lead or page_says.lead,
        "section": page_says.section,
        "picture": page_says.picture or headline.picture,
        "comments": page_says.comments,
        "paywalled": page_says.paywalled,
        "categories": list(headline.categories),
        "published": published,
        "first_seen": now,
        "last_seen": now,
        "baseline": baseline,
        "text_state": "ready" if blocks else without,
        "text_attempts": 0,
        "text_due": text_due,
        "blocks": blocks,
    }
    new = (
        insert(session, ArticleRow).values(values).on_conflict_do_nothing().returning(table(ArticleRow).c.id)
    )
    article_id: int | None = (await run(session, new)).scalar_one_or_none()
    if article_id is not None:
        await _add_topics(session, article_id, topics, published)
    return article_id


async def _add_topics(
    session: AsyncSession, article_id: int, topics: Collection[str], published: datetime
) -> None:
    if topics:
        rows = [{"article_id": article_id, "topic": topic, "published": published} for topic in set(topics)]
        await run(session, insert(session, ArticleTopic).values(rows).on_conflict_do_nothing())


async def correct(session: AsyncSession, article_id: int, headline: Headline, now: datetime) -> str | None:
    """Takes over what the source changed. Returns the title before, where a reader would call it a correction: other
    words in the title, the lead or the text; None for a link, white space or punctuation."""
    row = await session.get(ArticleRow, article_id)
    if row is None:
        return None
    before = row.title
    blocks = [block.as_json() for block in headline.blocks]
    corrected = (
        correction.differs(row.title, headline.title)
        or bool(headline.lead and row.lead and correction.differs(row.lead, headline.lead))
        or bool(blocks and row.blocks and correction.text_differs(_blocks(row.blocks), headline.blocks))
    )
    row.title, row.link = headline.title, headline.link or row.link
    row.lead, row.blocks = headline.lead or row.lead, blocks or row.blocks
    row.text_state = "ready" if row.blocks else row.text_state
    row.corrected = now if corrected else row.corrected
    return before if corrected else None


async def seen(session: AsyncSession, article_ids: Collection[int], now: datetime) -> None:
    """Notes that the source still lists them, to the hour."""
    article, source = table(ArticleRow), table(Source)
    stale = now - LISTED_PRECISION
    for part in chunks(article_ids):
        listed = article.c.id.in_(part)
        await run(session, update(article).where(listed, article.c.last_seen < stale).values(last_seen=now))
        older = or_(source.c.last_listed.is_(None), source.c.last_listed < stale)
        its_source = source.c.id.in_(select(article.c.source_id).where(listed))
        await run(session, update(source).where(its_source, older).values(last_listed=now))


async def add_topics(session: AsyncSession, article_id: int, topics: Collection[str]) -> list[str]:
    """Adds topics found later and returns those that are new to the article. `other` goes when another one comes."""
    article, topic = table(ArticleRow).c, table(ArticleTopic).c
    query = select(article.published).where(article.id == article_id).with_for_update(key_share=True)
    published: datetime | None = (await run(session, query)).scalar_one_or_none()
    had = set((await run(session, select(topic.topic).where(topic.article_id == article_id))).scalars())
    real = set(topics) - {OTHER.slug}
    new = sorted(real - had) if had or real else [OTHER.slug]
    if published is None or not new:
        return []
    await _add_topics(session, article_id, new, published)
    if new != [OTHER.slug]:
        no_longer = delete(table(ArticleTopic)).where(
            topic.article_id == article_id, topic.topic == OTHER.slug
        )
        await run(session, no_longer)
    return new


async def get(session: AsyncSession, article_id: int) -> Article | None:
    """One article with its text, topics and source."""
    row = table(ArticleRow).c
    found = (await run(session, _articles(row.blocks).where(row.id == article_id))).one_or_none()
    if found is None:
        return None
    topics, also = await _topics(session, [article_id]), await stories.also(session, [found])
    return _article(found, topics, _blocks(found.blocks), also)


async def many(session: AsyncSession, article_ids: Collection[int]) -> Mapping[int, Article]:
    """Several articles by id, without their text (`blocks` empty): what a push needs."""
    row = table(ArticleRow).c
    found: dict[int, Article] = {}
    for part in chunks(article_ids):
        rows = (await run(session, _articles().where(row.id.in_(part)))).all()
        topics = await _topics(session, part)
        also = await stories.also(session, rows)
        found |= {one.id: _article(one, topics, also=also) for one in rows}
    return found


def _blocks(stored: Sequence[dict[str, Any]]) -> tuple[Block, ...]:
    return tuple(Block.from_json(block) for block in stored)


def _articles(*more: Any) -> Select[Any]:
    """The columns of an article but its text, and of its source what readers see."""
    row, source = table(ArticleRow).c, table(Source).c
    columns = [row[name] for name in _PLAIN]
    its_source = (source.name.label("source"), source.language.label("language"))
    query = select(*columns, row.story_id, *its_source, *more)
    return query.join_from(table(ArticleRow), table(Source), row.source_id == source.id)


async def _topics(session: AsyncSession, article_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    row = table(ArticleTopic).c
    query = select(row.article_id, row.topic).where(row.article_id.in_(article_ids)).order_by(row.topic)
    found: dict[int, tuple[str, ...]] = {}
    for article_id, topic in await run(session, query):
        found[article_id] = (*found.get(article_id, ()), topic)
    return found


def _article(
    row: Any,
    topics: Mapping[int, tuple[str, ...]],
    blocks: tuple[Block, ...] = (),
    also: Mapping[int, tuple[str, ...]] | None = None,
) -> Article:
    values = {name: getattr(row, name) for name in (*_PLAIN, "source", "language")}
    values["categories"] = tuple(values["categories"])
    others = (also or {}).get(row.id, ())
    return Article(**values, blocks=blocks, topics=topics.get(row.id, ()), also=others)


async def latest(
    session: AsyncSession, topics: Sequence[str] | None, limit: int, below: Place | None = None
) -> list[Article]:
    """The newest articles of any of these topics (None: of all), each once, without text, newest first, below a
    place. Of a story that several sources tell, the first of these topics only."""
    found: list[Article] = []
    while len(found) < limit:
        page = await _page(session, topics, limit, below)
        again = await stories.told_before(session, [one.id for one in page if one.also], topics)
        found += [one for one in page if one.id not in again]
        if len(page) < limit:
            break
        below = Place(page[-1].published, page[-1].id)
    return found[:limit]


async def _page(
    session: AsyncSession, topics: Sequence[str] | None, limit: int, below: Place | None
) -> list[Article]:
    """One LIMIT per topic on the index, merged (DESIGN.md, Storage)."""
    row, of_topic = table(ArticleRow).c, table(ArticleTopic).c
    if topics is None:
        query = _newest(row.id, row.published, limit, below)
    elif topics:
        each = [
            _newest(of_topic.article_id, of_topic.published, limit, below).where(of_topic.topic == topic)
            for topic in dict.fromkeys(topics)
        ]
        merged = union(*(select(part.subquery()) for part in each)).subquery()
        query = _newest(merged.c.id, merged.c.published, limit, None)
    else:
        return []
    ids = [one.id for one in await run(session, query)]
    found = await many(session, ids)
    return [found[article_id] for article_id in ids if article_id in found]


def _newest(id_: Any, published: Any, limit: int, below: Place | None) -> Select[Any]:
    query: Select[Any] = select(id_.label("id"), published.label("published"))
    if below is not None:
        # The first half is what the index can use
        query = query.where(published <= below.published)
        query = query.where(or_(published < below.published, id_ < below.id))
    return query.order_by(published.desc(), id_.desc()).limit(limit)


async def expire(session: AsyncSession, before: datetime, limit: int) -> int:
    """Articles published before this lose their text, and go, their deliveries with them, once their source has not
    listed them for two days (else they would be news again) or has left the file; returns how many were touched."""
    row = table(ArticleRow).c
    old = select(row.id).where(row.published < before).order_by(row.published, row.id).limit(limit)
    removed = delete(table(ArticleRow)).where(row.id.in_(old.where(_unlisted(session))))
    gone = (await run(session, removed.returning(row.id))).scalars().all()
    # After the articles, which a fan-out locks: none can write any more
    await run(session, delete(table(Delivery)).where(table(Delivery).c.article_id.in_(gone)))
    emptied = await run(
        session,
        update(table(ArticleRow))
        .where(row.id.in_(old.where(row.text_state != "none")))
        .values(blocks=[], text_state="none", text_due=None),
    )
    return len(gone) + emptied.rowcount


def _unlisted(session: AsyncSession) -> ColumnElement[bool]:
    """That the source of an article does not list it any more, as far as can be told."""
    row, source = table(ArticleRow).c, table(Source).c
    listed = earlier(session, source.last_listed, UNLISTED_FOR)
    return exists().where(source.id == row.source_id, or_(~source.active, row.last_seen < listed))

"""One poll of one source: a look, a plan, the pages of what is new, and one write."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import schedule
from bot.domain.catalogue import CurrentCatalogue, SourceSpec
from bot.domain.headline import Headline, Page
from bot.domain.plan import Plan, candidates, plan
from bot.domain.topics import topics_of
from bot.measures import Measures
from bot.sources.errors import AddressRefused, FetchError, ParseError, ParserFailed, SourceError
from bot.sources.look import Look, Looker, Remembered
from bot.sources.pages import Outcome, Pages
from storage import articles, outbox, sources
from storage.engine import Sessions
from storage.models import Source
from storage.sources import PollResult

_APART = timedelta(seconds=1)
"""Between the pages of a baseline: nobody waits for them."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Pace:
    """What "auto" goes by: the times of the headlines last listed, and the source's wish."""

    published: list[datetime] = field(default_factory=list)
    wish: timedelta | None = None


class Polls:
    """Polls sources one by one. What it keeps in memory (the pace, what was said in the log) may be lost."""

    def __init__(
        self,
        sessions: Sessions,
        looker: Looker,
        pages: Pages,
        catalogue: CurrentCatalogue,
        on_new: Callable[[], None],
        share: Callable[[], float],
        measures: Measures | None = None,
    ) -> None:
        self._sessions = sessions
        self._looker = looker
        self._now = looker.now
        self._pages = pages
        self._catalogue = catalogue
        self._on_new = on_new
        self._share = share
        self._measures = measures or Measures()
        self._paces: dict[int, _Pace] = {}
        self._moved: set[tuple[str, str]] = set()

    async def poll(self, row: Source, spec: SourceSpec) -> None:
        """Polls a claimed source; how that went is in its row afterwards, whatever happened."""
        before = Remembered(row.etag, row.last_modified, row.body_hash, row.found_kind, row.found_url)
        try:
            look = await self._looker.look(spec, before)
        except SourceError as error:
            await self.failed(row, spec, error)
            return
        self._note_move(spec, look)
        await self._store(row, spec, look)
        self._measures.polled("ok" if look.reading else "unchanged")
        if row.error is not None:
            log.info("a source works again", source=spec.name, after_failures=row.failures)

    async def failed(self, row: Source, spec: SourceSpec, error: Exception) -> None:
        """Writes down why a poll failed and when the next one is; says so where the reason is a new one."""
        self._measures.polled(_kind(error))
        now, reason = self._now(), str(error) or type(error).__name__
        wait = error.retry_after if isinstance(error, FetchError) else None
        due = schedule.after_error(now, spec.every, row.failures, self._share(), wait)
        # What "auto" found may no longer be there: it is looked for anew
        forget = "" if row.found_kind and (isinstance(error, ParseError) or _is_final(error)) else None
        result = PollResult(
            due, error=reason, found_kind=forget, found_url=forget, etag=forget, last_modified=forget
        )
        async with self._sessions.write() as session:
            await sources.settle(session, _id(row), result, now)
        if reason != row.error:
            log.warning(
                "a source cannot be read", source=spec.name, url=spec.url, reason=reason, next_poll=due
            )

    async def _store(self, row: Source, spec: SourceSpec, look: Look) -> None:
        """All that a successful look changes, in one transaction."""
        changes, outcomes = await self._changes(row, spec, look)
        now = self._now()
        owed = 0
        baseline = row.baseline_at is None
        async with self._sessions.write() as session:
            quiet = (*changes.new, *changes.backfill) if baseline else changes.backfill
            for position, headline in enumerate(reversed(quiet)):
                await self._add(
                    session, row, spec, headline, Outcome(due=now + position * _APART), baseline=True
                )
            for headline in () if baseline else changes.new:
                outcome = outcomes.get(headline.identity, Outcome())
                owed += await self._add(session, row, spec, headline, outcome, baseline=False)
            for article_id, headline in changes.corrected:
                await articles.correct(session, article_id, headline, now)
            await articles.seen(session, changes.seen, now)
            await sources.settle(session, _id(row), self._result(row, spec, look, changes, now), now)
        self._after(spec, changes, owed, baseline=baseline)

    async def _changes(self, row: Source, spec: SourceSpec, look: Look) -> tuple[Plan, Mapping[str, Outcome]]:
        """What is new and corrected, with the pages of the new."""
        if look.reading is None:
            return Plan(), {}
        headlines = look.reading.headlines
        self._paces[_id(row)] = _Pace([line.published for line in headlines if line.published], look.wish)
        async with self._sessions.read() as session:
            known = await articles.known(session, _id(row), candidates(headlines))
        changes = plan(headlines, known, self._now())
        if row.baseline_at is None:
            return changes, {}
        return changes, await self._pages.collect(changes.new, spec.timezone)

    async def _add(
        self,
        session: AsyncSession,
        row: Source,
        spec: SourceSpec,
        headline: Headline,
        outcome: Outcome,
        *,
        baseline: bool,
    ) -> int:
        """Stores a headline and owes it to those who follow its topics; returns how many that are."""
        page, due = outcome.page, outcome.due
        if headline.blocks:
            page, due = None, None
        elif not headline.link:
            page, due = Page(), None
        topics = topics_of(
            self._catalogue.now.topics,
            setting=spec.topic,
            categories=headline.categories,
            section=page.section if page else "",
            link=headline.link,
            title=headline.title,
            lead=headline.lead or (page.lead if page else ""),
        )
        now = self._now()
        article_id = await articles.add(
            session, _id(row), headline, page=page, topics=topics, now=now, baseline=baseline, text_due=due
        )
        if article_id is None or baseline:
            return 0
        return await outbox.fan_out(session, article_id, topics)

    def _result(self, row: Source, spec: SourceSpec, look: Look, changes: Plan, now: datetime) -> PollResult:
        """What the source's row remembers of this poll."""
        remember = look.remember
        return PollResult(
            next_poll=schedule.after_success(row.next_poll, now, self._interval(row, spec, now)),
            etag=remember.etag,
            last_modified=remember.last_modified,
            body_hash=remember.body_hash,
            found_kind=remember.found_kind,
            found_url=remember.found_url,
            new=0 if row.baseline_at is None else len(changes.new),
            baseline_done=row.baseline_at is None,
        )

    def _interval(self, row: Source, spec: SourceSpec, now: datetime) -> timedelta:
        """The time to the next poll: as declared, or by the source's pace."""
        if spec.every is not None:
            return spec.every
        pace = self._paces.get(_id(row)) or _Pace([row.last_new] if row.last_new else [])
        return schedule.automatic(pace.published, now, pace.wish)

    def _after(self, spec: SourceSpec, changes: Plan, owed: int, *, baseline: bool) -> None:
        """Tells the log and the loops."""
        if baseline:
            log.info("a source's baseline is stored", source=spec.name, headlines=len(changes.new))
        elif changes.new or changes.corrected:
            log.info(
                "a source has news",
                source=spec.name,
                new=len(changes.new),
                corrected=len(changes.corrected),
                owed=owed,
            )
        if changes.new or changes.backfill:
            self._pages.wake()
        if owed:
            self._on_new()

    def _note_move(self, spec: SourceSpec, look: Look) -> None:
        """Says once that a source has moved for good."""
        target = look.fetched.moved_to
        if target and (spec.name, target) not in self._moved:
            self._moved.add((spec.name, target))
            log.warning(
                "a source has moved for good: change its url", source=spec.name, url=spec.url, to=target
            )


def _kind(error: Exception) -> str:
    """What went wrong, in the words of `bot.measures`."""
    match error:
        case AddressRefused():
            return "refused"
        case FetchError(status=None):
            return "network"
        case FetchError():
            return "http"
        case ParserFailed():
            return "parser"
        case SourceError():
            return "unreadable"
    return "internal"


def _is_final(error: Exception) -> bool:
    return isinstance(error, FetchError) and error.is_final


def _id(row: Source) -> int:
    """The key of a stored source."""
    if row.id is None:
        raise ValueError("a source that is not stored cannot be polled")
    return row.id

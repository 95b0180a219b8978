"""One poll of one source: a look, a plan, the pages of what is new, and one write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import pushed
from bot.domain.catalogue import CurrentCatalogue, SourceSpec
from bot.domain.correction import next_look
from bot.domain.headline import Headline, Page
from bot.domain.plan import Plan, candidates, nothing_older, plan, unknown
from bot.domain.recognition import look_back
from bot.domain.topics import decide
from bot.measures import Measures
from bot.sources.errors import AddressRefused, FetchError, ParserFailed, SourceError
from bot.sources.polling import book
from bot.sources.polling.hubs import Hubs
from bot.sources.polling.look import Look, Looker
from bot.sources.polling.pages import Outcome, Pages
from bot.sources.polling.results import Results
from bot.sources.polling.stale import Stale
from bot.sources.polling.stories import Stories
from bot.sources.polling.watch import Watch
from storage import articles, corrections, identities, outbox, sources
from storage.engine import Sessions
from storage.models import Source
from storage.sources import PollResult, Settled

TOLD_BY_HUB = timedelta(minutes=10)
"""Between polls of a source whose hub has told of all its news so far: the net beneath."""
_APART = timedelta(seconds=1)
"""Between the pages of a baseline: nobody waits for them."""

log = structlog.get_logger(__name__)


class Polls:
    """Polls sources one by one. What it learns of them is in their rows; `admins` are told of troubles."""

    def __init__(
        self,
        sessions: Sessions,
        results: Results,
        looker: Looker,
        pages: Pages,
        catalogue: CurrentCatalogue,
        on_new: Callable[[], None],
        share: Callable[[], float],
        measures: Measures | None = None,
        hubs: Hubs | None = None,
        admins: Sequence[int] = (),
    ) -> None:
        self._sessions = sessions
        self._looker = looker
        self._now = looker.now
        self._pages = pages
        self._catalogue = catalogue
        self._on_new = on_new
        self._share = share
        self._measures = measures or Measures()
        self._hubs = hubs
        self._watch = Watch(admins)
        self._results = results
        self._stories = Stories()
        self._stale = Stale()

    async def poll(self, row: Source, spec: SourceSpec) -> datetime:
        """Polls a claimed source, and returns when it is due next. How that went is in its row afterwards, whatever
        happened, or among the results that are to be stored with others."""
        try:
            look = await self._looker.look(spec, book.remembered(row), sources.standing(row).adopted)
            book.refuse_emptied(row, look)
        except SourceError as error:
            return await self.failed(row, spec, error)
        due = self._unchanged(row, spec, look) or await self._store(row, spec, look)
        self._measures.polled("ok" if look.reading else "unchanged")
        if row.error is not None:
            log.info("a source works again", source=spec.name, after_failures=row.failures)
        return due

    async def failed(self, row: Source, spec: SourceSpec, error: Exception) -> datetime:
        """Writes down why a poll failed and when the next one is; says so where the reason is a new one."""
        self._measures.polled(_kind(error))
        now = self._now()
        result = book.failed(row, spec, error, now, self._share())
        if self._watch.is_quiet(row, result, now, error):
            self._results.add(Settled(_id(row), result, now))
        else:
            async with self._sessions.write() as session:
                result, told = await self._watch.failed(session, row, spec, result, error, now)
                await sources.settle(session, _id(row), result, now)
            if told:
                self._on_new()
        if result.error != row.error:
            log.warning(
                "a source cannot be read",
                source=spec.name,
                url=spec.url,
                reason=result.error,
                next_poll=result.next_poll,
            )
        return result.next_poll

    def _unchanged(self, row: Source, spec: SourceSpec, look: Look) -> datetime | None:
        """What a look at nothing new changes, and when the next is due; None if there is more to do than that."""
        if look.reading is not None:
            return None
        now = self._now()
        result = self._result(row, spec, look, Plan(), now)
        if not self._watch.is_quiet(row, result, now):
            return None
        self._results.add(Settled(_id(row), result, now))
        return result.next_poll

    async def _store(self, row: Source, spec: SourceSpec, look: Look) -> datetime:
        """All that a successful look changes, in one transaction; returns when the next is due."""
        changes, outcomes = await self._changes(row, spec, look)
        now = self._now()
        baseline = row.baseline_at is None
        if self._hubs is not None and changes.new:
            self._hubs.missed(_id(row))
        async with self._sessions.write() as session:
            owed = await self._write(session, row, spec, changes, outcomes)
            await articles.seen(session, changes.seen, now)
            result = self._result(row, spec, look, changes, now)
            result, told = await self._watch.worked(session, row, spec, result, now)
            await sources.settle(session, _id(row), result, now)
            if self._hubs is not None and look.reading is not None:
                await self._hubs.offered(session, _id(row), look.reading, look.fetched.url)
        if self._hubs is not None:
            self._hubs.wake_if_offered()
        self._after(spec, changes, owed, baseline=baseline)
        if told:
            self._on_new()
        return result.next_poll

    async def pushed(self, row: Source, spec: SourceSpec, headlines: Sequence[Headline]) -> int:
        """Stores what a hub brought, and returns how many were new. It may be a part of the list: nothing follows from
        what is not in it, the poll's validators stay, and where only the list can tell the source is due."""
        changes, rest = pushed.split(await self._plan(row, headlines, whole=False), self._now())
        outcomes = await self._pages.collect(changes.new, spec.timezone)
        async with self._sessions.write() as session:
            owed = await self._write(session, row, spec, changes, outcomes)
            if changes.new:
                await sources.had_news(session, _id(row), self._now())
            if rest:
                await sources.due_now(session, _id(row), self._now())
        self._after(spec, changes, owed, baseline=False)
        return len(changes.new)

    async def _write(
        self,
        session: AsyncSession,
        row: Source,
        spec: SourceSpec,
        changes: Plan,
        outcomes: Mapping[str, Outcome],
    ) -> int:
        """The articles of a plan; returns how many deliveries are owed."""
        now, owed = self._now(), 0
        baseline = row.baseline_at is None
        await identities.rename(session, _id(row), changes.renamed)
        if changes.new and not baseline:
            await self._stories.refresh(session, now)
        quiet = (*changes.new, *changes.backfill) if baseline else changes.backfill
        for position, headline in enumerate(reversed(quiet)):
            await self._add(session, row, spec, headline, Outcome(due=now + position * _APART), baseline=True)
        for headline in () if baseline else changes.new:
            outcome = outcomes.get(headline.identity, Outcome())
            owed += await self._add(session, row, spec, headline, outcome, baseline=False)
        for article_id, headline in changes.corrected:
            if self._stale.is_stale(article_id, headline.title, now):
                continue
            before = await articles.correct(session, article_id, headline, now)
            if before is not None:
                self._stale.corrected(article_id, before, now)
                await corrections.note(session, article_id, now)
        return owed

    async def _changes(self, row: Source, spec: SourceSpec, look: Look) -> tuple[Plan, Mapping[str, Outcome]]:
        """What is new and corrected, with the pages of the new."""
        if look.reading is None:
            return Plan(), {}
        changes = await self._plan(row, look.reading.headlines, whole=True)
        if row.baseline_at is None:
            return changes, {}
        if spec.kind == "auto" and look.reading.kind != row.found_kind and row.last_success:
            # A list of another sort: the page's ticker where there was a feed. What it goes back to is no news
            changes = nothing_older(changes, row.last_success)
        return changes, await self._pages.collect(changes.new, spec.timezone)

    async def _plan(self, row: Source, headlines: Sequence[Headline], *, whole: bool) -> Plan:
        """Headlines compared with what is known of the source."""
        now = self._now()
        async with self._sessions.read() as session:
            texts = any(line.blocks for line in headlines)
            known = await articles.known(session, _id(row), candidates(headlines), texts=texts)
            since = look_back(unknown(headlines, known), now)
            lately = await identities.lately(session, _id(row), since)
        return plan(headlines, known, now, lately, whole=whole)

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
        elif page and not baseline:
            due = due or (next_look(self._now(), self._now()) if page.blocks else None)
        topics = decide(
            self._catalogue.now.topics,
            setting=spec.topic,
            categories=headline.categories,
            section=page.section if page else "",
            link=headline.link,
            title=headline.title,
            lead=headline.lead or (page.lead if page else ""),
        ).topics
        now = self._now()
        article_id = await articles.add(
            session, _id(row), headline, page=page, topics=topics, now=now, baseline=baseline, text_due=due
        )
        if article_id is None or baseline:
            return 0
        await self._stories.join(session, article_id, _id(row), headline.title)
        return await outbox.fan_out(session, article_id, topics)

    def _result(self, row: Source, spec: SourceSpec, look: Look, changes: Plan, now: datetime) -> PollResult:
        """What the source's row remembers of this poll."""
        wait = book.interval(row, spec, look, now)
        if spec.every is None and self._hubs is not None and self._hubs.trusted(_id(row)):
            wait = max(wait, TOLD_BY_HUB)
        return book.worked(row, look, len(changes.new), wait, now)

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
        if owed or changes.corrected:
            self._on_new()


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


def _id(row: Source) -> int:
    """The key of a stored source."""
    if row.id is None:
        raise ValueError("a source that is not stored cannot be polled")
    return row.id

"""Article pages: fetched beside a poll for a few seconds at most, else later, and once a reader asks."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.domain import correction, schedule
from bot.domain.catalogue import CurrentCatalogue
from bot.domain.headline import Article, Headline, Page
from bot.domain.topics import decide
from bot.sources.articles.parts import whole
from bot.sources.errors import FetchError, ParserKilled, SourceError
from bot.sources.fetching.http import Fetcher
from bot.sources.fetching.turns import Turns
from bot.sources.parsing import jobs
from bot.sources.parsing.parser import Parser
from bot.sources.polling.suspects import Suspects
from storage import articles, corrections, outbox
from storage import pages as stored
from storage.engine import Sessions
from storage.pages import Due

PATIENCE = 3.0
"""How many seconds a headline waits for its page."""
AT_ONCE = 8
"""So many pages that nobody waits for, and as many again that somebody does."""
AT_ONCE_PER_HOST = 3
_LONGEST_REST = 60.0
_WINDOW = 200
"""Due pages among which those of hosts that are not busy are looked for."""
_GONE = (404, 410)
_REFUSED = (401, 403)
"""As some answer whoever asks too often, or a machine: for a while."""
_NOT_TEXT = ("image/", "video/", "audio/", "application/pdf", "application/zip", "application/octet-stream")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A page, or when it is to be tried next; neither means never. `gone`: there is no such page."""

    page: Page | None = None
    due: datetime | None = None
    gone: bool = False


class Pages:
    """Fetches and stores the pages of articles."""

    def __init__(
        self,
        sessions: Sessions,
        fetcher: Fetcher,
        parser: Parser,
        catalogue: CurrentCatalogue,
        now: Callable[[], datetime],
        on_new: Callable[[], None],
        *,
        patience: float = PATIENCE,
    ) -> None:
        self._sessions = sessions
        self._fetcher = fetcher
        self._parser = parser
        self._catalogue = catalogue
        self._now = now
        self._on_new = on_new
        self._patience = patience
        self._turns = Turns()
        self._free = asyncio.Semaphore(AT_ONCE * 2)
        self._under_way: dict[int, str] = {}  # due articles, and their hosts
        self._woken = asyncio.Event()
        self._suspects = Suspects(now)

    async def collect(self, headlines: Sequence[Headline], timezone: str) -> dict[str, Outcome]:
        """The pages of new headlines by identity, as many as come in time: a headline waits for none of them longer
        than `patience`."""
        outcomes: dict[str, Outcome] = {}
        wanted = [headline for headline in headlines if headline.link and not headline.blocks]
        tasks = {
            asyncio.create_task(self._try(line.link, timezone)): line.identity for line in reversed(wanted)
        }
        if not tasks:
            return outcomes
        try:
            done, _ = await asyncio.wait(tasks, timeout=self._patience)
            outcomes = {tasks[task]: task.result() for task in done}
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        late = Outcome(due=self._now())
        return {line.identity: late for line in wanted} | outcomes

    async def run(self) -> None:
        """Fetches what is due, until cancelled: one that takes long keeps its own place only."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._woken.clear()
                now = self._now()
                for article, attempts in await self._take_due(now):
                    group.create_task(self._fill_due(article, attempts))
                await self._rest(now)

    async def fetch_due(self) -> int:
        """Fetches the pages that are due now, once, and returns how many."""
        count = 0
        while taken := await self._take_due(self._now()):
            await asyncio.gather(*(self._fill_due(article, attempts) for article, attempts in taken))
            count += len(taken)
        return count

    def wake(self) -> None:
        """There may be a page to fetch."""
        self._woken.set()

    async def read_page(self, article_id: int) -> None:
        """Fetches an article's page now, if its text is still missing; never raises for the source's sake."""
        async with self._sessions.read() as session:
            article = await articles.get(session, article_id)
        if article is not None and article.text_state == "pending" and article.link:
            await self._fill(article, 0)

    async def _take_due(self, now: datetime) -> list[tuple[Article, int]]:
        """Articles whose page is due, as many as there are places, with the attempts so far."""
        async with self._sessions.read() as session:
            taken = self._choose(await stored.due(session, now, _WINDOW))
            found = await articles.many(session, taken)
        return [(found[article_id], attempts) for article_id, attempts in taken.items()]

    def _choose(self, due: Sequence[Due]) -> dict[int, int]:
        """Those that there is a place for, earliest first, with their attempts."""
        busy, taken = Counter(self._under_way.values()), {}
        for one in due:
            host = _host(one.link)
            free = busy.total() < AT_ONCE and busy[host] < AT_ONCE_PER_HOST
            if free and one.id not in self._under_way:
                busy[host] += 1
                taken[one.id] = one.attempts
        return taken

    async def _fill_due(self, article: Article, attempts: int) -> None:
        """One of them; what comes next may be another page of its host."""
        self._under_way[article.id] = _host(article.link)
        try:
            await self._fill(article, attempts)
        finally:
            del self._under_way[article.id]
            self._woken.set()

    async def _rest(self, looked_at: datetime) -> None:
        """Until a page is due that was not then, or somebody wakes it."""
        async with self._sessions.read() as session:
            due = await stored.next_due(session, looked_at)
        wait = (due - self._now()).total_seconds() if due else _LONGEST_REST
        with suppress(TimeoutError):
            async with asyncio.timeout(min(max(wait, 0.1), _LONGEST_REST)):
                await self._woken.wait()

    async def _try(self, link: str, timezone: str, attempts: int = 0, *, partly: bool = False) -> Outcome:
        """One page, or when to try it again; of an article on several pages `partly` what there is."""
        host = _host(link)
        await self._turns.take(host, AT_ONCE_PER_HOST)  # first, or a slow host would hold the places of all
        try:
            async with self._free:
                part = partial(self._part, host, timezone)
                return Outcome(await whole(link, part, partly=partly))
        except FetchError as error:
            log.info(
                "an article page could not be fetched", link=link, reason=str(error), attempt=attempts + 1
            )
            if error.is_final and error.status not in _REFUSED:
                return Outcome(Page(), gone=error.status in _GONE)
            due = schedule.next_page_attempt(attempts + 1, self._now())
            return Outcome(due=max(due, self._now() + (error.retry_after or timedelta())) if due else None)
        except SourceError as error:
            log.info("an article page could not be read", link=link, reason=str(error))
            return Outcome(Page())
        except Exception:
            # Its headline comes without it, and the others of the poll with theirs
            log.exception("an article page failed in a way nobody foresaw", link=link)
            return Outcome(Page())
        finally:
            self._turns.give(host)

    async def _part(self, host: str, timezone: str, link: str, first: str, number: int) -> tuple[Page, str]:
        """One page of an article, and where it was in the end."""
        if rest := self._suspects.rest(host):
            raise FetchError(f"the pages of {host} killed the parser", retry_after=rest)
        fetched = await self._fetcher.get(link, at_once=AT_ONCE_PER_HOST)
        if fetched.content_type.lower().startswith(_NOT_TEXT):
            return Page(), fetched.url
        about = (fetched.url, fetched.content_type, ZoneInfo(timezone), first or fetched.url, number)
        try:
            found = await self._parser.read(jobs.article, fetched.body, *about)
        except ParserKilled:
            self._suspects.killed(host)
            raise
        self._suspects.read(host)
        return found, fetched.url

    async def _fill(self, article: Article, attempts: int) -> None:
        """Fetches and stores one article's page. Topics it brings reach those who have not got the article; a text that
        has changed, or was taken back, those who have."""
        spec = self._catalogue.now.source(article.source)
        # Its last try, and nothing is there that would shrink
        partly = (
            article.text_state == "pending" and schedule.next_page_attempt(attempts + 1, self._now()) is None
        )
        zone = spec.timezone if spec else "UTC"
        outcome = await self._try(article.link, zone, attempts, partly=partly)
        async with self._sessions.write() as session:
            changed = await self._store(session, article, outcome)
            owed = await self._add_topics(session, article, outcome.page) if outcome.page else 0
        if owed or changed:
            self._on_new()

    async def _store(self, session: AsyncSession, article: Article, outcome: Outcome) -> bool:
        """Stores what came; returns whether messages that are out must change."""
        now = self._now()
        if outcome.gone and article.text_state == "ready":
            changed = await stored.gone(session, article.id, now)
            if changed:
                log.info("an article was taken back by its source", article=article.id, link=article.link)
        else:
            text = article.text_state == "ready" or (outcome.page and outcome.page.blocks)
            again = correction.next_look(article.first_seen, now) if text and not article.baseline else None
            due = outcome.due or again
            changed = await stored.store(session, article.id, outcome.page, text_due=due, now=now)
        return changed and await corrections.note(session, article.id, now)

    async def _add_topics(self, session: AsyncSession, article: Article, found: Page) -> int:
        """Adds the topics that the page tells; returns how many deliveries that made."""
        spec = self._catalogue.now.source(article.source)
        topics = decide(
            self._catalogue.now.topics,
            setting=spec.topic if spec else None,
            categories=article.categories,
            section=found.section,
            link=article.link,
            title=article.title,
            lead=article.lead or found.lead,
        ).topics
        new = await articles.add_topics(session, article.id, topics)
        return await outbox.fan_out(session, article.id, new) if new and not article.baseline else 0


def _host(link: str) -> str:
    """The host of a link, "" for what is none."""
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""

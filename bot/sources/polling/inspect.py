"""What a source yields, without storing anything: for `tickerbot check` and `tickerbot source test`."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.catalogue import Catalogue, SourceSpec
from bot.domain.headline import Headline, Page
from bot.domain.topics import Decision, decide, names_topic, path_parts
from bot.sources.errors import SourceError
from bot.sources.fetching.http import Fetcher
from bot.sources.parsing import jobs
from bot.sources.parsing.parser import Parser
from bot.sources.polling.look import Look, Looker, Remembered

UNKNOWN = 8
"""How many unknown categories and sections a report names."""
_NO_SECTIONS = {"www", "de", "en", "article", "articles", "artikel", "news", "nachrichten", "aktuell"}


@dataclass(frozen=True, slots=True)
class Sample:
    """A headline as it would be stored, with its topics and why it has them; `page` where it was looked at."""

    headline: Headline
    decision: Decision
    page: Page | None = None

    @property
    def topics(self) -> tuple[str, ...]:
        """Its topics' slugs."""
        return self.decision.topics


@dataclass(frozen=True, slots=True)
class Report:
    """What was found. `error` None is a success; `notes` are what an admin may want to change; `topics` counts the
    headlines of each, most first; `unknown` the categories, sections and parts of URLs that no topic knows, most first;
    `samples` stand as the source lists them."""

    name: str
    url: str
    kind: str = ""
    samples: tuple[Sample, ...] = ()
    topics: tuple[tuple[str, int], ...] = ()
    unknown: tuple[tuple[str, int], ...] = ()
    newest: datetime | None = None
    notes: tuple[str, ...] = ()
    error: str | None = None

    @property
    def headlines(self) -> int:
        """How many it lists."""
        return len(self.samples)


async def inspect(
    spec: SourceSpec,
    fetcher: Fetcher,
    parser: Parser,
    catalogue: Catalogue,
    now: Callable[[], datetime],
    *,
    pages: int = 0,
) -> Report:
    """Looks at a source as a poll would, and at the pages of its first `pages` headlines. Never raises for what the
    source does."""
    try:
        look = await Looker(fetcher, parser, now).look(spec, Remembered())
    except SourceError as error:
        return Report(spec.name, spec.url, error=str(error))
    listed = look.reading.headlines if look.reading else ()
    samples, notes = [], _notes(look, spec, listed)
    for position, headline in enumerate(listed):
        found, problem = await _page(headline, spec, fetcher, parser) if position < pages else (None, "")
        notes += [f"the page of “{headline.title}”: {problem}"] if problem else []
        samples.append(Sample(headline, _decision(headline, found, spec, catalogue), found))
    counts = Counter(topic for sample in samples for topic in sample.topics)
    return Report(
        name=spec.name,
        url=look.fetched.url,
        kind=look.reading.kind if look.reading else "",
        samples=tuple(samples),
        topics=tuple(counts.most_common()),
        unknown=tuple(_unknown(samples, catalogue).most_common(UNKNOWN)),
        newest=max((headline.published for headline in listed if headline.published), default=None),
        notes=tuple(notes),
    )


def _notes(look: Look, spec: SourceSpec, listed: Sequence[Headline]) -> list[str]:
    """What is odd about a source that works."""
    notes = []
    if look.fetched.moved_to:
        notes.append(f"it has moved for good to {look.fetched.moved_to}: change its url")
    if look.remember.found_url:
        notes.append(f"the page has no ticker; its feed is {look.remember.found_url}")
    if not listed:
        notes.append("the feed has no entries")
    without = sum(not headline.link for headline in listed)
    if without:
        notes.append(f"{without} of {len(listed)} headlines have no link, so no text")
    undated = sum(headline.published is None for headline in listed)
    if undated:
        notes.append(
            f"{undated} of {len(listed)} headlines have no date: the time they are first seen counts"
        )
    if spec.topic is None and look.reading is not None and look.reading.kind == "ticker":
        notes.append("sections come from the article pages: more topics are found when these are read")
    return notes


async def _page(
    headline: Headline, spec: SourceSpec, fetcher: Fetcher, parser: Parser
) -> tuple[Page | None, str]:
    """The headline's page, and what is wrong with it."""
    if not headline.link:
        return None, ""
    try:
        fetched = await fetcher.get(headline.link)
        zone = ZoneInfo(spec.timezone)
        found = await parser.read(jobs.article, fetched.body, fetched.url, fetched.content_type, zone)
    except SourceError as error:
        return None, str(error)
    return found, "" if found.blocks else "no text was found"


def _decision(headline: Headline, found: Page | None, spec: SourceSpec, catalogue: Catalogue) -> Decision:
    """The topics it would get, and why."""
    return decide(
        catalogue.topics,
        setting=spec.topic,
        categories=headline.categories,
        section=found.section if found else "",
        link=headline.link,
        title=headline.title,
        lead=headline.lead or (found.lead if found else ""),
    )


def _unknown(samples: Sequence[Sample], catalogue: Catalogue) -> Counter[str]:
    """What names a section and yet decides nothing, of headlines whose words had to decide. A part of a URL counts when
    several headlines share it: alone it may be anything."""
    named: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for sample in samples:
        if sample.decision.rule in {"keyword", "hint", "nothing"}:
            section = sample.page.section if sample.page else ""
            named.update({*sample.headline.categories, section} - {""})
            parts.update(set(path_parts(sample.headline.link)))
    named.update({part: count for part, count in parts.items() if count > 1 and part not in named})
    return Counter({name: n for name, n in named.items() if _may_be_section(name, catalogue)})


def _may_be_section(name: str, catalogue: Catalogue) -> bool:
    """Whether an admin might want it in a topic's `sections`: no number, no `www`, and not known already."""
    return (
        any(map(str.isalpha, name)) and name not in _NO_SECTIONS and not names_topic(catalogue.topics, name)
    )

"""A ticker page to headlines: which of its lists is the ticker, when its lines were, where they lead."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from urllib.parse import urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

from bot.domain import identity
from bot.domain.headline import Headline
from bot.domain.ticker_time import AHEAD, Exact, Mark, Wall, assign, rises
from bot.sources.documents.document import document, parse
from bot.sources.documents.encoding import decode
from bot.sources.documents.items import each
from bot.sources.documents.web import http_address
from bot.sources.errors import NotATicker
from bot.sources.tickers import structured
from bot.sources.tickers.lines import Line, Lines, lists

LEAST = 3
"""Fewer lines are no ticker."""

_LONGEST_TITLE = 300
_BUSY_MINUTES = 30
_RESULT = re.compile(r"\w\s+[–—-]\s+\w.*?(?<![\d:])\d{1,3}:\d{1,3}(?![\d:])")  # FC Hafen – SV Wald 2:1
_TICKER_WORDS = re.compile(r"ticker|eilmeldung|breaking|neueste|aktuell|latest|dernières|live", re.IGNORECASE)
_OTHER_WORDS = re.compile(
    r"meistgelesen|most read|beliebt|popular|les plus lus|empfohlen|top \d", re.IGNORECASE
)
_COMMENTS = re.compile(r"\b(?:kommentar|comment|leserbrief|diskussion|antwort)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A list that may be the ticker, and why not ("" if it may)."""

    lines: Lines
    refusal: str
    score: float


def read(html: bytes, url: str, now: datetime, zone: ZoneInfo, content_type: str = "") -> list[Headline]:
    """The ticker's lines, newest first, with dates; raises `NotATicker` with the reason."""
    tree = parse(decode(html, content_type)) if html.strip() else None
    if tree is None:
        raise NotATicker("the page is empty")
    today = now.astimezone(zone).date()
    page = document(tree, zone, today)
    try:
        lines = _choose([_candidate(found, now.astimezone(zone)) for found in lists(page, today)]).lines.lines
    except NotATicker:
        lines = tuple(structured.lines(tree, zone))
        if len(lines) < LEAST or _refused_titles([line.title for line in lines]):
            raise
    base = http_address(url, page.base) or url
    return _headlines(_unique(lines), url, base, now, zone)


def _choose(candidates: Sequence[_Candidate]) -> _Candidate:
    """The best list; raises `NotATicker` with the reason of the one that came nearest."""
    if not candidates:
        raise NotATicker("no line with a time was found: the page has no ticker, or it is drawn by a script")
    fit = [candidate for candidate in candidates if not candidate.refusal]
    if fit:
        return max(fit, key=lambda candidate: candidate.score)
    nearest = max(candidates, key=lambda candidate: len(candidate.lines.lines) + candidate.lines.untitled)
    raise NotATicker(nearest.refusal)


def _candidate(found: Lines, now: datetime) -> _Candidate:
    """Judges one list."""
    score = len(found.lines) + sum(len(line.title) for line in found.lines) / 100_000
    if found.box.beside or _OTHER_WORDS.search(found.label):
        score *= 0.4
    if _TICKER_WORDS.search(found.label):
        score *= 1.5
    return _Candidate(found, _refusal(found, now), score)


def _refusal(found: Lines, now: datetime) -> str:
    """Why a list is not a ticker, or ""."""
    lines = _unique(found.lines)
    if len(lines) < LEAST:
        return _too_few(len(lines), found.untitled)
    if found.untitled > len(lines) or found.share < 0.5:
        return f"only {len(lines)} of its rows have a time and a title"
    if _COMMENTS.search(found.label):
        return "the times stand beside comments"
    return _refused_times([line.mark for line in lines], now) or _refused_titles(
        [line.title for line in lines]
    )


def _too_few(lines: int, untitled: int) -> str:
    """The reason for a list that is too short."""
    if untitled >= LEAST:
        return f"{untitled} times were found, but no titles beside them"
    if not lines:
        return "no line with a time and a title was found"
    return f"only {lines} {'line' if lines == 1 else 'lines'} with a time and a title; a ticker has at least {LEAST}"


def _refused_times(marks: Sequence[Mark], now: datetime) -> str:
    """Why these times are not a ticker's: it runs from the newest down to the oldest, and nothing of it is to come."""
    ahead = sum(_is_ahead(mark, now) for mark in marks)
    if ahead * 2 > len(marks):
        return "the times lie in the future: a calendar or programme"
    steps, up = len(marks) - 1, rises(marks)
    if up >= 0.8 * steps:
        return "the times rise down the page: a programme or timetable, not a ticker"
    if up > max(1, 0.3 * steps):
        return "the times stand in no order: durations or results, not a ticker"
    walls = Counter(mark.at for mark in marks if isinstance(mark, Wall) and not _just_now(mark, now))
    if walls and walls.most_common(1)[0][1] > max(2, 0.6 * len(marks)):
        return "the same time stands in most rows: opening hours or fixtures, not a ticker"
    return ""


def _is_ahead(mark: Mark, now: datetime) -> bool:
    """Whether a time is still to come, as far as it tells its day. `now` is local."""
    if isinstance(mark, Wall):
        return mark.day is not None and mark.day > now.date()
    return isinstance(mark, Exact) and mark.instant > now + AHEAD


def _just_now(mark: Wall, now: datetime) -> bool:
    """Within the last half hour: there a busy ticker may bring many lines in one minute. `now` is local."""
    return (now.hour * 60 + now.minute - mark.at.hour * 60 - mark.at.minute) % (24 * 60) <= _BUSY_MINUTES


def _refused_titles(titles: Sequence[str]) -> str:
    """Why these titles are not a ticker's."""
    letters = [sum(char.isalpha() for char in title) for title in titles]
    if median(len(title) for title in titles) > _LONGEST_TITLE:
        return "the rows are paragraphs or comments, not headlines"
    if sum(bool(_RESULT.search(title)) for title in titles) > 0.6 * len(titles):
        return "the rows are sports results, not headlines"
    if sum(count * 2 < len(title) for count, title in zip(letters, titles, strict=True)) * 2 > len(titles):
        return "the rows are figures, not headlines"
    if median(letters) < 10 or sum(" " in title for title in titles) * 2 < len(titles):
        return "the rows are names or days, not headlines"
    if len({identity.normalised_title(title) for title in titles}) * 2 <= len(titles):
        return "the same title stands in most rows"
    return ""


def _unique(lines: Sequence[Line]) -> list[Line]:
    """The lines once each: a moving ticker often holds its list twice."""
    return list(
        {
            (_clock(line.mark), identity.normalised_title(line.title)): line for line in reversed(lines)
        }.values()
    )[::-1]


def _clock(mark: Mark) -> Mark:
    """A time as two copies of a line share it: with or without the day."""
    return Wall(mark.at) if isinstance(mark, Wall) else mark


def _headlines(lines: Sequence[Line], url: str, base: str, now: datetime, zone: ZoneInfo) -> list[Headline]:
    """Lines with dates, absolute links and identities."""
    links = [_absolute(line.link, url, base) for line in lines]
    shared = identity.shared_links([(link, line.title) for link, line in zip(links, lines, strict=True)])
    dates = assign([line.mark for line in lines], now, zone)

    def headline(found: tuple[Line, str, datetime]) -> Headline:
        line, link, published = found
        usable = link and link not in shared
        own = identity.of_link(link) if usable else identity.of_title(line.title, published, zone)
        return Headline(own, line.title, link, published, line.lead)

    return each(headline, zip(lines, links, dates, strict=True))


def _absolute(link: str, url: str, base: str) -> str:
    """The link as an http address, "" for scripts, mail and the page itself."""
    if not link.strip() or link.startswith("#"):
        return ""
    try:
        whole = urljoin(base, link.strip())
        if urlsplit(whole).scheme not in ("http", "https") or not urlsplit(whole).hostname:
            return ""
    except ValueError:
        return ""
    return "" if urldefrag(whole).url.rstrip("/") == urldefrag(url).url.rstrip("/") else whole

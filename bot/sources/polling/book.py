"""What the row of a source remembers of a poll: when the next one is, where it goes, and how the source stands."""

from datetime import datetime, timedelta

from bot.domain import health, schedule
from bot.domain.catalogue import SourceSpec
from bot.sources.errors import FetchError, ParseError, ParserKilled
from bot.sources.polling.look import Look, Remembered
from storage import sources
from storage.models import Source
from storage.sources import PollResult

QUARANTINED = "quarantined: "
"""How the reason of a source begins whose document killed the parser."""


def remembered(row: Source) -> Remembered:
    """What the last poll left for this one."""
    return Remembered(row.etag, row.last_modified, row.body_hash, row.found_kind, row.found_url)


def refuse_emptied(row: Source, look: Look) -> None:
    """Raises `ParseError` for a list without headlines where there were some."""
    if look.reading is not None and not look.reading.headlines and row.last_listed is not None:
        raise ParseError("it lists no headlines any more")


def interval(row: Source, spec: SourceSpec, look: Look, now: datetime) -> timedelta:
    """The time to the next poll: as declared, or by the source's pace and its wish."""
    if spec.every is not None:
        return spec.every
    standing = _paced(sources.standing(row), look)
    published = _published(look)
    newest = max(published) if published else row.last_new or row.last_listed or now
    return schedule.automatic(_span(standing.usual_gap), newest, now, _span(standing.wish))


def worked(row: Source, look: Look, new: int, wait: timedelta, now: datetime) -> PollResult:
    """After a look, which brought so many new headlines."""
    remember = look.remember
    before = sources.standing(row)
    agreed = health.redirected(
        _paced(before, look), look.fetched.moved_to, same_kind=_is_same_kind(row, look)
    )
    standing = agreed._replace(gone_at=None) if agreed.gone_at else agreed
    return PollResult(
        next_poll=schedule.after_success(row.next_poll, now, wait),
        # What stays as it is is not written again
        etag=remember.etag if remember.etag != row.etag else None,
        last_modified=remember.last_modified if remember.last_modified != row.last_modified else None,
        body_hash=remember.body_hash,
        found_kind=remember.found_kind,
        found_url=remember.found_url,
        new=0 if row.baseline_at is None else new,
        baseline_done=row.baseline_at is None,
        listed=look.reading is not None,
        standing=standing if standing != before else None,
        url=row.url,
    )


def failed(row: Source, spec: SourceSpec, error: Exception, now: datetime, share: float) -> PollResult:
    """After an error."""
    killed = isinstance(error, ParserKilled)
    reason = f"{QUARANTINED if killed else ''}{str(error) or type(error).__name__}"
    wait = error.retry_after if isinstance(error, FetchError) else None
    final = isinstance(error, ParseError) or (isinstance(error, FetchError) and error.is_final)
    # What "auto" found may no longer be there: it is looked for anew
    forget = "" if row.found_kind and final else None
    before = sources.standing(row)
    standing = health.fallen_back(before, row.failures, final=final)
    if _is_gone(error) and not (before.adopted or row.found_url):
        standing = health.gone(standing, reason, now)
    due = schedule.after_error(now, spec.every, row.failures, share, wait)
    return PollResult(
        schedule.quarantine(now, spec.every, _quarantined(row)) if killed else due,
        error=reason,
        found_kind=forget,
        found_url=forget,
        etag=forget,
        last_modified=forget,
        standing=standing,
        url=row.url,
    )


def _quarantined(row: Source) -> timedelta | None:
    """How long the quarantine lasted that has just ended; None where there was none."""
    if row.last_poll is None or not (row.error or "").startswith(QUARANTINED):
        return None
    return row.next_poll - row.last_poll


def _paced(standing: health.Standing, look: Look) -> health.Standing:
    """The row's standing with the pace and the wish of what was looked at; a look at nothing new keeps them."""
    if look.reading is None:
        wish = _seconds(look.wish)
        # The document's own wish stays as long as the document
        return standing._replace(wish=max(wish, standing.wish or 0)) if wish else standing
    gap = schedule.usual_gap(_published(look))
    return standing._replace(usual_gap=_seconds(gap) or standing.usual_gap, wish=_seconds(look.wish))


def _published(look: Look) -> list[datetime]:
    headlines = look.reading.headlines if look.reading else ()
    return [line.published for line in headlines if line.published]


def _is_same_kind(row: Source, look: Look) -> bool:
    return look.reading is None or row.found_kind in (None, "", look.reading.kind)


def _is_gone(error: Exception) -> bool:
    return isinstance(error, FetchError) and error.status == 410


def _seconds(span: timedelta | None) -> int | None:
    return int(span.total_seconds()) if span is not None else None


def _span(seconds: int | None) -> timedelta | None:
    return timedelta(seconds=seconds) if seconds is not None else None

"""A ticker that a page drawn by a script keeps in its JSON-LD: a live blog, or a list of articles with dates."""

import json
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from bot.domain.ticker_time import Exact, in_utc
from bot.sources.documents.markup import plain
from bot.sources.tickers.lines import Line

_LISTS = ("liveBlogUpdate", "itemListElement", "blogPost", "hasPart")
_INNER = ("@graph", "mainEntity", "mainEntityOfPage", *_LISTS, "item")
_DEEPEST = 6
_MOST = 200
_Dated = tuple[datetime, Line]


def lines(tree: Any, zone: tzinfo) -> list[Line]:
    """The lines of the longest such list, newest first; none without one. `zone` is what a date without one means."""
    found: list[list[_Dated]] = [[]]
    for text in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            found += [_read(entries, zone) for entries in _lists(json.loads(text), _DEEPEST)]
        except (ValueError, RecursionError):  # broken, or deep on purpose
            continue
    longest = max(found, key=len)
    return [line for _, line in sorted(longest, key=lambda dated: dated[0], reverse=True)]


def _lists(value: Any, depth: int) -> Iterator[list[Any]]:
    """Every list of articles in a JSON-LD value."""
    if isinstance(value, list):
        for item in value[:_MOST]:
            yield from _lists(item, depth)
    elif isinstance(value, dict) and depth:
        yield from (value[name] for name in _LISTS if isinstance(value.get(name), list))
        for name in _INNER:
            yield from _lists(value.get(name), depth - 1)


def _read(entries: list[Any], zone: tzinfo) -> list[_Dated]:
    """The entries that have a title and a date."""
    return [dated for entry in entries[:_MOST] if (dated := _line(entry, zone)) is not None]


def _line(entry: Any, zone: tzinfo) -> _Dated | None:
    if not isinstance(entry, dict):
        return None
    item = entry["item"] if isinstance(entry.get("item"), dict) else entry
    title = plain(_text(item.get("headline")) or _text(item.get("name")))
    published = _moment(_text(item.get("datePublished")) or _text(item.get("dateModified")), zone)
    if not title or published is None:
        return None
    links = (_text(place.get(name)) for place in (item, entry) for name in ("url", "mainEntityOfPage", "@id"))
    link = next((link for link in links if link), "")
    lead = plain(_text(item.get("description")) or _text(item.get("articleBody"))[:5000])
    return published, Line(Exact(published), title, link, "" if lead == title else lead[:500])


def _moment(raw: str, zone: tzinfo) -> datetime | None:
    try:
        return in_utc(datetime.fromisoformat(raw), zone)
    except ValueError:
        return None


def _text(value: Any) -> str:
    """A text, also one in an object (`{"@id": …}`) or the first of a list; "" for anything else."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, dict):
        value = value.get("@id") or value.get("url")
    return value.strip() if isinstance(value, str) else ""

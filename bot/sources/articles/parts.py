"""An article on several pages: which address is the next one's, and what all of them bring together."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import structlog

from bot.domain.headline import Block, Page
from bot.sources.documents.bounds import bounded
from bot.sources.documents.web import http_address
from bot.sources.errors import FetchError, SourceError

MOST_PARTS = 5
_NAMES = ("page", "seite", "p", "s")
_SUFFIX = re.compile(r"[/,_-](?:(?:seite|page|s|p)[/,_-]?)?(\d{1,2})")
_ENDING = re.compile(r"(?:\.[a-z]{3,5})?/?$")

log = structlog.get_logger(__name__)

ReadPart = Callable[[str, str, int], Awaitable[tuple[Page, str]]]
"""Reads a page by its address, that of the first one ("" where this is it) and its number; and says where it was."""


async def whole(link: str, read: ReadPart, *, partly: bool = False) -> Page:
    """The article at a link with what its further pages add. A page that cannot be had for good ends it; for what may
    pass all of it is to be tried again, so that a text never shrinks and grows, unless it may come `partly`. One that
    goes on on a page that was not read says so in its last block."""
    page, first = await read(link, "", 1)
    for number in range(2, MOST_PARTS + 1):
        if not page.onward:
            return page
        try:
            part, _ = await read(page.onward, first, number)
        except SourceError as error:
            passes = isinstance(error, FetchError) and not error.is_final
            if passes and not partly:
                raise
            log.info("a further page of an article could not be read", link=page.onward, reason=str(error))
            return _unfinished(page) if passes else page
        if (longer := _joined(page, part)).blocks == page.blocks:
            return page
        page = longer
    return _unfinished(page)


def next_part(tree: Any, url: str, first: str, number: int) -> str:
    """The address of the page behind this one, page `number` of the article that begins at `first`; "" for none."""
    ends = re.compile(rf"(?:[/,_=-]|seite|page|[sp]){number + 1}(?:\.[a-z]{{3,5}})?/?(?:[?&#]|$)")
    for link in tree.iter("link", "a"):
        href = link.get("href") or ""
        if not ends.search(href) or (link.tag == "link" and link.get("rel") != "next"):
            continue  # as nearly all of a page's many links
        address = http_address(url, href)
        if address and part_number(first, address) == number + 1:
            return address
    return ""


def part_number(first: str, address: str) -> int:
    """Which page of the article at `first` an address is, 0 where it is none: on the same host, and the same path and
    query but for a number at its end."""
    try:
        base, other = urlsplit(first), urlsplit(address)
    except ValueError:
        return 0
    if base.netloc != other.netloc or "omment" in other.fragment:
        return 0
    path, further = (_ENDING.sub("", part.path) for part in (base, other))
    said, more = (parse_qsl(part.query, keep_blank_values=True) for part in (base, other))
    added = [pair for pair in more if pair not in said]
    if len(more) != len(said) + len(added):
        return 0
    if further == path:
        return _number(added)
    found = _SUFFIX.fullmatch(further.removeprefix(path)) if path and further.startswith(path) else None
    return int(found[1]) if found and not added else 0


def _number(query: list[tuple[str, str]]) -> int:
    """The number of the page, where a query says that and nothing else."""
    numbers = [value for name, value in query if name in _NAMES and re.fullmatch(r"[0-9]{1,2}", value)]
    return int(numbers[0]) if len(numbers) == len(query) == 1 else 0


def _unfinished(page: Page) -> Page:
    """The article, saying where it goes on if it does."""
    if not page.blocks or not page.onward:
        return page
    return replace(page, blocks=(*page.blocks, Block("onward", url=page.onward)))


def _joined(page: Page, part: Page) -> Page:
    """The article so far with what a further page adds: its lead and pictures come again on each."""
    known = {block.text or block.url or block.items for block in page.blocks}
    new = [block for block in part.blocks if (block.text or block.url or block.items) not in known]
    blocks, paywalled = (*page.blocks, *new), page.paywalled or part.paywalled
    longer: Page = bounded(replace(page, blocks=blocks, onward=part.onward, paywalled=paywalled))
    return longer

"""Documents that mean harm, through the real child: headlines or a reason in time, and the bot does not feel it."""

import asyncio
import gc
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.headline import Headline, Page
from bot.sources.articles import page
from bot.sources.errors import ParserKilled, SourceError
from bot.sources.parsing import detect
from bot.sources.parsing.parser import Parser
from tests.fixtures.figures import figure, longest_lag, some
from tests.flow.hostile_documents import FEEDS, MIB, PAGES

pytestmark = pytest.mark.long

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
TIMEOUT = figure(1.0, 3.0)
"""A fifth of what the bot allows, that the whole table takes a minute."""
MOST_LAG, MOST_GROWTH = figure(0.25, 5.0), 64 * MIB
CHOIR = "Ein Chor singt im Regen"
SPOILT = """a billion laughs|an entity that is itself|an entity from a file|an entity from a path|a parameter entity
an entity from the network|a doctype from a file|an xinclude|a stylesheet from a file|a title of 4 MB|a lead of 4 MB
an author of 160 kB of signs|a deep text|a deep text of boxes|a deep full text|illegal character references
a reference without end|NULs|control characters|lone surrogates|broken UTF-8|UTF-16 that calls itself UTF-8
UTF-16 without a mark|UTF-8 that calls itself UTF-16|UTF-32|UTF-7|an encoding that is none|an encoding that is a trick
an encoding that is a path|cut off in a tag|cut off in the title|cut off in a comment|cut off in CDATA|CDATA in CDATA
CDATA that ends the item|100,000 comments|100,000 instructions|a year beyond years|a zone beyond zones
a huge number as a date|a date of spaces
numbers of Arabia as a date|a huge ttl|another number as ttl|an address that is none
a guid that is none|an enclosure that is none|a script as link|a link of 1 MB|one line of 5 MB|a ticker
an attribute of 5 MB|100,000 equal attributes|a base that is none|a base of an entry that is none
a link that is none|illegal references
a script of 5 MB|a script without end|a comment without end|a style of 4 MB|a time of 4 MB"""
READABLE = set(re.split(r"[|\n]", SPOILT))
"""Documents of which everything but the bad part is read."""


def bytes_of(made):
    return made if isinstance(made, bytes) else made.encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def parser():
    parser = Parser(timeout=TIMEOUT)
    yield parser
    asyncio.run(parser.close())


async def read(parser, function, *args):
    """What the parser found, or its error; the event loop may not lag, and this process may not grow, meanwhile."""
    await parser.warm_up()  # a child was perhaps killed, and starts
    ticking = asyncio.create_task(longest_lag())
    before, began = start_of_growth(), time.monotonic()
    try:
        found = await parser.read(function, *args)
    except SourceError as error:
        found = error
    took = time.monotonic() - began
    ticking.cancel()
    assert await ticking < MOST_LAG
    assert took < TIMEOUT + figure(1.5, 20)
    assert growth_since(before) < MOST_GROWTH
    return found


def status(name, process="self"):
    """A figure of a process in bytes; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def start_of_growth():
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    return status("VmRSS")


def growth_since(before):
    return status("VmHWM") - before


def is_fit(text):
    """Whether every database stores it and every message carries it."""
    return "\0" not in text and text.encode("utf-8") is not None


def check(found):
    """What came back is fit to be stored and bounded, or says what is wrong."""
    if isinstance(found, SourceError):
        assert 10 < len(str(found)) < 700
        return
    for line in getattr(found, "headlines", ()):
        assert isinstance(line, Headline)
        assert 0 < len(line.title) <= 500
        assert len(line.lead) <= 2000
        assert len(line.link) <= 2000
        assert line.link.startswith("http") or not line.link
        assert all(map(is_fit, (line.title, line.lead, line.link, line.identity, line.picture)))
        assert "root:" not in line.title + line.lead  # the file of passwords


@pytest.mark.parametrize("name", some(FEEDS))
async def test_a_hostile_feed_yields_headlines_or_a_reason(parser, name):
    body = bytes_of(FEEDS[name]())
    found = await read(parser, detect.read, "feed", body, "https://e.example/", "", NOW, "UTC")
    check(found)
    if name in READABLE:
        assert CHOIR in [line.title for line in found.headlines]


@pytest.mark.parametrize("name", some(PAGES))
async def test_a_hostile_page_yields_headlines_or_a_reason(parser, name):
    body = bytes_of(PAGES[name]())
    found = await read(parser, detect.read, "auto", body, "https://e.example/", "", NOW, "Europe/Berlin")
    check(found)
    if name in READABLE:
        assert CHOIR in [line.title for line in found.headlines]


@pytest.mark.parametrize("name", some(PAGES, 4))
async def test_a_hostile_article_yields_a_text_or_a_reason(parser, name):
    found = await read(parser, page.read, bytes_of(PAGES[name]()), "https://e.example/", "")
    if isinstance(found, SourceError):
        assert 10 < len(str(found)) < 700
        return
    assert isinstance(found, Page)
    letters = sum(len(block.text) + sum(map(len, block.items)) for block in found.blocks)
    assert letters <= 200_000
    assert len(found.title) <= 500
    assert all(is_fit(block.text) for block in found.blocks)


async def test_a_hostile_document_delays_the_next_by_its_time_and_no_more(parser):
    good = bytes_of(FEEDS["cut off in a tag"]())
    await parser.warm_up()
    began = time.monotonic()
    first = asyncio.create_task(parser.read(re.fullmatch, "(a*)*b", "a" * 40))
    others = [parser.read(detect.read, "feed", good, "https://e.example/", "", NOW, "UTC") for _ in range(20)]
    assert all(CHOIR in [line.title for line in found.headlines] for found in await asyncio.gather(*others))
    assert time.monotonic() - began < TIMEOUT + figure(2.5, 20)
    with pytest.raises(ParserKilled):
        await first


async def test_killed_documents_are_not_kept():
    parser, body = Parser(timeout=0.1), b"a" * (5 * MIB)
    await parser.warm_up()
    gc.collect()
    gc.disable()  # what only the garbage collection frees may stay for long
    try:
        before = sys.getrefcount(body)
        for _ in range(4):
            with pytest.raises(ParserKilled):
                await parser.read(re.fullmatch, b"(a*)*b", body)
        await asyncio.sleep(0.1)
        assert sys.getrefcount(body) <= before + 1
    finally:
        gc.enable()
        await parser.close()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
async def test_the_child_gives_back_what_a_large_document_took(parser):
    child = await parser.read(os.getpid)
    body = bytes_of(PAGES["100,000 feeds"]())
    await read(parser, detect.read, "auto", body, "https://e.example/", "", NOW, "UTC")
    if await parser.read(os.getpid) == child:
        assert status("VmRSS", child) < 160 * MIB

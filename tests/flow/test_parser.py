"""Parsing in a child that can be killed."""

import asyncio
import os
import signal
import time
from datetime import UTC, datetime

import pytest

from bot.sources import detect, page
from bot.sources.errors import NotAFeed, ParserFailed
from bot.sources.parser import Parser

NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)


@pytest.fixture
async def parser():
    parser = Parser(timeout=1.0)
    await parser.warm_up()
    yield parser
    await parser.close()


async def test_a_document_is_read_in_another_process(parser):
    assert await parser.read(os.getpid) != os.getpid()
    assert (await parser.read(page.read, b"<h1>Titel</h1>", "https://example.org/")).title == "Titel"


async def test_a_refusal_comes_back_as_it_was_raised(parser):
    with pytest.raises(NotAFeed, match="web page"):
        await parser.read(detect.read, "feed", b"<html></html>", "https://e.org/", "", NOW, "UTC")


async def test_a_document_that_hangs_is_killed_and_the_next_is_read(parser):
    began = time.monotonic()
    with pytest.raises(ParserFailed, match="longer than 1 s"):
        await parser.read(time.sleep, 30)
    assert time.monotonic() - began < 5
    assert await parser.read(abs, -3) == 3


async def test_a_document_that_crashes_the_child_is_an_error_and_the_next_is_read(parser):
    with pytest.raises(ParserFailed, match="crashed"):
        await parser.read(os._exit, 3)
    assert await parser.read(abs, -3) == 3


async def test_what_a_parser_did_not_foresee_is_an_error_of_the_document(parser):
    with pytest.raises(ParserFailed, match="ZeroDivisionError"):
        await parser.read(divmod, 1, 0)


async def test_one_who_stops_waiting_does_not_cost_the_child(parser):
    child = await parser.read(os.getpid)
    waiting = asyncio.create_task(parser.read(time.sleep, 0.5))
    await asyncio.sleep(0.1)
    waiting.cancel()
    assert await parser.read(os.getpid) == child


async def test_the_child_ignores_an_interrupt(parser):
    child = await parser.read(os.getpid)
    os.kill(child, signal.SIGINT)
    assert await parser.read(os.getpid) == child


async def test_closing_ends_the_child_quickly_even_over_a_hanging_document():
    parser = Parser(timeout=30)
    child = await parser.read(os.getpid)
    hanging = asyncio.create_task(parser.read(time.sleep, 30))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    await parser.close()
    assert time.monotonic() - began < 3
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    with pytest.raises(ParserFailed, match="closed"):
        await hanging


async def test_closing_an_unused_parser_is_no_trouble():
    await Parser().close()

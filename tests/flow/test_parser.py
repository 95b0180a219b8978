"""Parsing in a child that can be killed."""

import asyncio
import os
import re
import signal
import sys
import time
from datetime import UTC, datetime

import pytest

from bot.sources.articles import page
from bot.sources.errors import NotAFeed, ParserFailed, ParserKilled
from bot.sources.parsing import detect
from bot.sources.parsing.parser import Parser
from tests.fixtures.figures import figure

MIB = 1024 * 1024
NOW = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)


@pytest.fixture
def patience():
    return 10.0


@pytest.fixture
async def parser(patience):
    parser = Parser(timeout=patience)
    await parser.warm_up()
    yield parser
    await parser.close()


hasty = pytest.mark.parametrize("patience", [1.0], ids=[""])


async def test_a_document_is_read_in_another_process(parser):
    assert await parser.read(os.getpid) != os.getpid()
    assert (await parser.read(page.read, b"<h1>Titel</h1>", "https://example.org/")).title == "Titel"


async def test_a_refusal_comes_back_as_it_was_raised(parser):
    with pytest.raises(NotAFeed, match="web page"):
        await parser.read(detect.read, "feed", b"<html></html>", "https://e.org/", "", NOW, "UTC")


@hasty
async def test_a_document_that_hangs_is_killed_and_the_next_is_read(parser):
    began = time.monotonic()
    with pytest.raises(ParserFailed, match="longer than 1 s"):
        await parser.read(time.sleep, 30)
    assert time.monotonic() - began < 25
    assert await parser.read(abs, -3) == 3


async def test_a_document_that_crashes_the_child_is_an_error_and_the_next_is_read(parser):
    with pytest.raises(ParserFailed, match="crashed"):
        await parser.read(os._exit, 3)
    assert await parser.read(abs, -3) == 3


async def test_what_a_parser_did_not_foresee_is_an_error_of_the_document(parser):
    with pytest.raises(ParserFailed, match="ZeroDivisionError"):
        await parser.read(divmod, 1, 0)


async def test_a_document_that_ends_its_process_politely_does_not_end_ours(parser):
    with pytest.raises(ParserFailed, match="SystemExit"):
        await parser.read(sys.exit, 1)


async def test_a_child_that_dies_between_two_documents_is_replaced(parser):
    for _ in range(2):
        child = await parser.read(os.getpid)
        os.kill(child, signal.SIGKILL)
        assert await parser.read(os.getpid) != child
    await asyncio.sleep(0.3)
    assert await asyncio.gather(*(parser.read(abs, -number) for number in range(5))) == [0, 1, 2, 3, 4]


async def test_a_child_that_stands_still_is_replaced_and_its_document_is_read(monkeypatch):
    monkeypatch.setattr("bot.sources.parsing.parser._SILENCE", 2.0)
    parser = Parser(timeout=2.0)
    try:
        child = await parser.read(os.getpid)
        os.kill(child, signal.SIGSTOP)
        assert await asyncio.wait_for(parser.read(os.getpid), 30) != child
    finally:
        await parser.close()


@hasty
async def test_a_child_busy_in_c_is_killed_without_delay(parser):
    began = time.monotonic()
    with pytest.raises(ParserKilled, match="longer than 1 s"):
        await parser.read(re.fullmatch, "(a*)*b", "a" * 40)
    assert time.monotonic() - began < figure(2.5, 25)


async def test_a_document_that_takes_too_much_memory_is_refused_and_the_child_lives():
    parser = Parser(timeout=5, memory=400 * MIB)
    try:
        child = await parser.read(os.getpid)
        with pytest.raises(ParserKilled, match="too much memory"):
            await parser.read(bytes, 500 * MIB)
        assert await parser.read(os.getpid) == child
    finally:
        await parser.close()


async def test_an_answer_that_is_too_large_does_not_come_back(parser):
    assert len(await parser.read(bytes, 7 * MIB)) == 7 * MIB
    with pytest.raises(ParserKilled, match="more than 8 MiB"):
        await parser.read(bytes, 9 * MIB)


async def test_what_cannot_be_handed_over_is_an_error_of_the_document(parser):
    with pytest.raises(ParserFailed, match="cannot be handed over"):
        await parser.read(memoryview, b"x")


async def test_a_reason_that_quotes_the_document_is_cut(parser):
    with pytest.raises(ParserFailed) as error:
        await parser.read(int, "x" * 4000)
    assert len(str(error.value)) < 600


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
    assert time.monotonic() - began < 20
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    with pytest.raises(ParserFailed, match="closed"):
        await hanging


async def test_closing_an_unused_parser_is_no_trouble():
    await Parser().close()

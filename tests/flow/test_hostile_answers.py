"""Answers that mean harm: bombs, drips, floods and lies. Each ends in a clear refusal, and costs the others nothing."""

import asyncio
import gzip
import json
import subprocess
import sys
import time
import zlib
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.sources.errors import FetchError
from bot.sources.fetching.http import Fetcher
from tests.fixtures.figures import figure, longest_lag
from tests.flow.source_site import serving

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
MIB = 1024 * 1024
TOTAL = 1.0
HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
GZIPPED = HEAD + b"Content-Encoding: gzip\r\n\r\n"
EMPTY_MEMBER = gzip.compress(b"")


@pytest.fixture
async def fetcher():
    fetcher = Fetcher(allow_private=True, connect=0.5, total=TOTAL, now=lambda: NOW)
    yield fetcher
    await fetcher.close()


@pytest.fixture
async def site():
    async with serving() as site:
        yield site


@asynccontextmanager
async def talking(pieces, pause=0.0):
    """A server that says these bytes to whoever connects, whatever was asked; its address, and how much it said."""
    said = []

    async def talk(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            for piece in pieces():
                writer.write(piece)
                said.append(len(piece))
                await writer.drain()
                await asyncio.sleep(pause)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", said
    finally:
        server.close()


def for_ever(start, piece):
    """The beginning, then the same again and again."""

    def pieces():
        yield start
        while True:
            yield piece

    return pieces


def once(*pieces):
    return lambda: pieces


NUMBERED = (HEAD, *(b"X-%d: x\r\n" % number for number in range(200_000)), b"\r\nHallo")
CASES = {
    "headers without end": (for_ever(HEAD, b"X-A: %s\r\n" % (b"a" * 1000)), "did not answer in time|more than|headers"),
    "200,000 headers": (once(b"".join(NUMBERED)), "127.0.0.1"),
    "one header without end": (for_ever(HEAD + b"X-A: ", b"a" * 4096), "127.0.0.1"),
    "a status line without end": (for_ever(b"HTTP/1.1 200 ", b"a" * 4096), "127.0.0.1"),
    "no line end at all": (for_ever(b"", b"\0" * 4096), "127.0.0.1"),
    "100 Continue without end": (for_ever(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "did not answer in time|127.0.0.1"),
    "chunks without end": (for_ever(CHUNKED, b"4000\r\n%s\r\n" % (b"x" * 0x4000)), "larger than 5 MiB"),
    "small chunks without end": (for_ever(CHUNKED, b"1\r\nx\r\n" * 500), "larger than 5 MiB|in time"),
    "a chunk size without end": (for_ever(CHUNKED, b"1" * 4096), "127.0.0.1"),
    "a chunk extension without end": (for_ever(CHUNKED + b"5;", b"a" * 4096), "in time|127.0.0.1"),
    "trailers without end": (for_ever(CHUNKED + b"0\r\n", b"X-A: aaaaaaaa\r\n" * 100), "in time|127.0.0.1"),
    "a negative chunk": (once(CHUNKED + b"-5\r\nHallo\r\n0\r\n\r\n"), "127.0.0.1"),
    "a huge chunk": (once(CHUNKED + b"FFFFFFFFFFFFFFFF\r\nHallo"), "127.0.0.1"),
    "a length too large": (once(HEAD + b"Content-Length: 100\r\n\r\nHallo"), "127.0.0.1"),
    "a huge length": (once(HEAD + b"Content-Length: 99999999999\r\n\r\nHallo"), "larger than 5 MiB"),
    "a length beyond numbers": (once(HEAD + b"Content-Length: %s\r\n\r\nHallo" % (b"9" * 400)), "127.0.0.1"),
    "a negative length": (once(HEAD + b"Content-Length: -5\r\n\r\nHallo"), "127.0.0.1"),
    "a length that is none": (once(HEAD + b"Content-Length: viel\r\n\r\nHallo"), "127.0.0.1"),
    "two lengths": (once(HEAD + b"Content-Length: 5\r\nContent-Length: 1\r\n\r\nHallo"), "127.0.0.1"),
    "a length and chunks": (
        once(HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHallo\r\n0\r\n\r\n"),
        "127.0.0.1",
    ),
    "a body without end": (for_ever(HEAD + b"\r\n", b"x" * 65_536), "larger than 5 MiB"),
    "zeros packed without end": (for_ever(GZIPPED, gzip.compress(b"\0" * MIB)), "200 times|larger than"),
    "empty parts without end": (for_ever(GZIPPED, EMPTY_MEMBER * 200), "more than 1000 parts"),
    "empty blocks without end": (
        for_ever(GZIPPED + EMPTY_MEMBER[:10], b"\x00\x00\x00\xff\xff" * 2000),
        "larger than 5 MiB|in time",
    ),
    "a gzip header without end": (
        for_ever(GZIPPED + b"\x1f\x8b\x08\x08" + b"\0" * 6, b"name" * 1000),
        "larger than 5 MiB|in time",
    ),
    "more than the length": (once(HEAD + b"Content-Length: 5\r\n\r\nHallo und mehr"), "127.0.0.1"),
    "nothing at all": (once(b""), "127.0.0.1"),
    "half a head": (once(b"HTTP/1.1 200 OK\r\nContent-"), "127.0.0.1"),
    "a redirect with a body without end": (
        for_ever(b"HTTP/1.1 302 Found\r\nLocation: ftp://example.org/\r\n\r\n", b"x" * 65_536),
        "not an http",
    ),
    "an error with a body without end": (for_ever(b"HTTP/1.1 500 Nein\r\n\r\n", b"x" * 65_536), "HTTP 500 Nein"),
    "a status that is none": (once(b"HTTP/1.1 99999 OK\r\n\r\n"), "127.0.0.1"),
    "another protocol": (once(b"* OK IMAP4 ready\r\n"), "127.0.0.1"),
    "a line break in the reason": (once(b"HTTP/1.1 500 a\r\n b\r\n\r\n"), "127.0.0.1|HTTP 500"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
async def test_a_hostile_answer_is_refused_in_time_with_a_reason(fetcher, case):
    pieces, reason = CASES[case]
    async with talking(pieces) as (url, said):
        began, lag = time.monotonic(), asyncio.create_task(longest_lag())
        with pytest.raises(FetchError, match=reason) as error:
            await fetcher.get(url)
        assert time.monotonic() - began < TOTAL + figure(1, 20)
        assert len(str(error.value)) < 400
        assert "\n" not in str(error.value)
        # It hung up; what aiohttp swallows without a trace may flow until the time is over
        assert sum(said) < 64 * MIB or "in time" in str(error.value)
        lag.cancel()
        assert await lag < figure(0.25, 5)


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.1 200 ",
        HEAD + b"X-A: ",
        HEAD + b"\r\n",
        CHUNKED + b"5;",
        GZIPPED + b"\x1f\x8b\x08\x08" + b"\0" * 6,
    ],
    ids=["status", "header", "body", "chunk", "gzip"],
)
async def test_a_drip_ends_after_the_total_time_and_delays_no_other_source(fetcher, site, start):
    site.pages["/"] = "Hallo"
    async with talking(for_ever(start, b"a"), pause=0.1) as (url, _):
        drips = [asyncio.create_task(fetcher.get(f"{url}?{number}", at_once=40)) for number in range(40)]
        await asyncio.sleep(0.2)
        began = time.monotonic()
        assert (await fetcher.get(site.url)).body == b"Hallo"
        assert time.monotonic() - began < figure(0.3, TOTAL)
        assert not all(drip.done() for drip in drips)
        found = await asyncio.gather(*drips, return_exceptions=True)
        assert time.monotonic() - began < TOTAL + figure(1, 20)
    assert {str(error) for error in found} == {"127.0.0.1 did not answer in time"}


BOMB = """
import asyncio, json, sys, time
from bot.sources.errors import FetchError
from bot.sources.fetching.http import Fetcher

def status(name):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(name))

async def main():
    fetcher = Fetcher(allow_private=True)
    await fetcher.get(sys.argv[1] + "/small")
    open("/proc/self/clear_refs", "w").write("5")  # the peak begins anew
    before = status("VmRSS")
    reasons = []
    for path in sys.argv[2:]:
        try:
            await fetcher.get(sys.argv[1] + path)
        except FetchError as error:
            reasons.append(str(error))
    print(json.dumps({"grown": (status("VmHWM") - before) / 1024, "reasons": reasons}))
    await fetcher.close()

asyncio.run(main())
"""


def _bomb():
    """One MiB of gzip that unpacks to one GiB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    piece = b"\0" * MIB
    return b"".join(packer.compress(piece) for _ in range(1024)) + packer.flush()


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of the memory is read from /proc")
async def test_a_mebibyte_that_unpacks_to_a_gibibyte_costs_less_than_16_mib(site):
    bomb = await asyncio.to_thread(_bomb)
    assert 0.9 * MIB < len(bomb) < 1.1 * MIB
    gzipped = {"Content-Encoding": "gzip"}
    site.pages["/small"] = "Hallo"
    site.pages["/bomb"] = web.Response(body=bomb, headers=gzipped)
    site.pages["/slow bomb"] = web.Response(
        body=gzip.compress(b"Nachricht " * 60_000) + bomb, headers=gzipped
    )
    site.pages["/large"] = web.Response(body=b"x" * (6 * MIB))
    command = [sys.executable, "-c", BOMB, site.url, "/bomb", "/slow bomb", "/large"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True, timeout=60)
    result = json.loads(done.stdout)
    assert len(result["reasons"]) == 3
    assert all("larger than 5 MiB" in reason or "200 times" in reason for reason in result["reasons"])
    assert result["grown"] < 16


@pytest.mark.parametrize(
    ("asked", "obeyed"),
    [
        ("1", timedelta(seconds=60)),
        ("0", timedelta(seconds=60)),
        ("120", timedelta(minutes=2)),
        ("999999999999", timedelta(hours=24)),
        ("9" * 5000, timedelta(hours=24)),
        ("Wed, 11 Mar 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("Wed, 11 Mar 2020 12:30:00 GMT", timedelta(seconds=60)),
        ("Wed, 11 Mar 9999 12:30:00 GMT", timedelta(hours=24)),
        ("Wed, 99 Mar 2026 99:99:99 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("bald", None),
        ("٣", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_retry_after_is_obeyed_within_a_minute_and_a_day(fetcher, site, status, asked, obeyed):
    site.pages["/"] = web.Response(status=status, headers={"Retry-After": asked})
    with pytest.raises(FetchError) as error:
        await fetcher.get(site.url)
    assert error.value.retry_after == obeyed

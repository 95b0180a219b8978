"""Fetching over real HTTP: bounded, polite, and never to a private address."""

import asyncio
import gzip
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from bot.sources.errors import AddressRefused, FetchError
from bot.sources.fetching.addresses import is_public
from bot.sources.fetching.http import Fetcher
from tests.flow.source_site import serving

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


@pytest.fixture
async def fetcher():
    fetcher = Fetcher(allow_private=True, connect=0.5, total=1.0, now=lambda: NOW)
    yield fetcher
    await fetcher.close()


@pytest.fixture
async def strict():
    fetcher = Fetcher(connect=0.5, total=1.0)
    yield fetcher
    await fetcher.close()


async def refused(fetcher, url, match):
    with pytest.raises(FetchError, match=match) as error:
        await fetcher.get(url)
    return error.value


async def test_a_page_comes_with_what_the_next_request_needs(site, fetcher):
    site.pages["/"] = web.Response(
        text="Hallo", headers={"ETag": '"1"', "Last-Modified": "gestern", "Cache-Control": "max-age=90"}
    )
    found = await fetcher.get(f"{site.url}/#oben")
    assert (found.status, found.body, found.url) == (200, b"Hallo", f"{site.url}/")
    assert (found.etag, found.last_modified, found.max_age) == ('"1"', "gestern", timedelta(seconds=90))
    assert found.moved_to is None
    sent = site.seen[0].headers
    assert sent["Accept-Encoding"] == "gzip"
    assert sent["User-Agent"].startswith("Tickerbot/")
    assert "Cookie" not in sent


async def test_an_unchanged_page_is_not_sent_again(site, fetcher):
    site.pages["/"] = "Hallo"
    first = await fetcher.get(site.url)
    again = await fetcher.get(site.url, first.etag, "gestern")
    assert (again.status, again.body) == (304, b"")
    assert site.seen[1].headers["If-Modified-Since"] == "gestern"


async def test_gzip_is_unpacked_even_in_several_members(site, fetcher):
    body = gzip.compress(b"Hallo ") + gzip.compress(b"Welt" * 40_000)
    site.pages["/"] = web.Response(body=body, headers={"Content-Encoding": "gzip"})
    assert (await fetcher.get(site.url)).body == b"Hallo " + b"Welt" * 40_000


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (b"x" * (5 * 1024 * 1024 + 1), "", "larger than 5 MiB"),
        (gzip.compress(bytes(range(256)) * 24_000), "gzip", "larger than 5 MiB|200 times"),
        (gzip.compress(b"\0" * 4_000_000), "gzip", "200 times its size"),
        (b"no gzip", "gzip", "says it is gzip"),
        (gzip.compress(b"Hallo" * 1000)[:-20], "gzip", "ended in the middle"),
        (b"x", "br", "only gzip"),
        (b"x", "deflate", "only gzip"),
    ],
    ids=["large", "large gzip", "bomb", "no gzip", "cut off", "brotli", "deflate"],
)
async def test_a_body_that_is_too_much_or_odd_is_refused(site, fetcher, body, encoding, reason):
    site.pages["/"] = web.Response(body=body, headers={"Content-Encoding": encoding} if encoding else {})
    await refused(fetcher, site.url, reason)


async def test_a_body_without_end_is_cut_off(site, fetcher):
    async def endless(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x" * 65_536)
        except ConnectionError:
            return answer

    site.pages["/"] = endless
    await refused(fetcher, site.url, "larger than 5 MiB|did not answer in time")


async def test_a_slow_answer_ends_after_the_total_time(site, fetcher):
    site.pages["/"] = "Hallo"
    site.delay["/"] = 5
    began = asyncio.get_running_loop().time()
    await refused(fetcher, site.url, "did not answer in time")
    assert asyncio.get_running_loop().time() - began < 2


async def test_a_dripping_answer_ends_after_the_total_time(site, fetcher):
    async def drip(request):
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(50):
            await answer.write(b"x")
            await asyncio.sleep(0.1)
        return answer

    site.pages["/"] = drip
    await refused(fetcher, site.url, "did not answer in time")


@pytest.mark.parametrize(
    ("status", "final"), [(404, True), (410, True), (403, True), (500, False), (429, False)]
)
async def test_a_status_that_is_no_success_is_the_reason(site, fetcher, status, final):
    site.pages["/"] = web.Response(status=status, headers={"Retry-After": "120"})
    error = await refused(fetcher, site.url, f"HTTP {status}")
    assert (error.status, error.is_final, error.retry_after) == (status, final, timedelta(minutes=2))


async def test_a_redirect_for_good_is_noted(site, fetcher):
    site.pages["/"] = web.Response(status=301, headers={"Location": "/neu"})
    site.pages["/neu"] = web.Response(status=308, headers={"Location": f"{site.url}/neuer"})
    site.pages["/neuer"] = "Hallo"
    assert (await fetcher.get(site.url)).moved_to == f"{site.url}/neuer"
    site.pages["/neu"] = web.Response(status=302, headers={"Location": "/neuer"})
    found = await fetcher.get(site.url)
    assert (found.moved_to, found.url) == (None, f"{site.url}/neuer")


async def test_five_redirects_are_followed_and_no_more(site, fetcher):
    for step in range(6):
        site.pages[f"/{step}"] = web.Response(status=302, headers={"Location": f"/{step + 1}"})
    site.pages["/6"] = "Hallo"
    assert (await fetcher.get(f"{site.url}/1")).body == b"Hallo"
    await refused(fetcher, f"{site.url}/0", "more than 5 redirects")


@pytest.mark.parametrize(
    ("target", "reason"),
    [("ftp://example.org/", "not an http"), ("http://u:p@example.org/", "login"), ("file:///etc/passwd", "not an http"),
     ("", "without a target")],
)  # fmt: skip
async def test_a_redirect_is_checked_like_the_first_address(site, fetcher, target, reason):
    site.pages["/"] = web.Response(status=302, headers={"Location": target} if target else {})
    await refused(fetcher, site.url, reason)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.org/", "not an http"),
        ("javascript:alert(1)", "not an http"),
        ("/etc/passwd", "not an http"),
        ("http:///x", "not an http|not a URL"),
        ("http://user@example.org/", "login"),
        ("http://user:geheim@example.org/", "login"),
        ("http://example.org:8080/", "port 8080"),
        ("http://example.org:99999/", "not a URL"),
        ("http://[::1/", "not a URL"),
    ],
)
async def test_an_address_that_may_not_be_fetched_is_refused_at_once(strict, url, reason):
    error = await refused(strict, url, reason)
    assert isinstance(error, AddressRefused)
    assert "geheim" not in str(error)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "10.0.0.1", "192.168.1.1", "169.254.169.254",
     "100.64.0.1", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]", "[::]", "[64:ff9b::7f00:1]"],
)  # fmt: skip
async def test_no_way_of_writing_a_private_address_reaches_it(strict, host):
    with pytest.raises(
        FetchError, match=r"not a public address|cannot be resolved|not a URL|unreachable|canonical"
    ):
        await strict.get(f"http://{host}/")


async def test_a_private_address_is_refused_before_any_connection(unused_tcp_port_80_server, strict):
    error = await refused(strict, "http://127.0.0.1/", "not a public address")
    assert error.is_final
    assert unused_tcp_port_80_server == []


@pytest.fixture
async def unused_tcp_port_80_server():
    """A listener on port 80, where this machine allows one; what connects is noted."""
    seen = []
    try:
        server = await asyncio.start_server(
            lambda _, writer: (seen.append(1), writer.close()), "127.0.0.1", 80
        )
    except OSError:
        yield seen
        return
    yield seen
    server.close()
    await server.wait_closed()


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("224.0.0.1", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("255.255.255.255", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:7f00:1::", False),
        ("3fff::1", False),
        ("::ffff:8.8.8.8", False),
        ("fe80::1%eth0", False),
        ("example.org", False),
    ],
)
def test_only_the_public_internet_is_public(address, public):
    assert is_public(address) is public


async def test_a_name_that_nobody_knows_and_a_port_that_nobody_serves_are_told_apart(fetcher):
    await refused(fetcher, "http://nirgends.invalid/", "cannot be resolved")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        await refused(fetcher, f"http://127.0.0.1:{probe.getsockname()[1]}/", "refuses the connection")


async def test_an_answer_that_is_no_http_is_an_error(fetcher):
    async def talk(_, writer):
        writer.write(b"SSH-2.0-OpenSSH\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await refused(fetcher, f"http://127.0.0.1:{port}/", "127.0.0.1")
    server.close()
    await server.wait_closed()


async def test_one_host_gets_one_request_at_a_time_and_waiting_is_no_timeout(site, fetcher):
    for number in range(6):
        site.pages[f"/{number}"] = "Hallo"
        site.delay[f"/{number}"] = 0.25
    await asyncio.gather(*(fetcher.get(f"{site.url}/{number}") for number in range(6)))
    assert site.most_at_once == 1


async def test_pages_of_one_host_come_a_few_at_a_time(site, fetcher):
    for number in range(9):
        site.pages[f"/{number}"] = "Hallo"
        site.delay[f"/{number}"] = 0.05
    await asyncio.gather(*(fetcher.get(f"{site.url}/{number}", at_once=3) for number in range(9)))
    assert site.most_at_once == 3


async def test_a_slow_host_delays_no_other(site, fetcher):
    site.pages["/slow"], site.delay["/slow"] = "x", 8.0
    async with serving() as other:
        other.pages["/"] = "Hallo"
        slow = asyncio.create_task(fetcher.get(f"{site.url}/slow"))
        await asyncio.sleep(0.05)
        await fetcher.get(other.url)
        assert not slow.done()
        slow.cancel()


async def test_a_proxy_in_the_environment_is_ignored(site, fetcher, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    site.pages["/"] = "Hallo"
    assert (await fetcher.get(site.url)).status == 200


async def test_names_that_nobody_answers_for_hold_up_no_other(site, fetcher, monkeypatch):
    ask, given_up = socket.getaddrinfo, threading.Event()

    def answer(host, *rest, **options):
        if host.endswith(".invalid"):
            given_up.wait(60)
        return ask(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    dead = [asyncio.create_task(fetcher.get(f"http://tot{number}.invalid/")) for number in range(40)]
    await asyncio.sleep(0.1)
    site.pages["/"] = "Hallo"
    assert (await fetcher.get(site.url.replace("127.0.0.1", "localhost"))).body == b"Hallo"
    errors = await asyncio.gather(*dead, return_exceptions=True)
    given_up.set()
    assert all("did not answer in time" in str(error) for error in errors)


async def test_an_address_beyond_all_length_is_refused(strict):
    error = await refused(strict, "http://example.org/" + "a" * 5000, "5019 letters")
    assert isinstance(error, AddressRefused)
    assert len(str(error)) < 200

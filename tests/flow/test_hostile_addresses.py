"""A hundred and more ways to a private address: each is refused, and the canary that listens there hears nothing.

The internet is 127.0.0.2 here, by the rules that the fetcher is given; 127.0.0.1 and ::1 stay private.
"""

import asyncio
import socket
from collections import Counter
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver

from bot.domain.catalogue import SourceSpec
from bot.sources.errors import AddressRefused, FetchError, SourceError
from bot.sources.fetching.addresses import Rules, is_public
from bot.sources.fetching.http import Fetcher
from bot.sources.fetching.names import Names
from bot.sources.parsing.parser import Parser
from bot.sources.polling.look import Looker, Remembered
from bot.sources.polling.pages import Pages
from tests.flow.source_site import Site


def _words(text):
    return text.split()


PUBLIC, PRIVATE, PRIVATE6 = "127.0.0.2", "127.0.0.1", "::1"

IPV4 = _words("""
127.0.0.1 127.0.0.3 127.1 127.0.1 127.255.255.254 2130706433 017700000001 0x7f000001 0x7F.0.0.1 0177.0.0.1
0x7f.1 0177.1 127.0x1 127.0.0x0.1 127.0.0.01 127.0.0.001 127.00.00.01 0127.0.0.1 00000177.0.0.1 0x0000007f.0.0.1
127.0.0.1. 127.1. 2130706433. 4294967296 4294967297 6425673729 127.0.0.257 127.0.0.1.. 0 0.0.0.0 00 0x0 0. 0.0 0.1.2.3
10.0.0.1 10.1 0xa.1 167772161 100.64.0.1 169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.43518
172.16.0.1 172.31.255.254 192.168.0.1 192.168.257 3232235521 192.0.0.1 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 4294967295 127.0.0.1%00 127.0.0.1%20 %31%32%37.0.0.1
１２７.０.０.１ 127。0。0。1 127．0．0．1 127｡0｡0｡1
①②⑦.⓪.⓪.① 𝟏𝟐𝟕.𝟎.𝟎.𝟏 ２１３０７０６４３３ ０ｘ７ｆ.1 १२७.०.०.१ ١٢٧.٠.٠.١""")

IPV6 = _words("""
::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 ::0001 :: ::127.0.0.1 ::7f00:1 ::ffff:127.0.0.1
::ffff:7f00:1 ::FFFF:7F00:0001 0:0:0:0:0:ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::7f00:1 2002:7f00:1:: 2002:7f00:0001::1 2002:a00:1:: 2001:0:7f00:1::1
2001::1 2001:10::1 2001:20::1 2001:db8::1 3fff::1 100::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%25lo fe80::1%lo
::1%lo ::1%251 2606:4700::1111%25lo febf::1 fec0::1 ff02::1 ff0e::1 5f00::1 4000::1 ::2 1::1""")

NAMES = {
    "intern.example": [[PRIVATE]],
    "intern6.example": [[PRIVATE6]],
    "mapped.example": [["::ffff:127.0.0.1"]],
    "zone.example": [["fe80::1%lo"]],
    "zehn.example": [["10.0.0.1"]],
    "metadata.example": [["169.254.169.254"]],
    "ula.example": [["fd00::1"]],
    "nat64.example": [["64:ff9b::7f00:1"]],
    "sechszuvier.example": [["2002:7f00:1::"]],
    "null.example": [["0.0.0.0"]],
    "beide.example": [[PRIVATE, PRIVATE6]],
    "name.example": [["localhost"]],
    "kurz.example": [["127.1"]],
    "dezimal.example": [["2130706433"]],
    "müller.example": [[PRIVATE]],
    "127.0.0.1.example": [[PRIVATE]],
    "localhost.example": [[PRIVATE]],
}
LOCAL = ["localhost", "LOCALHOST", "localhost.", "LoCaLhOsT.", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "ｌｏｃａｌｈｏｓｔ", "local%68ost",
         "ip6-localhost", "localhost.localdomain", "app.localhost"]  # fmt: skip

# `{}` is the private host and port; `{port}` the port
TARGETS = [
    "\thttp://{}/",
    *_words("""
http://{} https://{} //{} ///{} http:/{} http:{} http:///{} \\\\{} /\\{} \\/{} http:\\\\{} http://{}\\@example.org/
http://example.org\\@{}/ http://example.org@{}/ http://example.org:80@{}/ http://@{}/ http://:@{}/ http://a:b@{}/
http://example.org#@{}/ http://{}#@example.org/ http://{}?@example.org/ http://{};@example.org/ HTTP://{}/ hTTp://{}/x
http://127.0.0.1%3A{port}/ http://localhost:{port}/ http://[::1]:{port}/ http://[::ffff:127.0.0.1]:{port}/
http://2130706433:{port}/ http://127.1:{port}/ http://0:{port}/ http://0.0.0.0:{port}/ http://intern.example:{port}/
http://１２７.０.０.１:{port}/ http://127.0.0.1.:{port}/ file:///etc/passwd file://127.0.0.1/etc/passwd gopher://{}/_GET
ftp://{}/ ftp:{} data:text/html,x javascript:alert(1) jar:http://{}!/ dict://{}/ ldap://{}/ ws://{}/ unix:///tmp/x
view-source:http://{} url:http://{} http+unix://%2Ftmp%2Fx/ feed://{}/ feed:http://{}/ blob:http://{}/ tcp://{}"""),
]
PORTS = [1, 22, 25, 81, 444, 3306, 5432, 6379, 8000, 8080, 8443, 9200, 11211, 65535]


@dataclass
class Resolver(AbstractResolver):
    """Answers from a table, each time the next answer; any other name is asked of the system."""

    table: dict = field(default_factory=lambda: {name: list(answers) for name, answers in NAMES.items()})
    asked: Counter = field(default_factory=Counter)

    async def resolve(self, host, port=0, family=socket.AF_UNSPEC):
        ascii_names = {name.encode("idna").decode(): name for name in self.table}
        answers = self.table.get(ascii_names.get(host, ""))
        if answers is None:
            return await Names().resolve(host, port, family)
        self.asked[host] += 1
        numbers = answers.pop(0) if len(answers) > 1 else answers[0]
        return [self._result(host, port, number) for number in numbers]

    @staticmethod
    def _result(host, port, number):
        kind = socket.AF_INET6 if ":" in number else socket.AF_INET
        return {"hostname": host, "host": number, "port": port, "family": kind, "proto": 0, "flags": 0}

    async def close(self):
        """Nothing to close."""


@dataclass
class World:
    """A canary on the private addresses, a site on the public one with the same port, and a fetcher."""

    port: int
    canary: Counter
    site: Site
    resolver: Resolver
    fetcher: Fetcher

    def private(self, template):
        """A target of the table, filled in."""
        return template.replace("{port}", str(self.port)).replace("{}", f"{PRIVATE}:{self.port}")

    async def refused(self, url):
        """The refusal of an address; the canary must have heard nothing."""
        with pytest.raises(FetchError) as error:
            await self.fetcher.get(url)
        await asyncio.sleep(0)
        assert not self.canary
        return error.value


async def _listen(stack, app, host, port=0):
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, host, port).start()
    return runner.addresses[0][1]


def _canary(heard):
    async def hear(request):
        heard[f"{request.host} {request.path}"] += 1
        return web.Response(text="geheim")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", hear)
    return app


@pytest.fixture
async def world():
    async with AsyncExitStack() as stack:
        heard, site, resolver = Counter(), Site(), Resolver()
        public = web.Application()
        public.router.add_route("*", "/{path:.*}", site.answer)
        port = await _listen(stack, _canary(heard), PRIVATE)
        await _listen(stack, public, PUBLIC, port)
        with suppress(OSError):  # a machine without IPv6
            await _listen(stack, _canary(heard), PRIVATE6, port)
        site.url = f"http://{PUBLIC}:{port}"
        rules = Rules(ports=(port,), allows=lambda number: number == PUBLIC or is_public(number))
        fetcher = Fetcher(connect=0.5, total=1.0, rules=rules, resolver=resolver)
        stack.push_async_callback(fetcher.close)
        yield World(port, heard, site, resolver, fetcher)


def test_there_are_at_least_a_hundred_ways():
    assert len({*IPV4, *IPV6, *NAMES, *LOCAL, *TARGETS}) >= 100


async def test_the_canary_would_be_heard(world):
    open_rules = Rules(ports=(world.port,), allows=lambda _: True)
    fetcher = Fetcher(connect=0.5, total=1.0, rules=open_rules, resolver=world.resolver)
    assert (await fetcher.get(f"http://intern.example:{world.port}/")).body == b"geheim"
    world.site.pages["/"] = web.Response(status=302, headers={"Location": world.private("http://{}/x")})
    assert (await fetcher.get(world.site.url)).body == b"geheim"
    assert sum(world.canary.values()) == 2
    await fetcher.close()


async def test_the_public_site_is_reached(world):
    world.site.pages["/"] = "Hallo"
    assert (await world.fetcher.get(world.site.url)).body == b"Hallo"


@pytest.mark.parametrize("host", IPV4)
async def test_no_way_of_writing_an_ipv4_address_leads_in(world, host):
    await world.refused(f"http://{host}:{world.port}/")


@pytest.mark.parametrize("host", IPV6)
async def test_no_way_of_writing_an_ipv6_address_leads_in(world, host):
    await world.refused(f"http://[{host}]:{world.port}/")


@pytest.mark.parametrize("host", [*NAMES, *LOCAL])
async def test_no_name_of_a_private_address_leads_in(world, host):
    await world.refused(f"http://{host}:{world.port}/")


@pytest.mark.parametrize("host", [PRIVATE, "10.0.0.1", "[::1]", "[fd00::1]", "localhost", "intern.example"])
async def test_the_refusal_says_what_is_wrong_and_is_final(world, host):
    error = await world.refused(f"http://{host}:{world.port}/")
    assert isinstance(error, AddressRefused)
    assert "is not a public address" in str(error)
    assert error.is_final


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("status", [302, 308])
async def test_no_redirect_leads_in(world, target, status):
    target = world.private(target)
    world.site.pages["/a/b"] = web.Response(status=status, headers={"Location": target})
    error = await world.refused(f"{world.site.url}/a/b")
    # What a browser might have taken for another host is a path of the public site here, and not found
    assert isinstance(error, FetchError)
    assert error.status in (None, 404)


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 306, 307, 308])
async def test_no_status_leads_in(world, status):
    headers = {"Location": world.private("http://{}/")}
    world.site.pages["/"] = lambda _: web.Response(status=status, headers=headers)
    with suppress(FetchError):  # 304 is an answer
        assert (await world.fetcher.get(world.site.url)).body == b""
    assert not world.canary


async def test_a_chain_that_ends_in_a_private_address_is_refused(world):
    for step, target in enumerate(["/1", f"//{PUBLIC}:{world.port}/2", "3", world.private("http://{}/")]):
        path = "/" if step == 0 else f"/{step}"
        world.site.pages[path] = web.Response(status=307, headers={"Location": target})
    assert isinstance(await world.refused(f"{world.site.url}/"), AddressRefused)
    assert world.site.paths() == ["/", "/1", "/2", "/3"]


async def test_a_page_that_wants_to_be_reloaded_elsewhere_is_just_a_page(world):
    target = world.private("http://{}/")
    page = f'<meta http-equiv="refresh" content="0; url={target}"><link rel="icon" href="{target}"><img src="{target}">'
    world.site.pages["/"] = web.Response(
        text=page, headers={"Refresh": f"0; url={target}", "Content-Location": target, "Link": f"<{target}>"}
    )
    assert (await world.fetcher.get(world.site.url)).status == 200
    assert not world.canary


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("host", ["example.org", PUBLIC])
async def test_only_the_ports_of_the_web_are_asked(host, port):
    fetcher = Fetcher(total=1.0)
    with pytest.raises(AddressRefused, match=f"port {port} "):
        await fetcher.get(f"http://{host}:{port}/")


async def test_a_name_is_asked_once_and_what_it_says_later_changes_nothing(world):
    world.site.pages["/"] = "Hallo"
    world.resolver.table["wechsel.example"] = [[PUBLIC], [PRIVATE]]
    for _ in range(3):
        assert (await world.fetcher.get(f"http://wechsel.example:{world.port}/")).body == b"Hallo"
    assert world.resolver.asked["wechsel.example"] == 1
    assert not world.canary


async def test_a_name_that_becomes_private_is_refused(world):
    world.site.pages["/"] = web.Response(text="Hallo", headers={"Connection": "close"})
    world.resolver.table["wechsel.example"] = [[PUBLIC], [PRIVATE]]
    url = f"http://wechsel.example:{world.port}/"
    await world.fetcher.get(url)
    world.fetcher._session.connector.clear_dns_cache()
    assert isinstance(await world.refused(url), AddressRefused)
    assert world.resolver.asked["wechsel.example"] == 2


@pytest.mark.parametrize(
    "numbers",
    [
        [PUBLIC, PRIVATE],
        [PRIVATE, PUBLIC],
        [PRIVATE6, PUBLIC],
        [PUBLIC, PRIVATE6],
        [PRIVATE, PRIVATE6, PUBLIC],
    ],
)
async def test_of_a_mixed_answer_only_the_public_address_is_asked(world, numbers):
    world.site.pages["/"] = "Hallo"
    world.resolver.table["beides.example"] = [numbers]
    assert (await world.fetcher.get(f"http://beides.example:{world.port}/")).body == b"Hallo"
    assert not world.canary


async def test_a_mixed_answer_whose_public_address_is_dead_does_not_fall_back_on_the_private_one(world):
    world.resolver.table["beides.example"] = [["127.0.0.9", PRIVATE, PRIVATE6]]
    rules = Rules(ports=(world.port,), allows=lambda number: number == "127.0.0.9")
    fetcher = Fetcher(connect=0.5, total=1.0, rules=rules, resolver=world.resolver)
    with pytest.raises(FetchError):
        await fetcher.get(f"http://beides.example:{world.port}/")
    assert not world.canary
    await fetcher.close()


@pytest.fixture
async def parser():
    parser = Parser()
    await parser.warm_up()
    yield parser
    await parser.close()


@pytest.mark.parametrize(
    "target", ["http://{}/feed", "//{}/feed", "http://localhost:{port}/feed", "file:///etc/passwd"]
)
async def test_a_feed_that_a_page_names_is_checked_like_its_page(world, parser, target):
    target = world.private(target)
    world.site.pages["/"] = f'<link rel="alternate" type="application/rss+xml" href="{target}"><p>Hallo</p>'
    looker = Looker(world.fetcher, parser, lambda: datetime(2026, 3, 11, 12, 0, tzinfo=UTC))
    with pytest.raises(SourceError):
        await looker.look(SourceSpec("quelle", world.site.url), Remembered())
    assert not world.canary


@pytest.mark.parametrize(
    "link", ["http://{}/a", "http://localhost:{port}/a", "http://intern.example:{port}/a"]
)
async def test_an_article_link_is_checked_like_a_source(world, parser, link):
    pages = Pages(None, world.fetcher, parser, None, lambda: datetime(2026, 3, 11, tzinfo=UTC), lambda: None)
    outcome = await pages._try(world.private(link), "UTC")
    assert outcome.page.blocks == ()
    assert not world.canary


@pytest.mark.parametrize(
    "host", [PRIVATE, "[::1]", "2130706433", "localhost", "intern.example", "0.0.0.0", "10.0.0.1"]
)
async def test_nothing_is_posted_to_a_private_address(world, host):
    for url in (f"http://{host}:{world.port}/", f"{world.site.url}/hub"):
        location = {"Location": f"http://{host}:{world.port}/"}
        world.site.pages["/hub"] = web.Response(status=307, headers=location)
        with pytest.raises(FetchError):
            await world.fetcher.post(url, {"hub.mode": "subscribe"})
    assert not world.canary

"""What a hub is asked goes by the rules of every fetch: never to a private address, bounded, each redirect checked."""

import pytest
from aiohttp import web

from bot.sources.errors import AddressRefused, FetchError
from bot.sources.fetching.http import Fetcher

FORM = {"hub.mode": "subscribe", "hub.topic": "https://blatt.example/ä?a=1&b=2"}


@pytest.fixture
async def fetcher():
    fetcher = Fetcher(allow_private=True, connect=2, total=1)
    yield fetcher
    await fetcher.close()


async def test_the_form_arrives_and_status_and_text_come_back(site, fetcher):
    got = []

    async def hub(request):
        got.append((request.method, dict(await request.post())))
        return web.Response(status=400, text=" Wer sind Sie? \n")

    site.pages["/hub"] = hub
    assert await fetcher.post(f"{site.url}/hub", FORM) == (400, "Wer sind Sie?")
    assert got == [("POST", FORM)]


async def test_of_a_long_answer_only_the_beginning_is_read(site, fetcher):
    site.pages["/hub"] = web.Response(status=500, body=b"\xff" + b"x" * 3_000_000)
    status, text = await fetcher.post(f"{site.url}/hub", FORM)
    assert status == 500
    assert 0 < len(text) <= 300


@pytest.mark.parametrize(
    ("status", "followed"), [(307, True), (308, True), (301, False), (302, False), (303, False)]
)
async def test_only_redirects_that_keep_the_method_are_followed(site, fetcher, status, followed):
    site.pages["/hub"] = web.Response(status=status, headers={"Location": "/neu"})
    site.pages["/neu"] = web.Response(status=202)
    answer, _ = await fetcher.post(f"{site.url}/hub", FORM)
    assert answer == (202 if followed else status)


async def test_a_circle_of_redirects_ends(site, fetcher):
    site.pages["/hub"] = web.Response(status=307, headers={"Location": "/hub"})
    with pytest.raises(FetchError, match="redirects"):
        await fetcher.post(f"{site.url}/hub", FORM)
    assert len(site.seen) == 6


async def test_a_hub_that_does_not_answer_is_given_up(site, fetcher):
    site.delay["/hub"] = 5
    with pytest.raises(FetchError, match="did not answer in time"):
        await fetcher.post(f"{site.url}/hub", FORM)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/hub", "http://localhost/hub", "http://[::1]/hub", "http://0x7f.1/",
        "http://10.0.0.1/", "http://169.254.169.254/latest", "https://hub.example:8443/", "ftp://hub.example/",
        "https://user:pw@hub.example/", "file:///etc/passwd", "",
    ],
)  # fmt: skip
async def test_nothing_private_is_asked(url):
    fetcher = Fetcher(connect=2, total=5)
    try:
        with pytest.raises(AddressRefused):
            await fetcher.post(url, FORM)
    finally:
        await fetcher.close()


async def test_a_redirect_to_another_scheme_is_refused(site, fetcher):
    site.pages["/hub"] = web.Response(status=307, headers={"Location": "file:///etc/passwd"})
    with pytest.raises(AddressRefused):
        await fetcher.post(f"{site.url}/hub", FORM)

"""The way to Telegram over real HTTP: what comes back, and what a broken answer means."""

import asyncio
import io
import json
import socket

import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.delivery.api import Api
from bot.delivery.request import AiohttpRequest, decode, encode
from bot.domain.verdict import Answer, Failure

TOKEN = "123456:AAE-secret-secret-secret-secret-secret"
SENT = {"ok": True, "result": {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}}


class Server:
    """Answers every call by `answer`, and keeps what it was asked."""

    def __init__(self):
        self.answer = lambda request: web.json_response(SENT)
        self.asked = []
        self.url = ""

    async def form(self, request):
        fields = await request.post()
        return {
            name: (value.filename, value.file.read()) if isinstance(value, web.FileField) else value
            for name, value in fields.items()
        }

    async def handle(self, request):
        content = request.content_type
        body = await self.form(request) if "multipart" in content else await request.read()
        self.asked.append((request.match_info["method"], content, body))
        result = self.answer(request)
        return await result if asyncio.iscoroutine(result) else result


@pytest.fixture
async def server():
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", server.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def request_():
    request = AiohttpRequest(connect_timeout=2, read_timeout=2)
    async with request:
        yield request


@pytest.fixture
def api(server, request_):
    return Api(request_, TOKEN, server.url + "/")


@pytest.fixture
async def bot(server, request_, monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    return Bot(TOKEN, base_url=f"{server.url}/bot", request=request_, get_updates_request=request_)


def page(status):
    return lambda _: web.Response(
        status=status, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html"
    )


def refusal(code, description, status=None, **parameters):
    body = {"ok": False, "error_code": code, "description": description}
    return lambda _: web.json_response(
        body | ({"parameters": parameters} if parameters else {}), status=status or code
    )


async def cut(request):
    request.transport.abort()
    await asyncio.sleep(0.01)
    return web.Response()


async def half(request):
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"ok":true,')
    request.transport.abort()
    return response


async def late(_):
    await asyncio.sleep(5)
    return web.json_response(SENT)


async def test_a_call_is_posted_as_json_and_its_result_comes_back(server, api):
    answer = await api.call("sendMessage", {"chat_id": 1, "text": "Grüße 🗞"})
    assert answer == Answer(status=200, ok=True, result=SENT["result"])
    method, content, body = server.asked[0]
    assert (method, content) == ("sendMessage", "application/json")
    assert json.loads(body) == {"chat_id": 1, "text": "Grüße 🗞"}


async def test_a_refusal_is_a_value_with_telegrams_words_and_parameters(server, api):
    server.answer = refusal(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100)
    answer = await api.call("sendMessage", {})
    assert (answer.status, answer.ok, answer.description) == (
        400,
        False,
        "Bad Request: group chat was upgraded",
    )
    assert answer.parameters == {"migrate_to_chat_id": -100}


async def test_a_refusal_under_200_counts_as_what_it_says(server, api):
    server.answer = refusal(403, "Forbidden: bot was blocked by the user", status=200)
    answer = await api.call("sendMessage", {})
    assert (answer.status, answer.ok) == (403, False)


async def test_the_page_of_a_proxy_is_no_answer_of_telegram(server, api):
    server.answer = page(502)
    assert await api.call("sendMessage", {}) == Answer(status=502)


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff\x00{", b'{"result": 1}', b'{"ok": "yes"}', b"null"])
async def test_a_body_that_is_no_envelope_is_no_good_answer(server, api, body):
    server.answer = lambda _: web.Response(body=body)
    assert await api.call("sendMessage", {}) == Answer(status=200)


async def test_a_flood_without_parameters_is_read_from_its_header(server, api):
    server.answer = lambda _: web.Response(status=429, headers={"Retry-After": "7"}, text="slow down")
    assert (await api.call("sendMessage", {})).parameters == {"retry_after": 7}


async def test_a_refused_connection_was_not_sent(request_):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        answer = await Api(request_, TOKEN, f"http://127.0.0.1:{unused.getsockname()[1]}").call("getMe", {})
    assert answer.failure is Failure.NOT_SENT
    assert TOKEN not in answer.description


async def test_an_unknown_host_was_not_sent(request_):
    answer = await Api(request_, TOKEN, "http://nowhere.invalid").call("getMe", {})
    assert answer.failure is Failure.NOT_SENT


async def test_a_connection_that_nobody_takes_in_time_was_not_sent(request_):
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        with socket.socket() as first, socket.socket() as second:
            for one in (first, second):
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            await asyncio.sleep(0.05)
            url = f"http://127.0.0.1:{full.getsockname()[1]}"
            answer = await Api(request_, TOKEN, url).call("getMe", {}, timeout=0.6)
    assert answer == Answer(failure=Failure.NOT_SENT, description="no connection in time")


@pytest.mark.parametrize("broken", [cut, half])
async def test_a_connection_that_breaks_before_the_answer_is_in_doubt(server, api, broken):
    server.answer = broken
    answer = await api.call("sendMessage", {})
    assert answer.failure is Failure.IN_DOUBT
    assert TOKEN not in answer.description


async def test_a_reused_connection_that_breaks_is_in_doubt_and_nothing_is_sent_twice(server, api):
    await api.call("sendMessage", {})
    server.answer = cut
    answer = await api.call("sendMessage", {})
    assert answer.failure is Failure.IN_DOUBT
    assert len(server.asked) == 2


async def test_an_answer_that_comes_too_late_is_in_doubt(server, api):
    server.answer = late
    answer = await api.call("sendMessage", {}, timeout=0.2)
    assert answer == Answer(failure=Failure.IN_DOUBT, description="no answer in time")


async def test_a_redirect_is_not_followed(server, api):
    server.answer = lambda _: web.Response(status=307, headers={"Location": server.url})
    assert (await api.call("sendMessage", {})).status == 307


async def test_a_method_that_the_server_does_not_know_is_asked_for_once(server, api):
    server.answer = refusal(404, "Not Found: method not found")
    assert api.knows("sendRichMessage")
    first = await api.call("sendRichMessage", {})
    second = await api.call("sendRichMessage", {})
    assert first.description == second.description
    assert not api.knows("sendRichMessage")
    assert len(server.asked) == 1


async def test_the_api_does_not_show_its_token(api):
    assert TOKEN not in repr(api)


def test_lone_surrogates_become_replacement_characters_both_ways():
    assert json.loads(encode({"text": "a\ud83db", "list": ["\udc00"], "n": {"\ud800": 1}})) == {
        "text": "a\ufffdb",
        "list": ["\ufffd"],
        "n": {"\ufffd": 1},
    }
    assert json.loads(encode({"text": "\ud83d\ude00 \ud800"})) == {"text": "😀 \ufffd"}
    assert decode(b'{"text": "a\\ud83db"}') == {"text": "a\ufffdb"}


async def test_the_library_sends_a_message_through_it(server, bot):
    message = await bot.send_message(1, "hallo", read_timeout=1)
    assert message.message_id == 5
    method, content, body = server.asked[0]
    assert (method, content) == ("sendMessage", "application/json")
    assert json.loads(body)["text"] == "hallo"


async def test_the_library_sends_a_lone_surrogate(server, bot):
    await bot.send_message(1, "a\ud83db")
    assert json.loads(server.asked[0][2])["text"] == "a\ufffdb"


async def test_the_library_sends_a_file_as_multipart(server, bot):
    await bot.send_document(1, InputFile(io.BytesIO(b"GIF89a"), filename="ö.gif"), caption="Überschrift")
    _, content, body = server.asked[0]
    assert content == "multipart/form-data"
    assert (body["chat_id"], body["caption"]) == ("1", "Überschrift")
    assert ("ö.gif", b"GIF89a") in body.values()


async def test_the_library_gets_a_file(server, request_):
    server.answer = lambda _: web.Response(body=b"\x00\x01")
    assert await request_.retrieve(f"{server.url}/bot{TOKEN}/file") == b"\x00\x01"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(400, "Bad Request: chat not found"), BadRequest),
        (refusal(400, "Bad Request: chat not found", status=200), BadRequest),
        (refusal(429, "Too Many Requests: retry after 3", retry_after=3), RetryAfter),
        (refusal(401, "Unauthorized"), InvalidToken),
        (lambda _: web.json_response({"ok": False}), NetworkError),
        (lambda _: web.json_response({"ok": True}), NetworkError),
        (lambda _: web.Response(text="<html>"), NetworkError),
        (page(502), NetworkError),
        (page(504), NetworkError),
        (cut, NetworkError),
        (half, NetworkError),
        (late, TimedOut),
    ],
)
async def test_the_library_gets_its_own_errors_and_they_do_not_hold_the_token(server, bot, answer, error):
    server.answer = answer
    with pytest.raises(error) as raised:
        await bot.send_message(1, "x", read_timeout=0.3)
    assert TOKEN not in repr(raised.value)
    assert isinstance(raised.value, TelegramError)


async def test_the_library_is_told_of_a_refused_connection(request_, monkeypatch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/bot"
        with pytest.raises(NetworkError, match="cannot connect"):
            await Bot(TOKEN, base_url=url, request=request_, get_updates_request=request_).get_me()


async def test_it_opens_again_after_it_was_closed(server, request_, api):
    await request_.shutdown()
    await request_.shutdown()
    assert (await api.call("getMe", {})).ok

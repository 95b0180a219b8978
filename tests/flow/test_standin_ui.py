"""What the chat page talks to."""

import asyncio
import json

import aiohttp
import pytest
from aiohttp import web

PICTURE = b"\x89PNG picture"


class Page:
    """The chat page's side: state, actions and a stream of events."""

    def __init__(self, session, url):
        self.session, self.url, self.events = session, url, []

    async def state(self):
        async with self.session.get(f"{self.url}/ui/state") as answer:
            return await answer.json()

    async def chat(self, chat_id):
        return next(chat for chat in (await self.state())["chats"] if chat["chat"]["id"] == chat_id)

    async def post(self, name, **body):
        async with self.session.post(f"{self.url}/ui/{name}", json=body) as answer:
            return await answer.json()

    async def get(self, path, **params):
        async with self.session.get(f"{self.url}{path}", params=params) as answer:
            return answer.status, answer.content_type, await answer.read()

    async def listen(self):
        async with self.session.get(f"{self.url}/ui/events") as answer:
            async for line in answer.content:
                if line.startswith(b"data: "):
                    self.events.append(json.loads(line[6:]))

    def of(self, kind):
        return [event for event in self.events if event["type"] == kind]


@pytest.fixture
async def page(standin):
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        yield Page(session, standin.url)


@pytest.fixture
def lena(standin):
    user = standin.add_user("Lena")
    standin.ui.look_as(user)
    return user


@pytest.fixture
async def stream(standin, page, lena):
    listening = asyncio.create_task(page.listen())
    await standin.wait_for(lambda: standin.ui.listeners)
    yield page
    listening.cancel()


async def test_before_anybody_looks_there_is_an_empty_state(standin, page):
    state = await page.state()
    assert (state["me"], state["chats"], state["bot"]["id"]) == (0, [], standin.bot.id)


async def test_the_state_shows_the_viewers_chats(standin, page, lena, bot_api):
    owner = standin.add_user("Olga")
    group = standin.add_group("Runde", members=[owner], admins=[lena], bot="member")
    channel = standin.add_channel("Kanal", owner, members=[lena])
    standin.add_group("Fremde Runde", admins=[owner])
    standin.ui.note(group, "Mach den Bot zum Administrator")
    await bot_api("setMyCommands", commands=[{"command": "latest", "description": "Das Neueste"}])
    state = await page.state()
    private, in_group, in_channel = state["chats"]
    assert state["me"] == private["chat"]["id"] == lena.id
    assert (private["started"], private["can_write"], private["blocked"], private["actions"]) == (
        False,
        True,
        False,
        [],
    )
    assert (in_group["bot_status"], in_group["note"]) == ("member", "Mach den Bot zum Administrator")
    assert [action["id"] for action in in_group["actions"]] == ["promote", "remove"]
    assert in_group["commands"] == [{"command": "latest", "description": "Das Neueste"}]
    assert (in_channel["chat"]["id"], in_channel["can_write"], in_channel["actions"]) == (
        channel.id,
        False,
        [],
    )


async def test_starting_writing_and_pressing(standin, page, lena, bot_api):
    assert (await page.post("start", payload="a7"))["ok"] is True
    assert (await page.post("send", chat_id=lena.id, text=" /latest 5 "))["ok"] is True
    said = [update["message"]["text"] for update in (await bot_api("getUpdates")).result]
    assert said == ["/start a7", "/latest 5"]
    markup = {"inline_keyboard": [[{"text": "Sport", "callback_data": "t:sport"}]]}
    sent = (await bot_api("sendMessage", chat_id=lena.id, text="x", reply_markup=markup)).result
    press = asyncio.create_task(
        page.post("press", chat_id=lena.id, message_id=sent["message_id"], data="t:sport")
    )
    await standin.wait_for(lambda: len(standin.updates.pending) == 3)
    query = (await bot_api("getUpdates")).result[2]["callback_query"]
    await bot_api("answerCallbackQuery", callback_query_id=query["id"], text="Gut")
    assert await press == {"ok": True, "text": "Gut", "show_alert": False, "url": ""}


async def test_actions_change_what_can_be_done(standin, page, lena):
    channel = standin.add_channel("Kanal", lena)
    assert (await page.post("act", chat_id=channel.id, action="promote"))["ok"] is True
    state = await page.chat(channel.id)
    assert (state["bot_status"], [action["id"] for action in state["actions"]]) == (
        "administrator",
        ["remove"],
    )
    assert (await page.post("act", chat_id=channel.id, action="remove"))["ok"] is True
    await page.post("start", payload="")
    for action, blocked in (("block", True), ("unblock", False)):
        await page.post("act", chat_id=lena.id, action=action)
        assert (await page.chat(lena.id))["blocked"] is blocked
    group = standin.add_group("Runde", admins=[lena])
    for action in ("add", "promote", "demote", "remove"):
        assert (await page.post("act", chat_id=group.id, action=action))["ok"] is True


@pytest.mark.parametrize(
    ("name", "body", "description"),
    [
        ("send", {"chat_id": 1, "text": "x"}, "this chat is not on the page"),
        ("send", {"chat_id": 5000001, "text": "  "}, "a message has 1 to 4096 characters"),
        ("act", {"chat_id": 5000001, "action": "promote"}, "'promote' cannot be done here now"),
        (
            "press",
            {"chat_id": 5000001, "message_id": 9, "data": "x"},
            "there is no message 9 in chat 5000001",
        ),
        ("start", {"payload": "ä"}, "a deep link cannot carry 'ä'"),
    ],
)
async def test_what_cannot_be_done_says_why(page, lena, name, body, description):
    answer = await page.post(name, **body)
    assert answer["ok"] is False
    assert description in answer["description"]


async def test_a_reader_of_a_channel_cannot_write_there(standin, page, lena):
    channel = standin.add_channel("Kanal", standin.add_user("Olga"), members=[lena])
    assert (await page.post("send", chat_id=channel.id, text="x"))["description"] == "you cannot write here"


async def test_forms_of_other_pages_are_not_taken(page, lena):
    async with page.session.post(f"{page.url}/ui/start", data={"payload": "x"}) as answer:
        assert answer.status == 415
    async with page.session.post(f"{page.url}/ui/start", json=[1]) as answer:
        assert answer.status == 400


async def test_the_stream_tells_of_messages_edits_and_deletions(standin, stream, lena, bot_api):
    standin.private(lena).started = True
    sent = (await bot_api("sendMessage", chat_id=lena.id, text="alt")).result
    target = {"chat_id": lena.id, "message_id": sent["message_id"]}
    await bot_api("editMessageText", **target, text="neu")
    await bot_api("deleteMessage", **target)
    await standin.wait_for(lambda: stream.of("delete"))
    assert stream.of("message")[0]["message"] == sent
    assert (stream.of("edit")[0]["chat_id"], stream.of("edit")[0]["message"]["text"]) == (lena.id, "neu")
    assert stream.of("delete")[0]["message_id"] == sent["message_id"]


async def test_the_stream_tells_of_menus_and_chats_and_of_nothing_foreign(
    standin, stream, lena, anna, bot_api
):
    await bot_api("sendMessage", chat_id=anna.id, text="nicht für Lena")
    await bot_api("setMyCommands", commands=[{"command": "latest", "description": "Das Neueste"}])
    await standin.open_link(lena)
    standin.block(lena)
    await standin.wait_for(lambda: len(stream.of("chat")) == 2)
    assert [event["commands"][0]["command"] for event in stream.of("commands")] == ["latest"]
    assert [event["blocked"] for event in stream.of("chat")] == [False, True]
    assert {event["chat_id"] for event in stream.events} == {lena.id}


async def test_a_stream_ends_when_the_server_does(standin, page, lena):
    listening = asyncio.create_task(page.listen())
    await standin.wait_for(lambda: standin.ui.listeners)
    await standin.stop()
    await asyncio.wait_for(listening, 5)
    assert standin.ui.listeners == 0


async def test_a_page_that_does_not_read_is_let_go(standin, stream, lena, bot_api):
    queue = next(iter(standin._telegram.events.listeners))
    for _ in range(1001):
        standin.ui.note(standin.private(lena), "x")
    assert standin.ui.listeners == 0
    assert queue.qsize() == 1001


async def test_pictures_come_from_registered_sites_only(standin, page, lena, bot_api):
    async def picture(_request):
        return web.Response(body=PICTURE, content_type="image/png")

    async def text(_request):
        return web.Response(text="kein Bild")

    app = web.Application()
    app.router.add_get("/media/a.png", picture)
    app.router.add_get("/text", text)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site = f"http://127.0.0.1:{runner.addresses[0][1]}"
    url = f"{site}/media/a.png"
    assert (await page.get("/ui/photo", url=url))[0] == 404
    standin.ui.sites.register(site)
    assert await page.get("/ui/photo", url=url) == (200, "image/png", PICTURE)
    assert (await page.get("/ui/photo", url=f"{site}/text"))[0] == 404
    assert (await page.get("/ui/photo", url=f"{site}.evil.example/a.png"))[0] == 404
    await runner.cleanup()
    assert (await page.get("/ui/photo", url=url))[0] == 404


async def test_messages_on_the_page_say_where_their_pictures_are(standin, page, lena, bot_api):
    standin.private(lena).started = True
    url = "http://127.0.0.1:1/media/a.jpg"
    await bot_api("sendPhoto", chat_id=lena.id, photo=url)
    html = f"<details><summary>x</summary><img src='{url}'></details><ul><li><img src='{url}'></li></ul>"
    await bot_api("sendRichMessage", chat_id=lena.id, rich_message={"html": html + f"<video src='{url}'/>"})
    form = aiohttp.FormData({"chat_id": str(lena.id)})
    form.add_field("photo", PICTURE, filename="a.png", content_type="image/png")
    await bot_api("sendPhoto", form=form)
    photo, rich, upload = (await page.chat(lena.id))["messages"]
    address = "/ui/photo?url=http%3A%2F%2F127.0.0.1%3A1%2Fmedia%2Fa.jpg"
    details, items, video = rich["rich_message"]["blocks"]
    assert photo["photo_url"] == photo["photo"][0]["photo_url"] == details["blocks"][0]["url"] == address
    assert items["items"][0]["blocks"][0]["url"] == address
    assert video["url"] == url
    assert (await page.get(upload["photo_url"]))[2] == PICTURE
    assert (await page.get("/ui/file", id="x"))[0] == 404


async def test_the_pages_files_are_served_and_nothing_above_them(page):
    status, kind, body = await page.get("/")
    assert (status, kind) == (200, "text/html")
    assert b"Tickerbot" in body
    assert (await page.get("/page/app.js"))[0] == 200
    assert (await page.get("/page/..%2Ftelegram%2Fui.py"))[0] == 404
    assert (await page.get("/page/nichts.js"))[0] == 404

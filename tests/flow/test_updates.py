"""Updates: stored before they are confirmed, handled once and in order, by polling and by webhook."""

import asyncio
import io
from datetime import UTC, datetime

import aiohttp
import orjson
import pytest

from bot.delivery.api import Api
from bot.delivery.request import AiohttpRequest
from bot.delivery.state import TelegramState
from bot.demo.telegram.faults import drop_before, garbage, gateway, slow_answer, too_many
from bot.demo.telegram.standin import BOT_ID
from bot.updates import Inbox, lane_of
from storage import updates
from tests.fixtures.running import declared, free_port

SECRET = "a-secret-of-ours"


def message(number, chat=1):
    return {"update_id": number, "message": {"chat": {"id": chat}, "text": str(number)}}


class Handled:
    """Remembers what it was given; holds back updates of `slow` chats, fails at `poison`."""

    def __init__(self):
        self.numbers, self.slow, self.poison = [], {}, set()

    async def __call__(self, update):
        number, chat = update["update_id"], lane_of(update)
        if chat in self.slow:
            await self.slow[chat].wait()
        if number in self.poison:
            raise ValueError("poison")
        self.numbers.append(number)


@pytest.fixture
async def inbox_of(sessions, standin):
    """Makes inboxes on this database and the stand-in; ends what they run."""
    request, state, tasks = AiohttpRequest(), TelegramState(), []

    def make(handle, *loops, look_again=None):
        inbox = Inbox(
            sessions,
            Api(request, standin.token, standin.url),
            state,
            handle,
            lambda: datetime.now(UTC),
            bot_id=BOT_ID,
            allowed=["message"],
            look_again=look_again,
        )
        inbox.state = state
        tasks.extend(asyncio.create_task(getattr(inbox, loop)()) for loop in loops)
        return inbox

    yield make
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await request.shutdown()


async def open_ones(sessions):
    async with sessions.read() as session:
        return [number for number, _ in await updates.waiting(session, BOT_ID, 100)]


async def test_the_same_update_is_handled_once(sessions, standin, inbox_of):
    handled = Handled()
    inbox = inbox_of(handled, "work")
    for _ in range(3):
        await inbox.keep(7, orjson.dumps(message(7)).decode())
    await standin.wait_for(lambda: handled.numbers)
    await inbox.keep(7, orjson.dumps(message(7)).decode())
    await asyncio.sleep(0.2)
    assert handled.numbers == [7]
    assert await open_ones(sessions) == []


async def test_a_chat_is_served_in_order_and_holds_no_other_up(standin, inbox_of):
    handled = Handled()
    handled.slow[1] = asyncio.Event()
    inbox = inbox_of(handled, "work")
    for number, chat in ((1, 1), (2, 1), (3, 2), (4, 1)):
        await inbox.keep(number, orjson.dumps(message(number, chat)).decode())
    await standin.wait_for(lambda: handled.numbers == [3])
    handled.slow[1].set()
    await standin.wait_for(lambda: handled.numbers == [3, 1, 2, 4])


async def test_a_flood_of_one_chat_that_is_slow_holds_no_other_up(sessions, standin, inbox_of):
    handled = Handled()
    handled.slow[1] = asyncio.Event()
    inbox = inbox_of(handled, "work")
    async with sessions.write() as session:
        flood = [(number, orjson.dumps(message(number, 1)).decode()) for number in range(1, 401)]
        await updates.store(session, BOT_ID, flood, datetime.now(UTC))
    await inbox.keep(1000, orjson.dumps(message(1000, 2)).decode())
    await standin.wait_for(lambda: handled.numbers == [1000])
    await inbox.keep(1, orjson.dumps(message(1, 1)).decode())
    handled.slow[1].set()
    await standin.wait_for(lambda: len(handled.numbers) == 401, 60)
    assert handled.numbers == [1000, *range(1, 401)]
    async with asyncio.timeout(20):
        while await open_ones(sessions):  # noqa: ASYNC110  a database has no event
            await asyncio.sleep(0.02)


async def test_what_another_process_stores_is_found_even_with_a_lower_number(sessions, standin, inbox_of):
    handled = Handled()
    inbox = inbox_of(handled, "work", look_again=0.05)
    await inbox.keep(9, orjson.dumps(message(9)).decode())
    await standin.wait_for(lambda: handled.numbers == [9])
    async with sessions.write() as session:
        body = orjson.dumps(message(4)).decode()
        await updates.store(session, BOT_ID, [(4, body)], datetime.now(UTC))
    await standin.wait_for(lambda: handled.numbers == [9, 4])


async def test_one_that_cannot_be_handled_is_not_tried_for_ever(sessions, standin, inbox_of):
    handled = Handled()
    handled.poison.add(1)
    inbox = inbox_of(handled, "work")
    await inbox.keep(1, orjson.dumps(message(1)).decode())
    await inbox.keep(2, orjson.dumps(message(2)).decode())
    await standin.wait_for(lambda: handled.numbers == [2])
    await asyncio.sleep(0.1)
    assert await open_ones(sessions) == []


async def test_what_was_stored_and_not_handled_is_handled_by_the_next_start(sessions, standin, inbox_of):
    first = inbox_of(Handled())
    await first.keep(5, orjson.dumps(message(5)).decode())
    assert await open_ones(sessions) == [5]
    handled = Handled()
    inbox_of(handled, "work")
    await standin.wait_for(lambda: handled.numbers == [5])


async def test_a_stop_waits_for_what_is_in_hand_and_begins_nothing(sessions, standin, inbox_of):
    handled = Handled()
    handled.slow[1] = asyncio.Event()
    inbox = inbox_of(handled)
    working = asyncio.create_task(inbox.work())
    await inbox.keep(1, orjson.dumps(message(1)).decode())
    await asyncio.sleep(0.2)
    stopping = asyncio.create_task(inbox.stop())
    await asyncio.sleep(0)
    await inbox.keep(2, orjson.dumps(message(2)).decode())
    handled.slow[1].set()
    await asyncio.wait_for(stopping, 5)
    assert handled.numbers == [1]
    await working
    assert await open_ones(sessions) == [2]


async def test_a_command_on_the_wire_at_a_stop_is_not_answered_again(standin, run_bot, database_url):
    anna = standin.add_user("Anna")
    standin.faults.chat(anna.id, slow_answer(1), times=1, method="sendMessage")
    async with run_bot(database_url, declared()):
        await standin.say(anna, anna.id, "/help")
        await standin.wait_for(lambda: standin.bot_messages(anna.id), 20)
    async with run_bot(database_url, declared()):
        await standin.say(anna, anna.id, "/start")
        await standin.wait_for(lambda: "Hallo Anna" in str(standin.bot_messages(anna.id)), 20)
    assert len(standin.bot_messages(anna.id)) == 2


async def test_polling_confirms_only_what_is_stored(sessions, standin, inbox_of):
    anna = standin.add_user("Anna")
    handled = Handled()
    inbox_of(handled, "poll", "work")
    await standin.say(anna, anna.id, "eins")
    await standin.say(anna, anna.id, "zwei")
    await standin.wait_for(lambda: len(handled.numbers) == 2)
    assert handled.numbers == sorted(handled.numbers)
    offsets = [int(call.params.get("offset", 0)) for call in standin.called("getUpdates")]
    await standin.wait_for(
        lambda: handled.numbers[-1] + 1 in [int(c.params["offset"]) for c in standin.called("getUpdates")]
    )
    assert offsets[0] == 0


async def test_a_webhook_of_an_earlier_start_is_taken_away_so_that_polling_works(standin, inbox_of, bot_api):
    anna = standin.add_user("Anna")
    await bot_api("setWebhook", url=f"http://127.0.0.1:{free_port()}/old")
    handled = Handled()
    inbox_of(handled, "poll", "work")
    await standin.wait_for(lambda: standin.called("deleteWebhook"))
    await standin.say(anna, anna.id, "hallo")
    await standin.wait_for(lambda: handled.numbers, 10)


async def test_a_refused_token_is_noted_and_an_unreachable_server_too(standin, inbox_of):
    standin.revoke_token()
    inbox = inbox_of(Handled(), "poll")
    await standin.wait_for(lambda: inbox.state.revoked)
    standin.accept_token()
    anna = standin.add_user("Anna")
    await standin.say(anna, anna.id, "hallo")
    await standin.wait_for(lambda: inbox.state.ready, 10)
    await standin.offline()
    await standin.wait_for(lambda: inbox.state.reachable is False, 10)


@pytest.mark.parametrize("fault", [gateway(502), garbage(), drop_before()])
async def test_polls_that_end_without_an_answer_of_telegram_are_noted(standin, inbox_of, fault):
    rule = standin.faults.method("getUpdates", fault)
    inbox = inbox_of(Handled(), "poll")
    await standin.wait_for(lambda: inbox.state.reachable is False, 10)
    assert inbox.state.reason
    standin.faults.remove(rule)
    anna = standin.add_user("Anna")
    await standin.say(anna, anna.id, "hallo")
    await standin.wait_for(lambda: inbox.state.ready, 10)


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        (message(1, 42), 42),
        (
            {
                "update_id": 1,
                "callback_query": {"id": "x", "from": {"id": 3}, "message": {"chat": {"id": -7}}},
            },
            -7,
        ),
        ({"update_id": 1, "inline_query": {"from": {"id": 3}}}, 3),
        ({"update_id": 1, "poll": {"id": "5"}}, 0),
    ],
)
def test_the_lane_is_the_chat_else_the_person(update, lane):
    assert lane_of(update) == lane


async def test_by_webhook_the_bot_answers_like_by_polling(standin, newssite, run_bot, database_url):
    anna = standin.add_user("Anna")
    port = free_port()
    hook = {
        "webhook_url": f"http://127.0.0.1:{port}/telegram",
        "webhook_secret": SECRET,
        "listen": f"127.0.0.1:{port}",
    }
    async with run_bot(database_url, declared(newssite), **hook), aiohttp.ClientSession() as session:
        await standin.wait_for(lambda: standin.called("setWebhook"), 20)
        await standin.open_link(anna)
        await standin.wait_for(lambda: "Hallo Anna" in str(standin.bot_messages(anna.id)), 20)
        url = hook["webhook_url"]
        good = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        for headers, body, status in (
            ({}, b"{}", 403),
            ({"X-Telegram-Bot-Api-Secret-Token": "wrong"}, b"{}", 403),
            (good, b"no json", 400),
            (good, b"[]", 400),
            (good, b'{"update_id": "x"}', 400),
            (good, b"x" * (1024 * 1024 + 1), 413),
            (good, orjson.dumps(message(10**9, anna.id)), 200),
        ):
            async with session.post(url, data=io.BytesIO(body), headers=headers) as response:
                assert response.status == status, (headers, body[:20])


@pytest.mark.parametrize("fault", [gateway(502), too_many(1), drop_before()])
async def test_the_webhook_is_set_even_when_telegram_stumbles_at_the_start(
    standin, run_bot, database_url, fault
):
    anna = standin.add_user("Anna")
    port = free_port()
    url = f"http://127.0.0.1:{port}/telegram"
    standin.faults.method("setWebhook", fault, times=1)
    hook = {"webhook_url": url, "webhook_secret": SECRET, "listen": f"127.0.0.1:{port}"}
    async with run_bot(database_url, declared(), **hook):
        await standin.wait_for(lambda: standin.called("setWebhook"), 20)
        await standin.say(anna, anna.id, "/help")
        await standin.wait_for(lambda: standin.bot_messages(anna.id), 10)
    assert len(standin.called("setWebhook")) == 2


async def test_sources_toml_is_read_again_when_asked(standin, newssite, run_bot, tmp_path):
    file = tmp_path / "sources.toml"
    text = f'[[sources]]\nname = "Neu"\nurl = "{newssite.url}/"\nkind = "ticker"\nevery = "1s"\n'
    file.write_text(text.replace("ticker", "blog"))
    database_url = f"sqlite:///{tmp_path}/bot.db"
    async with run_bot(database_url, declared(), sources_file=file) as running:
        await standin.wait_for(lambda: standin.called("setMyCommands"), 20)
        running.reload.set()
        await asyncio.sleep(0.3)
        assert not newssite.hits
        file.write_text(text)
        running.reload.set()
        await standin.wait_for(lambda: newssite.hits, 10)

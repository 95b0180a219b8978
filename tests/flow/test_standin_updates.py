"""Updates by polling and by webhook."""

import asyncio

import pytest
from aiohttp import web


@pytest.fixture
def said(standin, anna):
    async def say(*texts):
        for text in texts:
            await standin.say(anna, anna.id, text)

    return say


def texts(updates):
    return [update["message"]["text"] for update in updates]


async def test_an_update_comes_again_until_it_is_confirmed(bot_api, said):
    await said("eins", "zwei")
    first = (await bot_api("getUpdates")).result
    assert (await bot_api("getUpdates")).result == first
    rest = (await bot_api("getUpdates", offset=first[0]["update_id"] + 1)).result
    assert texts(rest) == ["zwei"]
    assert (await bot_api("getUpdates", offset=first[1]["update_id"] + 1)).result == []


async def test_a_negative_offset_keeps_the_newest(bot_api, said):
    await said("eins", "zwei", "drei")
    assert texts((await bot_api("getUpdates", offset=-1)).result) == ["drei"]


async def test_a_limit_and_at_most_a_hundred(bot_api, said):
    await said(*map(str, range(120)))
    assert len((await bot_api("getUpdates", limit=7)).result) == 7
    assert len((await bot_api("getUpdates")).result) == 100


async def test_a_poll_waits_for_what_comes(standin, bot_api, said):
    poll = asyncio.create_task(bot_api("getUpdates", timeout=20))
    await standin.wait_for(lambda: standin.updates.waiting)
    await said("da")
    assert texts((await asyncio.wait_for(poll, 15)).result) == ["da"]


async def test_a_poll_ends_by_itself(bot_api):
    assert (await asyncio.wait_for(bot_api("getUpdates", timeout=1), 5)).result == []


async def test_only_the_kinds_that_were_asked_for_come(standin, bot_api, anna, said):
    await bot_api("getUpdates", allowed_updates=["message"])
    standin.block(anna)
    await said("da")
    updates = (await bot_api("getUpdates")).result
    assert [set(update) - {"update_id"} for update in updates] == [{"message"}]


async def test_an_update_can_be_repeated(standin, bot_api, said):
    await said("da")
    update = standin.updates.pending[0]
    assert (await bot_api("getUpdates", offset=update["update_id"] + 1)).result == []
    standin.updates.repeat(update)
    assert (await bot_api("getUpdates")).result == [update]


async def test_the_second_conflict_in_a_row_is_slowed_down(standin, bot_api):
    standin.updates.conflict_pause = 0.3
    loop = asyncio.get_running_loop()
    polls = []
    for _ in range(3):
        polls.append(asyncio.create_task(bot_api("getUpdates", timeout=20)))
        await standin.wait_for(lambda: len(standin.called("getUpdates")) == len(polls))
        await asyncio.sleep(0.05)
    started = loop.time()
    assert [(await poll).status for poll in polls[:2]] == [409, 409]
    assert loop.time() - started > 0.1
    polls[2].cancel()


class Hook:
    """A bot's webhook: remembers what came, answers what `statuses` say, then 200."""

    def __init__(self):
        self.updates, self.secrets, self.statuses = [], [], []
        self.hold = asyncio.Event()
        self.hold.set()

    async def handle(self, request):
        await self.hold.wait()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.updates.append(await request.json())
        return web.Response(status=status)


@pytest.fixture
async def hook():
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def test_a_webhook_gets_the_secret_and_what_waits_and_what_comes(standin, bot_api, said, hook):
    await said("alt")
    assert (await bot_api("setWebhook", url=hook.url, secret_token="geheim-1")).result is True
    await said("neu")
    await standin.wait_for(lambda: len(hook.updates) == 2)
    assert texts(hook.updates) == ["alt", "neu"]
    assert set(hook.secrets) == {"geheim-1"}
    await standin.wait_for(lambda: not standin.updates.pending)


async def test_a_webhook_that_fails_gets_the_update_again_in_order(standin, bot_api, said, hook):
    standin.webhook.first_retry = 0.02
    hook.statuses = [500, 404]
    await bot_api("setWebhook", url=hook.url)
    await said("eins", "zwei")
    await standin.wait_for(lambda: len(hook.updates) == 2)
    assert texts(hook.updates) == ["eins", "zwei"]
    assert len(hook.secrets) == 4
    info = (await bot_api("getWebhookInfo")).result
    assert (info["url"], info["last_error_message"]) == (
        hook.url,
        "Wrong response from the webhook: 404 Not Found",
    )


async def test_one_chat_that_hangs_does_not_hold_back_another(standin, bot_api, anna, said, hook):
    await bot_api("setWebhook", url=hook.url)
    ben = standin.add_user("Ben")
    hook.hold.clear()
    await said("eins", "zwei")
    await standin.say(ben, ben.id, "drei")
    hook.hold.set()
    await standin.wait_for(lambda: len(hook.updates) == 3)
    assert [text for text in texts(hook.updates) if text != "drei"] == ["eins", "zwei"]


async def test_an_unreachable_webhook_is_noted_and_deleting_it_brings_polling_back(standin, bot_api, said):
    standin.webhook.first_retry = 0.02
    await bot_api("setWebhook", url="http://127.0.0.1:9/hook")
    await said("da")
    await standin.wait_for(lambda: standin.webhook.last_error)
    await bot_api("deleteWebhook")
    assert (await bot_api("getWebhookInfo")).result["url"] == ""
    assert texts((await bot_api("getUpdates")).result) == ["da"]


async def test_waiting_updates_can_be_dropped(bot_api, said):
    await said("alt")
    await bot_api("deleteWebhook", drop_pending_updates=True)
    assert (await bot_api("getUpdates")).result == []


async def test_a_webhook_that_is_no_address_or_has_a_bad_secret(bot_api):
    reply = await bot_api("setWebhook", url="ftp://x.de")
    assert reply.description == "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    assert (await bot_api("setWebhook", url="https://x.de", secret_token="ä")).status == 400

"""What goes wrong on purpose."""

import asyncio
import sys

import aiohttp
import pytest

from bot.demo.telegram import faults
from bot.demo.telegram.refusals import Refusal, StandInError
from bot.demo.telegram.standin import StandIn


async def test_a_fault_for_one_chat_hits_no_other_and_can_be_taken_back(standin, bot_api, anna):
    [ben] = standin.add_readers(1)
    rule = standin.faults.chat(anna.id, Refusal(400, "Bad Request: PEER_FLOOD"))
    assert (await bot_api("sendMessage", chat_id=anna.id, text="x")).description == "Bad Request: PEER_FLOOD"
    assert (await bot_api("sendMessage", chat_id=ben, text="x")).status == 200
    assert rule.hits == 1
    standin.faults.remove(rule)
    assert (await bot_api("sendMessage", chat_id=anna.id, text="x")).status == 200


async def test_a_fault_for_a_chat_can_be_for_one_method_and_a_few_times(standin, bot_api, anna):
    standin.faults.chat(anna.id, faults.too_many(1), times=2, method="sendMessage")
    statuses = [(await bot_api("sendMessage", chat_id=anna.id, text="x")).status for _ in range(3)]
    assert statuses == [429, 429, 200]
    assert (await bot_api("getChat", chat_id=anna.id)).status == 200


async def test_a_fault_can_look_at_the_call(standin, bot_api, anna):
    standin.faults.where(
        lambda _method, params: "Sport" in params.get("text", ""), faults.refuse(400, "Nein")
    )
    assert (await bot_api("sendMessage", chat_id=anna.id, text="Kultur")).status == 200
    assert (await bot_api("sendMessage", chat_id=anna.id, text="Sport")).status == 400


async def test_faults_can_all_be_cleared(standin, bot_api):
    standin.faults.add(faults.restarting())
    standin.faults.clear()
    assert (await bot_api("getMe")).status == 200


async def test_a_line_cut_before_the_message_was_taken(standin, bot_api, anna):
    standin.faults.add(faults.drop_before(), times=1)
    with pytest.raises(aiohttp.ClientError):
        await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert standin.messages(anna.id) == []


async def test_a_line_cut_after_the_message_was_taken(standin, bot_api, anna):
    standin.faults.add(faults.drop_after(), times=1)
    with pytest.raises(aiohttp.ClientError):
        await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert len(standin.messages(anna.id)) == 1


async def test_a_gateway_that_gives_up_may_have_delivered(standin, bot_api, anna):
    standin.faults.add(faults.gateway(504, delivers=True), times=1)
    assert (await bot_api("sendMessage", chat_id=anna.id, text="x")).status == 504
    assert len(standin.messages(anna.id)) == 1


async def test_not_ok_under_200_and_garbage(standin, bot_api, anna):
    standin.faults.add(faults.not_ok_with_200(), times=1)
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert (reply.status, reply.body["ok"]) == (200, False)
    standin.faults.add(faults.garbage(), times=1)
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert (reply.status, reply.body) == (200, None)
    assert standin.messages(anna.id) == []


async def test_a_slow_answer_comes_after_its_message(standin, bot_api, anna):
    standin.faults.add(faults.slow_answer(0.2), times=1)
    call = asyncio.create_task(bot_api("sendMessage", chat_id=anna.id, text="x"))
    await standin.wait_for(lambda: standin.messages(anna.id))
    assert not call.done()
    assert (await call).status == 200


async def test_a_slow_message_comes_with_its_answer(standin, bot_api, anna):
    standin.faults.add(faults.slow(0.1), times=1)
    call = asyncio.create_task(bot_api("sendMessage", chat_id=anna.id, text="x"))
    await standin.wait_for(lambda: standin.calls)
    assert standin.messages(anna.id) == []
    assert (await call).status == 200


async def test_a_client_that_gives_up_on_a_slow_call_has_sent_its_message(standin, anna):
    standin.faults.add(faults.slow(0.2), times=1)
    url = f"{standin.url}/bot{standin.token}/sendMessage"
    timeout = aiohttp.ClientTimeout(total=0.05)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        with pytest.raises(TimeoutError):
            await session.post(url, json={"chat_id": anna.id, "text": "x"})
    await standin.wait_for(lambda: standin.messages(anna.id))


async def test_too_many_messages_on_their_way_to_one_chat_wait_a_minute(standin, bot_api, anna):
    standin.limits.enabled = True
    standin.limits.unsent_per_chat = 3
    standin.faults.chat(anna.id, faults.slow(0.5))
    calls = [bot_api("sendMessage", chat_id=anna.id, text="x") for _ in range(4)]
    replies = await asyncio.gather(*calls)
    refused = [reply for reply in replies if reply.status == 429]
    assert [reply.body["parameters"] for reply in refused] == [{"retry_after": 60}]


async def test_the_rates_count_messages_and_edits_but_no_questions(standin, bot_api, anna):
    standin.limits.enabled = True
    sent = [await bot_api("sendMessage", chat_id=anna.id, text="x") for _ in range(5)]
    target = {"chat_id": anna.id, "message_id": sent[0].result["message_id"]}
    reply = await bot_api("editMessageText", **target, text="y")
    assert reply.description == "Too Many Requests: retry after 1"
    assert (await bot_api("getChat", chat_id=anna.id)).status == 200


async def test_offline_nobody_is_there_and_online_it_is_at_the_same_address(standin, bot_api, anna):
    poll = asyncio.create_task(bot_api("getUpdates", timeout=20))
    await standin.wait_for(lambda: standin.updates.waiting)
    url = standin.url
    await standin.offline()
    await standin.offline()
    with pytest.raises(aiohttp.ClientError):
        await poll
    with pytest.raises(aiohttp.ClientConnectorError):
        await bot_api("getMe")
    await standin.online()
    assert standin.url == url
    assert (await bot_api("sendMessage", chat_id=anna.id, text="x")).status == 200


async def test_it_can_be_started_without_being_reachable_yet():
    standin = StandIn()
    with pytest.raises(StandInError, match="was not started"):
        await standin.online()
    await standin.start()
    await standin.offline()
    assert not standin.url.endswith(":0")
    await standin.stop()


async def test_without_telegrams_parser_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tdjson", None)
    with pytest.raises(StandInError, match=r'pip install "tickerbot\[demo\]"'):
        await StandIn().start()


async def test_the_calls_are_there_to_be_looked_at(standin, bot_api, anna):
    await bot_api("sendMessage", chat_id=anna.id, text="x")
    await bot_api("sendMessage", chat_id=1, text="y")
    good, refused = standin.called("sendMessage")
    assert (good.params["text"], good.status, good.answer["text"]) == ("x", 200, "x")
    assert (refused.status, refused.answer["description"]) == (400, "Bad Request: chat not found")

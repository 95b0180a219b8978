"""Telegram's refusals on their whole way: server, HTTP, envelope, verdict."""

import pytest

from bot.delivery.api import Api
from bot.delivery.request import AiohttpRequest
from bot.demo.telegram import faults
from bot.domain.verdict import Action, Verdict, judge
from tests.unit.test_verdict import REFUSALS


@pytest.fixture
async def api(standin):
    async with AiohttpRequest() as request:
        yield Api(request, standin.token, standin.url)


@pytest.mark.parametrize(("status", "description", "action"), REFUSALS)
async def test_a_refusal_comes_through_http_word_for_word(standin, api, status, description, action):
    standin.faults.method("sendMessage", faults.refuse(status, description))
    answer = await api.call("sendMessage", {"chat_id": 1, "text": "x"})
    assert (answer.status, answer.ok) == (status, False)
    assert judge(answer) == Verdict(action, description)


async def test_a_flood_and_an_upgraded_group_bring_their_numbers(standin, api):
    standin.faults.method("sendMessage", faults.too_many(7))
    assert judge(await api.call("sendMessage", {})).wait == 7
    group = standin.add_group("Runde", supergroup=False, bot="member")
    moved = standin.upgrade(group)
    standin.faults.clear()
    verdict = judge(await api.call("sendMessage", {"chat_id": group.id, "text": "x"}))
    assert (verdict.action, verdict.moved_to) == (Action.MOVED, moved.id)


async def test_a_revoked_and_a_malformed_token_are_told_from_a_missing_method(standin):
    async with AiohttpRequest() as request:
        for token in ("1:" + "A" * 35, "nonsense"):
            verdict = judge(await Api(request, token, standin.url).call("sendMessage", {}))
            assert verdict.action is Action.REVOKED
        api = Api(request, standin.token, standin.url)
        assert judge(await api.call("sendNothingOfThisKind", {})).action is Action.NO_METHOD

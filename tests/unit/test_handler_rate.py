"""Handlers' messages pass the limiter in the lane of answers."""

from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.delivery.handler_rate import HandlerRateLimiter
from bot.delivery.limiter import Limiter
from tests.unit.virtual_time import VirtualTime


@pytest.fixture(autouse=True)
def _timedelta(monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


class Calls:
    """A Bot API that refuses the first `floods` calls, and notes when it was called."""

    def __init__(self, *floods, per_second=1000):
        self.time = VirtualTime()
        self.limiter = Limiter(per_second, self.time.monotonic, self.time.sleep)
        self.floods = list(floods)
        self.at = []

    async def callback(self, *args, **kwargs):
        self.at.append(self.time.now - 1000)
        if self.floods:
            raise RetryAfter(timedelta(seconds=self.floods.pop(0)))
        return True

    def run(self, *requests):
        async def all_of_them():
            rate = HandlerRateLimiter(self.limiter)
            await rate.initialize()
            for endpoint, data in requests:
                assert await rate.process_request(self.callback, (), {}, endpoint, data, None)
            await rate.shutdown()

        self.time.run(all_of_them())
        return self.at


@pytest.mark.parametrize("endpoint", ["sendMessage", "sendRichMessage", "editMessageText", "copyMessage"])
def test_messages_and_edits_wait_for_the_chats_budget(endpoint):
    at = Calls().run(*[(endpoint, {"chat_id": 7})] * 4)
    assert at[2] < 0.1
    assert at[3] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "endpoint", ["answerCallbackQuery", "getChatMember", "sendChatAction", "setMyCommands"]
)
def test_acknowledging_and_asking_pass_freely(endpoint):
    assert Calls(per_second=1).run(*[(endpoint, {"chat_id": 7})] * 50) == [0] * 50


def test_an_edit_that_names_no_chat_passes_freely():
    assert Calls(per_second=1).run(("editMessageText", {"inline_message_id": "x"})) == [0]


def test_a_channel_by_name_and_an_id_as_text_have_budgets_too():
    at = Calls().run(*[("sendMessage", {"chat_id": "@channel"})] * 21)
    assert at[20] > 59
    at = Calls().run(*[("sendMessage", {"chat_id": "-100"})] * 21)
    assert at[20] > 59


def test_a_short_flood_is_waited_for_and_tried_once_more():
    at = Calls(3).run(("sendMessage", {"chat_id": 7}))
    assert at[1] - at[0] == pytest.approx(3, abs=0.01)


def test_a_long_flood_is_the_handlers_to_know_and_the_chat_waits():
    calls = Calls(60)
    with pytest.raises(RetryAfter):
        calls.run(("sendMessage", {"chat_id": 7}))
    assert len(calls.at) == 1
    assert calls.limiter.ready_in(7) == pytest.approx(60)


def test_a_second_flood_in_a_row_is_raised_and_counted():
    calls = Calls(1, 4)
    with pytest.raises(RetryAfter):
        calls.run(("sendMessage", {"chat_id": 7}))
    assert len(calls.at) == 2
    assert calls.limiter.ready_in(7) == pytest.approx(4)

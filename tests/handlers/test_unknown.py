"""What is no command is answered, old buttons are met kindly, and failures end in an apology."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from structlog.testing import capture_logs

from bot.demo.telegram.faults import refuse
from tests.fixtures.talking import buttons


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("/lates", "/latest"),
        ("/hilfe", "/help"),
        ("neueste", "/latest"),
        ("abbestellen bitte", "/unsubscribe"),
        ("Hallo!", "/start"),
        ("/einstellungen", "/start"),
        ("Donnerwetter", "/help"),
        ("🙂", "/help"),
        ("<b>&amp;", "/help"),
    ],
)
async def test_unknown_words_get_the_nearest_command(talk, reader, words, command):
    assert command in (await talk.ask(reader, words))["text"]


async def test_the_name_of_a_topic_gets_a_button_to_it(talk, reader):
    await talk.publish("Ein Tor", ["sport"])
    answer = await talk.ask(reader, "Sport")
    await talk.press(reader, answer, buttons(answer)[0][0])
    assert "Ein Tor" in talk.last(reader)["text"]


async def test_what_is_no_text_is_answered_too(talk, standin, reader):
    await talk.say(reader, "/start")
    sticker = {
        "file_id": "x", "file_unique_id": "x", "type": "regular", "width": 1, "height": 1,
        "is_animated": False, "is_video": False,
    }  # fmt: skip
    person = reader.json()
    chat = standin.private(reader).json()
    standin.updates.push(
        "message", {"message_id": 77, "date": 1, "chat": chat, "from": person, "sticker": sticker}
    )
    await talk.handle()
    assert "/help" in talk.last(reader)["text"]


async def test_an_edited_message_is_not_answered_again(talk, standin, reader):
    message = await standin.say(reader, standin.private(reader), "/help")
    await talk.handle()
    standin.updates.push("edited_message", message | {"edit_date": message["date"]})
    await talk.handle()
    assert len(talk.messages(reader)) == 1


@pytest.mark.parametrize(
    "data", ["t:7:sport", "weather:berlin", "r:x", "l:*:10", "r:99999999999", "l:*:-5:0:0"]
)
async def test_a_button_of_another_time_is_met_kindly(talk, reader, data):
    greeting = await talk.ask(reader, "/start")
    greeting["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = data
    answer = await talk.press(reader, greeting, data)
    assert answer.show_alert
    assert "veraltet" in answer.text


async def test_a_button_under_a_message_that_telegram_no_longer_shows_still_works(talk, standin, reader):
    await talk.publish("Ein Tor", ["sport"], blocks=[])
    greeting = await talk.ask(reader, "/start")
    for data in ("t:1:sport", "f:1:politik", "r:1", "n:en", "l:*:10:0:0"):
        shell = {"chat": greeting["chat"], "message_id": greeting["message_id"], "date": 0}
        press = {"id": "1", "from": reader.json(), "message": shell, "chat_instance": "1", "data": data}
        standin.updates.push("callback_query", press)
        await talk.handle()
    assert await talk.follows(reader) == {"sport", "politik"}
    assert "Newest headlines" in talk.again(greeting)["text"]
    assert "rich_message" in talk.last(reader)


async def test_where_a_message_can_no_longer_be_edited_the_answer_comes_anew(talk, standin, reader):
    greeting = await talk.ask(reader, "/start")
    standin.faults.method("editMessageText", refuse(400, "Bad Request: message can't be edited"))
    standin.faults.method("editMessageReplyMarkup", refuse(400, "Bad Request: message to edit not found"))
    await talk.press(reader, greeting, "⚽ Sport")
    assert len(talk.messages(reader)) == 1
    await talk.press(reader, greeting, "English")
    assert "Welcome back" in talk.last(reader)["text"]
    assert len(talk.messages(reader)) == 2


async def test_an_edit_that_is_refused_for_another_reason_is_a_failure(talk, standin, reader):
    greeting = await talk.ask(reader, "/start")
    for method, button in (("editMessageText", "English"), ("editMessageReplyMarkup", "⚽ Sport")):
        standin.faults.method(method, refuse(400, "Bad Request: reply markup is too long"))
        await talk.press(reader, greeting, button)
    assert [message["text"][:4] for message in talk.messages(reader)[1:]] == ["Some", "Some"]


async def test_a_press_that_is_too_old_to_be_answered_still_counts(talk, standin, reader):
    greeting = await talk.ask(reader, "/start")
    pressing = asyncio.create_task(standin.press(reader, reader.id, greeting["message_id"], "⚽ Sport"))
    await asyncio.sleep(0)
    standin.expire_callbacks()
    await talk.handle()
    pressing.cancel()
    assert await talk.follows(reader) == {"sport"}


async def test_a_handler_that_fails_is_logged_with_its_update_and_ends_in_an_apology(talk, standin, reader):
    await talk.say(reader, "/start")

    @asynccontextmanager
    async def broken():
        raise RuntimeError("the disk is full")
        yield

    sessions = talk.services.sessions
    talk.services.sessions = type("Broken", (), {"write": staticmethod(broken), "read": sessions.read})()
    with capture_logs() as logs:
        answer = await talk.ask(reader, "/latest")
    assert "schiefgegangen" in answer["text"]
    (entry,) = [one for one in logs if one["event"] == "a handler failed"]
    assert entry["update"] > 0
    assert "the disk is full" in str(entry["exc_info"])


async def test_who_blocked_the_bot_meanwhile_is_gone_without_an_error(talk, standin, reader):
    await talk.say(reader, "/subscribe sport")
    standin.faults.chat(reader.id, refuse(403, "Forbidden: bot was blocked by the user"), times=1)
    assert await talk.say(reader, "/help") == []
    assert (await talk.stored(reader)).state == "gone"


async def test_a_group_that_moved_meanwhile_is_rekeyed(talk, standin, reader):
    group = standin.add_group("Klein", supergroup=False, admins=[reader], bot="member")
    await talk.say(reader, "/subscribe sport", group)
    moved = refuse(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1009)
    standin.faults.chat(group.id, moved, times=1)
    await talk.say(reader, "/help", group)
    group.id = -1009
    assert await talk.follows(group) == {"sport"}


async def test_an_apology_that_cannot_be_sent_is_the_end_of_it(talk, standin, reader):
    standin.faults.method("sendMessage", refuse(400, "Bad Request: BUTTON_DATA_INVALID"))
    with capture_logs() as logs:
        assert await talk.say(reader, "/start") == []
    assert [one["event"] for one in logs][-2:] == ["a handler failed", "the apology could not be sent either"]


async def test_a_revoked_token_is_no_unknown_method(talk, standin, reader):
    await talk.publish("Ein Tor", blocks=[])
    standin.faults.method("sendRichMessage", refuse(401, "Unauthorized"), times=1)
    assert await talk.say(reader, "/read") == []
    assert talk.services.rich_known


async def test_a_failing_telegram_gets_no_apology_on_top(talk, standin, reader):
    await talk.say(reader, "/start")
    calls = len(standin.calls)
    standin.faults.method("sendMessage", refuse(500, "Internal Server Error: restart"))
    with capture_logs() as logs:
        await talk.say(reader, "/help")
    assert [call.method for call in standin.calls[calls:]] == ["sendMessage"]
    assert "an answer could not be sent" in [one["event"] for one in logs]


async def test_the_token_is_in_no_log(talk, standin, reader):
    standin.faults.method("sendMessage", refuse(500, "Internal Server Error: restart"))
    with capture_logs() as logs:
        await talk.say(reader, "/help")
    assert standin.token not in str(logs)

"""Each refusal our calls can meet, over real HTTP, word for word."""

import asyncio

import aiohttp
import pytest

from bot.demo.telegram import faults
from bot.demo.telegram.refusals import bad

ONE_BUTTON = {"inline_keyboard": [[{"text": "Lesen", "callback_data": "r:1"}]]}
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def assert_refused(reply, status, description):
    assert (reply.status, reply.body["error_code"], reply.description) == (status, status, description)
    assert reply.body["ok"] is False


@pytest.fixture
def owner(standin):
    return standin.add_user("Olga")


@pytest.fixture
def group(standin, owner, anna):
    return standin.add_group("Runde", supergroup=False, members=[anna], admins=[owner], bot="member")


@pytest.fixture
def supergroup(standin, owner, anna):
    return standin.add_group("Große Runde", members=[anna], admins=[owner], bot="member")


@pytest.fixture
def channel(standin, owner):
    return standin.add_channel("Kanal", owner, bot="administrator")


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "Bad Request: message text is empty"),
        ("  \n ", "Bad Request: text must be non-empty"),
        ("<b> </b>", "Bad Request: text must be non-empty"),
        ("ü" * 16_385, "Bad Request: text is too long"),
        ("x" * 4097, "Bad Request: message is too long"),
        (
            "<b>offen",
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ("<p>Absatz</p>", 'Bad Request: can\'t parse entities: Unsupported start tag "p" at byte offset 0'),
        ("3 < 4", 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    ],
)
async def test_a_text_that_telegram_does_not_take(bot_api, anna, text, description):
    reply = await bot_api("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")
    assert_refused(reply, 400, description)


async def test_a_text_without_the_field_is_empty(bot_api, anna):
    assert_refused(await bot_api("sendMessage", chat_id=anna.id), 400, "Bad Request: message text is empty")


async def test_the_length_counts_after_parsing(bot_api, anna):
    text = "<b>" + "x" * 4096 + "</b>"
    assert (await bot_api("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")).status == 200


async def test_a_caption_has_at_most_1024_characters(bot_api, anna):
    photo = {"chat_id": anna.id, "photo": "https://example.org/a.jpg"}
    assert (await bot_api("sendPhoto", **photo, caption="x" * 1024)).status == 200
    reply = await bot_api("sendPhoto", **photo, caption="x" * 1025)
    assert_refused(reply, 400, "Bad Request: message caption is too long")


async def test_a_text_is_parsed_before_its_chat_is_looked_up(bot_api):
    reply = await bot_api("sendMessage", chat_id=1, text="<b>", parse_mode="HTML")
    assert reply.description.startswith("Bad Request: can't parse entities")


@pytest.mark.parametrize("chat_id", [1, -1001, "@niemand", "unsinn"])
async def test_a_chat_that_does_not_exist(bot_api, chat_id):
    reply = await bot_api("sendMessage", chat_id=chat_id, text="x")
    assert_refused(reply, 400, "Bad Request: chat not found")


@pytest.mark.parametrize("missing", [{}, {"chat_id": ""}])
async def test_no_chat_at_all(bot_api, missing):
    assert_refused(await bot_api("sendMessage", text="x", **missing), 400, "Bad Request: chat_id is empty")


async def test_a_user_who_blocked_the_bot(standin, bot_api, anna):
    standin.block(anna)
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert_refused(reply, 403, "Forbidden: bot was blocked by the user")


async def test_a_deactivated_user(standin, bot_api, anna):
    standin.deactivate(anna)
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert_refused(reply, 403, "Forbidden: user is deactivated")


async def test_a_user_who_never_started_the_bot(standin, bot_api):
    stranger = standin.add_user("Fremder")
    reply = await bot_api("sendMessage", chat_id=stranger.id, text="x")
    assert_refused(reply, 403, "Forbidden: bot can't initiate conversation with a user")


async def test_another_bot(standin, bot_api):
    other = standin.add_user("Anderer", is_bot=True)
    reply = await bot_api("sendMessage", chat_id=other.id, text="x")
    assert_refused(reply, 403, "Forbidden: the bot can't send messages to the bot")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_chat_that_threw_the_bot_out(standin, bot_api, owner, kind, request):
    chat = request.getfixturevalue(kind)
    standin.remove(chat, owner)
    reply = await bot_api("sendMessage", chat_id=chat.id, text="x")
    assert_refused(reply, 403, f"Forbidden: bot was kicked from the {kind} chat")


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_a_chat_the_bot_is_not_in(standin, bot_api, owner, kind, request):
    chat = request.getfixturevalue(kind)
    standin.remove(chat, owner, banned=False)
    reply = await bot_api("sendMessage", chat_id=chat.id, text="x")
    assert_refused(reply, 403, f"Forbidden: bot is not a member of the {kind} chat")


async def test_a_deleted_group(standin, bot_api, group):
    standin.delete_group(group)
    reply = await bot_api("sendMessage", chat_id=group.id, text="x")
    assert_refused(reply, 403, "Forbidden: the group chat was deleted")


async def test_a_group_that_became_a_supergroup_says_which(standin, bot_api, group):
    new = standin.upgrade(group)
    reply = await bot_api("sendMessage", chat_id=group.id, text="x")
    assert_refused(reply, 400, "Bad Request: group chat was upgraded to a supergroup chat")
    assert reply.body["parameters"] == {"migrate_to_chat_id": new.id}
    assert (await bot_api("sendMessage", chat_id=new.id, text="x")).status == 200


async def test_a_group_where_nobody_may_write(standin, bot_api, supergroup):
    standin.mute(supergroup)
    reply = await bot_api("sendMessage", chat_id=supergroup.id, text="x")
    assert_refused(reply, 400, "Bad Request: not enough rights to send text messages to the chat")


async def test_a_channel_where_the_bot_may_not_post(standin, bot_api, owner, channel):
    standin.promote(channel, owner, can_post=False)
    reply = await bot_api("sendMessage", chat_id=channel.id, text="x")
    assert_refused(reply, 400, "Bad Request: need administrator rights in the channel chat")


async def test_an_edit_that_changes_nothing(bot_api, anna):
    message = {"text": "<b>Titel</b>", "parse_mode": "HTML", "reply_markup": ONE_BUTTON}
    sent = (await bot_api("sendMessage", chat_id=anna.id, **message)).result
    target = {"chat_id": anna.id, "message_id": sent["message_id"]}
    assert_refused(await bot_api("editMessageText", **target, **message), 400, NOT_MODIFIED)
    assert (await bot_api("editMessageText", **target, text="Titel", reply_markup=ONE_BUTTON)).status == 200


async def test_an_edit_of_a_message_that_is_gone(bot_api, anna):
    reply = await bot_api("editMessageText", chat_id=anna.id, message_id=99, text="x")
    assert_refused(reply, 400, "Bad Request: message to edit not found")


async def test_an_edit_of_a_message_by_somebody_else(standin, bot_api, anna, owner, channel):
    said = await standin.say(anna, anna.id, "Hallo")
    posted = await standin.say(owner, channel, "Eigener Beitrag")
    for chat_id, message in ((anna.id, said), (channel.id, posted)):
        reply = await bot_api("editMessageText", chat_id=chat_id, message_id=message["message_id"], text="x")
        assert_refused(reply, 400, "Bad Request: message can't be edited")


async def test_an_edit_of_the_text_of_a_picture_and_of_the_caption_of_a_text(bot_api, anna):
    photo = (await bot_api("sendPhoto", chat_id=anna.id, photo="https://example.org/a.jpg")).result
    text = (await bot_api("sendMessage", chat_id=anna.id, text="x")).result
    reply = await bot_api("editMessageText", chat_id=anna.id, message_id=photo["message_id"], text="x")
    assert_refused(reply, 400, "Bad Request: there is no text in the message to edit")
    reply = await bot_api("editMessageCaption", chat_id=anna.id, message_id=text["message_id"], caption="x")
    assert_refused(reply, 400, "Bad Request: there is no caption in the message to edit")


async def test_deleting_what_is_gone_or_too_old_or_not_ones_own(standin, bot_api, anna, supergroup):
    reply = await bot_api("deleteMessage", chat_id=anna.id, message_id=99)
    assert_refused(reply, 400, "Bad Request: message to delete not found")
    said = await standin.say(anna, supergroup, "Hallo")
    reply = await bot_api("deleteMessage", chat_id=supergroup.id, message_id=said["message_id"])
    assert_refused(reply, 400, "Bad Request: message can't be deleted")
    old = (await bot_api("sendMessage", chat_id=anna.id, text="x")).result
    standin.messages(anna.id)[-1]["date"] -= 49 * 3600
    reply = await bot_api("deleteMessage", chat_id=anna.id, message_id=old["message_id"])
    assert_refused(reply, 400, "Bad Request: message can't be deleted")


async def test_an_answer_to_a_message_that_is_gone(bot_api, anna):
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x", reply_parameters={"message_id": 99})
    assert_refused(reply, 400, "Bad Request: message to be replied not found")
    forgiving = {"message_id": 99, "allow_sending_without_reply": True}
    assert (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_parameters=forgiving)).status == 200


async def test_threads_of_a_forum(standin, bot_api, owner):
    forum = standin.add_group("Forum", admins=[owner], forum=True, bot="member")
    thread = standin.add_thread(forum, "Sport")
    sent = await bot_api("sendMessage", chat_id=forum.id, message_thread_id=thread, text="x")
    assert sent.result["message_thread_id"] == thread
    for unknown in (1, 99):
        reply = await bot_api("sendMessage", chat_id=forum.id, message_thread_id=unknown, text="x")
        assert_refused(reply, 400, "Bad Request: message thread not found")
    standin.close_thread(forum, thread)
    reply = await bot_api("sendMessage", chat_id=forum.id, message_thread_id=thread, text="x")
    assert_refused(reply, 400, "Bad Request: TOPIC_CLOSED")


async def test_a_callback_that_is_unknown_or_too_old(standin, bot_api, anna):
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert_refused(await bot_api("answerCallbackQuery", callback_query_id="1"), 400, too_old)
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=ONE_BUTTON)).result
    press = asyncio.create_task(standin.press(anna, anna.id, sent["message_id"], "r:1"))
    query = (await bot_api("getUpdates", timeout=5)).result[0]["callback_query"]
    standin.expire_callbacks()
    assert_refused(await bot_api("answerCallbackQuery", callback_query_id=query["id"]), 400, too_old)
    press.cancel()


@pytest.mark.parametrize(
    ("keyboard", "description"),
    [
        ([[{"text": "x", "callback_data": "ü" * 33}]], "Bad Request: BUTTON_DATA_INVALID"),
        ([[{"text": "x", "callback_data": ""}]], "Bad Request: BUTTON_DATA_INVALID"),
        (
            [[{"text": "x"}]],
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ([[{"text": "x", "callback_data": "y"}] * 8] * 13, "Bad Request: reply markup is too long"),
        ([[{"text": "x", "callback_data": "y"}] * 9], "Bad Request: reply markup is too long"),
    ],
)
async def test_buttons_that_telegram_does_not_take(bot_api, anna, keyboard, description):
    markup = {"inline_keyboard": keyboard}
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)
    assert_refused(reply, 400, description)


async def test_buttons_at_their_limits_are_taken(bot_api, anna):
    rows = [[{"text": "x", "callback_data": "ü" * 32}] * 8] * 12 + [
        [{"text": "y", "url": "https://x.de"}] * 4
    ]
    markup = {"inline_keyboard": rows}
    sent = await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)
    assert sent.result["reply_markup"] == markup


@pytest.mark.parametrize(
    "description", ["failed to get HTTP URL content", "wrong type of the web page content"]
)
async def test_a_picture_that_telegram_cannot_fetch(standin, bot_api, anna, description):
    standin.media_fails("https://example.org/a.jpg", bad(description))
    rich = {"html": '<img src="https://example.org/a.jpg">'}
    replies = [
        await bot_api("sendPhoto", chat_id=anna.id, photo="https://example.org/a.jpg"),
        await bot_api("sendRichMessage", chat_id=anna.id, rich_message=rich),
    ]
    for reply in replies:
        assert_refused(reply, 400, f"Bad Request: {description}")


async def test_a_flood_says_how_long_in_the_body_and_in_the_header(standin, bot_api, anna):
    standin.faults.method("sendMessage", faults.too_many(7))
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert_refused(reply, 429, "Too Many Requests: retry after 7")
    assert reply.body["parameters"] == {"retry_after": 7}
    assert reply.headers["Retry-After"] == "7"


async def test_the_older_of_two_pollers_is_ended(standin, bot_api):
    older = asyncio.create_task(bot_api("getUpdates", timeout=20))
    await standin.wait_for(lambda: standin.updates.waiting)
    newer = asyncio.create_task(bot_api("getUpdates", timeout=20))
    assert_refused(
        await older,
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await standin.say(standin.add_user("Ben"), 5_000_001, "Hallo")
    assert len((await newer).result) == 1


async def test_polling_beside_a_webhook(bot_api):
    await bot_api("setWebhook", url="http://127.0.0.1:9/hook")
    assert_refused(
        await bot_api("getUpdates"),
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    await bot_api("deleteWebhook")
    assert (await bot_api("getUpdates")).result == []


async def test_a_webhook_ends_a_poll(standin, bot_api):
    poll = asyncio.create_task(bot_api("getUpdates", timeout=20))
    await standin.wait_for(lambda: standin.updates.waiting)
    await bot_api("setWebhook", url="http://127.0.0.1:9/hook")
    assert_refused(await poll, 409, "Conflict: terminated by setWebhook request")


async def test_tokens_that_are_revoked_foreign_or_malformed(standin, bot_api):
    standin.revoke_token()
    assert_refused(await bot_api("getMe"), 401, "Unauthorized")
    standin.accept_token()
    assert (await bot_api("getMe")).status == 200
    assert_refused(await bot_api("getMe", token="1:" + "x" * 35), 401, "Unauthorized")
    assert_refused(await bot_api("getMe", token="kein-token"), 401, "Unauthorized: invalid token specified")


async def test_methods_and_paths_that_are_not_there(standin, bot_api, anna):
    assert_refused(await bot_api("sendTelepathy"), 404, "Not Found: method not found")
    standin.faults.method("sendRichMessage", faults.method_missing())
    reply = await bot_api("sendRichMessage", chat_id=anna.id, rich_message={"html": "<p>x</p>"})
    assert_refused(reply, 404, "Not Found: method not found")
    async with aiohttp.ClientSession() as session, session.get(f"{standin.url}/irgendwas") as answer:
        assert answer.status == 404
        assert await answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"parse_mode": "Esperanto"}, "unsupported parse_mode"),
        ({"entities": [{"type": "bold"}]}, "can't parse entities: object expected as MessageEntity"),
        ({"reply_parameters": [1]}, "object expected as reply parameters"),
        ({"link_preview_options": "[1]"}, "object expected as link preview options"),
        ({"reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"reply_markup": [1]}, "object expected as reply markup"),
        ({"reply_markup": {"x": 1}}, 'field "inline_keyboard" must be of the type Array of Arrays'),
        (
            {"reply_markup": {"inline_keyboard": [[1]]}},
            "can't parse inline keyboard button: expected an Object",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"url": "x.de"}]]}},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": " ", "url": "x.de"}]]}},
            "text buttons must be non-empty",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "url": "a b"}]]}},
            "inline keyboard button URL 'a b' is invalid: Wrong HTTP URL",
        ),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "x", "url": "ftp://a"}]]}},
            "inline keyboard button URL 'ftp://a' is invalid: Unsupported URL protocol",
        ),
    ],
)
async def test_parameters_of_the_wrong_shape(bot_api, anna, params, description):
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x", **params)
    assert_refused(reply, 400, f"Bad Request: {description}")


async def test_an_edit_without_a_message_and_a_pin_of_one_that_is_gone(bot_api, anna):
    reply = await bot_api("editMessageText", chat_id=anna.id, text="x")
    assert_refused(reply, 400, "Bad Request: message identifier is not specified")
    reply = await bot_api("pinChatMessage", chat_id=anna.id, message_id=9)
    assert_refused(reply, 400, "Bad Request: message to pin not found")


async def test_a_notice_that_is_too_long(standin, bot_api, anna):
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=ONE_BUTTON)).result
    press = asyncio.create_task(standin.press(anna, anna.id, sent["message_id"], "r:1"))
    query = (await bot_api("getUpdates", timeout=5)).result[0]["callback_query"]
    reply = await bot_api("answerCallbackQuery", callback_query_id=query["id"], text="x" * 201)
    assert_refused(reply, 400, "Bad Request: MESSAGE_TOO_LONG")
    press.cancel()


async def test_a_press_is_too_old_after_its_time(standin, bot_api, anna):
    standin.callback_lifetime = 0.01
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=ONE_BUTTON)).result
    press = asyncio.create_task(standin.press(anna, anna.id, sent["message_id"], "r:1"))
    query = (await bot_api("getUpdates", timeout=5)).result[0]["callback_query"]
    await asyncio.sleep(0.03)
    reply = await bot_api("answerCallbackQuery", callback_query_id=query["id"])
    assert_refused(
        reply, 400, "Bad Request: query is too old and response timeout expired or query ID is invalid"
    )
    press.cancel()


async def test_a_fault_of_its_own_is_a_500(standin, bot_api, anna):
    standin.private(anna).messages = None
    reply = await bot_api("sendMessage", chat_id=anna.id, text="x")
    assert_refused(reply, 500, "Internal Server Error")


async def test_a_restart_of_the_server(standin, bot_api):
    standin.faults.method("getMe", faults.restarting(), times=1)
    assert_refused(await bot_api("getMe"), 500, "Internal Server Error: restart")
    assert (await bot_api("getMe")).status == 200


@pytest.mark.parametrize(("status", "name"), [(502, "502 Bad Gateway"), (504, "504 Gateway Time-out")])
async def test_the_proxy_before_telegram_answers_in_html(standin, bot_api, status, name):
    standin.faults.add(faults.gateway(status), times=1)
    reply = await bot_api("getMe")
    assert (reply.status, reply.body) == (status, None)
    assert reply.headers["Content-Type"].startswith("text/html")
    assert f"<title>{name}</title>" in reply.text

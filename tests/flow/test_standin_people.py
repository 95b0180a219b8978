"""What people do reaches the bot as Telegram tells it."""

import asyncio

import pytest

from bot.demo.telegram.refusals import StandInError


async def next_updates(bot_api, standin):
    updates = (await bot_api("getUpdates", timeout=0)).result
    standin.updates.pending.clear()
    return updates


@pytest.fixture
def owner(standin):
    return standin.add_user("Olga")


async def test_the_first_words_start_the_bot(standin, bot_api):
    ben = standin.add_user("Ben", language_code="en", username="ben")
    await standin.open_link(ben, "a17")
    [update] = await next_updates(bot_api, standin)
    assert update["message"]["text"] == "/start a17"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert update["message"]["from"]["language_code"] == "en"
    assert (await bot_api("sendMessage", chat_id=ben.id, text="Hi")).status == 200


async def test_a_deep_link_carries_only_what_telegram_lets_through(standin, anna):
    for payload in ("a b", "ä", "x" * 65):
        with pytest.raises(StandInError, match="deep link"):
            await standin.open_link(anna, payload)


async def test_blocking_and_unblocking_are_told(standin, bot_api, anna):
    standin.block(anna)
    standin.block(anna)
    await standin.say(anna, anna.id, "/start")
    blocked, unblocked, said = await next_updates(bot_api, standin)
    assert blocked["my_chat_member"]["old_chat_member"]["status"] == "member"
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert unblocked["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert said["message"]["text"] == "/start"


async def test_a_bot_in_a_group_hears_only_what_is_meant_for_it(standin, bot_api, anna, owner):
    group = standin.add_group("Runde", members=[anna], admins=[owner], bot="member")
    mine = (await bot_api("sendMessage", chat_id=group.id, text="Frage?")).result
    for text in ("Hallo zusammen", "/latest@anderer_bot", "/latest", f"/latest@{standin.bot.username} 5"):
        await standin.say(anna, group, text)
    await standin.say(anna, group, f"Was meinst du, @{standin.bot.username}?")
    await standin.say(anna, group, "Ja", reply_to=mine["message_id"])
    heard = [update["message"]["text"] for update in await next_updates(bot_api, standin)]
    assert heard == [
        "/latest",
        f"/latest@{standin.bot.username} 5",
        f"Was meinst du, @{standin.bot.username}?",
        "Ja",
    ]


async def test_an_administrator_hears_everything_and_a_stranger_nothing(standin, bot_api, anna, owner):
    group = standin.add_group("Runde", members=[anna], admins=[owner], bot="administrator")
    await standin.say(anna, group, "Hallo zusammen")
    standin.remove(group, owner)
    await standin.say(anna, group, "/latest")
    assert [set(update) - {"update_id"} for update in await next_updates(bot_api, standin)] == [
        {"message"},
        {"my_chat_member"},
    ]


async def test_the_bots_way_through_a_group_is_told_step_by_step(standin, bot_api, owner):
    group = standin.add_group("Runde", supergroup=False, admins=[owner])
    for step in (standin.add, standin.promote, standin.demote, standin.remove):
        step(group, owner)
    added, service, promoted, demoted, removed = await next_updates(bot_api, standin)
    assert added["my_chat_member"]["from"]["id"] == owner.id
    assert service["message"]["new_chat_members"][0]["id"] == standin.bot.id
    statuses = [u["my_chat_member"]["new_chat_member"]["status"] for u in (added, promoted, demoted, removed)]
    assert statuses == ["member", "administrator", "member", "kicked"]


async def test_in_a_channel_a_bot_is_an_administrator_or_out(standin, bot_api, owner):
    channel = standin.add_channel("Kanal", owner)
    standin.add(channel, owner)
    standin.promote(channel, owner, can_post=False)
    standin.demote(channel, owner)
    first, second, third = [update["my_chat_member"] for update in await next_updates(bot_api, standin)]
    assert first["new_chat_member"]["can_post_messages"] is True
    assert second["new_chat_member"]["can_post_messages"] is False
    assert third["new_chat_member"]["status"] == "left"


async def test_posts_of_people_in_a_channel_are_channel_posts(standin, bot_api, owner):
    channel = standin.add_channel("Kanal", owner, bot="administrator")
    await standin.say(owner, channel, "Neuigkeit")
    [update] = await next_updates(bot_api, standin)
    assert update["channel_post"]["sender_chat"]["id"] == channel.id
    assert "from" not in update["channel_post"]


async def test_hidden_admins_and_channels_write_under_telegrams_own_accounts(standin, bot_api, anna, owner):
    channel = standin.add_channel("Kanal", owner)
    group = standin.add_group("Runde", members=[anna], admins=[owner], bot="administrator")
    await standin.say(owner, group, "/topic", anonymous=True)
    await standin.say(anna, group, "/topic", as_chat=channel)
    standin.forward_post(group, channel, "Weitergeleitet")
    hidden, as_channel, forwarded = [update["message"] for update in await next_updates(bot_api, standin)]
    assert (hidden["from"]["id"], hidden["sender_chat"]["id"]) == (1087968824, group.id)
    assert (as_channel["from"]["id"], as_channel["sender_chat"]["id"]) == (136817688, channel.id)
    assert (forwarded["from"]["id"], forwarded["sender_chat"]["id"]) == (777000, channel.id)
    assert forwarded["is_automatic_forward"] is True


async def test_a_press_waits_for_the_bots_answer(standin, bot_api, anna):
    markup = {"inline_keyboard": [[{"text": "Sport", "callback_data": "t:sport"}]]}
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)).result
    press = asyncio.create_task(standin.press(anna, anna.id, sent["message_id"], "Sport"))
    [update] = (await bot_api("getUpdates", timeout=5)).result
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["message_id"]) == ("t:sport", anna.id, 1)
    answer = {"callback_query_id": query["id"], "text": "Abonniert", "show_alert": True}
    assert (await bot_api("answerCallbackQuery", **answer)).result is True
    assert ((await press).text, (await press).show_alert, (await press).answered) == ("Abonniert", True, True)


async def test_a_press_that_nobody_answers_ends(standin, bot_api, anna):
    markup = {"inline_keyboard": [[{"text": "Sport", "callback_data": "t:sport"}]]}
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)).result
    assert (await standin.press(anna, anna.id, sent["message_id"], "t:sport", wait=0.05)).answered is False


async def test_a_link_button_to_the_bot_opens_the_private_chat(standin, bot_api, anna, owner):
    channel = standin.add_channel("Kanal", owner, members=[anna], bot="administrator")
    url = f"https://t.me/{standin.bot.username}?start=a5"
    markup = {"inline_keyboard": [[{"text": "Lesen", "url": url}]]}
    sent = (await bot_api("sendMessage", chat_id=channel.id, text="x", reply_markup=markup)).result
    assert (await standin.press(anna, channel, sent["message_id"], "Lesen")).url == url
    assert standin.messages(anna.id)[-1]["text"] == "/start a5"


async def test_a_button_that_is_not_there_says_what_is(standin, bot_api, anna):
    markup = {"inline_keyboard": [[{"text": "Sport", "callback_data": "t:sport"}]]}
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)).result
    with pytest.raises(StandInError, match=r"no button 'Kultur': it has \['Sport'\]"):
        await standin.press(anna, anna.id, sent["message_id"], "Kultur")
    with pytest.raises(StandInError, match="no message 99"):
        await standin.press(anna, anna.id, 99, "Sport")


async def test_members_and_administrators_are_known(standin, bot_api, anna, owner):
    group = standin.add_group("Runde", members=[anna], admins=[owner], bot="administrator")
    stranger = standin.add_user("Fremde")

    async def status(user_id):
        return (await bot_api("getChatMember", chat_id=group.id, user_id=user_id)).result["status"]

    people = [anna.id, owner.id, standin.bot.id, stranger.id]
    assert [await status(user) for user in people] == ["member", "creator", "administrator", "left"]
    admins = (await bot_api("getChatAdministrators", chat_id=group.id)).result
    assert [admin["user"]["id"] for admin in admins] == [owner.id, standin.bot.id]
    assert (await bot_api("getChatMemberCount", chat_id=group.id)).result == 3
    assert (await bot_api("getChatMember", chat_id=group.id, user_id=1)).status == 400
    assert (await bot_api("getChatAdministrators", chat_id=anna.id)).status == 400


async def test_a_public_chat_may_be_looked_at_from_outside(standin, bot_api, owner):
    channel = standin.add_channel("Offen", owner, username="offen_test")
    assert (await bot_api("getChat", chat_id="@offen_test")).result["id"] == channel.id
    assert (await bot_api("getChat", chat_id=standin.add_channel("Zu", owner).id)).status == 403
    member = await bot_api("getChatMember", chat_id="@offen_test", user_id=owner.id)
    assert member.description == "Bad Request: member list is inaccessible"


async def test_the_bot_can_leave(standin, bot_api, anna, owner):
    group = standin.add_group("Runde", admins=[owner], bot="member")
    assert (await bot_api("leaveChat", chat_id=group.id)).result is True
    assert (await bot_api("sendMessage", chat_id=group.id, text="x")).status == 403
    assert (await bot_api("leaveChat", chat_id=anna.id)).status == 400


async def test_an_upgraded_group_is_told_in_both(standin, bot_api, owner):
    group = standin.add_group("Runde", supergroup=False, admins=[owner], bot="member")
    new = standin.upgrade(group)
    gone, come = [update["message"] for update in await next_updates(bot_api, standin)]
    assert (gone["chat"]["id"], gone["migrate_to_chat_id"]) == (group.id, new.id)
    assert (come["chat"]["id"], come["migrate_from_chat_id"]) == (new.id, group.id)


async def test_waiting_for_what_does_not_come_says_what_the_bot_did(standin, bot_api):
    await bot_api("getMe")
    with pytest.raises(TimeoutError, match=r"getMe"):
        await standin.wait_for(lambda: standin.called("sendMessage"), timeout=0.05)


async def test_a_chat_that_does_not_exist_is_named(standin):
    with pytest.raises(StandInError, match="there is no chat 77"):
        standin.messages(77)


async def test_the_bots_own_messages_can_be_told_apart(standin, bot_api, anna):
    await standin.say(anna, anna.id, "/start")
    sent = (await bot_api("sendMessage", chat_id=anna.id, text="Willkommen")).result
    assert standin.bot_messages(anna.id) == [sent]
    assert len(standin.messages(standin.private(anna))) == 2


async def test_a_message_in_a_thread_says_so(standin, bot_api, anna):
    forum = standin.add_group("Forum", admins=[anna], forum=True, bot="administrator")
    thread = standin.add_thread(forum, "Sport")
    await standin.say(anna, forum, "/topic", thread_id=thread)
    [update] = await next_updates(bot_api, standin)
    assert update["message"]["message_thread_id"] == thread
    assert update["message"]["chat"]["is_forum"] is True

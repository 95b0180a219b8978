"""The bot in groups: who may change things, who is spoken to, and moving to a supergroup."""

import pytest

from tests.fixtures.talking import buttons


@pytest.fixture
def admin(standin):
    return standin.add_user("Adam")


@pytest.fixture
def member(standin):
    return standin.add_user("Mia")


@pytest.fixture
def group(standin, admin, member):
    return standin.add_group("Redaktion & Freunde", admins=[admin], members=[member], bot="member")


MEMBER = {"status": "member"}
RIGHTS = [
    "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics", "can_send_messages",
    "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos", "can_send_video_notes",
    "can_send_voice_notes", "can_send_polls", "can_send_other_messages", "can_add_web_page_previews",
    "can_edit_tag", "can_react_to_messages",
]  # fmt: skip
NAME = "@tickerbot_demo_bot"


async def test_only_administrators_change_what_a_group_follows(talk, group, admin, member):
    for command in ("/subscribe sport", "/unsubscribe sport", "/pause", "/resume", "/stop"):
        assert "nur Administratoren" in (await talk.ask(member, command, group))["text"]
    assert await talk.follows(group) == set()
    assert "Abonniert: Sport" in (await talk.ask(admin, f"/subscribe{NAME} sport", group))["text"]
    assert await talk.follows(group) == {"sport"}


async def test_everybody_may_look(talk, group, member):
    await talk.publish("Ein Tor", blocks=[])
    assert "Ein Tor" in (await talk.ask(member, "/latest", group))["text"]
    assert "rich_message" in await talk.ask(member, "/read", group)
    shown = (await talk.ask(member, "/help", group))["text"]
    assert "/topic" in shown
    assert "nur Administratoren" in shown
    assert "schreibe ich dir hier" not in shown
    assert "Themen dieser Gruppe" in (await talk.ask(member, "/topic", group))["text"]


async def test_an_anonymous_administrator_counts_by_command_and_under_the_real_name_by_button(
    talk, group, admin, member
):
    assert "Abonniert" in (await talk.ask(admin, "/subscribe sport", group, anonymous=True))["text"]
    shown = await talk.ask(member, "/topic", group)
    await talk.press(admin, shown, "🏛 Politik")
    assert await talk.follows(group) == {"sport", "politik"}


async def test_a_channel_that_writes_in_a_group_is_no_administrator(talk, standin, group, admin, member):
    channel = standin.add_channel("Fremd", member)
    answer = await talk.ask(member, "/subscribe sport", group, as_chat=channel)
    assert "nur Administratoren" in answer["text"]


async def test_each_press_is_checked_and_refused_with_a_reason(talk, group, admin, member):
    shown = await talk.ask(admin, "/topic", group)
    refused = await talk.press(member, shown, "⚽ Sport")
    assert refused.show_alert
    assert "nur Administratoren" in refused.text
    assert await talk.follows(group) == set()
    group.members[admin.id] = "member"
    assert (await talk.press(admin, shown, "⚽ Sport")).show_alert


async def test_plain_text_is_given_to_anybody_and_remembered_for_administrators(talk, group, admin, member):
    await talk.publish("Ein Tor", blocks=[])
    rich = await talk.ask(member, "/read", group)
    await talk.press(member, rich, "Als reiner Text")
    assert "Ein Tor" in talk.last(group)["text"]
    assert not (await talk.stored(group)).plain
    await talk.press(admin, rich, "Als reiner Text")
    assert (await talk.stored(group)).plain


async def test_headlines_of_a_group_are_read_in_private(talk, standin, group, member):
    await talk.publish("Ein Tor", blocks=[])
    shown = await talk.ask(member, "/latest", group)
    assert shown["reply_markup"]["inline_keyboard"][0][0]["url"].startswith(
        "https://t.me/tickerbot_demo_bot?start=a"
    )
    await standin.press(member, group, shown["message_id"], "1")
    await talk.handle()
    assert "rich_message" in talk.last(member)


async def test_words_between_people_stay_unanswered(talk, group, admin):
    group.bot = "administrator"
    assert await talk.say(admin, "Guten Morgen zusammen", group) == []
    assert await talk.say(admin, "/unbekannt", group) == []
    assert await talk.say(admin, "/latest@another_bot", group) == []


async def test_who_addresses_the_bot_is_answered(talk, group, member):
    assert "/latest" in (await talk.ask(member, f"{NAME} neueste", group))["text"]
    assert "/latest" in (await talk.ask(member, f"/lates{NAME}", group))["text"]
    shown = await talk.ask(member, "/help", group)
    assert "/help" in (await talk.ask(member, "Donnerwetter", group, reply_to=shown["message_id"]))["text"]


async def test_a_group_that_becomes_a_supergroup_keeps_everything(talk, standin, admin):
    small = standin.add_group("Klein", supergroup=False, admins=[admin], bot="member")
    await talk.say(admin, "/subscribe sport", small)
    large = standin.upgrade(small)
    await talk.handle()
    assert await talk.follows(large) == {"sport"}
    assert await talk.stored(small) is None


async def test_the_person_who_adds_the_bot_to_a_group_gets_its_set_up_in_private(talk, standin, admin):
    await talk.say(admin, "/start")
    group = standin.add_group("Neue Gruppe", admins=[admin])
    standin.add(group, admin)
    await talk.handle()
    shown = talk.last(admin)
    assert "In dieser Gruppe bin ich dabei" in shown["text"]
    await talk.press(admin, shown, "⚽ Sport")
    assert await talk.follows(group) == {"sport"}
    assert talk.messages(group) == []


async def test_who_cannot_be_written_to_finds_the_set_up_in_the_group(talk, standin, admin, member):
    group = standin.add_group("Neue Gruppe", admins=[admin], members=[member])
    standin.add(group, admin)
    await talk.handle()
    shown = talk.last(group)
    assert "Themen dieser Gruppe" in shown["text"]
    assert (await talk.press(member, shown, "⚽ Sport")).show_alert
    await talk.press(admin, shown, "⚽ Sport")
    assert await talk.follows(group) == {"sport"}


async def test_a_member_who_adds_the_bot_cannot_set_it_up(talk, standin, admin, member):
    await talk.say(member, "/start")
    group = standin.add_group("Neue Gruppe", admins=[admin], members=[member])
    standin.add(group, member)
    await talk.handle()
    assert len(talk.messages(member)) == 1
    assert "Themen dieser Gruppe" in talk.last(group)["text"]


async def test_a_group_that_forbids_the_bot_to_write_gets_nothing_until_it_may_again(
    talk, standin, group, admin
):
    await talk.say(admin, "/subscribe sport", group)
    bot = talk.standin.bot.json()
    muted = {"status": "restricted", "user": bot, "is_member": True, "until_date": 0} | dict.fromkeys(
        RIGHTS, False
    )
    for old, new, state in ((MEMBER, muted, "barred"), (muted, MEMBER, "active")):
        change = {"chat": group.json(), "from": admin.json(), "date": 1}
        standin.updates.push(
            "my_chat_member",
            change | {"old_chat_member": {"user": bot, **old}, "new_chat_member": {"user": bot, **new}},
        )
        await talk.handle()
        assert (await talk.stored(group)).state == state
    assert await talk.follows(group) == {"sport"}


async def test_a_forum_is_answered_in_the_thread_where_it_asked(talk, standin, admin):
    forum = standin.add_group("Forum", admins=[admin], forum=True, bot="member")
    thread = standin.add_thread(forum, "Nachrichten")
    answer = await talk.ask(admin, "/help", forum, thread_id=thread)
    assert answer["message_thread_id"] == thread


async def test_the_greeting_of_a_group_speaks_to_all(talk, group, member):
    greeting = await talk.ask(member, "/start", group)
    assert "Hallo zusammen" in greeting["text"]
    assert (await talk.press(member, greeting, "English")).show_alert
    assert buttons(greeting)[-1] == ["✅ Deutsch", "English"]

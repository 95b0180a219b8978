"""A channel: taken in, set up by buttons in private, checked at each press, removed and taken in again."""

import pytest

from bot.demo.telegram.faults import refuse
from storage import chats
from tests.fixtures.talking import buttons


@pytest.fixture
async def editor(talk, standin):
    """Somebody who has started the bot."""
    person = standin.add_user("Edda")
    await talk.say(person, "/start")
    return person


@pytest.fixture
def channel(standin, editor):
    return standin.add_channel("Mein <Kanal> & Co", editor)


@pytest.fixture
async def setup(talk, standin, channel, editor):
    """The set-up that the editor got when the bot was made an administrator."""
    standin.promote(channel, editor)
    await talk.handle()
    return talk.last(editor)


async def test_the_person_who_adds_the_bot_gets_the_set_up(talk, setup, channel):
    assert setup["text"] == (
        "📣 Mein <Kanal> & Co\nIn diesem Kanal darf ich posten. Was soll er bekommen?\n\n"
        "Noch kein Thema gewählt, also bleibt es still.\nJede Schlagzeile kommt als Karte mit Vorspann, mit Ton."
    )
    assert buttons(setup)[-3:] == [
        ["Zeile", "✅ Karte", "Mit Bild"],
        ["✅ 🔔 Mit Ton", "🔕 Lautlos"],
        ["✅ Deutsch", "English"],
    ]
    assert talk.messages(channel) == []


async def test_buttons_choose_topics_form_silence_and_language(talk, setup, channel, editor):
    for button in ("⚽ Sport", "🏛 Politik", "Zeile", "🔕 Lautlos", "English"):
        assert (await talk.press(editor, talk.again(setup), button)).text == ""
    stored = await talk.stored(channel)
    assert await talk.follows(channel) == {"sport", "politik"}
    assert (stored.form, stored.silent, stored.language) == ("line", True, "en")
    assert "Themen: Politik und Sport" in talk.again(setup)["text"]
    assert "als eine Zeile, lautlos." in talk.again(setup)["text"]
    assert await talk.follows(editor) == set()


async def test_all_topics_can_be_chosen_and_taken_back(talk, setup, channel, editor):
    await talk.press(editor, setup, "Alle Themen")
    assert await talk.follows(channel) == {"all"}
    await talk.press(editor, talk.again(setup), "✅ Alle Themen")
    assert await talk.follows(channel) == set()


async def test_each_press_needs_an_administrator_of_the_channel_now(talk, setup, channel, editor):
    del channel.members[editor.id]
    refused = await talk.press(editor, setup, "⚽ Sport")
    assert refused.show_alert
    assert "„Mein <Kanal> & Co“" in refused.text
    assert await talk.follows(channel) == set()


async def test_a_forged_button_for_somebody_elses_channel_is_refused(talk, standin, setup, channel):
    stranger = standin.add_user("Stefan")
    greeting = await talk.ask(stranger, "/start")
    forged = talk.standin.chat(stranger.id).messages[greeting["message_id"]]
    forged["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = f"ct:{channel.id}:1:sport"
    assert (await talk.press(stranger, forged, f"ct:{channel.id}:1:sport")).show_alert
    assert await talk.follows(channel) == set()


@pytest.mark.parametrize("data", ["r:1", "p:1", "g:1:0", "s:sport", "l:*:10:0:0", "f:1:sport", "c:{channel}"])
async def test_a_forged_press_writes_nothing_into_a_channel_not_even_an_administrators(
    talk, standin, setup, channel, editor, bot_api, data
):
    await talk.publish("Ein Tor", ["sport"], blocks=[])
    await bot_api("sendMessage", chat_id=channel.id, text="Ein Beitrag")
    before = talk.messages(channel)
    forged = {
        "id": "1",
        "from": editor.json(),
        "message": {"chat": channel.json(), "message_id": before[0]["message_id"], "date": 1},
        "chat_instance": "1",
        "data": data.format(channel=channel.id),
    }
    standin.updates.push("callback_query", forged)
    await talk.handle()
    assert talk.messages(channel) == before
    assert await talk.follows(channel) == set()


async def test_who_had_not_started_the_bot_finds_the_channel_under_start(talk, standin):
    person = standin.add_user("Nora")
    channel = standin.add_channel("Noras Kanal", person)
    standin.promote(channel, person)
    await talk.handle()
    assert talk.messages(person) == []
    _, chosen = await talk.say(person, "/start")
    assert buttons(chosen) == [["📣 Noras Kanal"]]
    await talk.press(person, chosen, "📣 Noras Kanal")
    await talk.press(person, talk.last(person), "⚽ Sport")
    assert await talk.follows(channel) == {"sport"}


async def test_a_channel_that_removed_the_bot_is_gone_and_comes_back_as_it_was(
    talk, standin, setup, channel, editor
):
    await talk.press(editor, setup, "⚽ Sport")
    await talk.press(editor, talk.again(setup), "Zeile")
    standin.remove(channel, editor)
    await talk.handle()
    assert (await talk.stored(channel)).state == "gone"
    assert (await talk.press(editor, talk.again(setup), "🏛 Politik")).show_alert
    assert len(await talk.say(editor, "/start")) == 1
    standin.promote(channel, editor)
    await talk.handle()
    assert (await talk.stored(channel)).state == "active"
    assert "Themen: Sport" in talk.last(editor)["text"]
    assert "als eine Zeile" in talk.last(editor)["text"]


async def test_without_the_right_to_post_the_editor_is_told_what_is_missing(talk, standin, editor, channel):
    standin.promote(channel, editor, can_post=False)
    await talk.handle()
    assert "fehlt mir noch das Recht" in talk.last(editor)["text"]
    assert (await talk.stored(channel)).state == "barred"
    standin.promote(channel, editor)
    await talk.handle()
    assert "darf ich posten" in talk.last(editor)["text"]
    assert (await talk.stored(channel)).state == "active"


async def test_a_chat_that_was_barred_is_tried_again_once_somebody_sets_it_up(talk, setup, channel, editor):
    async with talk.services.sessions.write() as session:
        await chats.disable(session, channel.id, "barred", "may not")
    await talk.press(editor, setup, "⚽ Sport")
    assert (await talk.stored(channel)).state == "active"


async def test_the_set_up_of_a_chat_that_is_gone_says_so(talk, setup, channel, editor):
    async with talk.services.sessions.write() as session:
        await chats.disable(session, channel.id, "gone", "deleted")
    await talk.press(editor, setup, "⚽ Sport")
    assert "bin ich nicht mehr dabei" in talk.last(editor)["text"]


async def test_the_set_up_speaks_the_editors_language(talk, standin, editor):
    greeting = await talk.ask(editor, "/start")
    await talk.press(editor, greeting, "English")
    channel = standin.add_channel("Kanal", editor)
    standin.promote(channel, editor)
    await talk.handle()
    assert "I may post in this channel" in talk.last(editor)["text"]
    assert (await talk.stored(channel)).language == "de"


async def test_a_new_title_is_kept(talk, standin, setup, channel, editor):
    channel.title = "Neuer Name"
    standin.updates.push(
        "channel_post",
        {
            "message_id": 9,
            "date": 1,
            "chat": channel.json(),
            "sender_chat": channel.json(),
            "new_chat_title": "Neuer Name",
        },
    )
    await talk.handle()
    assert (await talk.stored(channel)).title == "Neuer Name"


async def test_posts_of_a_channel_are_not_answered(talk, standin, setup, channel, editor):
    await standin.say(editor, channel, "/latest")
    await talk.handle()
    assert talk.messages(channel) == []


async def test_telegram_out_of_reach_during_the_check_leaves_no_button_spinning(
    talk, standin, setup, channel, editor
):
    standin.faults.method("getChatMember", refuse(502, "Bad Gateway"), times=1)
    answer = await talk.press(editor, setup, "⚽ Sport")
    assert answer.answered
    assert await talk.follows(channel) == set()

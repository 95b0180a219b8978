"""/start, the language row, and coming back."""

import pytest

from bot.domain.catalogue import Catalogue
from tests.fixtures.talking import CATALOGUE, buttons, data


async def test_start_greets_by_name_and_shows_the_topics_to_tap(talk, reader):
    answer = await talk.ask(reader, "/start")
    assert "Hallo Lena!" in answer["text"]
    assert buttons(answer) == [
        ["🏛 Politik", "📈 Wirtschaft"],
        ["⚽ Sport", "🔬 Wissenschaft & Technik"],
        ["🗞 Sonstiges"],
        ["Alle Themen"],
        ["✅ Deutsch", "English"],
    ]


async def test_a_reader_is_greeted_in_their_own_language_and_in_ours_where_we_do_not_speak_it(talk, standin):
    english = await talk.ask(standin.add_user("Joe", "en-GB"), "/start")
    finnish = await talk.ask(standin.add_user("Aino", "fi"), "/start")
    assert "Hello Joe!" in english["text"]
    assert "Hallo Aino!" in finnish["text"]


async def test_a_name_cannot_break_the_markup(talk, standin):
    answer = await talk.ask(standin.add_user("<b>Zoë & „Co“"), "/start")
    assert "Hallo <b>Zoë & „Co“!" in answer["text"]


async def test_the_language_is_changed_by_a_tap_and_kept_against_telegrams(talk, reader):
    greeting = await talk.ask(reader, "/start")
    await talk.press(reader, greeting, "English")
    assert "Hello Lena!" in talk.again(greeting)["text"]
    assert buttons(talk.again(greeting))[-1] == ["Deutsch", "✅ English"]
    assert "What I can do" in (await talk.ask(reader, "/help"))["text"]


async def test_a_tap_under_the_greeting_ticks_the_topic_and_leaves_the_languages(talk, reader):
    greeting = await talk.ask(reader, "/start")
    await talk.press(reader, greeting, "⚽ Sport")
    assert await talk.follows(reader) == {"sport"}
    assert ["✅ ⚽ Sport", "🔬 Wissenschaft & Technik"] in buttons(talk.again(greeting))
    assert buttons(talk.again(greeting))[-1] == ["✅ Deutsch", "English"]


@pytest.mark.parametrize("payload", ["irgendwas", "a", "a-1", "a99999999999", "a" + "9" * 40])
async def test_an_unknown_payload_shows_the_topics(talk, reader, payload):
    assert "Was interessiert dich?" in (await talk.ask(reader, f"/start {payload}"))["text"]


async def test_a_link_opens_its_article(talk, reader):
    article = await talk.publish("Ein Tor in letzter Minute", blocks=[])
    answer = await talk.ask(reader, f"/start a{article}")
    assert answer["rich_message"]["blocks"][0]["text"] == "Ein Tor in letzter Minute"


async def test_who_blocked_the_bot_and_starts_it_again_has_the_subscriptions_back(talk, standin, reader):
    await talk.say(reader, "/subscribe sport")
    standin.block(reader)
    await talk.handle()
    assert (await talk.stored(reader)).state == "gone"
    answer = await talk.ask(reader, "/start")
    assert "Willkommen zurück, Lena!" in answer["text"]
    assert "Sport" in answer["text"]
    assert (await talk.stored(reader)).state == "active"
    assert await talk.follows(reader) == {"sport"}


async def test_who_unblocks_without_starting_is_active_again(talk, standin, reader):
    await talk.say(reader, "/subscribe sport")
    standin.block(reader)
    standin.unblock(reader)
    await talk.handle()
    assert (await talk.stored(reader)).state == "active"


async def test_who_comes_back_from_a_break_is_told_of_it(talk, reader):
    await talk.say(reader, "/subscribe sport")
    await talk.say(reader, "/pause")
    assert "/resume" in (await talk.ask(reader, "/start"))["text"]


async def test_every_button_of_the_greeting_is_understood(talk, reader):
    greeting = await talk.ask(reader, "/start")
    for button in data(greeting):
        answer = await talk.press(reader, greeting, button)
        assert answer.answered
        assert not answer.text
        await talk.say(reader, "/stop")
        greeting = await talk.ask(reader, "/start")


async def test_who_follows_only_what_is_gone_is_greeted_as_new(talk, reader):
    await talk.say(reader, "/subscribe sport")
    talk.services.catalogue.now = Catalogue(CATALOGUE.topics[:2], CATALOGUE.sources)
    assert "Was interessiert dich?" in (await talk.ask(reader, "/start"))["text"]

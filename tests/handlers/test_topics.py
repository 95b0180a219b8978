"""/topic, /subscribe and /unsubscribe, and the buttons that do the same."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.catalogue import Catalogue
from storage import outbox, subscriptions
from tests.fixtures.talking import CATALOGUE, buttons, data


async def test_topic_shows_all_with_ticks_and_a_tap_toggles_in_place(talk, reader):
    shown = await talk.ask(reader, "/topic")
    await talk.press(reader, shown, "⚽ Sport")
    assert "✅ ⚽ Sport" in buttons(talk.again(shown))[1]
    await talk.press(reader, talk.again(shown), "✅ ⚽ Sport")
    assert "⚽ Sport" in buttons(talk.again(shown))[1]
    assert await talk.follows(reader) == set()
    assert len(talk.messages(reader)) == 1


async def test_all_topics_ticks_every_one_and_one_less_leaves_the_rest(talk, reader):
    shown = await talk.ask(reader, "/topic")
    await talk.press(reader, shown, "Alle Themen")
    assert await talk.follows(reader) == {"all"}
    assert all(label.startswith("✅") for row in buttons(talk.again(shown)) for label in row)
    await talk.press(reader, talk.again(shown), "✅ ⚽ Sport")
    assert await talk.follows(reader) == {"politik", "wirtschaft", "wissen", "other"}
    assert buttons(talk.again(shown))[-1] == ["Alle Themen"]


async def test_a_button_does_what_it_said_when_it_was_shown(talk, reader):
    old = await talk.ask(reader, "/topic")
    await talk.say(reader, "/subscribe sport")
    await talk.press(reader, old, "t:1:sport")
    assert await talk.follows(reader) == {"sport"}
    await talk.press(reader, old, "✅ ⚽ Sport")
    assert await talk.follows(reader) == set()


async def test_a_topic_that_is_gone_gets_a_friendly_answer(talk, reader):
    shown = await talk.ask(reader, "/topic")
    talk.services.catalogue.now = Catalogue(
        tuple(t for t in CATALOGUE.topics if t.slug != "sport"), CATALOGUE.sources
    )
    answer = await talk.press(reader, shown, "⚽ Sport")
    assert answer.answered
    assert "gibt es nicht mehr" in talk.last(reader)["text"]
    assert await talk.follows(reader) == set()
    assert "⚽ Sport" not in str(buttons(talk.again(shown)))


async def test_topic_with_a_name_shows_its_headlines_with_a_follow_button(talk, reader):
    await talk.publish("Ein Tor", ["sport"])
    await talk.publish("Ein Gesetz", ["politik"])
    shown = await talk.ask(reader, "/topic sports")
    assert shown["text"] == "⚽ Sport: neueste Schlagzeilen\n\nHeute\n① 13:00 Ein Tor"
    assert buttons(shown) == [["1"], ["➕ Sport abonnieren"]]
    await talk.press(reader, shown, "➕ Sport abonnieren")
    assert await talk.follows(reader) == {"sport"}
    assert buttons(talk.again(shown)) == [["1"], ["➖ Sport abbestellen"]]
    await talk.press(reader, talk.again(shown), "➖ Sport abbestellen")
    assert await talk.follows(reader) == set()


async def test_a_near_miss_is_found_and_said(talk, reader):
    await talk.publish("Ein Tor", ["sport"])
    shown = await talk.ask(reader, "/topic Sprot")
    assert shown["text"].startswith("„Sprot“ kenne ich nicht – hier ist Sport.")
    assert "13:00 Ein Tor" in shown["text"]


async def test_a_word_near_nothing_shows_what_there_is(talk, reader):
    shown = await talk.ask(reader, "/topic <i>quark")
    assert "„<i>quark“ kenne ich nicht" in shown["text"]
    await talk.press(reader, shown, "🏛 Politik")
    assert "Zu Politik gibt es noch keine" in talk.last(reader)["text"]


async def test_subscribe_takes_several_and_names_what_it_does_not_know(talk, reader):
    answer = await talk.ask(reader, "/subscribe sport Wissenschaft & Technik, Wirtschft")
    assert await talk.follows(reader) == {"sport", "wissen"}
    assert "Abonniert: Sport und Wissenschaft & Technik." in answer["text"]
    assert "„Wirtschft“ kenne ich nicht. Meinst du Wirtschaft?" in answer["text"]
    await talk.press(reader, answer, "📈 Wirtschaft")
    assert await talk.follows(reader) == {"sport", "wissen", "wirtschaft"}
    assert buttons(talk.again(answer)) == [["➖ Wirtschaft abbestellen"]]


async def test_subscribe_all_is_every_topic(talk, reader):
    await talk.say(reader, "/subscribe sport")
    assert "alle Themen" in (await talk.ask(reader, "/subscribe alle"))["text"]
    assert await talk.follows(reader) == {"all"}
    assert "also auch Sport." in (await talk.ask(reader, "/subscribe sport"))["text"]
    assert await talk.follows(reader) == {"all"}


async def test_subscribe_without_a_topic_shows_them(talk, reader):
    for words in ("/subscribe", "/subscribe und"):
        assert "⚽ Sport" in buttons(await talk.ask(reader, words))[1]


async def test_unsubscribing_one_of_all_says_that_new_topics_no_longer_come(talk, reader):
    await talk.say(reader, "/subscribe all")
    answer = await talk.ask(reader, "/unsubscribe sport")
    assert "neue Themen kommen nicht mehr von selbst" in answer["text"]
    assert await talk.follows(reader) == {"politik", "wirtschaft", "wissen", "other"}


async def test_unsubscribe_tells_what_was_followed_and_what_not(talk, reader):
    await talk.say(reader, "/subscribe sport politik")
    answer = await talk.ask(reader, "/unsubscribe sport wirtschaft Quark")
    assert "Abbestellt: Sport." in answer["text"]
    assert "Nicht abonniert: Wirtschaft." in answer["text"]
    assert "„Quark“ kenne ich nicht" in answer["text"]
    assert await talk.follows(reader) == {"politik"}


async def test_unsubscribe_all_leaves_nothing(talk, reader):
    await talk.say(reader, "/subscribe sport politik")
    assert "Alles abbestellt" in (await talk.ask(reader, "/unsubscribe all"))["text"]
    assert await talk.follows(reader) == set()


async def test_unsubscribe_without_a_topic_offers_those_followed(talk, reader):
    assert "kein Thema abonniert" in (await talk.ask(reader, "/unsubscribe"))["text"]
    await talk.say(reader, "/subscribe sport politik")
    shown = await talk.ask(reader, "/unsubscribe")
    assert data(shown) == ["f:0:politik", "f:0:sport"]
    await talk.press(reader, shown, "⚽ Sport")
    assert await talk.follows(reader) == {"politik"}


async def test_who_subscribes_during_a_break_is_reminded_of_it(talk, reader):
    await talk.say(reader, "/pause")
    assert "/resume" in (await talk.ask(reader, "/subscribe sport"))["text"]


async def test_buttons_of_topics_that_are_gone_get_a_friendly_answer(talk, reader):
    listed = await talk.ask(reader, "/topic sport")
    offered = await talk.ask(reader, "/topic xyz")
    talk.services.catalogue.now = Catalogue(CATALOGUE.topics[:2], CATALOGUE.sources)
    for message, button in ((listed, "➕ Sport abonnieren"), (offered, "⚽ Sport")):
        await talk.press(reader, message, button)
        assert "gibt es nicht mehr" in talk.last(reader)["text"]
    assert await talk.follows(reader) == set()


async def test_a_hostile_topic_name_stays_text(talk, reader):
    odd = replace(CATALOGUE.topics[0], slug="odd", name={"de": "<b>Film & „Funk“"})
    talk.services.catalogue.now = Catalogue((odd, *CATALOGUE.topics), CATALOGUE.sources)
    await talk.publish("Ein Film", ["odd"], ago=timedelta(minutes=1))
    assert "<b>Film & „Funk“" in (await talk.ask(reader, "/subscribe odd"))["text"]
    assert "<b>Film & „Funk“: neueste" in (await talk.ask(reader, "/topic odd"))["text"]


async def test_who_leaves_one_of_all_goes_on_getting_what_is_being_owed_just_then(talk, reader):
    await talk.say(reader, "/subscribe all")
    async with talk.services.sessions.read() as session:
        began = await subscriptions.since(session, reader.id, ["all"])
    talk.now += timedelta(hours=1)
    await talk.say(reader, "/unsubscribe sport")
    async with talk.services.sessions.read() as session:
        assert await subscriptions.since(session, reader.id, ["politik"]) == began


async def test_who_goes_over_to_all_gets_what_is_being_owed_just_then_and_nothing_older(
    talk, standin, reader
):
    late = standin.add_user("Mia")
    for person in (reader, late):
        await talk.say(person, "/subscribe sport")
    talk.now += timedelta(hours=3)
    old = await talk.publish("Ein Gesetz", ["politik"])
    talk.now += timedelta(hours=1)
    coming = await talk.publish("Ein Tor", ["sport"])
    async with talk.services.sessions.write() as session:
        assert await outbox.fan_out(session, coming, ["sport"], page=1) == 1
    talk.now += timedelta(seconds=1)
    await talk.say(late, "/subscribe alle")
    async with talk.services.sessions.write() as session:
        while await outbox.continue_fan_out(session, page=1) is not None:
            pass
        await outbox.fan_out(session, old, ["politik"])
        owed = await outbox.claim(session, talk.now, chats=9, lease=1)
    assert sorted((one.chat_id, one.article_id) for one in owed) == [(reader.id, coming), (late.id, coming)]


async def test_in_a_break_no_topic_is_promised_to_come_by_itself(talk, reader):
    assert "kommen von selbst" in (await talk.ask(reader, "/subscribe sport"))["text"]
    await talk.say(reader, "/pause")
    for command in ("/subscribe politik", "/subscribe alle", "/topic"):
        answer = (await talk.ask(reader, command))["text"]
        assert "Gerade ist Pause" in answer
        assert "von selbst" not in answer

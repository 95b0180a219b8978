"""/latest: the ticker's form, pages that stay put, and read buttons."""

from datetime import timedelta

import pytest

from bot.domain.catalogue import Catalogue, SourceSpec
from handlers.latest import Wish, read_wish
from storage import articles, sources, stories
from tests.fixtures.talking import CATALOGUE, SOURCE, buttons, data
from tests.storage import made


async def publish(talk, count, topics=("sport",), every=timedelta(minutes=1)):
    return [
        await talk.publish(f"Nachricht {number}", topics, ago=every * number)
        for number in range(1, count + 1)
    ]


def titles(message):
    return [line.split("Nachricht ")[1] for line in message["text"].splitlines() if "Nachricht " in line]


async def test_the_newest_ten_come_in_the_tickers_form_with_a_button_each(talk, reader):
    ids = await publish(talk, 12)
    shown = await talk.ask(reader, "/latest")
    assert shown["text"].startswith(
        "Neueste Schlagzeilen\n\nHeute\n① 12:59 Nachricht 1\n② 12:58 Nachricht 2\n"
    )
    assert titles(shown) == [str(number) for number in range(1, 11)]
    assert buttons(shown) == [["1", "2", "3", "4", "5"], ["6", "7", "8", "9", "10"], ["Ältere ›"]]
    assert data(shown)[:10] == [f"r:{one}" for one in ids[:10]]


async def test_days_are_headings_in_the_chats_zone(talk, reader):
    await publish(talk, 3, every=timedelta(hours=12))
    shown = await talk.ask(reader, "/latest 3")
    assert shown["text"].split("\n\n")[1:] == [
        "Heute\n① 01:00 Nachricht 1",
        "Gestern\n② 13:00 Nachricht 2\n③ 01:00 Nachricht 3",
    ]


async def test_pages_turn_in_place_and_keep_their_place_when_news_arrive(talk, reader):
    await publish(talk, 30)
    shown = await talk.ask(reader, "/latest 25")
    assert shown["text"].endswith("Seite 1/3")
    await talk.publish("Nachricht 0")
    await talk.press(reader, shown, "Ältere ›")
    assert titles(talk.again(shown)) == [str(number) for number in range(11, 21)]
    await talk.press(reader, talk.again(shown), "Ältere ›")
    assert titles(talk.again(shown)) == [str(number) for number in range(21, 26)]
    assert buttons(talk.again(shown))[-1] == ["‹ Neuere"]
    await talk.press(reader, talk.again(shown), "‹ Neuere")
    await talk.press(reader, talk.again(shown), "‹ Neuere")
    assert titles(talk.again(shown)) == [str(number) for number in range(1, 11)]
    assert len(talk.messages(reader)) == 1


async def test_pages_survive_the_end_of_their_first_article(talk, reader):
    ids = await publish(talk, 12)
    shown = await talk.ask(reader, "/latest 12")
    await talk.forget(ids[0])
    await talk.press(reader, shown, "Ältere ›")
    assert titles(talk.again(shown)) == ["12"]


async def test_a_story_of_two_sources_stands_there_once_and_names_the_other(talk, reader):
    await publish(talk, 2)
    async with talk.services.sessions.write() as session:
        await sources.sync(session, (SOURCE, SourceSpec("Nordblick", "https://nord.example/")), talk.now)
        await session.flush()
        (other,) = [one for one in await sources.every(session) if one.name == "Nordblick"]
        again = await made.article(session, other.id, now=talk.now)
        (first, _) = await articles.latest(session, ["sport"], 2, articles.Place(talk.now, 0))
        assert await stories.join(session, again, other.id, first.id)
    assert (await talk.ask(reader, "/latest"))["text"].split("\n\n")[1] == (
        "Heute\n① 12:59 Nachricht 1 (auch bei Nordblick)\n② 12:58 Nachricht 2"
    )


async def test_fifty_is_the_most(talk, reader):
    await publish(talk, 55)
    assert (await talk.ask(reader, "/latest 999"))["text"].endswith("Seite 1/5")


async def test_the_topics_followed_are_shown_unless_one_is_named(talk, reader):
    await publish(talk, 2, ["sport"])
    await talk.publish("Nachricht P", ["politik"])
    await talk.say(reader, "/subscribe sport")
    followed = await talk.ask(reader, "/latest")
    assert followed["text"].startswith("Neueste Schlagzeilen der abonnierten Themen")
    assert titles(followed) == ["1", "2"]
    named = await talk.ask(reader, "/latest politik 5")
    assert titles(named) == ["P"]
    assert buttons(named)[-1] == ["➕ Politik abonnieren"]


async def test_a_near_miss_and_an_unknown_word(talk, reader):
    await publish(talk, 1, ["sport"])
    near = await talk.ask(reader, "/latest 5 Sprot")
    assert "„Sprot“ kenne ich nicht – hier ist Sport." in near["text"]
    assert titles(near) == ["1"]
    assert "„Quark“ kenne ich nicht" in (await talk.ask(reader, "/latest Quark"))["text"]


async def test_without_headlines_it_says_so(talk, reader):
    assert "Noch keine Schlagzeilen" in (await talk.ask(reader, "/latest"))["text"]
    assert "Zu Sport gibt es noch keine" in (await talk.ask(reader, "/latest sport"))["text"]


async def test_a_page_of_a_topic_that_is_gone_gets_a_friendly_answer(talk, reader):
    await publish(talk, 12)
    shown = await talk.ask(reader, "/latest sport 12")
    talk.services.catalogue.now = Catalogue(CATALOGUE.topics[:2], CATALOGUE.sources)
    await talk.press(reader, shown, "Ältere ›")
    assert "gibt es nicht mehr" in talk.last(reader)["text"]


async def test_a_double_tap_on_a_page_is_no_error(talk, reader):
    await publish(talk, 12)
    shown = await talk.ask(reader, "/latest 12")
    older = data(shown)[-1]
    await talk.press(reader, shown, older)
    talk.standin.chat(reader.id).messages[shown["message_id"]]["reply_markup"] = shown["reply_markup"]
    await talk.press(reader, talk.again(shown), older)
    assert len(talk.messages(reader)) == 1


@pytest.mark.parametrize(
    ("words", "count", "slug", "unknown"),
    [
        ("", 50, None, ""),
        ("5", 5, None, ""),
        ("sport 20", 20, "sport", ""),
        ("20 sport", 20, "sport", ""),
        ("0", 1, None, ""),
        ("99999999999999999999", 50, None, ""),
        ("Wissenschaft und Technik 3", 3, "wissen", ""),
        ("Sprot", 50, "sport", "Sprot"),
        ("xyz", 50, None, "xyz"),
        ("alle 20", 20, None, ""),
        ("sport politik", 50, None, "sport politik"),
    ],
)
def test_a_wish_is_read(words, count, slug, unknown):
    wish = read_wish(words, CATALOGUE.topics)
    assert isinstance(wish, Wish)
    assert (wish.count, wish.found.topic.slug if wish.found else None, wish.words) == (count, slug, unknown)


async def test_all_topics_can_be_asked_for_by_who_follows_some(talk, reader):
    await talk.publish("Ein Gesetz", ["politik"], blocks=[])
    await talk.say(reader, "/subscribe sport")
    assert "Ein Gesetz" not in (await talk.ask(reader, "/latest"))["text"]
    for command in ("/latest alle", "/latest all 5", "/latest alle Themen"):
        assert (await talk.ask(reader, command))["text"].startswith("Neueste Schlagzeilen\n\n")
    assert "Ein Gesetz" in str((await talk.ask(reader, "/read alle"))["rich_message"])
    assert "Deine Themen" in (await talk.ask(reader, "/topic alle"))["text"]


@pytest.mark.parametrize("command", ["/latest", "/topic", "/read"])
async def test_several_topics_at_once_are_offered_one_by_one(talk, reader, command):
    answer = await talk.ask(reader, f"{command} sport und politik")
    assert "ein Thema auf einmal" in answer["text"]
    assert buttons(answer) == [["⚽ Sport", "🏛 Politik"]]

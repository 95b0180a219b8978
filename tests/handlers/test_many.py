"""More topics, or more channels of one person, than there is room for under one message: Telegram takes 100 buttons."""

import pytest

from bot.domain.catalogue import OTHER, Catalogue, Topic
from storage import chats
from tests.fixtures.talking import CATALOGUE, buttons

MANY = 130


@pytest.fixture
def many_topics(talk):
    """A catalogue of 130 topics, and `other`."""
    topics = [
        Topic(f"gegend-{n}", "📍", {"de": f"Gegend {n}", "en": f"Region {n}"}) for n in range(1, MANY + 1)
    ]
    talk.services.catalogue.now = Catalogue((*topics, OTHER), CATALOGUE.sources)


@pytest.fixture
def editor(standin):
    return standin.add_user("Edda")


@pytest.fixture
async def many_channels(talk, editor):
    """As many channels that the editor set up."""
    async with talk.services.sessions.write() as session:
        for number in range(1, MANY + 1):
            seen = chats.Seen(-1000 - number, "channel", f"Kanal {number:03}", "", "de", "Europe/Berlin")
            await chats.ensure(session, seen, talk.now)
            await chats.change(session, seen.id, owner_id=editor.id)


def labels(message):
    return [label for row in buttons(message) for label in row]


async def test_each_of_very_many_topics_is_some_pages_away(talk, reader, many_topics):
    shown, seen = await talk.ask(reader, "/start"), []
    assert buttons(shown)[-1] == ["✅ Deutsch", "English"]
    while "Weiter ›" in labels(shown := talk.again(shown)):
        seen += [label for label in labels(shown) if "Gegend" in label]
        await talk.press(reader, shown, "Weiter ›")
    seen += [label for label in labels(shown) if "Gegend" in label]
    assert seen == [f"📍 Gegend {number}" for number in range(1, MANY + 1)]
    assert buttons(shown)[-5:] == [
        ["📍 Gegend 129", "📍 Gegend 130"],
        ["🗞 Sonstiges"],
        ["‹ Zurück"],
        ["Alle Themen"],
        ["✅ Deutsch", "English"],
    ]


async def test_a_tap_keeps_the_page(talk, reader, many_topics):
    shown = await talk.ask(reader, "/topic")
    await talk.press(reader, shown, "Weiter ›")
    for tap in ("📍 Gegend 41", "Alle Themen", "✅ 📍 Gegend 80"):
        await talk.press(reader, talk.again(shown), tap)
        assert labels(talk.again(shown))[1].endswith("Gegend 42")
    assert len(await talk.follows(reader)) == MANY


async def test_topics_that_just_fit_have_no_pages(talk, reader):
    topics = [Topic(f"t{n}", "", {"de": f"Thema {n}"}) for n in range(79)]
    talk.services.catalogue.now = Catalogue((*topics, OTHER), CATALOGUE.sources)
    shown = await talk.ask(reader, "/start")
    assert len(labels(shown)) == 80 + len(["Alle Themen", "Deutsch", "English"])
    assert len(labels(await talk.ask(reader, "/topic quark"))) == 80
    assert len(labels(await talk.ask(reader, "/subscribe quark"))) == 80
    await talk.say(reader, "/subscribe alle")
    assert len(labels(await talk.ask(reader, "/unsubscribe"))) == 80


async def test_a_word_near_no_topic_shows_all_of_them_by_pages(talk, reader, many_topics):
    for command in ("/topic", "/latest", "/subscribe", "/unsubscribe"):
        shown = await talk.ask(reader, f"{command} quark")
        await talk.press(reader, shown, "Weiter ›")
        assert labels(talk.again(shown))[0] == "📍 Gegend 41"
        await talk.press(reader, talk.again(shown), "📍 Gegend 41")
        assert "Zu Gegend 41 gibt es noch keine" in talk.last(reader)["text"]


async def test_who_follows_very_many_topics_leaves_them_by_pages_and_hears_some_of_their_names(
    talk, reader, many_topics
):
    await talk.say(reader, "/subscribe alle")
    await talk.say(reader, "/unsubscribe gegend-1")
    shown = await talk.ask(reader, "/unsubscribe")
    await talk.press(reader, shown, "Weiter ›")
    await talk.press(reader, talk.again(shown), "✅ 📍 Gegend 41")
    assert "gegend-41" not in await talk.follows(reader)
    assert "Gegend 40, Gegend 42 und 89 weitere." in (await talk.ask(reader, "/start"))["text"]


async def test_the_set_up_of_a_channel_has_pages_of_very_many_topics(talk, standin, editor, many_topics):
    await talk.say(editor, "/start")
    channel = standin.add_channel("Kanal", editor)
    standin.promote(channel, editor)
    await talk.handle()
    setup = talk.last(editor)
    await talk.press(editor, setup, "Weiter ›")
    for tap in ("📍 Gegend 44", "Zeile", "🔕 Lautlos", "Weiter ›", "‹ Zurück"):
        await talk.press(editor, talk.again(setup), tap)
        first = "Gegend 81" if tap == "Weiter ›" else "Gegend 41"
        assert labels(talk.again(setup))[0].endswith(first)
    assert await talk.follows(channel) == {"gegend-44"}
    assert (await talk.stored(channel)).form == "line"


async def test_each_of_very_many_channels_is_some_pages_away(talk, editor, many_channels):
    _, shown = await talk.say(editor, "/start")
    assert buttons(shown)[0] == ["📣 Kanal 001"]
    for _ in range(3):
        await talk.press(editor, talk.again(shown), "Weiter ›")
    assert labels(talk.again(shown)) == [f"📣 Kanal {number}" for number in range(121, 131)] + ["‹ Zurück"]


async def test_a_page_of_channels_shows_nobody_elses(talk, reader, many_channels):
    shown = await talk.ask(reader, "/start")
    message = talk.standin.chat(reader.id).messages[shown["message_id"]]
    message["reply_markup"]["inline_keyboard"][0][0]["callback_data"] = "cl:1"
    await talk.press(reader, message, "cl:1")
    assert "Kanal" not in str(talk.messages(reader))

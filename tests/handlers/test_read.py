"""The article in the chat: rich, plain, its pages, and what happens where something is missing."""

from datetime import timedelta

from bot.demo.telegram.faults import method_missing, refuse
from bot.domain.headline import Block, Page
from storage import pages
from tests.fixtures.talking import buttons, data

LONG = tuple(
    Block("paragraph", text=f"Absatz {number}. " + "Der Zug fährt pünktlich ab. " * 12)
    for number in range(20)
)
SHORT = (Block("paragraph", text="Ein kurzer Text."),)


def is_rich(message):
    return "rich_message" in message


async def test_read_opens_the_newest_article_as_one_rich_message(talk, reader):
    await talk.publish("Alt", blocks=SHORT, ago=timedelta(hours=1))
    await talk.publish("Neu & <gut>", blocks=SHORT, picture="https://news.example/p.jpg")
    answer = await talk.ask(reader, "/read")
    assert [block["type"] for block in answer["rich_message"]["blocks"]] == [
        "heading", "paragraph", "photo", "paragraph", "footer",
    ]  # fmt: skip
    assert answer["rich_message"]["blocks"][0]["text"] == "Neu & <gut>"
    assert buttons(answer) == [["Als reiner Text", "🔗 Quelle"]]


async def test_read_takes_a_number_and_a_topic(talk, reader):
    await talk.publish("Eins", ["sport"], blocks=SHORT)
    await talk.publish("Zwei", ["politik"], blocks=SHORT, ago=timedelta(minutes=1))
    await talk.say(reader, "/subscribe sport")
    for words, title in (("/read", "Eins"), ("/read politik", "Zwei")):
        assert (await talk.ask(reader, words))["rich_message"]["blocks"][0]["text"] == title
    assert "So viele" in (await talk.ask(reader, "/read 7"))["text"]
    assert "„Quark“" in (await talk.ask(reader, "/read Quark"))["text"]


async def test_read_without_any_headline_says_so(talk, reader):
    assert "Noch keine Schlagzeilen" in (await talk.ask(reader, "/read"))["text"]


async def test_plain_text_comes_after_a_tap_and_is_remembered_until_the_way_back(talk, reader):
    article = await talk.publish("Neu", blocks=SHORT)
    rich = await talk.ask(reader, "/read")
    await talk.press(reader, rich, "Als reiner Text")
    plain = talk.last(reader)
    assert plain["text"] == "Neu\n24. November 2026, 13:00 Uhr · Sport · Walaw Press\n\nEin kurzer Text."
    assert not is_rich(await talk.ask(reader, f"/start a{article}"))
    await talk.press(reader, plain, "Wieder als Artikel")
    assert is_rich(talk.last(reader))
    assert is_rich(await talk.ask(reader, "/read"))


async def test_pages_of_a_plain_article_turn_in_place(talk, reader):
    await talk.publish("Lang", blocks=LONG)
    await talk.press(reader, await talk.ask(reader, "/read"), "Als reiner Text")
    plain = talk.last(reader)
    assert "Absatz 0." in plain["text"]
    pages = int(plain["text"].rsplit("/", 1)[1])
    assert pages > 2
    for number in range(2, pages + 1):
        await talk.press(reader, talk.again(plain), "Weiter ›")
        assert talk.again(plain)["text"].endswith(f"Seite {number}/{pages}")
    assert "Absatz 19." in talk.again(plain)["text"]
    await talk.press(reader, talk.again(plain), "‹ Zurück")
    assert talk.again(plain)["text"].endswith(f"Seite {pages - 1}/{pages}")
    assert len(talk.messages(reader)) == 2


async def test_a_server_that_knows_no_rich_messages_is_asked_once(talk, standin, reader):
    standin.faults.method("sendRichMessage", method_missing())
    await talk.publish("Neu", blocks=SHORT)
    for _ in range(2):
        answer = await talk.ask(reader, "/read")
        assert "Ein kurzer Text." in answer["text"]
        assert buttons(answer) == [["🔗 Quelle"]]
    assert len(standin.called("sendRichMessage")) == 1


async def test_a_picture_that_telegram_cannot_get_is_left_out(talk, standin, reader):
    rule = standin.faults.where(
        lambda method, given: method == "sendRichMessage" and "<img" in str(given),
        refuse(400, "Bad Request: failed to get HTTP URL content"),
    )
    await talk.publish("Neu", blocks=SHORT, picture="https://news.example/p.jpg")
    answer = await talk.ask(reader, "/read")
    assert rule.hits == 1
    assert "photo" not in [block["type"] for block in answer["rich_message"]["blocks"]]


async def test_an_article_that_is_refused_as_rich_comes_plain(talk, standin, reader):
    standin.faults.method("sendRichMessage", refuse(400, "Bad Request: can't parse rich message"))
    await talk.publish("Neu", blocks=SHORT)
    assert "Ein kurzer Text." in (await talk.ask(reader, "/read"))["text"]


async def test_a_text_that_is_not_there_yet_is_fetched_when_somebody_wants_it(talk, reader):
    article = await talk.publish("Neu", lead="Der Vorspann.")

    async def fetch(article_id):
        talk.fetched.append(article_id)
        async with talk.services.sessions.write() as session:
            page = Page("Neu", blocks=SHORT)
            await pages.store(session, article_id, page, text_due=None, now=talk.now)

    talk.services.read_page = fetch
    assert "Ein kurzer Text." in str((await talk.ask(reader, "/read"))["rich_message"])
    await talk.ask(reader, "/read")
    assert talk.fetched == [article]


async def test_without_text_there_are_lead_note_and_source(talk, reader):
    await talk.publish("Neu", lead="Der Vorspann.")
    answer = await talk.ask(reader, "/read")
    assert "Der Vorspann." in str(answer["rich_message"])
    assert "Vollständig steht er bei der Quelle" in str(answer["rich_message"])
    assert ["Als reiner Text", "🔗 Quelle"] in buttons(answer)


async def test_a_headline_is_read_by_its_button(talk, reader):
    await talk.publish("Neu", blocks=SHORT)
    listed = await talk.ask(reader, "/latest")
    await talk.press(reader, listed, "1")
    assert is_rich(talk.last(reader))


async def test_buttons_of_an_article_that_is_gone_get_a_friendly_answer(talk, reader):
    article = await talk.publish("Lang", blocks=LONG)
    rich = await talk.ask(reader, "/read")
    await talk.press(reader, rich, "Als reiner Text")
    plain = talk.last(reader)
    await talk.forget(article)
    for message in (rich, plain):
        for button in data(message):
            answer = await talk.press(reader, message, button)
            assert answer.answered
            assert "gibt es hier nicht mehr" in talk.last(reader)["text"]
    assert "gibt es hier nicht mehr" in (await talk.ask(reader, f"/start a{article}"))["text"]

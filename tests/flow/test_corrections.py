"""What readers see of a correction: messages that they have change, whole bundles too, and buttons go."""

import pytest

from bot.demo.telegram import faults
from bot.domain.correction import AT_HAND
from storage import articles, chats, corrections, pages
from tests.flow.delivery import now


async def correct(office, article_id, **fields):
    """The source has changed its mind."""
    async with office.sessions.write() as session:
        article = await articles.get(session, article_id)
        headline = office.headline(**{"title": article.title} | fields)
        assert await articles.correct(session, article_id, headline, now()) is not None
        assert await corrections.note(session, article_id, now())
    office.sender.wake()


async def take_back(office, article_id):
    async with office.sessions.write() as session:
        article = await articles.get(session, article_id)
        first = now() - corrections.correction.TAKEN_BACK_AFTER
        assert not await pages.gone(session, article_id, first)
        assert await pages.gone(session, article_id, now()), article
        assert await corrections.note(session, article_id, now())
    office.sender.wake()


async def edited(office, chat, part):
    """Waits until a message in the chat says this; the message."""

    async def found():
        return next(
            (m for m in office.standin.bot_messages(chat) if part in m.get("text", m.get("caption", ""))),
            None,
        )

    return await office.until(found)


async def test_a_corrected_title_changes_the_message_that_is_there(office):
    _, chat = await office.reader()
    [article_id] = await office.headlines("Drei Verletzte in Kassel", lead="Ein Bus kam von der Straße ab.")
    office.new_sender()
    await office.all_settled()
    [before] = office.standin.bot_messages(chat)
    await correct(office, article_id, title="Vier Verletzte in Kassel")
    after = await edited(office, chat, "Vier Verletzte in Kassel")
    assert after["message_id"] == before["message_id"]
    assert "· korrigiert " in after["text"]
    assert after["reply_markup"] == before["reply_markup"]
    assert len(office.standin.bot_messages(chat)) == 1
    await office.all_settled()
    assert await office.notices() == []


async def test_one_line_of_a_bundle_changes_and_the_others_stay(office):
    _, chat = await office.reader()
    ids = await office.headlines("Erste Meldung", "Zweite Meldung", "Dritte Meldung")
    office.new_sender()
    await office.all_settled()
    [before] = office.texts(chat)
    await correct(office, ids[1], title="Zweite Meldung, berichtigt")
    after = (await edited(office, chat, "berichtigt"))["text"]
    assert "Zweite Meldung, berichtigt (korrigiert)" in after
    assert after.replace("Zweite Meldung, berichtigt (korrigiert)", "Zweite Meldung") == before


async def test_two_corrections_in_one_bundle_are_one_edit(office):
    _, chat = await office.reader()
    ids = await office.headlines("Erste Meldung", "Zweite Meldung")
    office.new_sender()
    await office.all_settled()
    await office.sender.stop()
    for article_id, title in zip(ids, ("Eins", "Zwei"), strict=True):
        await correct(office, article_id, title=title)
    due = now() + 2 * AT_HAND
    async with office.sessions.write() as session:
        while await corrections.owe_edits(session, due) is not None:
            pass
    office.new_sender()
    await edited(office, chat, "Zwei (korrigiert)")
    await office.all_settled()
    assert len(office.standin.called("editMessageText")) == 1


async def test_what_was_taken_back_is_struck_through_and_has_no_buttons(office):
    _, chat = await office.reader()
    [article_id] = await office.headlines("Werk schließt im Mai", lead="Das sagt die Leitung.")
    office.new_sender()
    await office.all_settled()
    [before] = office.standin.bot_messages(chat)
    assert before["reply_markup"]["inline_keyboard"]
    await take_back(office, article_id)
    after = await edited(office, chat, "von der Quelle zurückgezogen")
    assert "reply_markup" not in after
    assert "Das sagt die Leitung." not in after["text"]
    assert "strikethrough" in [entity["type"] for entity in after["entities"]]


async def test_one_that_was_on_the_wire_with_the_old_title_is_edited_too(office):
    _, chat = await office.reader()
    [article_id] = await office.headlines("Drei Verletzte in Kassel")
    office.standin.faults.method("sendMessage", faults.slow_answer(0.5))
    office.new_sender()
    await office.standin.wait_for(lambda: office.standin.called("sendMessage"))
    await correct(office, article_id, title="Vier Verletzte in Kassel")
    await edited(office, chat, "Vier Verletzte in Kassel")
    assert [m["text"].split("\n")[0] for m in office.standin.bot_messages(chat)] == [
        "Vier Verletzte in Kassel"
    ]


async def test_one_that_was_not_sent_yet_comes_as_it_is_now_and_once(office):
    _, chat = await office.reader()
    [article_id] = await office.headlines("Drei Verletzte in Kassel")
    async with office.sessions.write() as session:
        headline = office.headline(title="Vier Verletzte in Kassel")
        assert await articles.correct(session, article_id, headline, now()) is not None
        assert not await corrections.note(session, article_id, now())
    office.new_sender()
    await office.all_settled()
    [text] = office.texts(chat)
    assert text.startswith("Vier Verletzte in Kassel")
    assert office.standin.called("editMessageText") == []


async def test_a_paused_chat_has_its_messages_corrected_all_the_same(office):
    _, chat = await office.reader()
    [article_id] = await office.headlines("Drei Verletzte in Kassel")
    office.new_sender()
    await office.all_settled()
    async with office.sessions.write() as session:
        await chats.change(session, chat.id, paused=True)
    await correct(office, article_id, title="Vier Verletzte in Kassel")
    await edited(office, chat, "Vier Verletzte in Kassel")


@pytest.mark.parametrize(("before", "after"), [("picture", "card"), ("card", "picture")])
async def test_a_message_is_edited_as_what_it_is_though_the_chat_wants_another_form_now(
    office, before, after
):
    _, chat = await office.reader(form=before)
    picture = {"picture": "https://bilder.example/bus.jpg"}
    [article_id] = await office.headlines("Drei Verletzte in Kassel", **picture)
    office.new_sender()
    await office.all_settled()
    async with office.sessions.write() as session:
        await chats.change(session, chat.id, form=after)
    await correct(office, article_id, title="Vier Verletzte in Kassel")
    message = await edited(office, chat, "Vier Verletzte in Kassel")
    assert ("caption" in message) == (before == "picture")
    await office.all_settled()


async def test_a_message_that_was_deleted_is_let_go(office):
    await office.reader()
    [article_id] = await office.headlines("Drei Verletzte in Kassel")
    office.new_sender()
    await office.all_settled()
    office.standin.faults.method(
        "editMessageText", faults.refuse(400, "Bad Request: message to edit not found")
    )
    await correct(office, article_id, title="Vier Verletzte in Kassel")
    await office.standin.wait_for(lambda: office.standin.called("editMessageText"))
    await office.all_settled()
    assert await office.notices() == []


async def test_a_bundle_that_would_be_too_long_now_stays_as_it_was(office):
    _, chat = await office.reader()
    ids = await office.headlines(*(f"Meldung {number} {'x' * 60}" for number in range(10, 60)))
    office.new_sender()
    await office.all_settled()
    [before] = office.texts(chat)
    assert len(before) > 3900
    await correct(office, ids[5], title="Neu " + "y" * 280)
    await office.until(lambda: none_waits(office))
    assert office.texts(chat) == [before]
    assert await office.notices() == []


async def none_waits(office):
    async with office.sessions.read() as session:
        return await corrections.next_due(session) is None and await corrections.waiting(session) == 0


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_correction_while_its_headline_goes_out_reaches_everybody(office):
    people = [chat for _, chat in [await office.reader(f"Leser {number}") for number in range(60)]]
    office.per_second = 40.0
    [article_id] = await office.headlines("Drei Verletzte in Kassel")
    office.new_sender()

    async def some():
        return (await office.counts()).done >= 15

    await office.until(some)
    await correct(office, article_id, title="Vier Verletzte in Kassel")

    async def all_right():
        return all("Vier Verletzte" in text for chat in people for text in office.texts(chat)[-1:] or [""])

    await office.until(all_right)

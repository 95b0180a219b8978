"""Where one is in a conversation on the chat page: following its end, in its history, at what is new."""

import aiohttp
import pytest
from playwright.async_api import expect

from tests.flow.page_scene import scene


@pytest.fixture
async def here(standin):
    """The scene, with a reader who has started the bot."""
    async with aiohttp.ClientSession() as session:
        yield scene(standin, session)


async def test_reading_history_is_not_disturbed_and_new_messages_are_counted(here, page_at):
    for number in range(30):
        await here.say(f"Meldung {number}")
    page = await page_at(here.standin.url)
    await expect(page.get_by_text("Meldung 29", exact=True).last).to_be_in_viewport()
    await page.get_by_text("Meldung 5", exact=True).scroll_into_view_if_needed()
    await expect(page.get_by_test_id("to-end")).to_be_visible()
    before = await page.get_by_text("Meldung 5", exact=True).bounding_box()
    await here.say("Ganz neu")
    await expect(page.get_by_test_id("to-end-count")).to_have_text("1")
    assert await page.get_by_text("Meldung 5", exact=True).bounding_box() == before
    await page.get_by_test_id("to-end").click()
    await expect(page.get_by_test_id("text").last).to_be_in_viewport()
    await expect(page.get_by_test_id("to-end")).to_be_hidden()


async def test_older_messages_come_when_one_scrolls_up_and_the_view_does_not_jump(here, page_at):
    for number in range(180):
        await here.standin.say(here.reader, here.private, f"Meldung {number}")
    page = await page_at(here.standin.url)
    await expect(page.get_by_test_id("message")).to_have_count(150)
    await page.get_by_test_id("messages").evaluate("view => view.scrollTo(0, 0)")
    await expect(page.get_by_test_id("message")).to_have_count(180)
    await expect(page.get_by_text("Meldung 30", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("Meldung 0", exact=True)).not_to_be_in_viewport()


async def test_a_long_article_is_shown_from_its_beginning(here, page_at):
    page = await page_at(here.standin.url)
    await here.rich("<h1>Der Anfang</h1>" + "<p>Absatz um Absatz.</p>" * 60 + "<p>Der Schluss</p>")
    await expect(page.get_by_role("heading", name="Der Anfang")).to_be_in_viewport()
    await expect(page.get_by_text("Der Schluss")).not_to_be_in_viewport()
    await expect(page.get_by_test_id("to-end")).to_be_visible()


async def test_a_page_that_was_turned_is_shown_from_its_beginning(here, page_at):
    turn = [{"text": "Seite 2", "callback_data": "p:2"}]
    sent = await here.say("<b>Seite eins</b>" + "\n\nAbsatz um Absatz." * 60, turn)
    page = await page_at(here.standin.url)
    await page.get_by_test_id("key").click()
    await here.call(
        "editMessageText",
        chat_id=here.private.id,
        message_id=sent["message_id"],
        text="<b>Seite zwei</b>" + "\n\nAbsatz um Absatz." * 70,
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [turn]},
    )
    await expect(page.locator("strong", has_text="Seite zwei")).to_be_in_viewport()


async def test_an_unread_chat_opens_at_what_is_new(here, page_at):
    page = await page_at(here.standin.url)
    await here.standin.say(here.colleague, here.group, "Bekannt")
    await page.locator("[data-chat-type=supergroup]").click()
    await page.locator("[data-chat-type=private]").click()
    for number in range(40):
        await here.standin.say(here.colleague, here.group, f"Neu {number}")
    await expect(page.get_by_test_id("unread")).to_have_text("40")
    await page.locator("[data-chat-type=supergroup]").click()
    await expect(page.get_by_test_id("unread-mark")).to_be_in_viewport()
    await expect(page.get_by_text("Neu 0", exact=True)).to_be_in_viewport()
    await expect(page.get_by_text("Neu 39", exact=True)).not_to_be_in_viewport()

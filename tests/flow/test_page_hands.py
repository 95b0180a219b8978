"""What one can do on the chat page: buttons, commands, the demo's actions, by pointer, by keyboard, on a phone."""

import asyncio

import aiohttp
import pytest
from playwright.async_api import expect

from tests.flow.page_scene import scene


@pytest.fixture
async def here(standin):
    """The scene, with a reader who has started the bot."""
    async with aiohttp.ClientSession() as session:
        yield scene(standin, session)


def data(label, payload):
    """A button that tells the bot something."""
    return {"text": label, "callback_data": payload}


async def answer_press(here, **answer):
    """Waits for the press, answers it, and returns it."""
    query = await here.update("callback_query")
    await here.call("answerCallbackQuery", callback_query_id=query["id"], **answer)
    return query


async def test_a_new_reader_sees_what_the_bot_can_do_and_starts_it(here, page_at):
    here.private.started = False
    await here.call("setMyDescription", description="Schlagzeilen, sobald sie erscheinen.")
    page = await page_at(here.standin.url)
    await expect(page.get_by_test_id("intro")).to_contain_text("Schlagzeilen, sobald sie erscheinen.")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await page.get_by_test_id("start").press("Enter")
    assert (await here.update("message"))["text"] == "/start"
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await expect(page.get_by_test_id("intro")).to_be_hidden()


async def test_a_pressed_button_shows_its_progress_and_then_the_bots_answer(here, page_at):
    await here.say("Themen", [data("Sport", "t:sport")])
    page = await page_at(here.standin.url)
    button = page.get_by_test_id("key")
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    query = await answer_press(here, text="Sport abonniert")
    assert query["data"] == "t:sport"
    await expect(page.get_by_test_id("toast")).to_have_text("Sport abonniert")
    await expect(button).not_to_have_attribute("aria-busy", "true")


async def test_an_alert_waits_for_an_ok(here, page_at):
    await here.say("Themen", [data("Sport", "t:sport")])
    page = await page_at(here.standin.url)
    await page.get_by_test_id("key").click()
    await answer_press(here, text="Nur für Administratoren", show_alert=True)
    await expect(page.get_by_test_id("alert")).to_contain_text("Nur für Administratoren")
    await page.get_by_test_id("alert-ok").click()
    await expect(page.get_by_test_id("alert")).to_be_hidden()


async def test_a_bot_that_does_not_answer_is_named(here, page_at):
    await here.say("Themen", [data("Sport", "t:sport")])
    page = await page_at(here.standin.url)
    await page.route("**/ui/press", lambda route: route.fulfill(json={"text": "", "timeout": True}))
    await page.get_by_test_id("key").click()
    await expect(page.get_by_test_id("toast")).to_have_text("Der Bot hat nicht geantwortet.")


async def test_new_buttons_keep_the_keyboards_place_and_the_text_its_state(here, page_at):
    text = "<tg-spoiler>geheim</tg-spoiler>"
    sent = await here.say(text, [data("Politik", "t:politik"), data("Sport", "t:sport")])
    page = await page_at(here.standin.url)
    await page.locator(".spoiler").click()
    await page.locator("[data-data='t:sport']").focus()
    await page.keyboard.press("Enter")
    rows = [[data("Politik", "t:politik"), data("✅ Sport", "t:sport")]]
    await here.update("callback_query")
    await here.call(
        "editMessageReplyMarkup",
        chat_id=here.private.id,
        message_id=sent["message_id"],
        reply_markup={"inline_keyboard": rows},
    )
    await expect(page.get_by_text("✅ Sport")).to_be_visible()
    await expect(page.locator("[data-data='t:sport']")).to_be_focused()
    await expect(page.locator(".spoiler")).to_have_class("spoiler revealed")
    await expect(page.get_by_test_id("edited")).to_have_count(0)


async def test_a_link_button_leads_out_and_a_deep_link_into_the_private_chat(here, page_at):
    out = {"text": "Quelle", "url": "https://example.org/a"}
    start = {"text": "Lesen", "url": f"https://t.me/{here.standin.bot.username}?start=a17"}
    await here.say("Schlagzeile", [start, out], chat=here.group)
    page = await page_at(here.standin.url)
    await page.locator("[data-chat-type=supergroup]").click()
    leads_out = page.get_by_role("link", name="Quelle")
    await expect(leads_out).to_have_attribute("href", "https://example.org/a")
    await expect(leads_out).to_have_attribute("rel", "noopener noreferrer")
    await expect(leads_out.locator(".icon-arrow")).to_be_visible()
    await page.get_by_role("link", name="Lesen").click()
    await expect(page.get_by_test_id("peer-name")).to_have_text("Tickerbot")
    assert (await here.update("message"))["text"] == "/start a17"


async def test_a_command_in_a_text_is_sent_by_a_tap(here, page_at):
    await here.say("Mehr mit /latest")
    page = await page_at(here.standin.url)
    await page.locator(".command").click()
    assert (await here.update("message"))["text"] == "/latest"


async def commands(here):
    """The bot registers three commands."""
    known = {"start": "Themen wählen", "latest": "Neueste Schlagzeilen", "topic": "Themen"}
    await here.call(
        "setMyCommands", commands=[{"command": name, "description": text} for name, text in known.items()]
    )


async def test_the_menu_lists_the_commands_and_sends_the_chosen_one(here, page_at):
    await commands(here)
    page = await page_at(here.standin.url)
    await page.get_by_test_id("menu-button").click()
    await expect(page.get_by_test_id("command")).to_have_count(3)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await here.update("message"))["text"] == "/latest"
    await expect(page.get_by_test_id("command-menu")).to_be_hidden()


async def test_a_slash_filters_the_commands_and_tab_completes(here, page_at):
    page = await page_at(here.standin.url)
    await commands(here)
    await expect(page.get_by_test_id("menu-button")).to_be_visible()
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("/t")
    await expect(page.get_by_test_id("command")).to_have_count(1)
    await composer.press("Tab")
    await expect(composer).to_have_value("/topic ")
    await composer.press("Escape")
    await expect(page.get_by_test_id("peer-name")).to_be_hidden()


async def test_in_a_group_a_chosen_command_names_the_bot(here, page_at):
    await commands(here)
    page = await page_at(here.standin.url)
    await page.locator("[data-chat-type=supergroup]").click()
    await page.get_by_test_id("menu-button").click()
    await page.get_by_test_id("command").first.click()
    assert (await here.update("message"))["text"] == f"/start@{here.standin.bot.username}"


async def test_the_bot_is_made_administrator_of_a_channel_by_the_hints_button(here, page_at):
    here.standin.ui.note(here.channel, "Mach den Bot zum Administrator.")
    page = await page_at(here.standin.url)
    await page.locator("[data-chat-type=channel]").click()
    await expect(page.get_by_test_id("peer-status")).to_have_text("Kanal · Bot ist nicht dabei")
    await page.get_by_test_id("note").get_by_role("button", name="Bot zum Administrator machen").click()
    assert (await here.update("my_chat_member"))["new_chat_member"]["status"] == "administrator"
    await expect(page.get_by_test_id("peer-status")).to_have_text("Kanal · Bot ist Administrator")


async def test_a_blocked_bot_is_started_again_in_one_tap(here, page_at):
    page = await page_at(here.standin.url)
    await page.get_by_test_id("chat-menu").click()
    await page.get_by_role("menuitem", name="Bot blockieren").click()
    assert (await here.update("my_chat_member"))["new_chat_member"]["status"] == "kicked"
    await page.get_by_role("button", name="Bot neu starten").click()
    assert (await here.update("message"))["text"] == "/start"
    await expect(page.get_by_test_id("composer")).to_be_visible()


async def test_a_lost_connection_is_said_and_mended_and_nothing_is_missed(here, page_at):
    page_at.ignore("ERR_CONNECTION_REFUSED")
    page_at.ignore("ERR_INCOMPLETE_CHUNKED_ENCODING")
    page_at.ignore("ERR_CONNECTION_RESET")
    page = await page_at(here.standin.url)
    await here.standin.offline()
    await expect(page.get_by_test_id("connection")).to_be_visible()
    await here.standin.say(here.colleague, here.group, "Während du weg warst")
    await here.standin.online()
    await expect(page.locator("[data-chat-type=supergroup]")).to_contain_text("Während du weg warst")
    await expect(page.get_by_test_id("connection")).to_be_hidden()
    await expect(page.get_by_test_id("peer-name")).to_have_text("Tickerbot")


async def test_a_phone_shows_the_list_or_the_conversation_and_nothing_sticks_out(here, page_at):
    await here.say(
        "Ein" + " langes Wort" * 20 + " Donaudampfschifffahrtsgesellschaft" * 3, [data("Lesen", "r:1")]
    )
    page = await page_at(here.standin.url, 360, 640, touch=True)
    await expect(page.get_by_test_id("chat-list")).to_be_visible()
    await expect(page.get_by_test_id("conversation")).to_be_hidden()
    await page.locator("[data-chat-type=private]").tap()
    await expect(page.get_by_test_id("conversation")).to_be_visible()
    await expect(page.get_by_test_id("chat-list")).to_be_hidden()
    assert await page.evaluate("document.scrollingElement.scrollWidth") == 360
    assert await page.evaluate("document.getElementById('viewport').scrollWidth") == 360
    await page.get_by_test_id("back").tap()
    await expect(page.get_by_test_id("chat-list")).to_be_visible()


async def test_a_wide_window_shows_both_side_by_side_and_fills_itself(here, page_at):
    await here.say("Guten Morgen")
    page = await page_at(here.standin.url, 1280, 800)
    chats = await page.get_by_role("navigation").bounding_box()
    conversation = await page.get_by_test_id("conversation").bounding_box()
    assert (chats["x"], chats["y"], chats["height"]) == (0, 0, 800)
    assert (conversation["x"], conversation["y"], conversation["height"]) == (chats["width"], 0, 800)
    assert chats["width"] + conversation["width"] == 1280
    await page.set_viewport_size({"width": 700, "height": 500})
    await page.wait_for_function("document.getElementById('conversation').offsetWidth === 700")


async def test_the_chats_are_reached_by_the_keyboard_alone(here, page_at):
    page = await page_at(here.standin.url)
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-chat-type=private]")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("peer-name")).to_have_text("Redaktion Nord")
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await page.keyboard.type("Moin")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("zusammen")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("text")).to_contain_text("Moin\nzusammen")


async def test_colours_follow_the_system_until_the_switch_is_used_and_that_is_remembered(here, page_at):
    page = await page_at(here.standin.url, scheme="dark")

    async def brightness():
        return await page.evaluate("parseInt(getComputedStyle(document.body).color.match(/\\d+/)[0])")

    assert await brightness() > 200
    await page.get_by_test_id("theme-switch").click()
    assert await brightness() < 60
    await page.reload()
    await page.locator("[data-ready]").wait_for()
    assert await brightness() < 60


async def test_a_message_that_cannot_be_sent_stays_in_the_composer(here, page_at):
    page_at.ignore("ERR_CONNECTION_REFUSED")
    page_at.ignore("ERR_INCOMPLETE_CHUNKED_ENCODING")
    page_at.ignore("ERR_CONNECTION_RESET")
    page = await page_at(here.standin.url)
    await here.standin.offline()
    await page.get_by_test_id("composer").fill("Kommt das an?")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("toast")).to_have_text("Keine Verbindung zur Demo.")
    await expect(page.get_by_test_id("composer")).to_have_value("Kommt das an?")
    await asyncio.wait_for(here.standin.online(), 20)

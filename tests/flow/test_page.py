"""What the chat page shows, in a real browser, against the real stand-in. The bot is the test."""

import re

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import expect

from tests.flow.page_scene import scene

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><rect width="640" height="360"/></svg>'
)
ARTICLE = """
<figure><img src="{site}/hafen.svg"/><figcaption>Der neue Kai<cite>Nordbild</cite></figcaption></figure>
<h1>Der Kai ist fertig</h1><p>Ein <b>fetter</b> und ein <a href="https://example.org/x">verlinkter</a> Satz.</p>
<h2>Strom</h2><blockquote>Man hört ihn nachts nicht.<cite>Leiterin</cite></blockquote>
<aside>Näher an der Stadt.<cite>Festrede</cite></aside>
<ul><li>vier Plätze</li><li>ein Dach</li></ul><ol><li>Karte</li><li>Schiff</li></ol><hr/>
<table><caption>Abfahrten</caption><tr><th>Ziel</th><th>Zeit</th></tr><tr><td>Insel</td><td>08:15</td></tr></table>
<details><summary>Hintergrund</summary><p>Seit 1911.</p></details><footer>Walaw Press</footer>
"""


def with_class(name):
    """A pattern for one class among others."""
    return re.compile(rf"(^|\s){name}(\s|$)")


@pytest.fixture
async def here(standin):
    """The scene, with a reader who has started the bot."""
    async with aiohttp.ClientSession() as session:
        yield scene(standin, session)


@pytest.fixture
async def pictures(standin):
    """A small site with one picture that the stand-in may fetch from; its address."""

    async def picture(_request):
        return web.Response(body=PICTURE, content_type="image/svg+xml")

    app = web.Application()
    app.router.add_get("/hafen.svg", picture)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    standin.ui.sites.register(url)
    yield url
    await runner.cleanup()


async def test_the_page_lists_the_chats_and_opens_the_private_one(here, page_at):
    await here.say("Guten Morgen")
    page = await page_at(here.standin.url)
    await expect(page.get_by_test_id("chat-name")).to_contain_text(["Tickerbot", "Redaktion Nord"])
    await expect(page.get_by_test_id("peer-name")).to_have_text("Tickerbot")
    await expect(page.get_by_test_id("chat-preview").first).to_have_text("Guten Morgen")
    assert await page.evaluate("document.documentElement.lang") == "de"


async def test_a_message_appears_while_one_looks_on_the_bots_side(here, page_at):
    page = await page_at(here.standin.url)
    await here.say("<b>Eilmeldung</b> aus dem Hafen")
    message = page.get_by_test_id("message").last
    await expect(message.get_by_test_id("text")).to_contain_text("Eilmeldung aus dem Hafen")
    await expect(message.locator("strong")).to_have_text("Eilmeldung")
    await expect(message).to_have_class(with_class("in"))
    await expect(page.get_by_test_id("live")).to_have_text("Tickerbot: Eilmeldung aus dem Hafen")


async def test_what_the_reader_writes_stands_on_her_side_and_reaches_the_bot(here, page_at):
    page = await page_at(here.standin.url)
    await page.get_by_test_id("composer").fill("Was gibt es Neues?")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("message").last).to_have_class(with_class("out"))
    assert (await here.update("message"))["text"] == "Was gibt es Neues?"
    await expect(page.get_by_test_id("composer")).to_have_value("")


async def test_digits_and_blanks_are_those_of_the_text_not_of_the_emoji(here, page_at):
    """Emoji fonts have both, and wide: where they stood before the system's own font, every text fell apart."""
    await here.say("Um 12:30")
    text = (await page_at(here.standin.url)).get_by_test_id("text").first
    await expect(text).to_be_visible()
    widths = await text.evaluate(
        """element => {
            const pen = document.createElement("canvas").getContext("2d");
            pen.font = `100px ${getComputedStyle(element).fontFamily}`;
            return ["0", " "].map(sign => pen.measureText(sign).width);
        }"""
    )
    assert widths[0] < 80, widths
    assert widths[1] < 50, widths


async def test_all_formats_of_a_text_are_shown(here, page_at):
    await here.say(
        "<i>schräg</i> <u>unten</u> <s>weg</s> <code>x=1</code> 👍🏽 <b><i>beides</i></b> "
        '<a href="https://example.org/a">Link</a> /latest @tickerbot_demo_bot #Hafen\n'
        "<blockquote>Zitat</blockquote>\n<pre><code class='language-python'>print(1)</code></pre>\n"
        "<blockquote expandable>lang\nlang\nlang\nlang\nlang</blockquote>"
    )
    text = (await page_at(here.standin.url)).get_by_test_id("text")
    for tag, words in {"em": "schräg", "u": "unten", "s": "weg", "strong > em": "beides"}.items():
        await expect(text.locator(tag).first).to_have_text(words)
    await expect(text.locator("code").first).to_have_text("x=1")
    await expect(text.get_by_role("link", name="Link", exact=True)).to_have_attribute(
        "href", "https://example.org/a"
    )
    await expect(text.locator(".command")).to_have_text("/latest")
    await expect(text.locator(".mention")).to_have_text("@tickerbot_demo_bot")
    await expect(text.locator(".quote").first).to_have_text("Zitat")
    await expect(text.locator("pre")).to_contain_text("print(1)")
    await expect(text.locator(".pre-language")).to_have_text("python")


async def test_a_long_quote_unfolds(here, page_at):
    await here.say("<blockquote expandable>" + "Zeile um Zeile. " * 60 + "</blockquote>")
    page = await page_at(here.standin.url)
    body = page.locator(".quote-body")
    folded = (await body.bounding_box())["height"]
    await page.get_by_role("button", name="Zitat ausklappen").click()
    await expect(page.get_by_role("button", name="Zitat einklappen")).to_be_visible()
    assert (await body.bounding_box())["height"] > folded * 2


async def test_a_spoiler_is_hidden_until_it_is_tapped(here, page_at):
    await here.say("Ergebnis: <tg-spoiler>drei zu zwei</tg-spoiler>")
    page = await page_at(here.standin.url)
    await expect(page.locator(".spoiler-text")).to_be_hidden()
    await expect(page.get_by_test_id("chat-preview").first).to_have_text("Ergebnis: ▒▒▒▒▒▒▒▒▒▒▒▒")
    await page.get_by_role("button", name="Verdeckter Text").click()
    await expect(page.locator(".spoiler-text")).to_be_visible()


async def test_an_article_is_shown_with_all_its_blocks(here, page_at, pictures):
    await here.rich(ARTICLE.replace("{site}", pictures).replace("\n", ""))
    page = await page_at(here.standin.url)
    article = page.get_by_test_id("rich")
    await expect(article.locator("h1")).to_have_text("Der Kai ist fertig")
    await expect(article.locator("h2")).to_have_text("Strom")
    await expect(article.locator("blockquote cite")).to_have_text("Leiterin")
    await expect(article.locator("aside")).to_contain_text("Näher an der Stadt.")
    await expect(article.locator("ul > li")).to_contain_text(["vier Plätze", "ein Dach"])
    await expect(article.locator("ol > li")).to_contain_text(["Karte", "Schiff"])
    await expect(article.locator("hr")).to_be_attached()
    await expect(article.locator("th")).to_have_text(["Ziel", "Zeit"])
    await expect(article.locator("td")).to_have_text(["Insel", "08:15"])
    await expect(article.locator("footer")).to_have_text("Walaw Press")
    await expect(article.locator("figcaption")).to_contain_text("Der neue Kai")
    await expect(article.get_by_role("link", name="verlinkter")).to_have_attribute("target", "_blank")
    await expect(article.get_by_text("Seit 1911.")).to_be_hidden()
    await article.get_by_text("Hintergrund").click()
    await expect(article.get_by_text("Seit 1911.")).to_be_visible()


async def test_a_picture_loads_through_the_stand_in_and_opens_large(here, page_at, pictures):
    await here.call(
        "sendPhoto", chat_id=here.private.id, photo=f"{pictures}/hafen.svg", caption="Der neue Kai"
    )
    page = await page_at(here.standin.url)
    photo = page.get_by_test_id("photo")
    await expect(photo).to_have_js_property("complete", True)
    assert await photo.evaluate("image => image.naturalWidth") == 640
    await photo.click()
    await expect(page.get_by_test_id("viewer")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("viewer")).to_be_hidden()


@pytest.mark.parametrize(
    "words", ["<script>hacked=1</script>", '<img src=x onerror="hacked=1">', "<svg/onload=hacked=1>"]
)
async def test_markup_in_a_text_stays_text(here, page_at, words):
    await here.call("sendMessage", chat_id=here.private.id, text=words)
    await here.call(
        "sendMessage",
        chat_id=here.private.id,
        text="Knopf",
        reply_markup={"inline_keyboard": [[{"text": words, "callback_data": "x"}]]},
    )
    here.private.note = words
    page = await page_at(here.standin.url)
    await expect(page.get_by_test_id("text").first).to_contain_text(words)
    await expect(page.get_by_test_id("key")).to_have_text(words)
    await expect(page.get_by_test_id("note")).to_contain_text(words)
    assert await page.evaluate("typeof hacked") == "undefined"
    assert await page.locator("main script, main img").count() == 0


async def test_only_harmless_addresses_become_links(page_at, here):
    page = await page_at(here.standin.url)
    addresses = [
        "javascript:alert(1)", " JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "vbscript:x",
        "file:///etc/passwd", "blob:http://x/y", "https://example.org/", "tg://user?id=1", "mailto:a@example.org",
        "example.org:8080/x", "//example.org/y", "",
    ]  # fmt: skip
    safe = await page.evaluate(
        "async (all) => { const { safe } = await import('/page/links.js'); return all.map(safe); }", addresses
    )
    assert safe == [
        *[""] * 7, "https://example.org/", "tg://user?id=1", "mailto:a@example.org",
        "http://example.org:8080/x", "http://example.org/y", "",
    ]  # fmt: skip


async def test_an_edit_replaces_the_text_and_says_so(here, page_at):
    sent = await here.say("Der Kai öffnet am Montag")
    page = await page_at(here.standin.url)
    await expect(page.get_by_test_id("edited")).to_have_count(0)
    await here.call(
        "editMessageText",
        chat_id=here.private.id,
        message_id=sent["message_id"],
        text="Der Kai öffnet am Dienstag",
    )
    await expect(page.get_by_test_id("text")).to_contain_text("Dienstag")
    await expect(page.get_by_test_id("edited")).to_have_text("bearbeitet")
    await expect(page.get_by_test_id("message")).to_have_count(1)


async def test_a_deleted_message_goes(here, page_at):
    sent = await here.say("Ein Versehen")
    await here.say("Bleibt")
    page = await page_at(here.standin.url)
    await here.call("deleteMessage", chat_id=here.private.id, message_id=sent["message_id"])
    await expect(page.get_by_test_id("text")).to_contain_text(["Bleibt"])
    await expect(page.get_by_test_id("message")).to_have_count(1)


async def test_a_group_names_who_writes_and_counts_what_is_unread(here, page_at):
    page = await page_at(here.standin.url)
    await here.standin.say(here.colleague, here.group, "Moin")
    await here.standin.say(here.colleague, here.group, "Jemand da?")
    row = page.locator("[data-chat-type=supergroup]")
    await expect(row.get_by_test_id("unread")).to_have_text("2")
    await expect(row.get_by_test_id("chat-preview")).to_have_text("Mira: Jemand da?")
    assert (await page.title()).startswith("(2)")
    await row.click()
    await expect(page.get_by_test_id("sender").first).to_have_text("Mira")
    await expect(row.get_by_test_id("unread")).to_have_count(0)

"""A reader's whole way in a real browser: start, follow a topic, get a headline, read it, stop following."""

import re
from datetime import UTC, datetime

import pytest
from playwright.async_api import expect

from bot.demo.news.site import NewsSite
from bot.demo.run import people_the_demo
from tests.fixtures.running import declared

SECONDS = 1000
SOON = 20 * SECONDS
"""From publication to the chat page."""


@pytest.fixture
async def site(standin):
    """The sample site on today's clock, and the demo's people."""
    site = NewsSite(lambda: datetime.now(UTC))
    await site.start()
    people_the_demo(standin, site)
    yield site
    await site.stop()


@pytest.fixture
async def bot(standin, site, run_bot, tmp_path):
    """The bot, past its first look at the site."""
    async with run_bot(f"sqlite:///{tmp_path}/bot.db", declared(site)) as running:
        await standin.wait_for(lambda: standin.called("setMyCommands") and ("/", 304) in site.hits, 20)
        yield running


def publish(site, wanted):
    """Publishes until a story fits; the headline."""
    for _ in range(60):
        article = site.publish()
        if wanted(article):
            return article
    raise AssertionError("the stock has no such story")


async def started(page):
    """The reader presses Start and gets the topics; their keyboard."""
    await page.get_by_test_id("start").click()
    greeting = page.get_by_test_id("message").filter(has_text="Hallo Lena!")
    await expect(greeting).to_be_visible()
    return greeting.get_by_test_id("keyboard")


async def pressed(topics, name, *, ticked):
    """Taps a topic and sees its tick change."""
    button = topics.get_by_role("button", name=name)
    await button.click()
    await expect(topics.get_by_role("button", name=re.compile("✅.*" + name))).to_have_count(int(ticked))


def paragraph(article):
    """Its first paragraph."""
    return next(block.text for block in article.story.blocks if block.kind == "paragraph")


def chat(page, name):
    """A chat in the list."""
    return page.get_by_test_id("chat").filter(
        has=page.get_by_test_id("chat-name").get_by_text(name, exact=True)
    )


async def write(page, text):
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


@pytest.mark.parametrize(("width", "height"), [(1280, 860), (390, 844)])
async def test_a_reader_follows_a_topic_reads_an_article_and_unsubscribes(
    standin, site, bot, page_at, width, height
):
    page = await page_at(standin.url, width, height)
    if width < 600:
        await page.get_by_test_id("chat").first.click()
    topics = await started(page)
    await pressed(topics, "Alle Themen", ticked=True)

    article = publish(site, lambda one: one.story.picture)
    push = page.get_by_test_id("message").filter(has_text=article.title)
    await expect(push).to_be_visible(timeout=SOON)
    await push.get_by_role("button", name="Lesen").click()
    rich = page.get_by_test_id("rich").last
    await expect(rich).to_contain_text(article.title)
    await expect(rich).to_contain_text(paragraph(article))
    await expect(rich.locator("img").first).to_be_visible()

    long = publish(site, lambda one: sum(len(block.text) for block in one.story.blocks) > 9000)
    await expect(page.get_by_test_id("message").filter(has_text=long.title).last).to_be_visible(timeout=SOON)
    await write(page, "/read")
    reading = page.get_by_test_id("message").filter(
        has=page.get_by_test_id("rich").filter(has_text=paragraph(long))
    )
    await reading.get_by_role("button", name="Als reiner Text").click()
    plain = page.get_by_test_id("message").filter(has_text=re.compile("Seite 1 von|Seite 1/"))
    await expect(plain).to_contain_text(paragraph(long))
    await plain.get_by_role("button", name=re.compile("Weiter|›|»|▶|→")).first.click()
    await expect(
        page.get_by_test_id("message").filter(has_text=re.compile("Seite 2 von|Seite 2/"))
    ).to_be_visible()

    await write(page, "/unsubscribe all")
    await expect(page.get_by_test_id("message").last).to_contain_text("Alles abbestellt")
    unheard = publish(site, lambda one: one.topic != "other")
    await page.wait_for_timeout(3000)  # longer than a poll and a sending take
    await expect(page.get_by_test_id("message").filter(has_text=unheard.title)).to_have_count(0)


async def test_a_single_topic_brings_its_headlines_and_no_others(standin, site, bot, page_at):
    page = await page_at(standin.url)
    topics = await started(page)
    await pressed(topics, "Sport", ticked=True)
    other = publish(site, lambda one: one.topic not in ("sport", "other"))
    sport = publish(site, lambda one: one.topic == "sport")
    await expect(page.get_by_test_id("message").filter(has_text=sport.title)).to_be_visible(timeout=SOON)
    assert await page.get_by_test_id("message").filter(has_text=other.title).count() == 0


async def test_a_channel_and_a_group_are_set_up_by_buttons_and_get_their_posts(standin, site, bot, page_at):
    page = await page_at(standin.url)
    await started(page)
    for name, action in (
        ("Der schnelle Ticker", "Bot zum Administrator machen"),
        ("Stammtisch Weltlage", "Bot hinzufügen"),
    ):
        await chat(page, name).click()
        await page.get_by_test_id("chat-menu").click()
        await page.get_by_test_id("chat-action").filter(has_text=action).click()
        await page.get_by_test_id("chat").first.click()
        setup = page.get_by_test_id("message").filter(has_text=name).last
        await expect(setup).to_be_visible()
        await pressed(setup.get_by_test_id("keyboard"), "Alle Themen", ticked=True)
    article = publish(site, lambda one: one.topic != "other")
    for name in ("Der schnelle Ticker", "Stammtisch Weltlage"):
        await chat(page, name).click()
        post = page.get_by_test_id("message").filter(has_text=article.title)
        await expect(post).to_be_visible(timeout=SOON)

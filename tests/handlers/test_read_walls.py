"""What a reader sees of an article whose page gives no more than its lead: a paywall, an empty page, a consent form."""

from pathlib import Path

import pytest

from bot.domain.headline import Block, Page
from bot.sources.articles import page
from storage import pages
from tests.fixtures.talking import buttons

PAGES = Path(__file__).parents[1] / "fixtures" / "pages" / "articles"
BEHIND_WALL = "Den ganzen Text gibt es bei Walaw Press nur hinter einer Bezahlschranke."
NO_MORE = "Mehr Text gibt die Seite nicht her."


async def opened(talk, reader, name):
    """The answer to /read for an article whose page is this fixture, fetched as the reader asks for it."""
    await talk.publish("Neu", lead="Der Vorspann.")

    async def fetch(article_id):
        found = page.read((PAGES / f"{name}.html").read_bytes(), "https://news.example/a/FGLM")
        async with talk.services.sessions.write() as session:
            await pages.store(session, article_id, found, text_due=None, now=talk.now)

    talk.services.read_page = fetch
    return await talk.ask(reader, "/read")


async def plain(talk, reader, answer):
    await talk.press(reader, answer, "Als reiner Text")
    return talk.last(reader)["text"]


@pytest.mark.parametrize("name", ["paywall_overlay", "paywall_blurred"])
async def test_the_beginning_of_a_paid_article_is_shown_and_the_wall_is_named(talk, reader, name):
    answer = await opened(talk, reader, name)
    shown = str(answer["rich_message"])
    assert ("Wer vor zehn Jahren" in shown) or ("Morgens um fünf" in shown)
    assert BEHIND_WALL in shown
    assert any("Quelle" in label for row in buttons(answer) for label in row)
    assert BEHIND_WALL in await plain(talk, reader, answer)


async def test_a_paid_article_without_any_text_has_its_lead_and_says_where_the_text_is(talk, reader):
    answer = await opened(talk, reader, "paywall_empty")
    shown = str(answer["rich_message"])
    assert "Der Vorspann." in shown
    assert BEHIND_WALL in shown
    assert NO_MORE not in shown
    for stray in ("Abonn", "freischalten", "9,90", "Wohnen am Fluss"):
        assert stray not in shown
    assert BEHIND_WALL in await plain(talk, reader, answer)


@pytest.mark.parametrize(
    "name", ["video_only", "cookie_wall", "consent_with_metadata", "error_page", "bot_check"]
)
async def test_a_page_that_has_no_more_than_the_lead_says_so(talk, reader, name):
    answer = await opened(talk, reader, name)
    shown = str(answer["rich_message"])
    assert "Der Vorspann." in shown
    assert NO_MORE in shown
    for stray in ("Cookies", "Einwilligung", "Partner", "nicht gefunden", "security", "Weitere Videos"):
        assert stray not in shown
    assert any("Quelle" in label for row in buttons(answer) for label in row)
    assert NO_MORE in await plain(talk, reader, answer)


async def test_a_page_that_has_not_come_yet_is_not_called_empty(talk, reader):
    await talk.publish("Neu", lead="Der Vorspann.")
    shown = str((await talk.ask(reader, "/read"))["rich_message"])
    assert "liegt noch nicht vor" in shown
    assert NO_MORE not in shown


async def test_a_whole_article_has_no_such_note(talk, reader):
    shown = str((await opened(talk, reader, "metered_but_whole"))["rich_message"])
    assert "Um acht Uhr abends" in shown
    assert BEHIND_WALL not in shown
    assert NO_MORE not in shown


async def test_the_note_is_in_the_readers_language(talk, reader):
    await talk.press(reader, await talk.ask(reader, "/start"), "English")
    shown = str((await opened(talk, reader, "paywall_empty"))["rich_message"])
    assert "The full text is behind a paywall at Walaw Press." in shown


async def test_an_article_of_more_pages_than_are_fetched_says_that_it_goes_on(talk, reader):
    await talk.publish("Neu", lead="Der Vorspann.")

    async def fetch(article_id):
        text = (Block("paragraph", "Der erste Teil."), Block("onward", url="https://news.example/a/6"))
        async with talk.services.sessions.write() as session:
            await pages.store(session, article_id, Page(blocks=text), text_due=None, now=talk.now)

    talk.services.read_page = fetch
    answer = await talk.ask(reader, "/read")
    for shown in (str(answer["rich_message"]), await plain(talk, reader, answer)):
        assert "Der erste Teil." in shown
        assert "Bei Walaw Press geht der Text auf weiteren Seiten weiter." in shown

"""Articles: stored once, found by topic, corrected and removed."""

from datetime import timedelta

import pytest
from sqlmodel import update

from bot.domain.catalogue import SourceSpec
from bot.domain.headline import Block, Page
from storage import articles, pages
from storage.articles import Known, Place
from storage.models import Source
from tests.storage import made
from tests.storage.made import NOW, headline, later

TEXT = (Block("paragraph", "Die Fähre fährt."), Block("list", items=("Montag", "Freitag"), ordered=True))


async def test_an_article_comes_back_as_it_was_stored(sessions):
    async with sessions.write() as session:
        page = Page(
            lead="Zweimal die Woche.", blocks=TEXT, section="Reise", picture="https://x/p.jpg", comments=3
        )
        article_id = await made.article(
            session, await made.source(session), topics=["welt", "sport"], page=page
        )
    async with sessions.read() as session:
        article = await articles.get(session, article_id)
    assert (article.title, article.link) == (headline().title, headline().link)
    assert (article.lead, article.section, article.picture, article.comments) == (
        *("Zweimal die Woche.", "Reise", "https://x/p.jpg", 3),
    )
    assert (article.blocks, article.text_state) == (TEXT, "ready")
    assert (article.topics, article.source, article.language) == (("sport", "welt"), "Küstenbote", "de")
    assert article.published == article.first_seen == NOW
    assert article.corrected is None


async def test_the_headlines_own_words_come_before_the_pages(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        line = headline(lead="Aus dem Ticker.", picture="https://x/ticker.jpg", blocks=TEXT)
        page = Page(lead="Von der Seite.", picture="https://x/page.jpg", published=later(hours=-2))
        common = {"topics": [], "now": NOW, "baseline": False, "text_due": None}
        article = await articles.get(session, await articles.add(session, source, line, page=page, **common))
        assert (article.lead, article.picture, article.blocks) == (
            "Aus dem Ticker.",
            "https://x/page.jpg",
            TEXT,
        )
        assert article.published == later(hours=-2)
        plain = await articles.get(
            session, await articles.add(session, source, headline("a2"), page=None, **common)
        )
        assert (plain.published, plain.text_state) == (NOW, "pending")


async def test_a_headline_is_stored_once_in_a_source(sessions):
    async with sessions.write() as session:
        source, other = await made.source(session), await made.source(session, "Bergblatt")
        first = await made.article(session, source)
        assert await made.article(session, source) is None
        assert await made.article(session, other) != first
        assert await articles.known(session, source, ["a1", "a2"]) == {
            "a1": Known(first, "a1", headline().title, headline().link, NOW)
        }


async def test_known_ones_are_found_among_thousands(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        await made.article(session, source, "a2500")
        assert set(await articles.known(session, source, [f"a{n}" for n in range(3000)])) == {"a2500"}


async def test_a_correction_takes_over_and_keeps_a_lead_that_is_not_given(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        article_id = await made.article(session, source, page=Page(lead="Zweimal."))
        await articles.correct(session, article_id, headline(title="Neue Fähre nach Juist"), later(minutes=5))
        article = await articles.get(session, article_id)
        assert (article.title, article.lead) == ("Neue Fähre nach Juist", "Zweimal.")
        assert article.corrected == later(minutes=5)


async def many_articles(session):
    source = await made.source(session)
    return [
        await made.article(
            session,
            source,
            f"a{n}",
            topics=[["sport"], ["kultur"], ["sport", "kultur"], ["welt"]][n % 4],
            published=NOW + timedelta(minutes=n // 2),
        )
        for n in range(20)
    ]


async def test_the_newest_of_some_topics_come_each_once_newest_first(sessions):
    async with sessions.write() as session:
        ids = await many_articles(session)
        found = await articles.latest(session, ["sport", "kultur"], 6)
        assert [one.id for one in found] == [ids[n] for n in (18, 17, 16, 14, 13, 12)]
        assert found[0].topics == ("kultur", "sport")
        assert [one.id for one in await articles.latest(session, None, 3)] == ids[:-4:-1]
        assert await articles.latest(session, [], 3) == []
        assert await articles.latest(session, ["afrika"], 3) == []


@pytest.mark.parametrize("topics", [None, ["sport"], ["sport", "kultur", "welt"], ["welt", "welt"]])
async def test_pages_follow_each_other_without_gap_or_repetition(sessions, topics):
    async with sessions.write() as session:
        await many_articles(session)
        whole = [one.id for one in await articles.latest(session, topics, 100)]
        assert len(whole) >= 5
        paged, below = [], None
        while page := await articles.latest(session, topics, 3, below):
            paged += [one.id for one in page]
            below = Place(page[-1].published, page[-1].id)
        assert paged == whole


async def test_many_come_without_their_text(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session), page=Page(blocks=TEXT))
        found = await articles.many(session, [article_id, 4711])
        assert set(found) == {article_id}
        assert found[article_id].blocks == ()


async def test_topics_that_come_late_are_added_and_other_goes(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session), topics=["other"])
        assert await articles.add_topics(session, article_id, ["other"]) == []
        assert await articles.add_topics(session, article_id, ["sport", "welt"]) == ["sport", "welt"]
        assert await articles.add_topics(session, article_id, ["welt", "other"]) == []
        assert (await articles.get(session, article_id)).topics == ("sport", "welt")
        assert [one.id for one in await articles.latest(session, ["welt"], 5)] == [article_id]
        assert await articles.latest(session, ["other"], 5) == []
        assert await articles.add_topics(session, 4711, ["sport"]) == []


async def test_an_article_without_topics_gets_other(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session), topics=[])
        assert await articles.add_topics(session, article_id, []) == ["other"]


async def test_a_page_that_came_late_fills_what_was_missing(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session), text_due=NOW)
        page = Page(lead="Zweimal.", blocks=TEXT, section="Reise", comments=0)
        await pages.store(session, article_id, page, text_due=None, now=NOW)
    async with sessions.write() as session:
        article = await articles.get(session, article_id)
        assert (article.lead, article.blocks, article.section, article.comments) == (
            "Zweimal.",
            TEXT,
            "Reise",
            0,
        )
        assert (article.text_state, article.corrected) == ("ready", None)
        await pages.store(session, 4711, page, text_due=None, now=NOW)


async def test_a_text_in_the_place_of_another_is_a_correction(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session), page=Page(blocks=TEXT))
        await pages.store(session, article_id, Page(blocks=TEXT), text_due=None, now=later(hours=1))
        await session.flush()
        assert (await articles.get(session, article_id)).corrected is None
        await pages.store(session, article_id, Page(blocks=TEXT[:1]), text_due=None, now=later(hours=2))
        await session.flush()
        article = await articles.get(session, article_id)
        assert (article.corrected, article.blocks) == (later(hours=2), TEXT[:1])


async def test_a_page_that_is_dated_in_the_future_tops_no_list(sessions):
    async with sessions.write() as session:
        ahead = Page(blocks=TEXT, published=later(days=365))
        new = await articles.add(
            session, await made.source(session), made.headline(), page=ahead, topics=(), now=NOW, baseline=False,
            text_due=None,
        )  # fmt: skip
        assert (await articles.get(session, new)).published == NOW


async def test_a_page_that_fails_is_tried_again_until_it_is_given_up(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        article_id = await made.article(session, source, text_due=NOW)
        await made.article(session, source, "a2", text_due=later(hours=1))
        await made.article(session, source, "a3")
        (due,) = await pages.due(session, NOW, 10)
        assert (due.id, due.attempts) == (article_id, 0)
        await pages.store(session, article_id, None, text_due=later(minutes=1), now=NOW)
        assert await pages.next_due(session, NOW) == later(minutes=1)
        (due,) = await pages.due(session, later(minutes=1), 10)
        assert due.attempts == 1
        await pages.store(session, article_id, None, text_due=None, now=NOW)
        assert (await articles.get(session, article_id)).text_state == "none"
        assert await pages.next_due(session, NOW) == later(hours=1)


async def test_an_old_article_loses_its_text_and_stays_while_its_source_lists_it(sessions):
    async with sessions.write() as session:
        article_id = await made.article(session, await made.source(session), page=Page(blocks=TEXT))
        for day in (1, 2, 3):
            await articles.seen(session, [article_id], later(days=day))
        assert await articles.expire(session, later(days=-1), 10) == 0
        assert await articles.expire(session, later(days=2), 10) == 1
        article = await articles.get(session, article_id)
        assert (article.blocks, article.text_state, article.title) == ((), "none", headline().title)
        assert await articles.expire(session, later(days=2), 10) == 0


async def test_an_old_article_goes_once_its_source_lists_others_for_two_days(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        gone, listed = [await made.article(session, source, name) for name in ("a1", "a2")]
        await articles.seen(session, [listed], later(days=1))
        assert await articles.expire(session, later(hours=1), 1) == 1
        assert await articles.expire(session, later(hours=1), 10) == 1
        assert await articles.expire(session, later(hours=1), 10) == 0
        await articles.seen(session, [listed], later(days=2, hours=1))
        assert await articles.expire(session, later(hours=1), 10) == 1
        assert set(await articles.many(session, [gone, listed])) == {listed}


async def test_a_quiet_source_that_lists_nothing_new_keeps_its_articles_known(sessions):
    """Nothing is read while the page does not change, so what it lists is not noted: that is no sign of absence."""
    async with sessions.write() as session:
        source = await made.source(session)
        article_id = await made.article(session, source)
        await articles.seen(session, [article_id], later(hours=2))
        await articles.expire(session, later(days=400), 10)
        assert set(await articles.known(session, source, ["a1"])) == {"a1"}


async def test_an_id_is_never_given_again(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        article_id = await made.article(session, source)
        await made.sources.sync(session, [], NOW)
        assert await articles.expire(session, later(days=1), 10) == 1
        assert await made.article(session, source, "a2") > article_id


async def test_the_old_articles_of_thousands_of_sources_go(sessions):
    async with sessions.write() as session:
        specs = [SourceSpec(f"Blatt {number}", f"https://{number}.news.example/") for number in range(1500)]
        await made.sources.sync(session, specs, made.BEFORE)
        every = [one.id for one in await made.sources.every(session)]
        ids = [await made.article(session, source) for source in (every[0], every[-1])]
        await session.exec(update(Source).values(last_listed=later(days=3)))
        await articles.seen(session, ids[:1], later(days=3))
    async with sessions.write() as session:
        await articles.expire(session, later(days=1), 10)
        assert set(await articles.many(session, ids)) == {ids[0]}

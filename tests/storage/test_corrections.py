"""Corrections of what is out: which chats get an edit, in pages, how often, and of which message."""

from datetime import timedelta

from sqlmodel import select

from bot.domain.correction import AT_HAND
from bot.domain.headline import Block
from storage import articles, chats, corrections, outbox, pages
from storage.models import ArticleRow, Correction, Notice
from storage.outbox import Settlement
from tests.storage import made
from tests.storage.made import NOW, later


async def sent(session, chats=(1,), count=1, message=500):
    """Headlines that arrived, all of a chat in one message; the ids of the articles."""
    ids = await made.owed(session, chats, count)
    owed = await made.claim(session)
    await outbox.settle(
        session, [Settlement(one, "sent", message_id=message + one.chat_id) for one in owed], NOW
    )
    return ids


async def correct(session, article_id, title, now=NOW):
    """Noted so long before that the messages may be edited at this time."""
    before = await articles.correct(session, article_id, made.headline("a0", title), now)
    await session.flush()
    return before is not None and await corrections.note(session, article_id, now - 2 * AT_HAND)


async def edits(session):
    return list(await session.exec(select(Notice).where(Notice.kind == "edit").order_by(Notice.chat_id)))


async def test_a_corrected_title_is_stored_and_its_messages_are_due_for_an_edit(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session, (1, 2))
        assert await correct(session, article_id, "Neue Fähre fährt nach Juist")
        assert await corrections.next_due(session) == NOW
        assert await corrections.owe_edits(session, NOW) == 2
        assert await corrections.owe_edits(session, NOW) is None
        article = await articles.get(session, article_id)
        assert (article.title, article.corrected) == ("Neue Fähre fährt nach Juist", NOW)
        assert [(one.chat_id, one.article_id) for one in await edits(session)] == [
            (1, article_id),
            (2, article_id),
        ]


async def test_white_space_and_punctuation_change_the_title_and_nothing_else(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session)
        assert not await correct(session, article_id, "Neue Fähre fährt  nach Borkum!")
        article = await articles.get(session, article_id)
        assert (article.title, article.corrected) == ("Neue Fähre fährt  nach Borkum!", None)


async def test_a_correction_that_nobody_has_seen_needs_no_edit(sessions):
    async with sessions.write() as session:
        [article_id] = await made.owed(session)
        assert not await correct(session, article_id, "Neue Fähre fährt nach Juist")
        assert await corrections.next_due(session) is None


async def test_one_that_is_being_sent_gets_its_edit_once_that_has_ended(sessions):
    async with sessions.write() as session:
        [article_id] = await made.owed(session)
        [owed] = await made.claim(session)
        assert await correct(session, article_id, "Neue Fähre fährt nach Juist")
        assert await corrections.owe_edits(session, NOW) == 1
        assert await made.claim(session) == []  # its chat is busy
        await outbox.settle(session, [Settlement(owed, "sent", message_id=77)], NOW)
        [edit] = await corrections.resolved(session, await made.claim(session))
        assert edit.payload == {"message": 77, "articles": [article_id]}


async def test_an_edit_knows_all_articles_of_its_message(sessions):
    async with sessions.write() as session:
        ids = await sent(session, (1, 2), count=3)
        await correct(session, ids[1], "Neue Fähre fährt nach Juist")
        await corrections.owe_edits(session, NOW)
        found = await corrections.resolved(session, await made.claim(session))
        assert [(one.chat_id, one.payload) for one in found] == [
            (1, {"message": 501, "articles": ids}),
            (2, {"message": 502, "articles": ids}),
        ]


async def test_an_edit_whose_message_is_not_there_any_more_has_none(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session)
        await correct(session, article_id, "Neue Fähre fährt nach Juist")
        await corrections.owe_edits(session, NOW)
        assert await outbox.forget_done(session, later(hours=1), 100) == 1
        [edit] = await corrections.resolved(session, await made.claim(session))
        assert edit.payload == {}


async def test_a_large_audience_gets_its_edits_page_by_page(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session, range(1, 8))
        await correct(session, article_id, "Neue Fähre fährt nach Juist")
        counts = [await corrections.owe_edits(session, NOW, page=3) for _ in range(4)]
        assert counts == [3, 3, 1, None]
        assert [one.chat_id for one in await edits(session)] == list(range(1, 8))


async def test_a_correction_in_the_middle_begins_anew_a_minute_later_and_owes_nobody_two(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session, range(1, 6))
        await correct(session, article_id, "Neue Fähre fährt nach Juist")
        await corrections.owe_edits(session, NOW, page=2)
        assert await correct(session, article_id, "Neue Fähre fährt nach Baltrum", later(seconds=10))
        assert await corrections.owe_edits(session, later(seconds=10), page=2) is None
        assert await corrections.next_due(session) == later(seconds=60)
        while await corrections.owe_edits(session, later(seconds=60), page=2) is not None:
            pass
        assert [one.chat_id for one in await edits(session)] == [1, 2, 3, 4, 5]


async def test_there_are_three_rounds_and_no_fourth(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session)
        for number in range(3):
            now = NOW + timedelta(minutes=5 * number)
            assert await correct(session, article_id, f"Fassung {number}", now)
            await corrections.owe_edits(session, now)
        assert not await correct(session, article_id, "Fassung 4", later(hours=1))
        assert (await articles.get(session, article_id)).title == "Fassung 4"
        row = await session.get(Correction, article_id)
        await session.refresh(row)
        assert (row.edits, row.due) == (3, None)


async def test_edits_come_after_headlines(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session, (1, 2))
        await correct(session, article_id, "Neue Fähre fährt nach Juist")
        await corrections.owe_edits(session, NOW)
        source_id = (await session.exec(select(ArticleRow.source_id))).first()
        new = await made.article(session, source_id, "new", now=NOW)
        await outbox.fan_out(session, new, ["sport"])
        assert [one.kind for one in await made.claim(session, chats=2)] == ["headline", "headline"]
        assert await made.claim(session) == []


async def test_a_blocked_chat_gets_no_edit(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session)
        await correct(session, article_id, "Neue Fähre fährt nach Juist")
        await corrections.owe_edits(session, NOW)
        assert await outbox.cancel(session, 1) == 1
        assert await edits(session) == []


async def test_a_text_that_changed_is_a_correction_and_one_behind_a_new_wall_is_not(sessions):
    full = made.page("Der Bau beginnt im Mai.")
    async with sessions.write() as session:
        source_id = await made.source(session)
        article_id = await made.article(session, source_id, page=full)
        assert not await pages.store(session, article_id, full, text_due=None, now=NOW)
        walled = made.page("Der Bau beginnt …", paywalled=True)
        assert not await pages.store(session, article_id, walled, text_due=None, now=NOW)
        found = await articles.get(session, article_id)
        assert (found.blocks, found.paywalled) == (full.blocks, False)
        other = made.page("Der Bau beginnt im Juni.")
        assert await pages.store(session, article_id, other, text_due=None, now=NOW)
        found = await articles.get(session, article_id)
        assert (found.blocks, found.corrected) == ((Block("paragraph", "Der Bau beginnt im Juni."),), NOW)


async def test_a_page_that_is_gone_twice_an_hour_apart_is_taken_back_and_once_is_not(sessions):
    async with sessions.write() as session:
        source_id = await made.source(session)
        article_id = await made.article(session, source_id, page=made.page("Der Bau beginnt im Mai."))
        assert not await pages.gone(session, article_id, NOW)
        assert not await pages.gone(session, article_id, later(minutes=30))
        assert (await session.get(ArticleRow, article_id)).text_due == later(hours=1)
        await pages.store(session, article_id, made.page("Der Bau beginnt im Mai."), text_due=None, now=NOW)
        assert not await pages.gone(session, article_id, later(hours=2))
        assert (await articles.get(session, article_id)).withdrawn is None
        assert await pages.gone(session, article_id, later(hours=3))
        await session.flush()
        assert (await articles.get(session, article_id)).withdrawn == later(hours=3)


async def test_an_article_whose_page_returns_is_no_longer_taken_back_and_its_messages_are_put_right(sessions):
    async with sessions.write() as session:
        source_id = await made.source(session)
        text = made.page("Der Bau beginnt im Mai.")
        article_id = await made.article(session, source_id, page=text)
        row = await session.get(ArticleRow, article_id)
        await pages.gone(session, article_id, NOW)
        assert await pages.gone(session, article_id, later(hours=1))
        assert row.text_due == later(days=1)
        assert not await pages.gone(session, article_id, later(days=1)), "taken back already"
        assert await pages.store(session, article_id, text, text_due=None, now=later(days=2))
        await session.flush()
        assert (row.withdrawn, row.gone_at) == (None, None)
        await pages.gone(session, article_id, NOW)
        assert await pages.gone(session, article_id, later(days=7))
        assert row.text_due is None, "after a week nobody looks any more"


async def test_corrections_go_on_where_many_of_those_who_have_the_article_are_gone(sessions):
    async with sessions.write() as session:
        [article_id] = await sent(session, range(1, 8))
        for chat_id in range(1, 5):
            await chats.disable(session, chat_id, "gone", "Forbidden: bot was blocked by the user")
        await correct(session, article_id, "Neue Fähre fährt nach Juist")
        await corrections.owe_edits(session, later(minutes=1), page=2)
        assert [one.chat_id for one in await edits(session)] == [5, 6]
        assert await corrections.waiting(session) == 2
        await chats.change(session, 5, state="gone")
        assert await corrections.waiting(session) == 1

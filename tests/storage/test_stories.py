"""Articles of several sources that tell the same story: a chat gets the first."""

import asyncio

import pytest
from sqlalchemy import update
from sqlmodel import select

from bot.domain.catalogue import SourceSpec
from bot.sources.polling.stories import Stories
from storage import articles, identities, outbox, sources, stories
from storage.articles import Known
from storage.models import ArticleRow, Delivery
from storage.statements import run, table
from tests.storage import made
from tests.storage.made import BEFORE, NOW, claim, later, settle

NAMES = ("Küstenbote", "Nordblick", "Hafenkurier")


async def three(session):
    """The ids of three sources."""
    await sources.sync(
        session, [SourceSpec(name, f"https://{n}.example/") for n, name in enumerate(NAMES)], BEFORE
    )
    await session.flush()
    ids = {one.name: one.id for one in await sources.every(session)}
    return [ids[name] for name in NAMES]


async def owed(session):
    return sorted((row.chat_id, row.article_id) for row in await session.exec(select(Delivery)))


async def told_twice(session, topics=("sport",)):
    """Articles of two sources that tell the same, the second just stored."""
    one, two, _ = await three(session)
    first = await made.article(session, one)
    await outbox.fan_out(session, first, ["sport"])
    second = await made.article(session, two, topics=topics)
    assert await stories.join(session, second, two, first)
    return first, second


async def test_a_chat_that_has_the_first_does_not_get_the_second(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
        await made.chat(session, 2, "kultur")
        await made.chat(session, 3, "sport", "kultur")
        first, second = await told_twice(session)
        assert await outbox.fan_out(session, second, ["sport", "kultur"]) == 1
        assert await owed(session) == [(1, first), (2, second), (3, first)]


@pytest.mark.parametrize("ending", ["claimed", "sent", "later", "dead"])
async def test_it_counts_as_got_however_far_its_delivery_is(sessions, ending):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
        _, second = await told_twice(session)
        claimed = await claim(session)
        if ending != "claimed":
            await settle(session, ending, *claimed, message_id=9, due=later(hours=1), reason="poison")
        assert await outbox.fan_out(session, second, ["sport"]) == 0


async def test_topics_that_come_late_to_the_first_do_not_bring_it_to_those_who_have_the_second(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "kultur")
        await made.chat(session, 2, "kultur", "all")
        first, second = await told_twice(session)
        await outbox.fan_out(session, second, ["kultur"])
        assert await outbox.fan_out(session, first, ["kultur"]) == 0
        assert await owed(session) == [(1, second), (2, first)]


async def test_who_follows_since_after_the_first_gets_the_second(sessions):
    async with sessions.write() as session:
        one, two, _ = await three(session)
        first = await made.article(session, one)
        await outbox.fan_out(session, first, ["sport"])
        await made.chat(session, 1, "sport", now=later(minutes=1))
        second = await made.article(session, two, now=later(minutes=2))
        await stories.join(session, second, two, first)
        assert await outbox.fan_out(session, second, ["sport"]) == 1


@pytest.mark.parametrize("page", [1, 2, 3])
async def test_pages_of_both_written_side_by_side_bring_each_chat_one_of_them(sessions, page):
    async with sessions.write() as session:
        for chat_id in range(1, 12):
            await made.chat(session, chat_id, ("sport", "kultur", "all")[chat_id % 3])
        one, two, three_ = await three(session)
        first = await made.article(session, one)
        await outbox.fan_out(session, first, ["sport"], page=page)
        second = await made.article(session, two)
        await stories.join(session, second, two, first)
        await outbox.fan_out(session, second, ["sport", "kultur"], page=page)
        await outbox.continue_fan_out(session, page=page)
        third = await made.article(session, three_)
        await stories.join(session, third, three_, second)
        await outbox.fan_out(session, third, ["sport", "kultur"], page=page)
        await outbox.fan_out(session, first, ["kultur"], page=page)
        while await outbox.continue_fan_out(session, page=page) is not None:
            pass
        assert [chat_id for chat_id, _ in await owed(session)] == list(range(1, 12))


async def test_two_of_a_story_owed_at_the_same_moment_bring_each_chat_one(sessions):
    async with sessions.write() as session:
        for chat_id in range(1, 30):
            await made.chat(session, chat_id, "all")
        one, two, three_ = await three(session)
        ids = [await made.article(session, source_id) for source_id in (one, two, three_)]
        await stories.join(session, ids[1], two, ids[0])
        await stories.join(session, ids[2], three_, ids[0])

    async def owe(article_id):
        async with sessions.write() as session:
            await outbox.fan_out(session, article_id, ["sport"])

    await asyncio.gather(*map(owe, ids))
    async with sessions.read() as session:
        assert [chat_id for chat_id, _ in await owed(session)] == list(range(1, 30))


async def test_the_first_ones_id_names_the_story_of_all(sessions):
    async with sessions.write() as session:
        one, two, three_ = await three(session)
        ids = [await made.article(session, source_id) for source_id in (one, two, three_)]
        assert await stories.join(session, ids[1], two, ids[0])
        assert await stories.join(session, ids[2], three_, ids[1])
        rows = await session.exec(select(ArticleRow.story_id))
        assert set(rows) == {ids[0]}


async def test_a_source_tells_a_story_once(sessions):
    async with sessions.write() as session:
        one, two, _ = await three(session)
        first = await made.article(session, one)
        second = await made.article(session, two)
        await stories.join(session, second, two, first)
        again = await made.article(session, one, "a2")
        assert not await stories.join(session, again, one, second)
        assert not await stories.join(session, again, one, 4711)


async def test_what_was_taken_back_is_nobodys_story(sessions):
    async with sessions.write() as session:
        one, two, _ = await three(session)
        first = await made.article(session, one)
        await run(session, update(table(ArticleRow)).values(withdrawn=NOW))
        second = await made.article(session, two)
        assert not await stories.join(session, second, two, first)


async def test_an_article_names_the_other_sources_of_its_story(sessions):
    async with sessions.write() as session:
        one, two, three_ = await three(session)
        ids = [await made.article(session, source_id) for source_id in (one, two, three_)]
        alone = await made.article(session, one, "a2")
        await stories.join(session, ids[1], two, ids[0])
        await stories.join(session, ids[2], three_, ids[0])
        assert (await articles.get(session, ids[0])).also == ("Nordblick", "Hafenkurier")
        found = await articles.many(session, [*ids, alone])
        assert [found[id_].also for id_ in (ids[1], alone)] == [("Küstenbote", "Hafenkurier"), ()]


async def test_recent_headlines_come_in_order_and_page_by_page(sessions, monkeypatch):
    monkeypatch.setattr(stories, "_PAGE", 3)
    async with sessions.write() as session:
        source = await made.source(session)
        old = await made.article(session, source, "old", now=later(days=-3))
        ids = [await made.article(session, source, f"a{n}") for n in range(7)]
        found = await stories.recent(session, 0, later(days=-2))
        assert [one.id for one in found] == ids
        assert old not in {one.id for one in found}
        assert [one.id for one in await stories.recent(session, ids[4], later(days=-2))] == ids[5:]


async def test_the_index_sees_what_another_replica_stored(sessions):
    mine, other = Stories(), Stories()
    async with sessions.write() as session:
        one, two, _ = await three(session)
        await mine.refresh(session, NOW)
        await other.refresh(session, NOW)
        first = await made.article(session, one)
    async with sessions.write() as session:
        await other.refresh(session, NOW)
        second = await made.article(session, two)
        assert await other.join(session, second, two, made.headline().title)
        assert not await mine.join(session, second, two, made.headline().title)
        await mine.refresh(session, NOW)
        assert (await articles.get(session, first)).also == ("Nordblick",)


async def newest(session, topics=None, limit=5):
    return [one.id for one in await articles.latest(session, topics, limit)]


async def test_the_newest_headlines_show_a_story_as_it_was_first_told(sessions):
    async with sessions.write() as session:
        first, second = await told_twice(session, topics=("sport", "kultur"))
        assert await newest(session) == await newest(session, ["sport"]) == [first]
        assert await newest(session, ["kultur", "sport"]) == [first]
        assert await newest(session, ["kultur"]) == [second]
        assert (await articles.latest(session, None, 1))[0].also == ("Nordblick",)


async def test_a_story_whose_first_article_was_taken_back_is_shown_as_the_next_tells_it(sessions):
    async with sessions.write() as session:
        first, second = await told_twice(session)
        await run(session, update(ArticleRow).where(table(ArticleRow).c.id == first).values(withdrawn=NOW))
        assert await newest(session) == [second, first]


async def test_stories_told_again_make_room_for_older_headlines(sessions):
    async with sessions.write() as session:
        one, two, _ = await three(session)
        firsts = [
            await made.article(session, one, f"a{n}", published=later(minutes=-10 - n)) for n in range(5)
        ]
        for number, first in enumerate(firsts):
            again = await made.article(session, two, f"b{number}", published=later(minutes=-number))
            assert await stories.join(session, again, two, first)
        assert await newest(session, limit=4) == await newest(session, ["sport"], limit=4) == firsts[:4]
        assert await newest(session, limit=9) == firsts


async def test_what_was_rolled_back_is_not_in_the_index(sessions):
    index = Stories()

    async def stores_and_fails():
        async with sessions.write() as session:
            one, _, _ = await three(session)
            await index.refresh(session, NOW)
            await made.article(session, one)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await stores_and_fails()
    async with sessions.write() as session:
        _, two, _ = await three(session)
        await index.refresh(session, NOW)
        article = await made.article(session, two)
        assert not await index.join(session, article, two, made.headline().title)


async def test_after_two_days_the_same_words_are_another_story(sessions):
    index = Stories()
    async with sessions.write() as session:
        one, two, _ = await three(session)
        await made.article(session, one)
        await index.refresh(session, NOW)
        await index.refresh(session, later(days=2, minutes=1))
        article = await made.article(session, two, now=later(days=2, minutes=1))
        assert not await index.join(session, article, two, made.headline().title)


async def test_the_articles_of_late_are_those_of_the_source_newest_first(sessions):
    async with sessions.write() as session:
        one, two, _ = await three(session)
        await made.article(session, one, "old", published=later(days=-5))
        ids = [await made.article(session, one, f"a{n}", published=later(minutes=n)) for n in range(3)]
        await made.article(session, two)
        found = await identities.lately(session, one, later(days=-1))
        assert [row.id for row in found] == ids[::-1]
        assert isinstance(found[0], Known)
        assert await identities.lately(session, one, None) == []


async def test_an_article_goes_by_another_identity_unless_that_is_taken(sessions):
    async with sessions.write() as session:
        one, two, _ = await three(session)
        first, second = await made.article(session, one, "a1"), await made.article(session, one, "a2")
        await made.article(session, two, "b1")
        await identities.rename(session, one, [(first, "b1"), (second, "b1")])
        found = await articles.known(session, one, ["a1", "a2", "b1"])
        assert {identity: row.id for identity, row in found.items()} == {"b1": first, "a2": second}

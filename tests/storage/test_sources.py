"""Sources: declared by a file, polled by one at a time, and how they fare."""

import asyncio

from bot.domain.catalogue import SourceSpec
from storage import sources
from storage.engine import open_database
from storage.sources import PollResult
from tests.storage.made import NOW, later

BOTE = SourceSpec("Küstenbote", "https://bote.example/")
BLATT = SourceSpec("Bergblatt", "https://blatt.example/feed", language="en")


async def synced(session, *specs, now=NOW):
    await sources.sync(session, specs, now)
    await session.flush()
    return await sources.every(session)


async def test_declared_sources_are_due_at_once(sessions):
    async with sessions.write() as session:
        rows = await synced(session, BOTE, BLATT)
        assert [(one.name, one.language, one.active, one.next_poll) for one in rows] == [
            ("Bergblatt", "en", True, NOW),
            ("Küstenbote", "de", True, NOW),
        ]
        assert await sources.next_due(session) == NOW


async def test_one_that_left_the_file_is_not_polled_and_stands_last(sessions):
    async with sessions.write() as session:
        await synced(session, BOTE, BLATT)
        rows = await synced(session, BOTE)
        assert [(one.name, one.active) for one in rows] == [("Küstenbote", True), ("Bergblatt", False)]
        claimed = await sources.claim_due(session, NOW, later(minutes=1), 10)
        assert [one.name for one in claimed] == ["Küstenbote"]


async def test_one_that_stays_keeps_what_is_known_of_it(sessions):
    async with sessions.write() as session:
        (source,) = await synced(session, BOTE)
        result = PollResult(later(minutes=1), etag='"a"', found_kind="ticker", new=3, baseline_done=True)
        await sources.settle(session, source.id, result, NOW)
        (source,) = await synced(session, BOTE, now=later(hours=1))
        assert (source.etag, source.found_kind, source.baseline_at) == ('"a"', "ticker", NOW)
        assert source.next_poll == later(minutes=1)


async def test_a_changed_address_and_a_return_to_the_file_are_new_baselines(sessions):
    async with sessions.write() as session:
        moved = SourceSpec(BOTE.name, "https://bote.example/ticker")
        (source,) = await synced(session, BOTE)
        for change in ([moved], [], [moved]):
            result = PollResult(
                later(hours=1),
                etag='"a"',
                last_modified="x",
                body_hash="h",
                found_url="u",
                baseline_done=True,
            )
            await sources.settle(session, source.id, result, NOW)
            (source,) = await synced(session, *change, now=later(minutes=5))
            if change:
                assert (source.etag, source.last_modified, source.body_hash, source.found_url) == (None,) * 4
                assert (source.baseline_at, source.next_poll) == (None, later(minutes=5))


async def test_a_claimed_source_is_nobody_elses_until_its_lease_ends(sessions):
    async with sessions.write() as session:
        await synced(session, BOTE)
        assert len(await sources.claim_due(session, NOW, later(minutes=1), 10)) == 1
        assert await sources.claim_due(session, later(seconds=59), later(minutes=2), 10) == []
        assert await sources.next_due(session) == later(minutes=1)
        assert len(await sources.claim_due(session, later(minutes=1), later(minutes=2), 10)) == 1


async def test_the_longest_due_are_claimed_first(sessions):
    async with sessions.write() as session:
        for number in range(3):
            await synced(session, *(SourceSpec(f"s{n}", "https://x.example") for n in range(number + 1)))
        for number, source in enumerate(await sources.every(session)):
            await sources.settle(session, source.id, PollResult(later(seconds=-number)), NOW)
        claimed = await sources.claim_due(session, NOW, later(minutes=1), 2)
        assert [one.name for one in claimed] == ["s2", "s1"]


async def test_replicas_that_claim_at_once_share_the_sources(database_url):
    async def replica():
        database = open_database(database_url)
        async with database.sessions.write() as session:
            names = [one.name for one in await sources.claim_due(session, NOW, later(minutes=1), 4)]
        await database.close()
        return names

    database = open_database(database_url)
    async with database.sessions.write() as session:
        await synced(session, *(SourceSpec(f"s{n}", "https://x.example") for n in range(12)))
    await database.close()
    claimed = [name for names in await asyncio.gather(*(replica() for _ in range(4))) for name in names]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) >= 8


async def test_failures_are_counted_until_a_success(sessions):
    async with sessions.write() as session:
        (source,) = await synced(session, BOTE)
        for minute in (1, 2):
            result = PollResult(later(minutes=minute), error="HTTP 503")
            await sources.settle(session, source.id, result, later(minutes=minute))
        await session.refresh(source)
        assert (source.failures, source.error, source.last_success) == (2, "HTTP 503", None)
        await sources.settle(session, source.id, PollResult(later(minutes=4), new=1), later(minutes=3))
        await session.refresh(source)
        assert (source.failures, source.error) == (0, None)
        assert source.last_success == source.last_new == source.last_poll == later(minutes=3)


async def test_an_empty_text_forgets_and_none_keeps(sessions):
    async with sessions.write() as session:
        (source,) = await synced(session, BOTE)
        await sources.settle(session, source.id, PollResult(NOW, etag='"a"', last_modified="Mon"), NOW)
        await sources.settle(session, source.id, PollResult(NOW, etag=""), NOW)
        await session.refresh(source)
        assert (source.etag, source.last_modified) == (None, "Mon")

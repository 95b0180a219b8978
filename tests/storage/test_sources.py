"""Sources: declared by a file, polled by one at a time, and how they fare."""

import asyncio
from datetime import timedelta

from bot.domain.catalogue import SourceSpec
from bot.domain.health import Standing
from storage import sources
from storage.engine import open_database
from storage.sources import PollResult
from tests.storage import made
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


async def test_a_large_new_file_is_polled_a_few_at_a_time_those_asked_most_often_first(sessions):
    specs = [SourceSpec(f"s{n}", f"https://s{n}.example", every=timedelta(minutes=60 - n)) for n in range(60)]
    async with sessions.write() as session:
        rows = {row.name: row for row in await synced(session, *specs)}
    assert rows["s59"].next_poll == rows["s28"].next_poll == NOW
    assert rows["s27"].next_poll == NOW + timedelta(milliseconds=20)
    assert rows["s0"].next_poll == NOW + 28 * timedelta(milliseconds=20)


async def test_after_a_long_stop_the_overdue_take_turns_and_the_others_keep_their_time(sessions):
    specs = [SourceSpec(f"s{n}", f"https://s{n}.example") for n in range(40)]
    async with sessions.write() as session:
        await synced(session, *specs)
        for row in await sources.every(session):
            due = later(hours=5) if row.name == "s0" else later(minutes=5)
            await sources.settle(session, row.id, PollResult(due), NOW)
        late = {row.name: row.next_poll for row in await synced(session, *specs, now=later(hours=3))}
    assert late.pop("s0") == later(hours=5)
    turns = sorted(late.values())
    assert set(turns[:32]) == {later(minutes=5)}
    assert turns[32] > later(hours=3)
    assert turns[-1] == later(hours=3) + 7 * timedelta(milliseconds=20)


async def test_one_that_is_being_polled_keeps_its_time_when_another_process_starts(sessions):
    specs = [SourceSpec(f"s{n}", f"https://s{n}.example") for n in range(40)]
    async with sessions.write() as session:
        await synced(session, *specs)
        polled = {row.id for row in await sources.claim_due(session, later(minutes=1), later(minutes=2), 40)}
        rows = await synced(session, *specs, now=later(minutes=1))
    assert len(polled) == 40
    assert max(row.next_poll for row in rows) < later(minutes=1)


async def test_sources_that_work_and_the_others_are_claimed_apart_the_untried_before_the_failed(sessions):
    async with sessions.write() as session:
        works, fails, untried = await synced(session, *(SourceSpec(n, "https://x.example") for n in "abc"))
        await sources.settle(session, works.id, PollResult(NOW), NOW)
        await sources.settle(session, fails.id, PollResult(later(seconds=-9), error="HTTP 503"), NOW)
        assert await sources.next_due(session, NOW, proven=True) == NOW
        assert await sources.next_due(session, NOW, proven=False) == later(seconds=-9)
        until = later(minutes=1)
        assert [row.name for row in await sources.claim_due(session, NOW, until, 9, proven=True)] == ["a"]
        for name in "cb":
            (row,) = await sources.claim_due(session, NOW, until, 1, proven=False)
            assert row.name == name
        assert await sources.next_due(session, NOW) is None
        assert untried.name == "c"


async def test_one_that_is_put_off_is_due_as_before_but_taken_later(sessions):
    async with sessions.write() as session:
        await synced(session, BOTE)
        (row,) = await sources.claim_due(session, NOW, later(minutes=1), 9)
        await sources.hold(session, [row.id], later(seconds=1))
        assert await sources.claim_due(session, NOW, later(minutes=1), 9) == []
        (row,) = await sources.claim_due(session, later(seconds=1), later(minutes=1), 9)
        assert row.next_poll == NOW


async def test_how_a_source_stands_is_kept_and_a_changed_address_forgets_it(sessions):
    standing = Standing("https://neu.example/", 3, NOW, "HTTP 410", 60, 300, "gone", NOW)
    async with sessions.write() as session:
        (source,) = await synced(session, BOTE)
        await sources.settle(session, source.id, PollResult(NOW, standing=standing), NOW)
        await sources.settle(session, source.id, PollResult(NOW, error="HTTP 503"), NOW)
        await session.refresh(source)
        assert sources.standing(source) == standing
        assert await sources.claim_due(session, NOW, later(minutes=1), 9) == []
        assert await sources.next_due(session) is None
        (source,) = await synced(session, SourceSpec(BOTE.name, "https://neu.example/"), now=later(hours=1))
        assert sources.standing(source) == Standing()
        assert (source.error, source.failures, source.last_success, source.last_listed) == (
            None,
            0,
            None,
            None,
        )
        assert len(await sources.claim_due(session, later(hours=1), later(hours=2), 9)) == 1


async def test_leases_of_a_killed_process_are_given_back(sessions):
    async with sessions.write() as session:
        await synced(session, BOTE, BLATT)
        await sources.claim_due(session, NOW, later(minutes=1), 9)
        await sources.give_all_back(session)
        assert await sources.leased(session, NOW) == set()
        assert len(await sources.claim_due(session, NOW, later(minutes=1), 9)) == 2


async def test_how_many_a_source_listed_and_how_long_it_has_been_silent(sessions):
    async with sessions.write() as session:
        (source,) = await synced(session, BOTE)
        assert await sources.listed(session, source) == 0
        assert await sources.longest_silence(session, source.id, later(days=-9)) == timedelta()
        for hours in (-300, -72, -8, -1, 0):
            await made.article(session, source.id, f"vor {hours}", published=later(hours=hours))
        source.last_listed = later(minutes=30)
        assert await sources.longest_silence(session, source.id, later(days=-9)) == timedelta(hours=64)
        assert await sources.listed(session, source) == 5
        source.last_listed = later(hours=3)
        assert await sources.listed(session, source) == 0

"""Updates from Telegram: kept once, handled once."""

from storage import updates
from tests.storage.made import NOW, later


async def test_an_update_that_comes_twice_is_kept_once(sessions):
    async with sessions.write() as session:
        assert await updates.store(session, 1, [(10, "{}"), (11, '{"a":1}')], NOW) == 2
        assert await updates.store(session, 1, [(11, "{}"), (12, "{}")], NOW) == 1
        assert await updates.store(session, 1, [], NOW) == 0
        assert await updates.waiting(session, 1, 10) == [(10, "{}"), (11, '{"a":1}'), (12, "{}")]


async def test_a_handled_update_does_not_come_back_when_telegram_repeats_it(sessions):
    async with sessions.write() as session:
        await updates.store(session, 1, [(10, "{}"), (11, "{}")], NOW)
        await updates.handled(session, 1, [10])
        assert await updates.store(session, 1, [(10, "{}")], NOW) == 0
        assert await updates.waiting(session, 1, 10) == [(11, "{}")]


async def test_waiting_ones_come_in_order_from_a_place_on(sessions):
    async with sessions.write() as session:
        await updates.store(session, 1, [(number, "{}") for number in (5, 3, 4, 9)], NOW)
        assert [id_ for id_, _ in await updates.waiting(session, 1, 2)] == [3, 4]
        assert [id_ for id_, _ in await updates.waiting(session, 1, 9, after=4)] == [5, 9]


async def test_each_bot_has_its_own(sessions):
    async with sessions.write() as session:
        await updates.store(session, 1, [(10, "{}")], NOW)
        assert await updates.store(session, 2, [(10, "{}")], NOW) == 1
        await updates.handled(session, 1, [10])
        assert await updates.waiting(session, 2, 10) == [(10, "{}")]


async def test_handled_ones_are_forgotten_after_a_while_and_open_ones_are_not(sessions):
    async with sessions.write() as session:
        await updates.store(session, 1, [(10, "{}"), (11, "{}")], NOW)
        await updates.handled(session, 1, [10])
        await updates.store(session, 1, [(12, "{}")], later(days=2))
        await updates.handled(session, 1, [12])
        assert await updates.forget(session, later(days=1)) == 1
        assert await updates.store(session, 1, [(10, "{}"), (11, "{}"), (12, "{}")], NOW) == 1

"""Many time limits, one timer: each ends what is under it, and nothing else."""

import asyncio

import pytest

from bot.sources.fetching.limits import TICK, Limits


async def late(seconds, value="da"):
    await asyncio.sleep(seconds)
    return value


async def test_what_is_in_time_is_left_alone_and_what_is_not_ends():
    limits = Limits()
    clock = asyncio.get_running_loop().time
    begun = clock()
    done = await asyncio.gather(
        limits.within(5, late(0.3, "in Zeit")),
        limits.within(0.15, late(60)),
        limits.within(60, late(0.01, "bald")),
        return_exceptions=True,
    )
    assert (done[0], done[2]) == ("in Zeit", "bald")
    assert isinstance(done[1], TimeoutError)
    assert 0.15 <= clock() - begun < 5 + TICK


async def test_a_limit_set_after_all_others_have_ended_still_comes():
    limits = Limits()
    for _ in range(2):
        with pytest.raises(TimeoutError):
            await limits.within(0.01, late(60))
        await asyncio.sleep(3 * TICK)


async def test_who_is_cancelled_is_not_told_that_time_ran_out():
    limits = Limits()
    task = asyncio.create_task(limits.within(60, late(60)))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_an_error_of_the_work_comes_as_it_is():
    async def broken():
        raise OSError("kaputt")

    with pytest.raises(OSError, match="kaputt"):
        await Limits().within(60, broken())


async def test_without_limits_no_timer_runs():
    limits = Limits()
    await limits.within(60, late(0))
    await asyncio.sleep(2 * TICK)
    assert limits._next is None

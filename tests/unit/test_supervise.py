"""A loop that fails starts again; one that keeps failing ends the process."""

import asyncio

import pytest

from bot.supervise import LoopFailedError, keep_running


class Clock:
    """Time that passes only in sleeps, which it remembers."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    async def sleep(self, seconds):
        self.now += seconds
        self.slept.append(seconds)

    def monotonic(self):
        return self.now


async def test_a_loop_that_returns_is_done():
    ran = []

    async def loop():
        ran.append(1)

    await keep_running("once", loop)
    assert ran == [1]


async def test_a_loop_that_fails_starts_again_after_growing_pauses():
    clock, ran = Clock(), []

    async def loop():
        ran.append(1)
        if len(ran) < 4:
            raise OSError("no")

    await keep_running("shaky", loop, sleep=clock.sleep, monotonic=clock.monotonic)
    assert (len(ran), clock.slept) == (4, [1.0, 2.0, 4.0])


async def test_a_loop_that_keeps_failing_ends_with_its_name_and_reason():
    clock = Clock()

    async def loop():
        raise OSError("disk is gone")

    with pytest.raises(LoopFailedError, match="poller failed 3 times in a row: disk is gone"):
        await keep_running("poller", loop, tries=3, sleep=clock.sleep, monotonic=clock.monotonic)


async def test_a_failure_after_a_calm_hour_counts_as_the_first():
    clock, ran = Clock(), []

    async def loop():
        ran.append(1)
        clock.now += 3600
        if len(ran) < 10:
            raise OSError("now and then")

    await keep_running("old", loop, tries=3, sleep=clock.sleep, monotonic=clock.monotonic)
    assert set(clock.slept) == {1.0}


async def test_a_loop_that_fails_over_being_stopped_is_not_started_again():
    started = 0

    async def fails_when_stopped():
        nonlocal started
        started += 1
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise OSError("the database is locked") from None

    task = asyncio.create_task(keep_running("poller", fails_when_stopped, sleep=lambda _: asyncio.sleep(0)))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 5)
    assert started == 1


async def test_a_loop_that_is_a_group_of_tasks_starts_again_when_one_of_them_fails():
    clock = Clock()
    started = []

    async def fails():
        raise OSError("the database went away")

    async def loop():
        started.append(1)
        if len(started) > 1:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(fails())

    await asyncio.wait_for(keep_running("telegram", loop, sleep=clock.sleep, monotonic=clock.monotonic), 5)
    assert len(started) == 2


async def test_what_is_forgiven_may_fail_as_long_as_it_likes_alone_or_in_groups():
    clock = Clock()
    started = []

    async def away():
        raise ConnectionRefusedError("the database is away")

    async def loop():
        started.append(1)
        if len(started) == 40:
            return
        async with asyncio.TaskGroup() as group:
            group.create_task(away())
            group.create_task(away())

    await keep_running("poller", loop, forgiven=(OSError,), sleep=clock.sleep, monotonic=clock.monotonic)
    assert len(started) == 40
    assert max(clock.slept) == 30.0


async def test_what_is_not_forgiven_ends_it_all_the_same():
    clock = Clock()

    async def loop():
        raise ExceptionGroup("two", [OSError("away"), LookupError("ours")])

    with pytest.raises(LoopFailedError):
        await keep_running("poller", loop, forgiven=(OSError,), sleep=clock.sleep, monotonic=clock.monotonic)

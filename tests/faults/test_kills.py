"""The real process, ended in the middle of fan-outs again and again: nothing lost, little repeated."""

import asyncio
import time
from statistics import median

import pytest

from tests.faults.scene import RATE, figures

pytestmark = pytest.mark.long

LONGEST_RUN = 1.2  # seconds that a process sends before it is ended
STOP_SECONDS = 8.0


@pytest.mark.timeout(1800)
async def test_no_kill_loses_a_headline_or_repeats_more_than_was_in_doubt(scene, dialect, kills, dice):
    began = time.monotonic()
    crashes = []
    for _ in range(kills):
        await _start(scene, dice)
        if crashes:
            await scene.settled(crashes[-1])
        await _send_for_a_while(scene, dice)
        crashes.append(await scene.kill())
    copies = await _send_the_rest(scene, dice)

    _count_repeated(crashes, scene.journal)
    repeated = [crash.repeated for crash in crashes]
    figures(
        f"SIGKILL, {dialect}",
        kills=kills,
        headlines=len(copies),
        lost=len(scene.lost(copies)),
        **{"repeated in all": sum(repeated), "in the median": median(repeated), "at most": max(repeated)},
        allowed=[crash.allowed for crash in crashes],
        repeated=repeated,
        seconds=round(time.monotonic() - began),
    )
    assert scene.lost(copies) == []
    assert max(copies.values()) <= 2
    assert await scene.dead() == []
    assert scene.out_of_order() == []
    assert [crash for crash in crashes if crash.repeated > crash.allowed] == []


@pytest.mark.timeout(900)
async def test_a_stop_loses_and_repeats_nothing_and_takes_less_than_8_seconds(scene, dialect, kills, dice):
    began = time.monotonic()
    stops = []
    for _ in range(max(3, kills // 2)):
        await _start(scene, dice)
        await _send_for_a_while(scene, dice)
        asked = time.monotonic()
        assert await scene.bot.stop() == 0, scene.bot.log[-3000:]
        stops.append(round(time.monotonic() - asked, 2))
        assert (await scene.ledger.counts()).in_doubt == 0
    copies = await _send_the_rest(scene, dice)

    figures(
        f"SIGTERM, {dialect}",
        stops=len(stops),
        headlines=len(copies),
        lost=len(scene.lost(copies)),
        repeated=sum(count - 1 for count in copies.values()),
        **{"seconds to stop, at most": max(stops)},
        seconds=round(time.monotonic() - began),
    )
    assert scene.lost(copies) == []
    assert set(copies.values()) == {1}
    assert await scene.dead() == []
    assert scene.out_of_order() == []
    assert max(stops) < STOP_SECONDS


async def _start(scene, dice):
    """Starts the bot, with so much to send that it cannot come to an end, even where this test is held up."""
    while await scene.owed() < 3 * RATE * LONGEST_RUN:
        await scene.publish(dice.choice([1, 2]))
    await scene.bot.start()


async def _send_for_a_while(scene, dice):
    """Until a random moment of the fan-out."""
    before = len(scene.journal.arrived)

    async def sends():
        return len(scene.journal.arrived) > before

    await scene.until(sends, 30)
    await asyncio.sleep(dice.uniform(0, LONGEST_RUN))


async def _send_the_rest(scene, dice):
    """The last run: it is left in peace. How often each headline came."""
    await _start(scene, dice)
    await scene.all_sent()
    assert await scene.bot.stop() == 0
    return scene.copies()


def _count_repeated(crashes, journal):
    """A kill answers for what comes again until the next one."""
    ends = [crash.arrivals for crash in crashes[1:]] + [len(journal.arrived)]
    for crash, end in zip(crashes, ends, strict=True):
        crash.repeated = len(journal.repeated(crash.arrivals, end))

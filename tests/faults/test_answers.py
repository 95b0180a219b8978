"""The real process, and answers that say nothing: what may have arrived is sent once more, and no third time."""

import os
import time
from dataclasses import replace

import pytest

from bot.demo.telegram import faults
from tests.faults.scene import figures

pytestmark = pytest.mark.long

HITS = 15  # chats for each fault
HOPELESS = 5  # chats whose answers never come
DELIVERED = {
    "the connection is cut": faults.drop_after(),
    "502 with a page of HTML": faults.gateway(delivers=True),
    "ok:false with 200": replace(faults.not_ok_with_200(), delivers=True),
    "garbage": faults.garbage(delivers=True),
}
NOT_DELIVERED = {
    "the connection is cut before": faults.drop_before(),
    "502, and nothing done": faults.gateway(),
    "ok:false, and nothing done": faults.not_ok_with_200(),
    "garbage, and nothing done": faults.garbage(),
}
# Takes half a minute: only where the long run is asked for
LATE = {"the answer comes after the read timeout": faults.slow_answer(31)} if "KILLS" in os.environ else {}


@pytest.mark.timeout(300)
async def test_a_headline_whose_answer_is_lost_comes_twice_at_most_and_never_not_at_all(scene, dialect, dice):
    began = time.monotonic()
    chosen = iter(dice.sample(scene.chats, len(scene.chats)))
    twice, once = _hit(scene, DELIVERED | LATE, chosen), _hit(scene, NOT_DELIVERED, chosen)
    hopeless = [next(chosen) for _ in range(HOPELESS)]
    for chat in hopeless:
        scene.first(faults.drop_after(), chat_id=chat)
    await scene.publish()
    await scene.bot.start()
    await scene.all_sent(120)
    assert await scene.bot.stop() == 0

    copies = scene.copies()
    repeated = sorted(chat for chat, _ in copies if copies[chat, 0] > 1)
    figures(
        f"answers, {dialect}",
        faults=len(twice) + len(once) + len(hopeless),
        headlines=len(copies),
        lost=len(scene.lost(copies)),
        repeated=len(repeated),
        seconds=round(time.monotonic() - began),
    )
    assert scene.lost(copies) == []
    assert max(copies.values()) == 2
    assert repeated == sorted(twice + hopeless)
    assert await scene.dead() == ["unknown"] * HOPELESS


def _hit(scene, kinds, chosen):
    """Each fault strikes HITS chats, once each; the chats."""
    struck = [(next(chosen), fault) for fault in kinds.values() for _ in range(HITS)]
    for chat, fault in struck:
        scene.first(fault, times=1, chat_id=chat)
    return [chat for chat, _ in struck]

"""What the sender counts although no message of its own ended so."""

from bot.measures import Measures
from storage import outbox
from tests.flow.delivery import now
from tests.flow.test_metrics import sum_of


def counted(measures, state, reason):
    return sum_of(measures, "tickerbot_deliveries_total", state=state, reason=reason)


async def test_what_is_in_doubt_for_the_second_time_is_counted_as_dead(office):
    await office.reader()
    await office.headlines("Eins", "Zwei")
    async with office.sessions.write() as session:
        assert len(await outbox.claim(session, now(), chats=1, lease=1)) == 2
        assert len(await outbox.doubtful(session, chats=1, lease=1)) == 2
    office.options["measures"] = measures = Measures()
    office.new_sender()

    async def dead():
        return (await office.counts()).dead

    await office.until(dead)
    await office.sender.stop()
    assert (counted(measures, "dead", "unknown"), counted(measures, "sent", "none")) == (2, 0)


async def test_what_is_cancelled_because_its_chat_is_gone_is_counted_to_the_last(office):
    user, _ = await office.reader()
    await office.headlines(*(f"Meldung {number}" for number in range(100)))
    office.standin.block(user)
    office.options["measures"] = measures = Measures()
    office.new_sender()
    await office.all_settled()
    await office.sender.stop()
    assert counted(measures, "cancelled", "gone") == 100

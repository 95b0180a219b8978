"""Order, bundles and rates: what comes to a chat, when, and as how many messages."""

import asyncio
from collections import defaultdict
from itertools import pairwise

from bot.delivery.limiter import Lane
from bot.demo.telegram import faults
from storage import chats, outbox
from tests.flow.delivery import Office, now


async def test_several_headlines_owed_at_once_come_as_one_message_in_order(office):
    _, chat = await office.reader()
    await office.headlines("Eins", "Zwei", "Drei")
    office.new_sender()
    await office.all_settled()
    (text,) = office.texts(chat)
    assert text.index("Eins") < text.index("Zwei") < text.index("Drei")
    (message,) = office.standin.bot_messages(chat)
    assert {d.message_id for d in await office.deliveries()} == {message["message_id"]}


async def test_as_many_messages_as_telegrams_limits_need_come_one_after_the_other(office):
    _, chat = await office.reader()
    titles = [f"{number:02} " + "Sehr lange Überschrift mit vielen Worten " * 9 for number in range(30)]
    await office.headlines(*titles)
    office.new_sender()
    await office.all_settled()
    texts = office.texts(chat)
    assert len(texts) > 2
    joined = " ".join(texts)
    places = [joined.index(f"{number:02} Sehr") for number in range(30)]
    assert places == sorted(places)
    counts = await office.counts()
    assert (counts.done, counts.dead) == (30, 0)


async def test_a_chat_has_one_message_in_flight_and_keeps_its_order(office):
    readers = [(await office.reader(f"Leser {number}"))[1] for number in range(5)]
    office.standin.faults.method("sendMessage", faults.slow(0.05))
    office.new_sender()
    titles = [f"Nummer {number}." for number in range(10)]
    for title in titles:
        await office.headlines(title)
        office.sender.wake()
        await asyncio.sleep(0.03)
    await office.all_settled()
    for chat in readers:
        text = " ".join(office.texts(chat))
        assert [text.count(title) for title in titles] == [1] * 10
        assert sorted(titles, key=text.index) == titles
    by_chat = defaultdict(list)
    for call in office.standin.called("sendMessage"):
        by_chat[call.params["chat_id"]].append(call.at)
    for times in by_chat.values():
        assert all(after - before >= 0.05 for before, after in pairwise(times))


async def test_channels_and_groups_come_before_readers(office):
    chat_ids = [(await office.reader(f"Leser {number}"))[1].id for number in range(20)]
    _, channel = await office.channel()
    group = office.standin.add_group("Runde", bot="member")
    await office.follow(group)
    await office.headlines("Eins")
    office.new_sender()
    await office.all_settled()
    order = [call.params["chat_id"] for call in office.standin.called("sendMessage")]
    assert set(order[:2]) == {channel.id, group.id}
    assert sorted(order[2:]) == chat_ids


async def test_settings_and_corrections_are_those_of_the_moment_of_sending(office):
    _, chat = await office.reader()
    await office.headlines("Eins", "Zwei")
    async with office.sessions.write() as session:
        await chats.change(session, chat.id, language="en", silent=True)
    office.new_sender()
    await office.all_settled()
    (call,) = office.standin.called("sendMessage")
    assert call.params["disable_notification"]
    assert "Today" in call.params["text"]


async def test_a_large_audience_is_written_page_by_page_and_all_get_it(office):
    readers = [(await office.reader(f"Leser {number}"))[1] for number in range(7)]
    await office.headlines("Eins", page=3)
    assert (await office.counts()).owed == 3
    office.new_sender()
    await office.standin.wait_for(lambda: all(office.texts(chat) for chat in readers))
    await office.all_settled()


async def test_a_refused_chat_waits_even_after_a_restart_and_the_others_do_not(office):
    _, slow = await office.reader()
    _, quick = await office.reader()
    office.standin.faults.chat(slow.id, faults.too_many(2), times=1)
    await office.headlines("Eins")
    office.new_sender()
    await office.standin.wait_for(lambda: office.texts(quick))

    async def waiting():
        row = await office.chat_row(slow)
        return row.wait_until

    until = await office.until(waiting)
    await office.sender.stop()
    office.new_sender()
    await office.standin.wait_for(lambda: office.texts(slow))
    assert office.standin.called("sendMessage")[-1].at >= until.timestamp() - 0.1
    await office.all_settled()
    assert [d.attempt for d in await office.deliveries()] == [1, 1]


async def test_two_chats_refused_at_once_silence_the_whole_bot(office):
    refused = [(await office.reader(f"Leser {number}"))[1] for number in range(2)]
    for chat in refused:
        office.standin.faults.chat(chat.id, faults.too_many(3), times=1)
    await office.headlines("Eins")
    office.new_sender()
    await office.until(lambda: asyncio.sleep(0, office.limiter.paused_for() > 0))
    _, other = await office.reader("Dritte")
    await office.headlines("Zwei")
    office.sender.wake()
    await office.standin.wait_for(lambda: all(office.texts(chat) for chat in [*refused, other]))
    calls = office.standin.called("sendMessage")
    refused_at = max(call.at for call in calls if call.status == 429)
    assert [call for call in calls if refused_at < call.at < refused_at + 2.9] == []
    await office.all_settled()


async def test_while_the_whole_bot_is_silent_nothing_is_leased(office):
    await office.reader()
    office.new_sender()
    await office.until(lambda: asyncio.sleep(0, office.state.ready))
    for chat_id in (1, 2):
        office.limiter.refused(chat_id, 60)
    await office.headlines("Eins")
    office.sender.wake()
    await asyncio.sleep(0.5)
    counts = await office.counts()
    assert (counts.owed, counts.in_doubt) == (1, 0)


async def test_a_channel_that_used_up_its_minute_holds_nobody_up_and_its_leases_are_given_back(office):
    _, channel = await office.channel()
    office.new_sender()
    for _ in range(20):
        await office.limiter.acquire(channel.id, Lane.PUSH)
    _, reader = await office.reader()
    await office.headlines("Eins")
    office.sender.wake()
    await office.standin.wait_for(lambda: office.texts(reader))
    await asyncio.sleep(0.2)
    assert office.texts(channel) == []
    counts = await office.counts()
    assert (counts.owed, counts.in_doubt) == (1, 0)


async def test_the_rates_of_telegram_are_kept_so_that_it_refuses_nothing(sessions, standin):
    standin.limits.enabled = True
    office = Office(sessions, standin, per_second=29.0)
    for number in range(60):
        await office.reader(f"Leser {number}")
    await office.headlines("Eins")
    office.new_sender()
    await office.all_settled()
    calls = standin.called("sendMessage")
    assert [call.status for call in calls] == [200] * 60
    assert 59 / 29 - 0.1 < calls[-1].at - calls[0].at < 4
    await office.close()


async def test_paid_broadcast_is_asked_for_where_it_is_set(sessions, standin):
    office = Office(sessions, standin, paid_broadcast=True)
    await office.reader()
    await office.headlines("Eins")
    office.new_sender()
    await office.all_settled()
    assert [call.params["allow_paid_broadcast"] for call in standin.called("sendMessage")] == [True]
    await office.close()


async def test_one_chats_message_that_cannot_be_rendered_is_dead_and_the_others_go_out(office):
    _, chat = await office.reader()
    _, other = await office.reader()
    async with office.sessions.write() as session:
        await outbox.owe_alert(session, chat.id, {"key": "no-such-text", "args": {}}, now())
    await office.headlines("Eins")
    office.new_sender()
    await office.standin.wait_for(lambda: office.texts(other))

    async def buried():
        return [notice for notice in await office.notices() if notice.due is None]

    assert "no-such-text" in (await office.until(buried))[0].reason

"""A large audience while the sender is at work: pages are written beside it, whoever began them."""

import asyncio


async def test_pages_begun_by_a_process_that_only_polls_are_gone_on_with_soon(office):
    readers = [(await office.reader(f"Leser {number}"))[1] for number in range(7)]
    office.new_sender()
    await office.standin.wait_for(lambda: office.state.ready)
    await office.headlines("Eins", page=3)  # nobody wakes the sender
    await office.standin.wait_for(lambda: all(office.texts(chat) for chat in readers), 15)
    await office.all_settled()


async def test_a_sender_that_is_woken_looks_then_and_not_at_its_next_look(office, monkeypatch):
    monkeypatch.setattr("bot.delivery.bell.LONGEST", 600.0)
    monkeypatch.setattr("bot.delivery.fan_out._LOOK_EVERY", 600.0)
    readers = [(await office.reader(f"Leser {number}"))[1] for number in range(7)]
    office.new_sender()
    await office.standin.wait_for(lambda: office.state.ready)
    await asyncio.sleep(0.3)  # it has looked, and found nothing
    await office.headlines("Eins", page=3)
    office.sender.wake()
    await office.standin.wait_for(lambda: all(office.texts(chat) for chat in readers))

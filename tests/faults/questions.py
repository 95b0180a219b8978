"""How what people write to the bot goes wrong on its way: each a function of the desk, before Anna asks."""

import asyncio
from copy import deepcopy


def polls(fault):
    """The next poll for updates fares like this."""
    return lambda desk: desk.standin.faults.method("getUpdates", fault, 1)


async def offline(desk):
    """Telegram is away, and comes back after a second."""
    await desk.standin.offline()
    asyncio.get_running_loop().call_later(1, lambda: asyncio.ensure_future(desk.standin.online()))


def repeats(desk):
    """Each update comes three times, the second time before it is confirmed."""
    push = desk.standin.updates.repeat

    def thrice(update):
        for _ in range(3):
            push(deepcopy(update))

    desk.standin.updates.repeat = thrice


def unknown_kind(desk):
    """Telegram invents something."""
    push(desk, {"brand_new": {"id": 7, "from": desk.anna.json()}})


def nothing_in_it(desk):
    """A message without anything that a message has, and an update that is empty."""
    push(desk, {"message": {}})
    push(desk, {})


def old_button(desk):
    """Anna pressed a button, and by the time the bot answers, Telegram says that it is too old for that."""
    message = {"message_id": 1, "date": 1, "chat": {"id": desk.anna.id, "type": "private"}, "text": "alt"}
    query = {"id": "1", "from": desk.anna.json(), "message": message, "chat_instance": "1", "data": "x"}
    push(desk, {"callback_query": query})
    desk.refused = "answerCallbackQuery"


def push(desk, content):
    """Telegram sends this."""
    updates = desk.standin.updates
    updates.repeat({"update_id": updates._next_id} | content)
    updates._next_id += 1

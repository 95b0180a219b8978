"""The whole bot in this process, and somebody who asks it twice: how updates fare."""

import asyncio

from tests.fixtures.running import bot_running, declared

QUESTIONS = ("/help", "/latest")


class Desk:
    """Anna, and what she was answered."""

    def __init__(self, standin, database_url):
        self.standin = standin
        self.refused = ""  # the method of which a call must have been refused
        self._run = bot_running(standin, database_url, declared())
        self.anna = standin.add_user("Anna")
        standin.private(self.anna).started = True

    async def open(self):
        """It polls for updates."""
        await self._run.__aenter__()
        await self.standin.wait_for(lambda: self.standin.updates.waiting, 20)

    async def close(self):
        await self._run.__aexit__(None, None, None)

    async def asks(self):
        """Two questions, the second when the first has been fetched."""
        for question in QUESTIONS:
            await self.standin.say(self.anna, self.anna.id, question)
            await asyncio.sleep(0.15)

    def answers(self):
        """What the bot wrote."""
        return [one["text"] for one in self.standin.bot_messages(self.anna.id)]

    async def two_answers(self):
        """Waits for them, and for a third that must not come."""
        await self.standin.wait_for(lambda: len(self.answers()) >= len(QUESTIONS), 20)
        await asyncio.sleep(0.3)
        assert len(self.answers()) == len(QUESTIONS), self.answers()
        assert all(rule.hits for rule in self.standin.faults.rules), "the fault did not strike"
        assert not self.refused or any(call.status == 400 for call in self.standin.called(self.refused))

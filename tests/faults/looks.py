"""What is looked at from outside, of the rooms in this process and of the bot as a process alike."""

from contextlib import suppress


class Looks:
    """Whoever has a `standin`, `readers`, and the coroutine functions `counts`, `rows` and `until`."""

    async def row(self):
        """The row of the source that goes wrong."""
        return (await self.rows())[0]

    def words(self, user):
        """What the bot wrote to somebody, each message as text."""
        return [one.get("text", one.get("caption", "")) for one in self.standin.bot_messages(user.id)]

    def copies(self, title, users=None):
        """How often each reader has this headline."""
        return [sum(title in text for text in self.words(user)) for user in users or self.readers]

    async def settled(self):
        """Waits until nothing is owed or in doubt."""

        async def nothing():
            counts = await self.counts()
            return counts.owed == counts.in_doubt == 0

        await self.until(nothing)

    async def arrives(self, title, users=None):
        """Waits until all of these readers have it; whether they do."""

        async def all_have():
            return all(self.copies(title, users))

        with suppress(TimeoutError):
            return await self.until(all_have)
        return False

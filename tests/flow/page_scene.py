"""The scene of the chat page's tests: the real stand-in with people in it, and a bot that is only its calls."""

from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.demo.telegram.standin import StandIn
from bot.demo.telegram.world import Chat, User


@dataclass(frozen=True)
class Scene:
    """A reader, her private chat, a group and a channel; `call` speaks as the bot."""

    standin: StandIn
    session: aiohttp.ClientSession
    reader: User
    colleague: User
    private: Chat
    group: Chat
    channel: Chat

    async def call(self, method: str, **params: Any) -> Any:
        """The result of a Bot API call; a refusal fails the test."""
        url = f"{self.standin.url}/bot{self.standin.token}/{method}"
        async with self.session.post(url, json=params) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return answer["result"]

    async def say(self, html: str, *rows: list[dict[str, str]], chat: Chat | None = None) -> dict[str, Any]:
        """The bot writes HTML, to the reader where no chat is named, with rows of buttons."""
        keyboard = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
        where = (chat or self.private).id
        return await self.call("sendMessage", chat_id=where, text=html, parse_mode="HTML", **keyboard)

    async def rich(self, html: str) -> dict[str, Any]:
        """The bot sends the reader an article."""
        return await self.call("sendRichMessage", chat_id=self.private.id, rich_message={"html": html})

    async def update(self, kind: str) -> Any:
        """The next update of this kind that the page caused."""
        for _ in range(20):
            updates = await self.call("getUpdates", timeout=2)
            if updates:
                await self.call("getUpdates", offset=updates[-1]["update_id"] + 1, timeout=0)
            for update in updates:
                if kind in update:
                    return update[kind]
        raise AssertionError(f"no {kind} came")


def scene(standin: StandIn, session: aiohttp.ClientSession) -> Scene:
    """Everybody in place; the reader has started the bot."""
    reader = standin.add_user("Jana", username="jana")
    colleague = standin.add_user("Mira")
    private = standin.private(reader)
    private.started = True
    group = standin.add_group("Redaktion Nord", members=[colleague], admins=[reader], bot="member")
    channel = standin.add_channel("Hafenstadt aktuell", reader)
    standin.ui.look_as(reader)
    return Scene(standin, session, reader, colleague, private, group, channel)

"""The Telegram stand-in: a Bot API server with people in it, for the demo and for tests, over real HTTP."""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from aiohttp import web

from bot.demo.telegram.cast import Cast
from bot.demo.telegram.core import Call, Telegram
from bot.demo.telegram.faults import Faults
from bot.demo.telegram.limits import Limits
from bot.demo.telegram.profile import Profile
from bot.demo.telegram.refusals import Refusal, StandInError
from bot.demo.telegram.server import BotServer
from bot.demo.telegram.text import Texts
from bot.demo.telegram.ui import Ui
from bot.demo.telegram.updates import Updates
from bot.demo.telegram.webhook import Webhook
from bot.demo.telegram.world import User, World

BOT_ID = 4_240_001
TOKEN = f"{BOT_ID}:AAStandInTokenForTestsAndTheDemo0000"
USERNAME = "tickerbot_demo_bot"
MAX_UPLOAD = 50 * 1024 * 1024
CHECK_EVERY = 0.01

T = TypeVar("T")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class StandIn(Cast):
    """Telegram for one bot. Chats are named by themselves or by their id. Nothing runs before `start`."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = USERNAME,
        name: str = "Tickerbot",
        enforce_limits: bool = True,
        keep_messages: int = 200,
        now: Callable[[], datetime] = _utc_now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.token = token
        bot = User(int(token.split(":")[0]), name, username=username, is_bot=True)
        super().__init__(_telegram(token, bot, keep_messages, enforce_limits, now, monotonic))
        self._ui = Ui(self._telegram, self._people)
        self._runner: web.AppRunner | None = None
        self._site: web.TCPSite | None = None
        self._host, self._port = "127.0.0.1", 0

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listens; `port` 0 takes a free one. StandInError when Telegram's parser is not installed."""
        self._telegram.texts.load()
        app = web.Application(client_max_size=MAX_UPLOAD)
        app.add_routes([*self._ui.routes(), *BotServer(self._telegram).routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        self._host, self._port = host, port
        await self.online()

    async def stop(self) -> None:
        """Ends polls, streams and webhook deliveries, and closes."""
        self._telegram.updates.wake()
        self._telegram.events.close()
        await self._telegram.webhook.close()
        await self._ui.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self._runner = self._site = None

    async def online(self) -> None:
        """Reachable, at the same address as before."""
        if self._runner is None:
            raise StandInError("the stand-in was not started")
        if self._site is None:
            self._site = web.TCPSite(self._runner, self._host, self._port)
            await self._site.start()
            self._port = self._runner.addresses[0][1]

    async def offline(self) -> None:
        """Connections are refused, and those there are break."""
        if self._site is None or self._runner is None or self._runner.server is None:
            return
        await self._site.stop()
        self._site = None
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL is set to; the chat page lives there too."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}"

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self._telegram.faults

    @property
    def limits(self) -> Limits:
        """Telegram's rates; `limits.enabled` turns them on and off."""
        return self._telegram.limits

    @property
    def updates(self) -> Updates:
        """The queue of updates."""
        return self._telegram.updates

    @property
    def webhook(self) -> Webhook:
        """The webhook's delivery."""
        return self._telegram.webhook

    @property
    def profile(self) -> Profile:
        """Commands and descriptions the bot has set."""
        return self._telegram.profile

    @property
    def ui(self) -> Ui:
        """What the chat page talks to."""
        return self._ui

    @property
    def calls(self) -> list[Call]:
        """The bot's calls so far, oldest first; only the last 10,000."""
        return list(self._telegram.calls)

    def called(self, method: str) -> list[Call]:
        """Its calls of one method."""
        return [call for call in self._telegram.calls if call.method == method]

    def media_fails(self, url: str, refusal: Refusal) -> None:
        """A picture's URL that Telegram cannot fetch or use."""
        self._telegram.bad_media[url] = refusal

    def revoke_token(self) -> None:
        """The token is refused from now on."""
        self._telegram.token = ""

    def accept_token(self) -> None:
        """The token is good again."""
        self._telegram.token = self.token

    @property
    def callback_lifetime(self) -> float:
        """Seconds within which a press must be answered."""
        return self._telegram.callback_lifetime

    @callback_lifetime.setter
    def callback_lifetime(self, seconds: float) -> None:
        self._telegram.callback_lifetime = seconds

    def expire_callbacks(self) -> None:
        """All pressed buttons are too old now."""
        self._telegram.callbacks.clear()

    async def wait_for(self, predicate: Callable[[], T], timeout: float = 20.0) -> T:  # noqa: ASYNC109 - reads like asyncio.wait_for
        """The first true value of `predicate`; TimeoutError says what the bot did last."""
        end = time.monotonic() + timeout
        while not (value := predicate()):
            if time.monotonic() > end:
                last: list[Any] = [(call.method, call.status) for call in self.calls[-5:]]
                raise TimeoutError(f"not within {timeout} s; the bot's last calls: {last}")
            await asyncio.sleep(CHECK_EVERY)
        return value


def _telegram(
    token: str,
    bot: User,
    keep: int,
    enforce_limits: bool,
    now: Callable[[], datetime],
    monotonic: Callable[[], float],
) -> Telegram:
    world = World(bot, keep)
    updates = Updates(monotonic)

    def find_user(user_id: int) -> dict[str, Any] | None:
        user = world.users.get(user_id)
        return user.json() if user else None

    return Telegram(
        token=token,
        bot=bot,
        now=now,
        monotonic=monotonic,
        texts=Texts(find_user),
        world=world,
        updates=updates,
        webhook=Webhook(updates, lambda: int(now().timestamp())),
        limits=Limits(monotonic, enforce_limits),
    )

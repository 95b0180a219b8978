"""Calls of the Bot API by value, past python-telegram-bot: for the many messages."""

from collections.abc import Mapping
from typing import Any

import structlog
from yarl import URL

from bot.delivery.request import AiohttpRequest
from bot.domain.verdict import Action, Answer, judge

TELEGRAM = "https://api.telegram.org"

_ALWAYS_KNOWN = frozenset({"getMe", "getUpdates", "sendMessage"})
"""Every server knows them and nothing stands in for them: an answer that denies it is not remembered."""

_log = structlog.get_logger(__name__)


class Api:
    """The Bot API behind one token. Remembers until restart which methods the server does not know."""

    __slots__ = ("_base", "_request", "_unknown", "_urls")

    def __init__(self, request: AiohttpRequest, token: str, base_url: str = TELEGRAM) -> None:
        self._request = request
        self._base = f"{base_url.rstrip('/')}/bot{token}/"
        self._unknown: set[str] = set()
        self._urls: dict[str, URL] = {}

    def __repr__(self) -> str:
        """Without the token."""
        return "Api()"

    def knows(self, method: str) -> bool:
        """False once the server has said that it does not know this method."""
        return method not in self._unknown

    async def call(self, method: str, payload: Mapping[str, Any], timeout: float = 30) -> Answer:  # noqa: ASYNC109 - handed to aiohttp
        """The server's answer within `timeout` seconds; a method that it does not know is asked for once."""
        if method in self._unknown:
            return Answer(status=404, description="Not Found: method not found")
        url = self._urls.get(method)
        if url is None:
            url = self._urls[method] = URL(self._base + method)
        answer = await self._request.call(url, payload, timeout)
        if not answer.ok and method not in _ALWAYS_KNOWN and judge(answer).action is Action.NO_METHOD:
            self._unknown.add(method)
            _log.warning("this Bot API server does not know a method; the plain form is used", method=method)
        return answer

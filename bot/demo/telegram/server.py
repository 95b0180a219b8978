"""The Bot API over HTTP: /bot<token>/<method>."""

import asyncio
import re
from collections.abc import Awaitable
from typing import Any

import orjson
import structlog
from aiohttp import web

from bot.demo.telegram import params, refusals
from bot.demo.telegram.core import Call, Telegram
from bot.demo.telegram.faults import Fault
from bot.demo.telegram.methods.table import BY_NAME, COUNTED, method_of
from bot.demo.telegram.refusals import Refusal

TOKEN = re.compile(r"\d{1,19}:[A-Za-z0-9_-]{30,}")
JSON = "application/json"


class BotServer:
    """Answers the bot."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._log = structlog.get_logger(__name__)

    def routes(self) -> list[web.RouteDef]:
        """Paths of the Bot API; every other below /bot is not found, in Telegram's words."""
        paths = {
            r"/bot{token:[^/]+}/{method:[^/]+}": self.answer,
            r"/file/bot{token:[^/]+}/{kind}/{name}": self.file,
        }
        found = [web.route("*", path, handler) for path, handler in paths.items()]
        return [*found, web.route("*", "/{path:.*}", self.lost)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call."""
        try:
            self._check_token(request.match_info["token"])
            name, _ = BY_NAME.get(request.match_info["method"].lower(), (request.match_info["method"], None))
            given = await params.read(request)
        except Refusal as refusal:
            return refused(refusal)
        call = Call(name, given.raw, self._telegram.now().timestamp())
        self._telegram.calls.append(call)
        fault = self._telegram.faults.strike(name, given.raw)
        if fault is None and name not in COUNTED:
            return await self._carry_out(call, given)
        return await self._on_its_way(request, call, given, fault)

    def _check_token(self, token: str) -> None:
        if not TOKEN.fullmatch(token):
            raise refusals.invalid_token()
        if token != self._telegram.token:
            raise refusals.unauthorized()

    async def _on_its_way(
        self, request: web.Request, call: Call, given: params.Params, fault: Fault | None
    ) -> web.StreamResponse:
        try:
            with self._telegram.limits.on_its_way(given.integer("chat_id")):
                if fault is None:
                    return await self._carry_out(call, given)
                return await self._with_fault(request, call, given, fault)
        except Refusal as refusal:
            return refused(refusal, call)

    async def _with_fault(
        self, request: web.Request, call: Call, given: params.Params, fault: Fault
    ) -> web.StreamResponse:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.refusal is not None:
            raise fault.refusal.again()
        answer: web.StreamResponse = web.Response()
        if fault.delivers:
            answer = await self._carry_out(call, given)
        if fault.late:
            await asyncio.sleep(fault.late)
        if fault.drop:
            _cut(request)
        if fault.status:
            return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type)
        return answer

    async def _carry_out(self, call: Call, given: params.Params) -> web.StreamResponse:
        try:
            result = method_of(call.method)(self._telegram, given)
            if isinstance(result, Awaitable):
                result = await result
        except Refusal as refusal:
            return refused(refusal, call)
        except Exception:  # noqa: BLE001 - a server answers whatever happens
            self._log.exception("The stand-in failed to carry out a call", method=call.method)
            return refused(Refusal(500, "Internal Server Error"), call)
        call.status, call.answer = 200, result
        return web.Response(body=b'{"ok":true,"result":' + orjson.dumps(result) + b"}", content_type=JSON)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """The content of an uploaded file."""
        try:
            self._check_token(request.match_info["token"])
        except Refusal as refusal:
            return refused(refusal)
        upload = self._telegram.files.uploads.get(request.match_info["name"])
        if upload is None:
            return refused(refusals.not_found())
        return web.Response(body=upload.content, content_type=upload.content_type)

    async def lost(self, _request: web.Request) -> web.StreamResponse:
        """404."""
        return refused(refusals.not_found())


def refused(refusal: Refusal, call: Call | None = None) -> web.Response:
    """The answer that says no."""
    body: dict[str, Any] = refusal.body()
    if call is not None:
        call.status, call.answer = refusal.code, body
    return web.Response(
        status=refusal.code, body=orjson.dumps(body), content_type=JSON, headers=refusal.headers()
    )


def _cut(request: web.Request) -> None:
    """Ends the connection as a broken line does."""
    if request.transport is not None:
        request.transport.abort()

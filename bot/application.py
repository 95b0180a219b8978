"""python-telegram-bot's Application on our way to Telegram, and bringing it up when Telegram can be reached."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application, ExtBot

from bot.delivery.api import Api
from bot.delivery.handler_rate import HandlerRateLimiter
from bot.delivery.request import AiohttpRequest
from bot.delivery.state import TelegramState
from bot.domain.verdict import Action, judge
from handlers import context, registry
from handlers.context import App, Services
from handlers.menu import publish_commands

log = structlog.get_logger(__name__)

PAUSES = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries to reach Telegram; the last one repeats."""
_FOR_NOW = (Action.AGAIN, Action.DOUBT, Action.WAIT, Action.REVOKED)
"""Why Telegram does not take the webhook now, and may later."""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where Telegram posts updates to, and the secret it shows."""

    url: str
    secret: str


def build(
    request: AiohttpRequest,
    token: str,
    api_url: str,
    rate_limiter: HandlerRateLimiter,
    services: Services,
) -> App:
    """The Application with every handler; nothing is asked of Telegram yet."""
    bot: ExtBot[Any] = ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=request,
        rate_limiter=rate_limiter,
    )
    builder = Application.builder().bot(bot).context_types(context.types()).updater(None).job_queue(None)
    application: App = builder.build()
    registry.register(application, services)
    return application


async def bring_up(application: App, api: Api, services: Services, hook: Hook | None) -> None:
    """Waits for Telegram as long as it takes; then the bot knows who it is, its commands are in the menus, and
    updates come the way they should."""
    state = services.state
    failures = 0
    while not (await _asked_for_us(api, state) and await _begun(application)):
        await asyncio.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
        failures += 1
    try:
        await publish_commands(application.bot, services.texts)
    except TelegramError as error:
        log.warning("the command menus could not be written", reason=str(error))
    await _point_updates(api, state, hook)


async def handle(application: App, update: dict[str, Any]) -> None:
    """Gives one update to the handlers."""
    await application.process_update(Update.de_json(update, application.bot))


async def shut_down(application: App) -> None:
    """Closes what `bring_up` opened; harmless when it never came to that."""
    await application.shutdown()


async def _asked_for_us(api: Api, state: TelegramState) -> bool:
    answer = await api.call("getMe", {})
    if answer.ok:
        state.reached(answer.result)
    else:
        state.note(judge(answer))
    return answer.ok


async def _begun(application: App) -> bool:
    try:
        await application.initialize()
    except TelegramError as error:
        log.warning("Telegram went away while the bot came up", reason=str(error))
        return False
    return True


async def _point_updates(api: Api, state: TelegramState, hook: Hook | None) -> None:
    """To the webhook, or away from one that an earlier start has left."""
    if hook:
        await _set_webhook(api, state, hook)
        return
    info = await api.call("getWebhookInfo", {})
    if info.ok and info.result.get("url"):
        await api.call("deleteWebhook", {})


async def _set_webhook(api: Api, state: TelegramState, hook: Hook) -> None:
    """Until Telegram takes it, or says that it never will."""
    call = {"url": hook.url, "secret_token": hook.secret, "allowed_updates": registry.ALLOWED_UPDATES}
    failures = 0
    while not (answer := await api.call("setWebhook", call)).ok:
        verdict = judge(answer)
        if verdict.action not in _FOR_NOW:
            log.error("Telegram does not take WEBHOOK_URL", url=hook.url, reason=verdict.reason)
            return
        state.note(verdict)
        await asyncio.sleep(verdict.wait or PAUSES[min(failures, len(PAUSES) - 1)])
        failures += 1
    state.reached()
    log.info("Telegram calls the webhook", url=hook.url)

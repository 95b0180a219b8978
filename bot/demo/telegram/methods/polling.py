"""getUpdates, setWebhook, deleteWebhook, getWebhookInfo, answerCallbackQuery."""

import re
from collections.abc import Sequence
from typing import Any

from bot.demo.telegram.core import Telegram
from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import QUERY_TOO_OLD, bad
from bot.demo.telegram.updates import Update

SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
MAX_CONNECTIONS, MAX_ANSWER = 100, 200


async def get_updates(tg: Telegram, params: Params) -> list[Update]:
    """What the bot has not confirmed; waits up to `timeout` seconds for something."""
    tg.updates.choose(_kinds(params))
    return await tg.updates.poll(
        params.integer("offset"), params.integer("limit", 100), params.integer("timeout")
    )


def set_webhook(tg: Telegram, params: Params) -> bool:
    """Updates go to this URL from now on. Plain http is taken too, as a Bot API server of one's own does."""
    url, secret = params.text("url"), params.text("secret_token")
    if url and not url.startswith(("http://", "https://")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    _drop(tg, params)
    tg.updates.choose(_kinds(params))
    connections = params.integer("max_connections", 40)
    tg.webhook.set(url, secret, min(max(1, connections), MAX_CONNECTIONS))
    return True


def delete_webhook(tg: Telegram, params: Params) -> bool:
    """Back to polling."""
    _drop(tg, params)
    tg.webhook.set("", "", 40)
    return True


def get_webhook_info(tg: Telegram, _params: Params) -> dict[str, Any]:
    """How the delivery goes."""
    return tg.webhook.info()


def answer_callback_query(tg: Telegram, params: Params) -> bool:
    """Ends the waiting of the person who pressed; may show a text."""
    tg.expire_callbacks()
    callback = tg.callbacks.get(params.text("callback_query_id"))
    if callback is None:
        raise bad(QUERY_TOO_OLD)
    if len(params.text("text")) > MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    if not callback.answer.done():
        answer = {
            "text": params.text("text"),
            "show_alert": params.boolean("show_alert"),
            "url": params.text("url"),
        }
        callback.answer.set_result(answer)
    return True


def _drop(tg: Telegram, params: Params) -> None:
    if params.boolean("drop_pending_updates"):
        tg.updates.pending.clear()


def _kinds(params: Params) -> Sequence[str] | None:
    kinds = params.array("allowed_updates")
    return None if kinds is None else [str(kind) for kind in kinds]

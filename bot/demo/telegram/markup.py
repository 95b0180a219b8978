"""Keyboards under messages, checked as Telegram checks them."""

from typing import Any

from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import TEXT_BUTTON, bad

MAX_BUTTONS, MAX_IN_ROW, MAX_DATA = 100, 8, 64
BUTTON_KINDS = frozenset(
    [
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)
OTHER_MARKUPS = ("keyboard", "remove_keyboard", "force_reply")
LINKS = ("http://", "https://", "tg://")

Markup = dict[str, Any]


def read(params: Params) -> Markup | None:
    """The inline keyboard of a call as its message shows it; None without one; Refusal when it is wrong."""
    markup = params.object("reply_markup")
    if markup is None or any(name in markup for name in OTHER_MARKUPS):
        return None  # keyboards of the reader's app are not part of the message
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" must be of the type Array of Arrays')
    kept = [[_button(button) for button in row] for row in rows if row]
    if any(len(row) > MAX_IN_ROW for row in kept) or sum(map(len, kept)) > MAX_BUTTONS:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: expected an Object")
    if not isinstance(button.get("text"), str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad("text buttons must be non-empty")
    kinds = button.keys() & BUTTON_KINDS
    if not kinds:
        raise bad(TEXT_BUTTON)
    if "callback_data" in kinds and not 1 <= len(str(button["callback_data"]).encode()) <= MAX_DATA:
        raise bad("BUTTON_DATA_INVALID")
    return button | {"url": _link(button["url"])} if "url" in kinds else button


def _link(url: Any) -> str:
    """A link without a scheme is one to a web page; what is no link at all is refused."""
    if not isinstance(url, str) or not url.strip() or " " in url.strip():
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if url.startswith(LINKS):
        return url
    if ":" in url.split("/", 1)[0]:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    return f"http://{url}"

"""Commands, descriptions, names and the menu button of the bot."""

import re
from typing import Any

from bot.demo.telegram.core import Telegram
from bot.demo.telegram.params import Params
from bot.demo.telegram.profile import DEFAULT, Scope
from bot.demo.telegram.refusals import CHAT_NOT_FOUND, bad

COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
MAX_COMMANDS, MAX_DESCRIPTION = 100, 256
LENGTHS = {"name": 64, "description": 512, "short_description": 120}
SCOPES = frozenset(
    [
        "default",
        "all_private_chats",
        "all_group_chats",
        "all_chat_administrators",
        "chat",
        "chat_administrators",
        "chat_member",
    ]
)


def set_my_commands(tg: Telegram, params: Params) -> bool:
    """The menu for a scope and a language."""
    commands = params.array("commands") or []
    if len(commands) > MAX_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    checked = [_command(command) for command in commands]
    tg.profile.commands[_scope(tg, params), _language(params)] = checked
    tg.events.commands_changed()
    return True


def _command(command: Any) -> dict[str, str]:
    if not isinstance(command, dict) or not isinstance(command.get("command"), str):
        raise bad("can't parse BotCommand: expected an Object")
    name, description = command["command"], str(command.get("description") or "").strip()
    if not COMMAND.fullmatch(name):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= MAX_DESCRIPTION:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def get_my_commands(tg: Telegram, params: Params) -> list[dict[str, str]]:
    """The menu set for exactly this scope and language."""
    return tg.profile.commands.get((_scope(tg, params), _language(params)), [])


def delete_my_commands(tg: Telegram, params: Params) -> bool:
    """Takes it back: wider scopes and other languages show through."""
    tg.profile.commands.pop((_scope(tg, params), _language(params)), None)
    tg.events.commands_changed()
    return True


def _scope(tg: Telegram, params: Params) -> Scope:
    given = params.object("scope")
    if given is None:
        return DEFAULT
    kind = given.get("type")
    if kind not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    if not kind.startswith("chat"):
        return kind, 0, 0
    chat = tg.world.find(given.get("chat_id", ""))
    if chat is None:
        raise bad(CHAT_NOT_FOUND)
    return kind, chat.id, int(given.get("user_id", 0))


def _language(params: Params) -> str:
    code = params.text("language_code")
    if code and not LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def _set_text(tg: Telegram, params: Params, kind: str) -> bool:
    if len(params.text(kind)) > LENGTHS[kind]:
        raise bad(f"bot {kind.replace('_', ' ')} is too long")
    tg.profile.set_text(kind, _language(params), params.text(kind))
    return True


def set_my_name(tg: Telegram, params: Params) -> bool:
    """The bot's name in a language."""
    return _set_text(tg, params, "name")


def get_my_name(tg: Telegram, params: Params) -> dict[str, str]:
    """The name shown in a language."""
    return {"name": tg.profile.text("name", _language(params)) or tg.bot.first_name}


def set_my_description(tg: Telegram, params: Params) -> bool:
    """What an empty chat with the bot shows."""
    return _set_text(tg, params, "description")


def get_my_description(tg: Telegram, params: Params) -> dict[str, str]:
    """The description shown in a language."""
    return {"description": tg.profile.text("description", _language(params))}


def set_my_short_description(tg: Telegram, params: Params) -> bool:
    """What the bot's profile shows."""
    return _set_text(tg, params, "short_description")


def get_my_short_description(tg: Telegram, params: Params) -> dict[str, str]:
    """The short description shown in a language."""
    return {"short_description": tg.profile.text("short_description", _language(params))}


def set_chat_menu_button(tg: Telegram, params: Params) -> bool:
    """The button beside the text field, of one chat or (0) of all."""
    button = params.object("menu_button") or {"type": "default"}
    if button.get("type") not in ("commands", "default", "web_app"):
        raise bad("can't parse menu button: Unsupported type specified")
    tg.profile.menus[params.integer("chat_id")] = button
    return True


def get_chat_menu_button(tg: Telegram, params: Params) -> dict[str, Any]:
    """The button of a chat."""
    menus = tg.profile.menus
    return menus.get(params.integer("chat_id")) or menus.get(0) or {"type": "default"}

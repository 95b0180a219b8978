"""The commands, registered with Telegram in every language, and the bot's own description where it has none."""

from typing import Any

import structlog
from telegram import BotCommand, BotCommandScope, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.ext import ExtBot

from bot.render.markup import Html
from bot.render.texts import Texts

_log = structlog.get_logger(__name__)

COMMANDS = ("start", "topic", "subscribe", "unsubscribe", "latest", "read", "pause", "resume", "stop", "help")
"""Every command, in the order of the menu."""


async def publish_commands(bot: ExtBot[Any], texts: Texts, default: str = "de") -> None:
    """Registers commands and descriptions; changes only what is different, so that a restart costs no calls that
    Telegram counts. `default` is the language of those whose own we do not speak."""
    for code in (*texts.languages, None):  # None last: Telegram answers with it where a language has nothing
        await _commands(bot, texts, code, code or default)
        await _descriptions(bot, texts, code, code or default)
    _log.info("commands are registered", languages=", ".join(texts.languages))


def menu(texts: Texts, language: str) -> list[BotCommand]:
    """The commands with their descriptions in a language."""
    return [BotCommand(name, texts.plain(language, f"command-{name}")) for name in COMMANDS]


def listing(texts: Texts, language: str) -> Html:
    """The commands as lines of a message."""
    return Html("\n".join(f"/{name} – {texts(language, f'command-{name}')}" for name in COMMANDS))


async def _commands(bot: ExtBot[Any], texts: Texts, code: str | None, language: str) -> None:
    wanted = menu(texts, language)
    scopes: list[BotCommandScope] = [BotCommandScopeAllPrivateChats(), BotCommandScopeAllGroupChats()]
    for scope in scopes:
        if list(await bot.get_my_commands(scope=scope, language_code=code)) != wanted:
            await bot.set_my_commands(wanted, scope=scope, language_code=code)


async def _descriptions(bot: ExtBot[Any], texts: Texts, code: str | None, language: str) -> None:
    if not (await bot.get_my_description(language_code=code)).description:
        await bot.set_my_description(texts.plain(language, "about"), language_code=code)
    if not (await bot.get_my_short_description(language_code=code)).short_description:
        await bot.set_my_short_description(texts.plain(language, "about-short"), language_code=code)

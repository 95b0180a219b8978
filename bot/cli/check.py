"""`tickerbot check`: one look at everything the bot needs, a line each."""

import asyncio
from collections.abc import Callable, Sized
from typing import Any

from bot.catalogue import NO_SOURCE
from bot.cli.console import BAD, OK, counted, moment, say, waiting
from bot.cli.sources import inspected
from bot.config import Settings, SettingsError
from bot.delivery.api import Api
from bot.delivery.request import AiohttpRequest
from bot.domain.catalogue import Catalogue
from bot.domain.verdict import Answer
from bot.logs import redact
from storage import upgrade as migrations
from storage.engine import DatabaseMissingError, StorageError

Line = tuple[bool, str, str]
"""Whether it is well, what was looked at, what was found."""


def main(settings: Settings, catalogue: Catalogue) -> int:
    """Prints a line for settings, database, token and each source; 1 when one of them is not well."""
    declared = f"{_count(catalogue.topics, 'topic')} and {_count(catalogue.sources, 'source')}"
    lines = [
        (True, "settings", f"sound; {settings.sources_file or 'the packaged sources.toml'} has {declared}")
    ]
    steps: list[tuple[str, Callable[[], list[Line]]]] = [
        ("database", lambda: [asyncio.run(_database(settings.database_url))]),
        ("token", lambda: [asyncio.run(_token(settings))]),
        ("sources", lambda: asyncio.run(_sources(settings, catalogue))),
    ]
    for name, step in steps:
        with waiting(f"looking at the {name} …"):
            lines += step()
    for well, what, found in lines:
        say(f"{what}: {redact(found)}", OK if well else BAD)
    return 0 if all(well for well, _, _ in lines) else 1


def _count(things: Sized, name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


async def _database(url: str) -> Line:
    try:
        current, newest = await migrations.state(url)
    except StorageError as error:
        return isinstance(error, DatabaseMissingError), "database", str(error)
    if current == newest:
        return True, "database", f"{url} is at {newest}"
    behind = f"at {current}" if current else "empty"
    return True, "database", f"{url} is {behind}; `tickerbot run` brings it to {newest}"


async def _token(settings: Settings) -> Line:
    try:
        token = settings.token()
    except SettingsError as error:
        return False, "token", str(error)
    request = AiohttpRequest()
    try:
        answer = await Api(request, token, settings.telegram_api_url).call("getMe", {}, timeout=10)
    finally:
        await request.shutdown()
    return answer.ok, "token", _whose(answer, settings.telegram_api_url)


def _whose(answer: Answer, url: str) -> str:
    if answer.ok:
        me: dict[str, Any] = answer.result
        return f"of @{me['username']}, {url} can be reached"
    if answer.status == 401:
        return f"{url} refuses it: copy it again from @BotFather"
    return f"{url}: {answer.description or answer.failure or f'HTTP {answer.status}'}"


async def _sources(settings: Settings, catalogue: Catalogue) -> list[Line]:
    lines: list[Line] = []
    for spec, report in zip(
        catalogue.sources, await inspected(catalogue.sources, settings, catalogue), strict=True
    ):
        found = report.error or (
            f"a {report.kind} with {report.headlines} headlines, newest {moment(report.newest, spec.timezone)}; "
            f"topics: {counted(report.topics)}"
        )
        lines.append((report.error is None, f"source {spec.name}", found))
    return lines or [(False, "sources", f"{settings.sources_file}: {NO_SOURCE}")]

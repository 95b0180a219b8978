"""`tickerbot db`: the database."""

import asyncio
import sys

from bot.cli.console import say
from bot.config import Settings
from bot.logs import redact
from storage import upgrade as migrations
from storage.engine import StorageError


def upgrade(settings: Settings) -> int:
    """Brings the database to this version's schema; 2 when it cannot be used."""
    try:
        before, after = asyncio.run(migrations.upgrade(settings.database_url))
    except StorageError as error:
        print(f"tickerbot: {redact(str(error))}", file=sys.stderr)  # noqa: T201
        return 2
    said = f"is at {after} already" if before == after else f"went from {before or 'empty'} to {after}"
    say(f"The database {redact(settings.database_url)} {said}.")
    return 0

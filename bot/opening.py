"""Opening the database at start: at this version's schema, and with patience."""

import asyncio
import time

import structlog

from storage.engine import Database, DatabaseUnreachableError, open_database
from storage.upgrade import upgrade

PATIENCE = 30.0
"""Seconds that a database may take to answer at start."""

log = structlog.get_logger(__name__)


async def opened(url: str, stop: asyncio.Event) -> Database:
    """The database, migrated. One that does not answer is waited for, up to `PATIENCE` or until `stop`; then raises
    `DatabaseUnreachableError`, and any other `StorageError` at once."""
    deadline = time.monotonic() + PATIENCE
    waited = False
    while True:
        try:
            before, after = await upgrade(url)
            break
        except DatabaseUnreachableError as error:
            if stop.is_set() or time.monotonic() > deadline:
                raise
            if not waited:
                log.warning("waiting for the database", seconds=PATIENCE, reason=str(error))
            waited = True
            await asyncio.sleep(1)
    if before != after:
        log.info("the database has a new schema", before=before, after=after)
    return open_database(url)

"""What the bot says: structlog for our events and for the libraries' logging, with secrets taken out of every line."""

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_TOKEN = re.compile(r"(?<!\d)(\d{5,}):[A-Za-z0-9_-]{30,}")
_PASSWORD = re.compile(r"(\w+://[^:/@\s]+):[^@/\s]+@")
_CHATTY = (
    "alembic",
    "httpx",
    "httpcore",
    "aiosqlite",
    "asyncio",
    "aiohttp.access",
    "trafilatura",
    "htmldate",
    "courlan",
)


def redact(text: str) -> str:
    """The text without bot tokens (the bot's id stays) and without passwords in URLs."""
    return _PASSWORD.sub(r"\1:***@", _TOKEN.sub(r"\1:***", text))


def configure(level: str = "INFO", style: str = "text", stream: TextIO | None = None) -> None:
    """Sends every log line of the process to `stream` (standard error by default), redacted; `style` text or json."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_ending(style, stream)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _ending(style: str, stream: TextIO) -> list[Processor]:
    if style == "json":
        return [structlog.processors.format_exc_info, _redact_event, structlog.processors.JSONRenderer()]
    colors = stream.isatty()
    console = structlog.dev.ConsoleRenderer(
        colors=colors,
        exception_formatter=structlog.dev.plain_traceback,
        pad_event_to=0,
        timestamp_key="timestamp",
    )
    return [structlog.processors.format_exc_info, _redact_event, console]


def _redact_event(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    return {key: _redacted(value) for key, value in event.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bool | int | float | None):
        return value
    return redact(str(value))

"""Logs: readable, for machines when asked, and never with a secret."""

import io
import json
import logging

import pytest
import structlog

from bot import logs

TOKEN = "123456789:AAFabcdefghijklmnopqrstuvwxyz012345"


@pytest.fixture
def stream():
    """Where a test's log lines go; the logging of the process is put back afterwards."""
    root = logging.getLogger()
    before, configured = (root.handlers[:], root.level), structlog.get_config()
    yield io.StringIO()
    root.handlers[:], root.level = before
    structlog.configure(**configured)


def test_a_token_is_taken_out_of_our_events_and_of_the_libraries(stream):
    logs.configure(stream=stream)
    structlog.get_logger("a").info("sent", url=f"https://x/bot{TOKEN}/getMe")
    logging.getLogger("library").warning("POST %s", f"https://x/bot{TOKEN}/getMe")
    assert "AAFabc" not in stream.getvalue()
    assert stream.getvalue().count("bot123456789:***") == 2


def test_a_token_in_a_traceback_is_taken_out(stream):
    logs.configure(stream=stream)
    try:
        int(TOKEN)
    except ValueError:
        structlog.get_logger("a").exception("it failed")
    assert "ValueError" in stream.getvalue()
    assert "AAFabc" not in stream.getvalue()


def test_a_password_in_a_url_is_taken_out():
    assert logs.redact("postgresql://anna:geheim@host/db") == "postgresql://anna:***@host/db"


def test_json_is_one_object_a_line(stream):
    logs.configure(style="json", stream=stream)
    structlog.get_logger("a").info("polled", source="Blatt", new=3, token=TOKEN, path=ValueError(TOKEN))
    line = json.loads(stream.getvalue())
    assert (line["event"], line["source"], line["new"], line["level"]) == ("polled", "Blatt", 3, "info")
    assert "AAFabc" not in stream.getvalue()


def test_the_level_decides(stream):
    logs.configure(level="WARNING", stream=stream)
    structlog.get_logger("a").info("quiet")
    structlog.get_logger("a").warning("loud")
    logging.getLogger("httpx").info("GET")
    assert "quiet" not in stream.getvalue()
    assert "loud" in stream.getvalue()

"""The health check of the image asks where the bot listens."""

import asyncio
import json
import re
import socket
import sys
from pathlib import Path

import pytest

from bot.config import FixedSettings, Settings
from bot.web.health import Health
from bot.web.server import serving

DOCKERFILE = Path(__file__).parents[2] / "Dockerfile"
COMMAND = json.loads(
    re.search(r"HEALTHCHECK.*?CMD (\[.*?\])$", DOCKERFILE.read_text(), re.DOTALL | re.MULTILINE)[1]
)


def _knows_version_6():
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


HOSTS = ["127.0.0.1", "0.0.0.0", "127.0.0.2", "localhost", *(["[::1]", "[::]"] if _knows_version_6() else [])]


async def _status(listen):
    """The exit status of the check, with a proxy in the environment that nobody can use."""
    environment = {"LISTEN": listen, "http_proxy": "http://127.0.0.1:9"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *COMMAND[1:], env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    return await process.wait()


@pytest.mark.parametrize("host", HOSTS)
async def test_a_bot_that_listens_anywhere_is_found_to_be_well(host):
    address = FixedSettings(listen=f"{host}:0").address
    async with serving(address.host, address.port, Health({}).routes()) as port:
        assert await _status(f"{host}:{port}") == 0


async def test_a_bot_that_does_not_listen_or_answers_otherwise_is_not_well():
    async with serving("127.0.0.1", 0, []) as port:
        assert await _status(f"127.0.0.1:{port}") != 0
    assert await _status(f"127.0.0.1:{port}") != 0


def test_an_empty_setting_means_the_same_to_the_check_and_to_the_bot():
    assert f"os.environ.get('LISTEN') or '{Settings.model_fields['listen'].default}'" in COMMAND[-1]

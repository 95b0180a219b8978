"""What the tests of faults share: the bot as a process, many readers, and a stand-in that takes a while to answer."""

import os
import random
import secrets
import shutil

import pytest

from bot.demo.telegram.standin import StandIn
from tests.faults.certificates import Certificates
from tests.faults.scene import CHATS, Scene


@pytest.fixture
def kills():
    """How often to kill the process: KILLS, a few where CI runs all tests."""
    return int(os.environ.get("KILLS", "5"))


@pytest.fixture
def dice():
    """Chance; a failed test shows the SEED that throws the same again."""
    seed = int(os.environ.get("SEED", secrets.randbelow(1_000_000)))
    print(f"SEED={seed}")  # noqa: T201
    return random.Random(seed)


@pytest.fixture
async def telegram():
    """A stand-in without rates. Nobody checks its many calls against the Bot API: other tests do."""
    standin = StandIn(enforce_limits=False, keep_messages=1000)
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def scene(telegram, database_url, tmp_path):
    """Chats that follow everything, and a bot that is not started yet."""
    scene = Scene(telegram, database_url, tmp_path)
    await scene.prepare(CHATS)
    yield scene
    await scene.close()


@pytest.fixture(scope="session")
def _issued(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: no certificates can be made")
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def certificates(_issued, monkeypatch):
    """Certificates whose authority the bot trusts. aiohttp loads what the system trusts once, when it is imported."""
    monkeypatch.setattr("aiohttp.connector._SSL_CONTEXT_VERIFIED", _issued.trusting())
    return _issued

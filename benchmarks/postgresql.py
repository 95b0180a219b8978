"""A throwaway PostgreSQL server: nothing of it is left, and nothing is synced to the disk."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.common import NotHereError

_PATIENCE = 30.0


@contextmanager
def running() -> Iterator[str]:
    """The URL of its database `postgres`. Raises `NotHereError` where PostgreSQL is not installed."""
    initdb, postgres = _program("initdb"), _program("postgres")
    folder = Path(tempfile.mkdtemp(prefix="tickerbot-benchmark-"))
    try:
        person = _not_root(folder)
        data, port = folder / "data", free_port()
        options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "-N"]
        subprocess.run(  # noqa: S603  the installed PostgreSQL
            [initdb, "-D", data, *options], check=True, stdout=subprocess.DEVNULL, cwd="/", **person
        )
        settings = [f"--port={port}", "--listen_addresses=127.0.0.1", f"--unix_socket_directories={folder}"]
        settings += ["--fsync=off"]
        command: list[str | Path] = [postgres, "-D", data, *settings]
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
        with subprocess.Popen(command, **quiet, **person) as server:  # noqa: S603  the installed PostgreSQL
            try:
                _wait_for(data / "postmaster.pid", server)
                yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
            finally:
                server.terminate()
                server.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def run(url: str, statement: str) -> None:
    """Runs a statement that wants no transaction around it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[-3]))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise NotHereError(f"PostgreSQL is not installed: no {name} on PATH or in /usr/lib/postgresql/*/bin")
    return found


def _not_root(folder: Path) -> dict[str, Any]:
    """How to start a process that is not root's, and owns the folder: PostgreSQL does not run as root."""
    if os.getuid() != 0:
        return {}
    names = [user.pw_name for user in pwd.getpwall()]
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(status: Path, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _PATIENCE
    while not (status.exists() and "ready" in status.read_text()):
        if server.poll() is not None or time.monotonic() > end:
            raise RuntimeError("PostgreSQL did not start")
        time.sleep(0.05)

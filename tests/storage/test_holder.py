"""One process at a time talks to Telegram."""

import asyncio
import os
import subprocess
import sys

import asyncpg
import pytest

from storage import advisory
from storage.engine import DatabaseUnreachableError
from storage.holder import AlreadyRunning, holding


@pytest.fixture
async def postgresql_url(postgresql):
    await postgresql.run("CREATE DATABASE held")
    yield postgresql.url("held")
    await postgresql.run("DROP DATABASE held WITH (FORCE)")


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(advisory, "LOOK_SECONDS", 0.05)


async def test_a_second_one_on_the_same_file_is_refused_with_the_process_that_runs(tmp_path):
    url = f"sqlite:///{tmp_path}/x.db"
    async with holding(url):
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}.*x.db; stop it first"):
            async with holding(url):
                pass
    async with holding(url) as lost:
        assert not lost.is_set()


async def test_a_process_that_died_holds_nothing(tmp_path):
    url = f"sqlite:///{tmp_path}/x.db"
    code = f"""
import asyncio
from storage.holder import holding
async def hold():
    async with holding({url!r}):
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(hold())
"""
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    assert await other.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning, match=f"process {other.pid}"):
        async with holding(url):
            pass
    other.kill()
    await other.communicate()
    async with holding(url):
        pass


async def test_replicas_hold_one_after_the_other(postgresql_url, quick):
    waited = []
    order = []

    async def replica(name):
        async with holding(postgresql_url, lambda: waited.append(name)):
            order.append((name, "holds"))
            await asyncio.sleep(0.3)
            order.append((name, "ends"))

    await asyncio.gather(replica("a"), replica("b"))
    (first, _), (_, _), (second, _), (_, _) = order
    assert order == [(first, "holds"), (first, "ends"), (second, "holds"), (second, "ends")]
    assert waited == [second]


async def test_a_holder_whose_connection_ends_is_told_and_another_takes_over(
    postgresql_url, postgresql, quick
):
    async with holding(postgresql_url) as lost:
        assert not lost.is_set()
        await postgresql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tickerbot holder'"
        )
        await asyncio.wait_for(lost.wait(), 30)
        async with holding(postgresql_url) as lost_too:
            assert not lost_too.is_set()


async def test_a_holder_whose_server_stops_answering_is_told(postgresql, postgresql_url, quick, monkeypatch):
    monkeypatch.setattr(advisory, "ANSWER_SECONDS", 0.2)
    async with silent_after(postgresql.port) as (port, silence):
        url = postgresql_url.replace(str(postgresql.port), str(port))
        async with holding(url) as lost:
            await asyncio.sleep(0.2)
            assert not lost.is_set()
            silence.set()
            await asyncio.wait_for(lost.wait(), 30)


def silent_after(port):
    """A way to the server that carries nothing more once `silence` is set, as a broken network does."""

    class Way:
        async def __aenter__(self):
            self.silence = asyncio.Event()
            self.tasks, self.writers = [], []
            self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0)
            return self.server.sockets[0].getsockname()[1], self.silence

        async def accept(self, reader, writer):
            there = await asyncio.open_connection("127.0.0.1", port)
            self.writers += [writer, there[1]]
            self.tasks += [
                asyncio.create_task(self.carry(reader, there[1])),
                asyncio.create_task(self.carry(there[0], writer)),
            ]

        async def carry(self, reader, writer):
            while data := await reader.read(65536):
                if not self.silence.is_set():
                    writer.write(data)

        async def __aexit__(self, *_):
            self.server.close()
            for task in self.tasks:
                task.cancel()
            for writer in self.writers:
                writer.close()
            await asyncio.gather(
                *self.tasks, *(writer.wait_closed() for writer in self.writers), return_exceptions=True
            )

    return Way()


async def test_a_wait_can_be_cancelled_and_leaves_no_connection(postgresql_url, postgresql, quick):
    waiting = asyncio.Event()

    async def wait():
        async with holding(postgresql_url, waiting.set):
            pass

    async with holding(postgresql_url):
        task = asyncio.create_task(wait())
        await asyncio.wait_for(waiting.wait(), 30)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        connection = await asyncpg.connect(postgresql_url)
        query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tickerbot holder'"
        assert await connection.fetchval(query) == 1
        await connection.close()


async def test_a_server_that_is_not_there_is_said(quick):
    with pytest.raises(DatabaseUnreachableError, match="cannot be used"):
        async with holding("postgresql://bot@127.0.0.1:1/news"):
            pass

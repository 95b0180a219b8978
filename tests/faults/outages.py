"""How things are made to go wrong around the real process: each a function of the machine that returns how to undo it,
or None where it heals by itself or with the sites."""

import asyncio
import os
import resource
import signal
import time

import asyncpg

from bot.demo.telegram import faults
from tests.faults.answers import says_nothing
from tests.faults.house import BOTES_NEWS

STOP_SECONDS = 8.0


# Database


async def sqlite_locked(machine):
    machine.jam()
    await asyncio.sleep(3)
    return machine.jammed.close


async def sqlite_locked_for_long(machine):
    """Longer than a connection waits for the lock."""
    machine.jam()
    await asyncio.sleep(14)
    return machine.jammed.close


async def disk_full(machine):
    """No file of the process may have more than a byte: SQLite is told what it is told by a full disk."""
    before = machine.limit(resource.RLIMIT_FSIZE, 1)
    await asyncio.sleep(3)
    return lambda: machine.limit(resource.RLIMIT_FSIZE, before[0])


_AS_ANYBODY = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 1, 0, 0, 0)  # even root has no CAP_DAC_OVERRIDE then: what may not be written to may not
os.execv(sys.executable, [sys.executable, "-m", "bot", "run"])
"""


async def read_only(machine):
    """It is started on a file that was made read-only, by another owner or by a mount."""
    assert await machine.bot.stop() == 0
    file = machine.database_url.removeprefix("sqlite:///")
    os.chmod(file, 0o400)  # noqa: PTH101
    await machine.bot.start(("-c", _AS_ANYBODY))
    await asyncio.wait_for(machine.bot.process.wait(), 30)

    def writable_again():
        os.chmod(file, 0o600)  # noqa: PTH101
        return machine.bot.start()

    return writable_again


def postgresql_stops(how):
    """The server goes, and is back three seconds later."""

    async def strike(machine):
        machine.postgresql.stop(how)
        await asyncio.sleep(3)
        return machine.postgresql.start

    return strike


async def connections_killed(machine):
    """An admin of the database ends all connections, three times."""
    for _ in range(3):
        await machine.postgresql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tickerbot'"
        )
        await asyncio.sleep(0.4)


async def tables_locked(machine):
    """A long transaction of somebody else holds what the bot writes to."""
    connection = await asyncpg.connect(machine.database_url)
    await connection.execute("BEGIN")
    await connection.execute("LOCK TABLE article, delivery, source, chat IN ACCESS EXCLUSIVE MODE")
    await asyncio.sleep(3)
    return connection.close


# Process


async def _in_a_poll(machine):
    """The bot waits for the site's answer."""
    machine.site.answer = says_nothing
    before = len(machine.site.requests)

    async def asks():
        return len(machine.site.requests) > before

    await machine.until(asks)


async def killed_in_a_poll(machine):
    """With no message on the wire: what the other source brought has been sent."""
    await _in_a_poll(machine)
    assert await machine.arrives(BOTES_NEWS)
    await machine.settled()
    await machine.bot.kill()
    return machine.bot.start


async def stopped_in_a_poll(machine):
    await _in_a_poll(machine)
    began = time.monotonic()
    assert await machine.bot.stop() == 0, machine.bot.log[-3000:]
    assert time.monotonic() - began < STOP_SECONDS
    return machine.bot.start


async def killed_with_a_message_on_the_wire(machine):
    machine.standin.faults.method("sendMessage", faults.slow_answer(5))

    async def on_the_wire():
        return any(machine.words(user) for user in machine.readers)

    await machine.until(on_the_wire)
    await machine.bot.kill()
    machine.standin.faults.clear()
    return machine.bot.start


async def file_broken(machine):
    """SIGHUP, and the file of sources is none."""
    machine.declare("[[sources\n")
    machine.bot.process.send_signal(signal.SIGHUP)

    async def said():
        return "sources.toml has a fault" in machine.bot.log

    await machine.until(said)
    return machine.declare


def child(number):
    """The parser's child gets a signal."""

    async def strike(machine):
        pids = machine.children()
        assert pids, "the parser has no child"
        for pid in pids:
            os.kill(pid, number)

    return strike


async def sleeps(machine):
    """The machine sleeps: nothing of the process runs for three seconds."""
    machine.bot.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(3)
    return lambda: machine.bot.process.send_signal(signal.SIGCONT)


async def no_files_left(machine):
    """It may open no file and no connection any more."""
    before = machine.limit(resource.RLIMIT_NOFILE, 3)
    await asyncio.sleep(3)
    return lambda: machine.limit(resource.RLIMIT_NOFILE, before[0])


async def nobody_reads_its_log(machine):
    """What it writes goes to a pipe that is closed."""
    machine.bot.reading.cancel()
    machine.bot.process._transport.get_pipe_transport(1).close()
    machine.statuses = {120}  # Python's own, where a stream cannot be flushed at the end
    await asyncio.sleep(1)


async def starts_into_nothing(machine):
    """It starts while sites and Telegram are away."""
    assert await machine.bot.stop() == 0
    await machine.standin.offline()
    for site in machine.sites.values():
        await site.stop()
    await machine.bot.start()
    await asyncio.sleep(4)
    return machine.standin.online

"""Several `tickerbot run` on one PostgreSQL: they share the polling, one talks to Telegram, another takes over."""

import asyncio
import signal
import time
from collections import Counter, defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp import web

from bot.demo.telegram import faults
from bot.web.webhook import SECRET_HEADER
from tests.fixtures.figures import figure
from tests.fixtures.running import free_port
from tests.flow.replicas import RATE, Ledger, Replica, copies

pytestmark = pytest.mark.long

SECRET = "a-secret-of-ours"
TRIP = 0.1  # seconds that the stand-in takes to answer a message
SOURCE = """
[[sources]]
name = "{name}"
url = "{url}"
kind = "{kind}"
every = "1s"
"""


@pytest.fixture
def dialect():
    """Replicas are for PostgreSQL."""
    return "postgresql"


@pytest.fixture
def news_clock():
    """The site's clock goes with the bot's."""
    return lambda: datetime.now(UTC)


@pytest.fixture
async def ledger(database_url):
    ledger = Ledger(database_url)
    yield ledger
    await ledger.close()


@pytest.fixture
async def replicas(standin, tmp_path):
    """`await replicas(url, count, sources)` makes processes that are not started yet; all are gone at the end."""
    made = []

    def make(url, count, *sources, **environment):
        (tmp_path / "sources.toml").write_text("".join(SOURCE.format(**one) for one in sources))
        given = {
            "BOT_TOKEN": standin.token,
            "TELEGRAM_API_URL": standin.url,
            "DATABASE_URL": url,
            "SOURCES_FILE": "sources.toml",
            "ALLOW_PRIVATE_SOURCES": "true",
            "PAID_BROADCAST": "true",
            "MESSAGES_PER_SECOND": str(RATE),
        }
        made.extend(Replica(tmp_path, number, **given | environment) for number in range(count))
        return made

    yield make
    for one in made:
        if one.process is not None and one.process.returncode is None:
            await one.kill()


def atlas(newssite):
    return {"name": "Atlas", "url": f"{newssite.url}/", "kind": "ticker"}


async def one_after_the_other(first, *others):
    """The first one holds Telegram."""
    await first.start()
    await first.ready()
    for one in others:
        await one.start()
    for one in others:
        await one.in_line()


class Kiosk:
    """Feeds that note who reads them, and whether two do so at once."""

    def __init__(self):
        self.readers = defaultdict(Counter)
        self.reading = Counter()
        self.most_at_once = 0
        self.replicas = []

    def shares(self):
        """How many polls each process made."""
        return sum(self.readers.values(), Counter())

    async def feed(self, request):
        path = request.path
        self.reading[path] += 1
        self.most_at_once = max(self.most_at_once, self.reading[path])
        port = request.transport.get_extra_info("peername")[1]
        running = [one.process.pid for one in self.replicas if one.process]
        self.readers[path][_process_at(port, running)] += 1
        try:
            await asyncio.sleep(0.1)  # time for another to come
        finally:
            self.reading[path] -= 1
        body = f"<rss version='2.0'><channel><title>{path}</title></channel></rss>"
        item = "<item><guid>1</guid><title>Eine Meldung</title><link>http://127.0.0.1/1</link></item>"
        return web.Response(text=body.replace("</channel>", f"{item}</channel>"), content_type="text/xml")


def _process_at(port, processes):
    """Which of these processes has a connection from this port, as the kernel knows it."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    sockets = {f"socket:[{line[9]}]" for line in lines if int(line[1].rpartition(":")[2], 16) == port}
    for process in processes:
        for handle in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):
                if str(handle.readlink()) in sockets:
                    return process
    return None


@pytest.fixture
async def kiosk():
    kiosk = Kiosk()
    application = web.Application()
    application.router.add_get("/{name}", kiosk.feed)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    kiosk.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield kiosk
    await runner.cleanup()


async def test_polls_are_spread_and_no_source_is_polled_by_two_at_once(
    replicas, kiosk, standin, ledger, database_url
):
    names = [f"feed-{number}" for number in range(6)]
    feeds = [{"name": name, "url": f"{kiosk.url}/{name}", "kind": "feed"} for name in names]
    kiosk.replicas = replicas(database_url, 2, *feeds)
    await one_after_the_other(*kiosk.replicas)
    await ledger.baseline()
    kiosk.readers.clear()
    began = time.monotonic()
    await standin.wait_for(lambda: len(kiosk.shares()) == 2 and time.monotonic() > began + 5, 20)
    seconds = time.monotonic() - began
    assert kiosk.shares().keys() == {one.process.pid for one in kiosk.replicas}
    assert kiosk.most_at_once == 1
    polls = {path: sum(readers.values()) for path, readers in kiosk.readers.items()}
    assert len(polls) == len(names)
    # Once a second by one of them: if both did it, it would come to twice that
    assert all(2 <= count <= seconds + 2 for count in polls.values()), polls
    assert [row["failures"] for row in await ledger.sources()] == [0] * len(names)


async def test_three_that_start_at_once_on_an_empty_database_all_come_up(
    replicas, newssite, standin, empty_database_url
):
    started = replicas(empty_database_url, 3, atlas(newssite))
    await asyncio.gather(*(one.start() for one in started))
    await asyncio.gather(*(one.ready() for one in started))
    await asyncio.sleep(2.5)  # a second look at the lock
    assert {call.status for call in standin.called("getUpdates")} <= {0, 200}
    assert sum("another process talks" in one.log for one in started) == 2
    assert not any("Traceback" in one.log for one in started)
    assert [await one.stop() for one in started] == [0, 0, 0]


async def test_one_fetches_the_updates_and_each_is_answered_once(
    replicas, newssite, standin, ledger, database_url
):
    await one_after_the_other(*replicas(database_url, 2, atlas(newssite)))
    people = [standin.add_user(f"Leserin {number}") for number in range(20)]
    for person in people:
        await standin.open_link(person)
    await standin.wait_for(lambda: all(standin.bot_messages(one.id) for one in people), 20)
    welcome = {one.id: len(standin.bot_messages(one.id)) for one in people}
    for person in people:
        await standin.say(person, person.id, "/help")
    for update in list(standin.updates.pending)[:5]:
        standin.updates.repeat(update)
    await standin.wait_for(
        lambda: all(len(standin.bot_messages(one.id)) > welcome[one.id] for one in people), 20
    )
    await asyncio.sleep(1)
    assert {len(standin.bot_messages(one.id)) - welcome[one.id] for one in people} == {1}
    assert {call.status for call in standin.called("getUpdates")} <= {0, 200}


async def test_any_of_them_takes_webhook_calls_and_the_holder_answers(
    replicas, newssite, standin, database_url
):
    port = free_port()
    hook = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/telegram", "WEBHOOK_SECRET": SECRET}
    holder, other = replicas(database_url, 2, atlas(newssite), **hook)
    other.port = port
    await one_after_the_other(holder, other)
    anna = standin.add_user("Anna")
    await standin.wait_for(lambda: standin.webhook.url, 10)
    await standin.open_link(anna)  # Telegram calls the one that is not the holder
    await standin.wait_for(lambda: standin.bot_messages(anna.id), 15)
    before = len(standin.bot_messages(anna.id))
    message = {"message_id": 99, "date": int(time.time()), "text": "/help"} | {
        "chat": standin.private(anna).json(),
        "from": anna.json(),
        "entities": [{"type": "bot_command", "offset": 0, "length": 5}],
    }
    update = orjson.dumps({"update_id": 777_777, "message": message})
    headers = {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session:
        for replica in (other, holder, other):  # the same one, wherever it arrives
            async with session.post(f"{replica.url}/telegram", data=update, headers=headers) as answer:
                assert answer.status == 200
    await standin.wait_for(lambda: len(standin.bot_messages(anna.id)) > before, 10)
    await asyncio.sleep(2)
    assert len(standin.bot_messages(anna.id)) == before + 1
    assert standin.called("getUpdates") == []


async def test_when_the_holder_is_killed_in_mid_fan_out_another_goes_on_and_nothing_is_lost(
    replicas, newssite, standin, ledger, database_url
):
    readers = standin.add_readers(500)
    await ledger.followed_by(readers)
    holder, other = replicas(database_url, 2, atlas(newssite))
    await one_after_the_other(holder, other)
    await ledger.baseline()
    standin.faults.method("sendMessage", faults.slow_answer(TRIP))
    title = newssite.publish().title
    await standin.wait_for(lambda: len(standin.called("sendMessage")) >= 150, 20)
    await holder.kill()
    killed = time.time()
    on_wire = sum(call.at > killed - TRIP - 0.05 for call in standin.called("sendMessage"))
    counts = await ledger.settled()
    later = [call.at - killed for call in standin.called("sendMessage") if call.at > killed + 0.2]
    found = copies(standin, readers, title)
    assert min(later) < 10
    assert found.keys() <= {1, 2}, found
    assert found[2] <= on_wire + figure(max(8, RATE * 0.025), 25), (found, on_wire)
    assert (counts.done, counts.dead) == (500, 0)
    await standin.open_link(anna := standin.add_user("Anna"))  # and people are answered
    await standin.wait_for(lambda: standin.bot_messages(anna.id), 10)


@pytest.mark.parametrize(
    ("how", "count"),
    [(signal.SIGINT, 1), (signal.SIGQUIT, 2)],
    ids=["restarted, alone", "crashed, with another"],
)
async def test_postgresql_that_goes_and_comes_back_in_mid_run_costs_nothing(
    replicas, newssite, standin, own_postgresql, how, count
):
    await own_postgresql.run("CREATE DATABASE news")
    url = own_postgresql.url("news")
    started = replicas(url, count, atlas(newssite))
    await one_after_the_other(*started)
    readers = standin.add_readers(300)
    ledger = Ledger(url)
    try:
        await ledger.followed_by(readers)
        await ledger.baseline()
        standin.faults.method("sendMessage", faults.slow_answer(TRIP))
        title = newssite.publish().title
        await standin.wait_for(lambda: len(standin.called("sendMessage")) >= 100, 20)
        await asyncio.to_thread(own_postgresql.stop, how)
        down = time.time()
        await asyncio.sleep(2)
        await asyncio.to_thread(own_postgresql.start)
    finally:
        await ledger.close()
    ledger = Ledger(url)
    try:
        counts = await ledger.settled()
        on_wire = sum(down - 1 < call.at < down for call in standin.called("sendMessage"))
        found = copies(standin, readers, title)
        assert found.keys() <= {1, 2}, found
        assert found[2] <= on_wire, (found, on_wire)
        assert (counts.done, counts.dead) == (300, 0)
        later = newssite.publish().title
        await standin.wait_for(lambda: copies(standin, readers, later)[0] == 0, 30)
    finally:
        await ledger.close()
    assert [one.process.returncode for one in started] == [None] * count

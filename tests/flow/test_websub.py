"""WebSub with the whole bot: a source's hub is subscribed, and what it brings is in the chat within a second."""

import asyncio
import time
from datetime import timedelta

import pytest

from bot import catalogue
from bot.domain.catalogue import Catalogue, SourceSpec
from storage import hubs
from storage.engine import open_database
from tests.fixtures.figures import figure
from tests.fixtures.running import free_port
from tests.fixtures.waiting import until
from tests.flow.hub_site import serving

HOUR = timedelta(hours=1)
SECRET = "a-secret-of-ours"


@pytest.fixture
async def site():
    """A feed with old news and a hub."""
    async with serving() as site:
        site.write("Der Leuchtturm wird gestrichen", "Ein Chor singt im Regen", ago=HOUR)
        yield site


def declared(site, **how):
    spec = {"kind": "feed", "every": HOUR} | how
    return Catalogue(catalogue.load(None).topics, (SourceSpec("Blatt", site.topic, **spec),))


@pytest.fixture
def run(run_bot, database_url):
    """The bot with a webhook; hours lie between its polls."""

    def start(sources, **settings):
        port = free_port()
        hook = {"webhook_url": f"http://127.0.0.1:{port}/telegram", "webhook_secret": SECRET}
        return run_bot(database_url, sources, **({"listen": f"127.0.0.1:{port}"} | hook | settings))

    return start


@pytest.fixture
async def ledger(database_url):
    """The database seen from outside."""
    database = open_database(database_url)

    async def rows():
        async with database.sessions.read() as session:
            return list(await hubs.every(session))

    yield rows
    await database.close()


@pytest.fixture
async def reader(standin, site):
    """Someone who follows everything, once the bot is up."""
    anna = standin.add_user("Anna")

    async def follows():
        await standin.wait_for(lambda: standin.called("setMyCommands"), 20)
        await site.subscribed()
        await standin.say(anna, standin.private(anna), "/start")
        await standin.say(anna, standin.private(anna), "/subscribe all")
        await standin.wait_for(lambda: len(standin.bot_messages(anna.id)) >= 2, 10)
        return anna

    return follows


def told(standin, anna, title):
    return sum(title in str(one) for one in standin.bot_messages(anna.id))


async def test_from_publication_to_the_chat_in_under_a_second(standin, site, run, reader):
    async with run(declared(site)):
        anna = await reader()
        site.pages = True
        took = []
        for number in range(3):
            site.write(f"Die Fähre fährt wieder {number}")
            began = time.monotonic()
            assert await site.push() == 202
            await standin.wait_for(lambda n=number: told(standin, anna, f"wieder {n}"), 5)
            took.append(time.monotonic() - began)
            await asyncio.sleep(1.1)  # Telegram takes one message a second in a chat
        assert sorted(took)[1] < figure(1, 5), took
        assert site.article_reads == 3, "each article's page came with its headline"
        assert site.feed_reads == 1, "only the baseline was polled"


async def test_other_machines_reach_the_callbacks_and_nothing_new_beside_them(standin, site, run, reader):
    async with run(declared(site)) as bot:
        anna = await reader()
        site.write("Die Fähre fährt wieder")
        assert await site.push(**{"X-Forwarded-For": "203.0.113.7"}) == 202
        await standin.wait_for(lambda: told(standin, anna, "fährt wieder"), 5)
        for path, status in (("/websub/", 404), ("/websub/kurz", 404), ("/metrics", 404)):
            async with site.session.get(bot.url + path, headers={"X-Forwarded-For": "203.0.113.7"}) as answer:
                assert answer.status == status, path


async def test_without_a_webhook_no_hub_is_asked(standin, site, run, ledger):
    async with run(declared(site), webhook_url=None, webhook_secret=None) as bot:
        await standin.wait_for(lambda: standin.called("setMyCommands") and site.feed_reads, 20)
        async with site.session.post(f"{bot.url}/websub/{'x' * 32}", data=b"") as answer:
            assert answer.status == 404
    assert site.asked == []
    assert await ledger() == []


async def test_a_source_taken_out_of_the_file_is_unsubscribed_once_it_is_read_again(
    site, run, ledger, tmp_path
):
    file = tmp_path / "sources.toml"
    file.write_text("", encoding="utf-8")
    async with run(declared(site), sources_file=file) as bot:
        await site.subscribed()
        bot.reload.set()
        await site.subscribed(times=2)
        assert site.newest.form["hub.mode"] == "unsubscribe"
        assert await ledger() == []


async def test_a_restart_asks_the_hub_nothing_and_the_subscription_goes_on(
    standin, site, run, reader, ledger
):
    port = free_port()
    here = {"listen": f"127.0.0.1:{port}", "webhook_url": f"http://127.0.0.1:{port}/telegram"}
    async with run(declared(site), **here):
        anna = await reader()
    async with run(declared(site), **here):
        await standin.wait_for(lambda: len(standin.called("setWebhook")) == 2, 20)
        site.write("Die Fähre fährt wieder")
        assert await site.push() == 202
        await standin.wait_for(lambda: told(standin, anna, "fährt wieder"), 5)
    assert len(site.asked) == 1
    assert [row.state for row in await ledger()] == ["active"]


@pytest.mark.parametrize("dialect", ["postgresql"], indirect=True)
async def test_a_push_may_come_to_a_replica_that_neither_asked_for_it_nor_talks_to_telegram(
    standin, site, run, reader
):
    port, other = free_port(), free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/telegram"}
    async with run(declared(site), listen=f"127.0.0.1:{port}", **hook):
        anna = await reader()
        async with run(declared(site), listen=f"127.0.0.1:{other}", **hook) as second:
            await until(lambda: _ready(site, second))
            site.write("Die Fähre fährt wieder")
            callback = site.newest.callback.replace(f":{port}/", f":{other}/")
            assert await site.push(callback=callback) == 202
            await standin.wait_for(lambda: told(standin, anna, "fährt wieder"), 10)
    assert len(site.asked) == 1


async def _ready(site, bot):
    try:
        async with site.session.get(f"{bot.url}/readyz") as answer:
            return answer.status == 200
    except OSError:
        return False

"""`/metrics`: what is counted, who may see it, and that nobody is named in it."""

import asyncio
import socket
import time
from unittest.mock import Mock

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as openmetrics_families,
)
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from bot import config
from bot.config import SettingsError
from bot.delivery.limiter import Lane, Limiter
from bot.demo.telegram import faults
from bot.domain.verdict import Action
from bot.measures import LANES, OTHER, POLLS, REASONS, SCOPES, STATES, Measures
from bot.sources.errors import AddressRefused, FetchError, NotATicker, ParserFailed
from bot.sources.polling.poll import _kind
from bot.web.access import Access, is_local
from bot.web.metrics import KEEP_SECONDS, Metrics, OutboxLook
from tests.fixtures.running import declared, free_port
from tests.flow.delivery import now
from tests.unit.virtual_time import VirtualTime

LABELS = {
    "state": {*STATES, "owed", "in_doubt", "dead"},
    "reason": {*REASONS.values(), OTHER},
    "scope": set(SCOPES),
    "lane": set(LANES),
    "result": {*POLLS, OTHER},
}
TOKEN = "metrics-please_1"


@pytest.fixture
def bot(run_bot, database_url, newssite):
    """`async with bot() as running`: the whole bot, on the sample site."""
    return lambda *sites, **settings: run_bot(database_url, declared(newssite, *sites), **settings)


async def fetch(url, path="/metrics", **headers):
    async with (
        aiohttp.ClientSession() as session,
        session.get(url + path, headers=headers) as response,
    ):
        return response.status, await response.text(), response.headers


async def seen(running):
    """Values by name and labels; the labels in the order of their own names."""
    status, text, _ = await fetch(running.url)
    assert status == 200, text
    return {
        (sample.name.removeprefix("tickerbot_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def values_when(running, condition, seconds=20):
    """The values as soon as the condition holds of them."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            values = await seen(running)
        except aiohttp.ClientConnectionError:
            values = None
        if values and condition(values):
            return values
        assert time.monotonic() < deadline, values
        await asyncio.sleep(0.1)


def deliveries(values, state, reason="none"):
    return values["deliveries_total", reason, state]


async def test_a_headline_is_counted_from_its_poll_to_its_arrival(bot, office, newssite):
    await office.reader("Anna")
    await office.reader("Ben")
    async with bot(messages_per_second=17) as running:
        await values_when(running, lambda v: v["polls_total", "unchanged"] >= 1)
        newssite.publish()
        values = await values_when(running, lambda v: deliveries(v, "sent") == 2)
    assert values["polls_total", "ok"] == 2  # the baseline and the headline
    assert values["delivery_latency_seconds_count",] == 2
    assert 0 < values["delivery_latency_seconds_sum",] < 20
    assert values["budget_used_messages_total", "push"] == 2
    assert values["budget_messages_per_second",] == 17
    assert values["event_loop_lag_seconds_count",] >= 1
    assert values["process_resident_memory_bytes",] > 1e6
    assert {values["too_many_requests_total", scope] for scope in SCOPES} == {0}
    assert values["outbox", "dead"] == values["outbox", "in_doubt"] == 0


async def test_a_refused_message_is_counted_with_its_reason_and_dead_in_the_outbox(bot, office, standin):
    _, poisoned = await office.reader("Anna")
    user, _ = await office.reader("Ben")
    await office.headlines("Fähre auf Grund gelaufen")
    standin.faults.chat(poisoned.id, faults.refuse(400, "Bad Request: SOMETHING_NEW"))
    standin.block(user)
    async with bot() as running:
        values = await values_when(running, lambda v: deliveries(v, "dead", "refused") == 1)
        values = await values_when(running, lambda v: deliveries(v, "cancelled", "gone") == 1)
    assert deliveries(values, "sent") == 0
    async with bot() as running:  # a look at the outbox of its own, after all of that
        values = await values_when(running, lambda v: ("outbox", "owed") in v)
    assert (values["outbox", "owed"], values["outbox", "dead"]) == (0, 1)


async def test_a_429_counts_for_the_chat_and_an_answer_that_never_came_as_unknown(bot, office, standin):
    _, flooded = await office.reader("Anna")
    _, silent = await office.reader("Ben")
    await office.headlines("Fähre auf Grund gelaufen")
    standin.faults.chat(flooded.id, faults.too_many(1), times=1)
    standin.faults.chat(silent.id, faults.drop_after(), times=1)
    async with bot() as running:
        values = await values_when(running, lambda v: deliveries(v, "sent") == 2)
    assert values["too_many_requests_total", "chat"] == 1
    assert values["too_many_requests_total", "bot"] == 0
    assert deliveries(values, "later", "unknown") == 1
    assert values["delivery_latency_seconds_count",] == 2


async def test_no_label_names_a_chat_a_title_or_an_address(bot, office, standin, newssite):
    user, chat = await office.reader("Anna Geheim")
    _, channel = await office.channel("Kanal Vertraulich")
    await office.headlines("Fähre auf Grund gelaufen")
    standin.faults.chat(channel.id, faults.refuse(400, f"Bad Request: chat {channel.id} {newssite.url}"))
    async with bot() as running:
        await values_when(running, lambda v: deliveries(v, "dead", "refused") == 1)
        newssite.break_ticker(True)
        newssite.publish()
        await values_when(running, lambda v: v["polls_total", "unreadable"] >= 1)
        _, text, _ = await fetch(running.url)
    samples = [s for family in text_string_to_metric_families(text) for s in family.samples]
    labels = {(name, value) for sample in samples for name, value in sample.labels.items() if name != "le"}
    assert [pair for pair in labels if pair[1] not in LABELS[pair[0]]] == []
    for private in (
        str(chat.id),
        str(channel.id),
        user.first_name,
        channel.title,
        "Fähre",
        "://",
        newssite.name,
    ):
        assert private not in " ".join(value for _, value in labels)


async def test_both_forms_of_prometheus_are_spoken(bot):
    async with bot() as running:
        await values_when(running, lambda v: v["event_loop_lag_seconds_count",] >= 1)
        _, _, headers = await fetch(running.url)
        assert headers["Content-Type"].startswith("text/plain; version=")
        _, text, headers = await fetch(running.url, Accept="application/openmetrics-text; version=1.0.0")
    assert headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    names = {family.name for family in openmetrics_families(text)}
    assert {"tickerbot_outbox", "tickerbot_deliveries"} <= names


# Who may see it


def own_address():
    """An address of this machine that is not loopback; no packet is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            pytest.skip("this machine has no address but loopback")
        return probe.getsockname()[0]


async def test_from_elsewhere_there_is_nothing_without_the_token(bot):
    port = free_port()
    async with bot(listen=f"0.0.0.0:{port}", status_token=TOKEN) as running:
        running.port = port
        await values_when(running, lambda _: True)
        there = f"http://{own_address()}:{port}"
        for given in ({}, bearer("wrong"), {"Authorization": f"Basic {TOKEN}"}, bearer("ü")):
            status, text, _ = await fetch(there, **given)
            assert (status, text) == (await fetch(there, "/nothing"))[:2] == (404, "404: Not Found")
        assert (await fetch(there, **bearer(TOKEN)))[0] == 200
        assert (await fetch(there, Authorization=f"bearer {TOKEN}"))[0] == 200
        assert (await fetch(there, "/healthz"))[0] == 200


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


FROM_OUTSIDE = [
    {"X-Forwarded-For": "127.0.0.1"},
    {"Forwarded": "for=203.0.113.7"},
    {"X-Real-IP": "203.0.113.7"},
    {"Via": "1.1 proxy"},
    {"Host": "evil.example"},
    {"Host": "bot.example.org:8080"},
    {"Host": ""},
]


async def test_what_a_proxy_on_this_machine_passes_on_is_not_from_this_machine(bot):
    async with bot() as running:
        await values_when(running, lambda _: True)
        for headers in FROM_OUTSIDE:
            assert (await fetch(running.url, **headers))[0] == 404, headers
        # Without STATUS_TOKEN nothing that is shown opens it
        assert (await fetch(running.url, Via="1.1 proxy", Authorization="Bearer "))[0] == 404
        assert (await fetch(running.url, Via="1.1 proxy", **bearer("None")))[0] == 404
        assert (await fetch(running.url, Host="localhost"))[0] == 200
        assert (await fetch(running.url, Host="[::1]:8080"))[0] == 200


@pytest.mark.parametrize(
    ("peer", "local"),
    [
        (("127.0.0.1", 5), True),
        (("127.8.9.10", 5), True),
        (("::1", 5, 0, 0), True),
        (("::ffff:127.0.0.1", 5, 0, 0), True),
        (("::ffff:203.0.113.7", 5, 0, 0), False),
        (("192.168.1.5", 5), False),
        (("172.17.0.1", 5), False),
        (("fe80::1%eth0", 5, 0, 2), False),
        ("", False),
        (None, False),
    ],
)
def test_this_machine_is_who_connects_from_loopback(peer, local):
    transport = Mock(get_extra_info=lambda name, default=None: peer if name == "peername" else default)
    request = make_mocked_request("GET", "/metrics", {"Host": "127.0.0.1:8080"}, transport=transport)
    assert is_local(request) is local


@pytest.mark.parametrize("token", ["with space", "ümlaut", "x" * 257])
def test_a_status_token_that_no_header_can_carry_is_refused_and_not_shown(monkeypatch, tmp_path, token):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STATUS_TOKEN", token)
    with pytest.raises(
        SettingsError, match=r"STATUS_TOKEN holds \d+ characters \(not shown\): expected 1 to"
    ):
        config.load()


# The outbox at a glance


async def test_the_outbox_is_looked_at_once_in_a_while_however_often_it_is_asked_for(sessions, office):
    seconds = [0.0]
    look = OutboxLook(sessions, now, lambda: seconds[0])
    await office.reader("Anna")
    assert (await look()).owed == 0
    await office.headlines("Eins")
    seconds[0] = KEEP_SECONDS - 0.01
    assert [one.owed for one in await asyncio.gather(look(), look())] == [0, 0]
    seconds[0] = KEEP_SECONDS
    assert (await look()).owed == 1


async def test_without_the_database_the_rest_is_there():
    class Broken:
        def read(self):
            raise OperationalError("SELECT", {}, OSError("gone"))

    measures, look = Measures(), OutboxLook(Broken(), now)
    metrics = Metrics(measures.registry, look, now, Access())
    transport = Mock(get_extra_info=lambda name, default=None: ("127.0.0.1", 1))
    response = await metrics.show(make_mocked_request("GET", "/metrics", transport=transport))
    assert b"tickerbot_polls_total" in response.body
    assert b"tickerbot_outbox" not in response.body


# What the rooms say


def test_every_action_that_ends_a_delivery_has_its_reason():
    never_an_end = {Action.AGAIN, Action.WAIT, Action.MOVED, Action.REVOKED, Action.CONFLICT}
    assert {action.value for action in Action} - {action.value for action in never_an_end} <= set(REASONS)


def test_words_that_nobody_foresaw_become_other():
    measures = Measures()
    measures.settled("dead", "Bad Request: chat 4711")
    measures.settled("again", "4711")
    measures.polled("https://news.example/4711")
    assert sum_of(measures, "tickerbot_deliveries_total", reason="other") == 1
    assert sum_of(measures, "tickerbot_deliveries_total") == 1
    assert sum_of(measures, "tickerbot_polls_total", result="other") == 1


def sum_of(measures, name, **labels):
    samples = [sample for family in measures.registry.collect() for sample in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_two_bots_in_one_process_count_apart():
    one, other = Measures(), Measures()
    one.refused("chat")
    assert sum_of(other, "tickerbot_too_many_requests_total") == 0


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AddressRefused("private"), "refused"),
        (FetchError("timeout"), "network"),
        (FetchError("gone", 410), "http"),
        (NotATicker("nothing"), "unreadable"),
        (ParserFailed("killed"), "parser"),
        (RuntimeError("bug"), "internal"),
    ],
)
def test_a_poll_that_failed_is_of_one_kind(error, kind):
    assert _kind(error) == kind
    assert kind in POLLS


def test_the_limiter_tells_what_it_lets_through_and_whom_a_429_silences():
    clock, measures = VirtualTime(), Measures()
    limiter = Limiter(10, clock.monotonic, clock.sleep, measures)

    async def work():
        await limiter.acquire(1, Lane.ANSWER)
        await limiter.acquire(2, Lane.PUSH)
        await limiter.acquire(3, Lane.PUSH)
        limiter.refused(1, 3)
        limiter.refused(1, 3)
        limiter.refused(2, 3)

    clock.run(work())
    assert sum_of(measures, "tickerbot_budget_used_messages_total", lane="answer") == 1
    assert sum_of(measures, "tickerbot_budget_used_messages_total", lane="push") == 2
    assert sum_of(measures, "tickerbot_too_many_requests_total", scope="chat") == 2
    assert sum_of(measures, "tickerbot_too_many_requests_total", scope="bot") == 1


async def test_an_event_loop_that_turns_late_shows():
    measures, times = Measures(), iter([0.0, 0.25, 1.0, 2.0])

    async def sleep(_):
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="StopIteration"):
        await measures.watch_loop(sleep, lambda: next(times))
    assert sum_of(measures, "tickerbot_event_loop_lag_seconds_count") == 2
    assert sum_of(measures, "tickerbot_event_loop_lag_seconds_sum") == 0.75

"""`tickerbot …` as an admin types it: a process of its own, its exit status and its words."""

import asyncio
import os
import re
import signal
import sys
import time

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot import app, opening
from bot.config import FixedSettings
from bot.domain.catalogue import Catalogue
from tests.fixtures.running import bare_environment, free_port

pytestmark = pytest.mark.long

SOURCES = """\
[[topics]]
slug = "sport"
name = {{ de = "Sport" }}
sections = ["sport"]

[[sources]]
name = "Atlas"
url = "{url}/"
kind = "ticker"
every = "1s"
"""


class Shell:
    """Runs the command line in an empty folder, with nothing in the environment but what a test gives."""

    def __init__(self, folder):
        self.folder = folder
        self.started = []

    async def start(self, *arguments, **environment):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *arguments,
            cwd=self.folder,
            env=bare_environment() | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self.started.append(process)
        return process

    async def run(self, *arguments, **environment):
        """Exit status, standard output, standard error."""
        process = await self.start(*arguments, **environment)
        out, err = await asyncio.wait_for(process.communicate(), 50)
        return process.returncode, out.decode(), err.decode()


@pytest.fixture
async def shell(tmp_path):
    shell = Shell(tmp_path)
    yield shell
    for process in shell.started:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.fixture
def here(standin, newssite, tmp_path):
    """An environment in which everything works."""
    (tmp_path / "sources.toml").write_text(SOURCES.format(url=newssite.url), encoding="utf-8")
    return {
        "BOT_TOKEN": standin.token,
        "TELEGRAM_API_URL": standin.url,
        "SOURCES_FILE": "sources.toml",
        "ALLOW_PRIVATE_SOURCES": "true",
        "LISTEN": f"127.0.0.1:{free_port()}",
    }


async def answer(environment, path):
    """Status and body of a path on LISTEN; None while nobody listens."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.get(f"http://{environment['LISTEN']}{path}") as response:
                return response.status, await response.json()
        except aiohttp.ClientConnectionError:
            return None


async def until(condition, seconds=60):
    """Waits for a true value of an async condition."""
    deadline = time.monotonic() + seconds
    while not (value := await condition()):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.1)
    return value


FAULTS = {
    "no token": ({"BOT_TOKEN": ""}, "BOT_TOKEN is empty"),
    "a malformed token": ({"BOT_TOKEN": "abc"}, "BOT_TOKEN holds 3 characters"),
    "an address with a path": ({"TELEGRAM_API_URL": "http://x/bot"}, "TELEGRAM_API_URL holds 'http://x/bot'"),
    "an unknown database": ({"DATABASE_URL": "oracle://x"}, "DATABASE_URL holds 'oracle://x'"),
    "a folder that cannot be made": ({"DATABASE_URL": "sqlite:////proc/nothing/x.db"}, "/proc/nothing"),
    "no sources.toml": ({"SOURCES_FILE": "missing.toml"}, "SOURCES_FILE holds 'missing.toml'"),
    "a port nobody may use": ({"LISTEN": "192.0.2.1:80"}, "LISTEN holds 192.0.2.1:80"),
}


@pytest.mark.parametrize(("wrong", "said"), FAULTS.values(), ids=FAULTS)
async def test_a_wrong_setting_is_one_line_and_exit_status_2(shell, here, wrong, said):
    status, out, err = await shell.run("run", **(here | {"LOG_LEVEL": "ERROR"} | wrong))
    assert status == 2, err
    (line,) = err.strip().splitlines()
    assert line.startswith("tickerbot: ")
    assert said in line
    assert out == ""


async def test_a_fault_in_sources_toml_is_named_with_its_line(shell, here, tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(file.read_text().replace('"ticker"', '"tocker"'))
    status, _, err = await shell.run("run", **here)
    assert status == 2
    assert re.fullmatch(r"tickerbot: sources\.toml, line 9: kind holds 'tocker': expected .*\n", err)


def test_a_database_that_does_not_answer_is_tried_for_a_while_and_then_named(monkeypatch, capsys):
    assert opening.PATIENCE == 30
    monkeypatch.setattr(opening, "PATIENCE", 1.5)
    url = f"postgresql://anna:geheim@127.0.0.1:{free_port()}/x"
    began = time.monotonic()
    with capture_logs() as logs:
        status = app.main(FixedSettings(bot_token=f"1234567:{'x' * 35}", database_url=url), Catalogue())
    assert status == 2
    assert 1.5 < time.monotonic() - began < 20
    (waiting,) = [one for one in logs if one["event"] == "waiting for the database"]
    out, err = capsys.readouterr()
    assert err.startswith("tickerbot: the database postgresql")
    assert "geheim" not in f"{out}{err}{waiting}"
    assert "Traceback" not in f"{out}{err}"


async def test_a_folder_that_may_not_be_written_to_is_named(shell, here, tmp_path):
    if os.getuid() == 0:
        here["DATABASE_URL"] = "sqlite:////proc/self/x.db"
    else:
        (tmp_path / "locked").mkdir(mode=0o500)
        here["DATABASE_URL"] = "sqlite:///locked/x.db"
    status, _, err = await shell.run("run", **(here | {"LOG_LEVEL": "ERROR"}))
    assert status == 2
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


async def test_run_comes_up_is_ready_and_stops_at_sigterm(shell, here, standin):
    process = await shell.start("run", **here)

    async def ready():
        found = await answer(here, "/readyz")
        return found and found[0] == 200 and found

    assert (await until(ready))[1] == {"status": "ready", "database": "ok", "telegram": "ok"}
    assert await answer(here, "/healthz") == (200, {"status": "alive"})
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), 8)
    assert process.returncode == 0
    assert b"the bot has stopped" in err
    assert standin.token.encode() not in err


async def test_a_second_run_on_the_same_sqlite_file_is_refused(shell, here):
    await shell.start("run", **here)
    await until(lambda: answer(here, "/healthz"))
    status, _, err = await shell.run("run", **(here | {"LISTEN": f"127.0.0.1:{free_port()}"}))
    assert status == 2
    assert "another tickerbot" in err


async def test_a_refused_token_keeps_it_running_but_not_ready(shell, here, standin):
    standin.revoke_token()
    process = await shell.start("run", **here)

    async def refused():
        found = await answer(here, "/readyz")
        return found and "refuses the token" in found[1]["telegram"] and found

    assert (await until(refused))[0] == 503
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), 8)
    assert err.decode().count("Telegram refuses the token") == 1


async def test_without_telegram_it_polls_and_stores_and_delivers_when_telegram_is_back(
    shell, here, standin, newssite
):
    anna = standin.add_user("Anna")
    await standin.offline()
    process = await shell.start("run", **here)
    await until(lambda: _seen(newssite, ("/", 304)))
    missed = newssite.publish()
    await until(lambda: _seen(newssite, (missed.path, 200)))
    assert (await answer(here, "/readyz"))[0] == 503
    await standin.online()
    await standin.open_link(anna)
    await standin.wait_for(lambda: standin.bot_messages(anna.id), 20)
    await standin.say(anna, anna.id, "/latest")
    await standin.wait_for(lambda: missed.title in str(standin.bot_messages(anna.id)), 20)
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), 8)
    assert err.decode().count("Telegram cannot be reached") == 1


async def _seen(site, hit):
    return hit in site.hits


async def test_check_says_a_line_for_each_thing_and_exits_0(shell, here, newssite):
    status, out, err = await shell.run("check", **here)
    assert (status, err) == (0, "")
    lines = out.strip().splitlines()
    assert [line.split()[1].rstrip(":") for line in lines] == ["settings", "database", "token", "source"]
    assert all(line.startswith("✓") for line in lines)
    assert "there is no database " in lines[1]
    assert not list(shell.folder.glob("*.db*"))  # a look makes nothing
    assert "@tickerbot_demo_bot" in out
    assert "15 headlines" in out


async def test_check_exits_1_when_the_token_is_refused_and_the_source_is_gone(shell, here, standin, newssite):
    standin.revoke_token()
    newssite.break_ticker(True)
    status, out, _ = await shell.run("check", **here)
    assert status == 1
    assert re.search(r"✗ token: .*refuses it", out)
    assert "✗ source Atlas:" in out


async def test_check_names_a_database_that_could_not_be_made(shell, here):
    status, out, _ = await shell.run("check", **here | {"DATABASE_URL": "sqlite:///sources.toml/x.db"})
    assert status == 1
    assert re.search(r"✗ database: sources.toml/x.db cannot be made: sources.toml is no folder", out)


async def test_a_file_without_a_source_is_said_at_the_start_and_after_a_reload_and_by_check(
    shell, here, tmp_path
):
    file = tmp_path / "sources.toml"
    declared = file.read_text(encoding="utf-8")
    file.write_text("", encoding="utf-8")
    status, out, _ = await shell.run("check", **here)
    assert status == 1
    assert "✗ sources: sources.toml: no source is declared, so no news comes: add [[sources]]" in out
    process = await shell.start("run", **here)
    assert await _said_before(process, "the bot is up") == 0
    assert await _said_before(process, "no source is declared") == 0
    file.write_text(declared, encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    assert await _said_before(process, "was read again") == 0
    file.write_text("", encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    assert await _said_before(process, "was read again") == 1


async def _said_before(process, words):
    """How many lines of the log warned of no source before the one with these words, from where the last look ended."""
    warned = 0
    while words not in (line := (await asyncio.wait_for(process.stderr.readline(), 20)).decode()):
        assert line, f"it never said {words!r}"
        warned += "no source is declared" in line
    return warned


async def test_source_test_shows_what_a_page_yields(shell, here, newssite):
    status, out, _ = await shell.run("source", "test", f"{newssite.url}/", **here)
    assert status == 0
    assert "a ticker with 15 headlines" in out
    assert newssite.articles[0].title[:30] in out
    assert "15 of 15 headlines fell into other" in out
    assert "nothing matched" in out


async def test_source_test_tells_which_rule_decided(shell, here, newssite):
    here.pop("SOURCES_FILE")
    status, out, _ = await shell.run("source", "test", f"{newssite.url}/feed.xml", **here)
    assert status == 0
    assert "because" in out
    assert f'category "{newssite.articles[0].story.section.name}"' in out
    status, out, _ = await shell.run("source", "test", f"{newssite.url}/", **here)
    assert status == 0
    assert 'keyword "' in out


async def test_source_test_of_a_feed_and_of_nothing(shell, here, newssite):
    status, out, _ = await shell.run("source", "test", f"{newssite.url}/feed.xml", **here)
    assert (status, "a feed with" in out) == (0, True)
    status, out, _ = await shell.run("source", "test", f"{newssite.url}/missing", **here)
    assert (status, "404" in out) == (1, True)


async def test_source_list_shows_what_is_declared(shell, here):
    status, out, _ = await shell.run("source", "list", **here)
    assert status == 0
    assert "Atlas" in out
    assert "not polled yet" in out


async def test_db_upgrade_says_from_where_to_where(shell, here):
    status, out, _ = await shell.run("db", "upgrade", **here)
    assert (status, "went from empty to" in out) == (0, True)
    status, out, _ = await shell.run("db", "upgrade", **here)
    assert "already" in out


async def test_the_demo_comes_up_prints_its_address_and_ends_at_ctrl_c(shell):
    port = free_port()
    process = await shell.start("demo", "--no-browser", "--port", str(port), BOT_TOKEN="ignored")

    async def greeted():
        return await answer({"LISTEN": f"127.0.0.1:{port}"}, "/ui/state")

    found = await until(greeted)
    assert [chat["chat"].get("title") for chat in found[1]["chats"]][1:] != []
    await asyncio.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert f"http://127.0.0.1:{port}".encode() in out
    assert err == b""


async def test_the_demo_names_a_port_that_is_in_use(shell, standin):
    port = standin.url.rpartition(":")[2]
    status, _, err = await shell.run("demo", "--no-browser", "--port", port)
    assert status == 2
    assert f"port {port} is in use" in err


async def test_without_a_command_it_says_what_there_is(shell):
    status, _, err = await shell.run()
    assert status == 2
    assert "COMMAND" in err

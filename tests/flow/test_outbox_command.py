"""`tickerbot outbox` as an admin types it, beside a running bot."""

import asyncio
import io
import re
import sqlite3
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta

import pytest

from bot.__main__ import parser
from bot.cli import outbox as outbox_command
from bot.config import FixedSettings
from bot.demo.telegram import faults
from storage import chats, outbox
from tests.fixtures.running import free_port
from tests.flow.delivery import now
from tests.flow.test_command_line import SOURCES, Shell, answer, until

POISON = "Bad Request: BUTTON_URL_INVALID"


@pytest.fixture
async def shell(tmp_path, standin, newssite, database_url):
    """A command line whose settings are this test's database, stand-in and site."""
    (tmp_path / "sources.toml").write_text(SOURCES.format(url=newssite.url), encoding="utf-8")
    shell = Shell(tmp_path)
    shell.settings = {
        "BOT_TOKEN": standin.token,
        "TELEGRAM_API_URL": standin.url,
        "SOURCES_FILE": "sources.toml",
        "ALLOW_PRIVATE_SOURCES": "true",
        "LISTEN": f"127.0.0.1:{free_port()}",
        "DATABASE_URL": database_url,
    }
    yield shell
    for process in shell.started:
        if process.returncode is None:
            process.terminate()
            await asyncio.wait_for(process.wait(), 10)


async def said(shell, *arguments, **settings):
    """What `tickerbot outbox …` prints, when all is well with it."""
    status, out, err = await here(shell.settings | settings, *arguments)
    assert (status, err) == (0, "")
    return out


async def here(settings, *arguments):
    """The same as `Shell.run`, in this process: one of its own takes a second."""
    chosen = parser().parse_args(["outbox", *arguments])
    known = FixedSettings.model_validate({name.lower(): value for name, value in settings.items()})
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        command = outbox_command.retry if chosen.action == "retry" else outbox_command.listing
        limit = () if chosen.action == "retry" else (chosen.limit,)
        status = await asyncio.to_thread(command, known, *limit)
    return status, out.getvalue(), err.getvalue()


async def dead(office, chat, reason=POISON, title="Fähre auf Grund gelaufen"):
    """A headline that is dead for this chat, as the sender leaves it."""
    await office.headlines(title)
    async with office.sessions.write() as session:
        owed = await outbox.claim(session, now(), chats=10, lease=1)
        settlements = [outbox.Settlement(one, "dead", reason=reason) for one in owed]
        await outbox.settle(session, settlements, now())
    assert [one.chat_id for one in owed] == [chat.id]


async def test_a_poisoned_headline_is_seen_with_its_reason_retried_and_arrives(shell, office, standin):
    user, chat = await office.reader("Anna")
    await office.headlines("Fähre auf Grund gelaufen")
    poison = standin.faults.chat(chat.id, faults.refuse(400, POISON), method="sendMessage")
    await shell.start("run", **shell.settings)
    await until(lambda: answer(shell.settings, "/healthz"))

    async def listed_dead():
        out = await said(shell)
        return out if " 1 dead" in out else None

    out = await until(listed_dead)
    assert out.startswith("0 owed, 0 in doubt, 1 dead, 0 done")
    (line,) = [line for line in out.splitlines() if str(user.id) in line]
    assert re.search(rf"Fähre auf Grund gelaufen +dead +1 +{POISON}", line)

    standin.faults.remove(poison)
    assert "1 is due again" in await said(shell, "retry")
    await standin.wait_for(lambda: "Fähre auf Grund" in str(standin.bot_messages(chat.id)), 15)

    async def listed_done():
        return "0 owed, 0 in doubt, 0 dead, 1 done" in await said(shell)

    await until(listed_done)


async def test_an_empty_outbox_is_four_zeros_and_there_is_nothing_to_retry(shell):
    for arguments, words in (("list",), "0 owed, "), (("retry",), "Nothing is dead."):
        status, out, err = await shell.run("outbox", *arguments, **shell.settings)
        assert (status, out[: len(words)], err) == (0, words, "")
    assert await said(shell, "list") == "0 owed, 0 in doubt, 0 dead, 0 done\n"
    assert await said(shell, "retry") == "Nothing is dead.\n"


async def test_what_waits_is_in_flight_or_is_an_alert_says_so(shell, office):
    _, chat = await office.reader("Anna")
    await office.headlines("Wartende Zeile")
    async with office.sessions.write() as session:
        (owed,) = await outbox.claim(session, now(), chats=1, lease=1)
        due = now() + timedelta(hours=1)
        await outbox.settle(
            session, [outbox.Settlement(owed, "later", due=due, reason="read timeout")], now()
        )
        await outbox.owe_alert(session, chat.id, {"key": "alert-may-not", "args": {"title": "x"}}, now())
    out = await said(shell, TIMEZONE="UTC")
    assert out.startswith("2 owed, 0 in doubt, 0 dead")
    assert re.search(rf"Wartende Zeile +waiting until {due:%Y-%m-%d %H:%M} +1 +read timeout", out)
    assert re.search(rf"{chat.id}.* alert: may-not +due +0 +–", out)
    async with office.sessions.write() as session:
        await outbox.claim(session, now(), chats=1, lease=1)
    out = await said(shell)
    assert out.startswith("2 owed, 1 in doubt")
    assert re.search("alert: may-not +in flight", out)


@pytest.mark.parametrize(
    "wrong", [{"state": "gone", "reason": "blocked"}, {"state": "barred"}, {"paused": True}]
)
async def test_a_dead_headline_of_a_chat_that_gets_nothing_stays_dead_and_that_is_said(shell, office, wrong):
    _, chat = await office.reader("Anna")
    await dead(office, chat)
    async with office.sessions.write() as session:
        await chats.change(session, chat.id, **wrong)
    out = await said(shell, "retry")
    assert "again:" not in out
    assert "1 stays dead: nothing can be sent to the chat now" in out
    (notice,) = await office.notices()
    assert (notice.due, notice.reason) == (None, POISON)
    async with office.sessions.write() as session:
        await chats.change(session, chat.id, state="active", paused=False)
    assert "1 is due again" in await said(shell, "retry")


async def test_no_more_are_shown_than_asked_for_and_that_there_are_more_is_said(shell, office):
    _, chat = await office.reader("Anna")
    for number in range(3):
        await dead(office, chat, title=f"Zeile {number}")
    for arguments in (("--limit", "2"), ("--limit", "2", "list"), ("list", "--limit", "2")):
        out = await said(shell, *arguments)
        assert out.startswith("0 owed, 0 in doubt, 3 dead")
        assert [f"Zeile {number}" in out for number in range(3)] == [False, True, True]
        assert "Only the newest 2 are shown" in out
    assert "Only" not in await said(shell, "--limit", "3")


async def test_markup_in_titles_and_secrets_in_reasons_are_no_trouble(shell, office, standin):
    _, chat = await office.reader("[red]Anna[/]")
    await dead(office, chat, reason=f"at /bot{standin.token}/sendMessage", title="[/b] zehn [bold]Fähren")
    out = await said(shell)
    assert "[red]Anna[/]" in out
    assert "[/b] zehn [bold]Fähren" in out
    assert standin.token not in out
    assert "/sendMessage" in out


async def wrong(shell, *arguments, **settings):
    """The one line of a command that found something to set right."""
    status, out, err = await shell.run("outbox", *arguments, **settings)
    assert (status, out) == (2, "")
    (line,) = err.strip().splitlines()
    return line


@pytest.mark.parametrize("arguments", [[], ["retry"]])
async def test_a_database_that_cannot_be_used_is_one_line_and_exit_status_2(tmp_path, arguments):
    shell = Shell(tmp_path)
    (tmp_path / "broken.db").write_text("this is no database, " * 100)
    url = f"postgresql://anna:geheim@127.0.0.1:{free_port()}/x"
    line = await wrong(shell, *arguments, DATABASE_URL=url)
    assert line.startswith("tickerbot: the database postgresql")
    assert "geheim" not in line
    assert "is no SQLite database" in await wrong(shell, *arguments, DATABASE_URL="sqlite:///broken.db")
    (tmp_path / "empty.db").touch()
    empty = await wrong(shell, *arguments, DATABASE_URL="sqlite:///empty.db")
    assert "is empty: `tickerbot db upgrade`" in empty


@pytest.mark.parametrize("arguments", [[], ["retry"]])
async def test_a_wrong_path_is_named_and_no_file_is_left_there(tmp_path, arguments):
    shell = Shell(tmp_path)
    line = await wrong(shell, *arguments, DATABASE_URL="sqlite:///there/x.db")
    assert "there is no database there/x.db yet" in line
    assert not (tmp_path / "there").exists()


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_database_that_another_holds_locked_is_one_line_and_exit_status_2(
    shell, tmp_path, monkeypatch
):
    monkeypatch.setattr("storage.engine.BUSY_SECONDS", 0.3)
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    status, out, err = await here(shell.settings, "retry")
    other.close()
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "cannot be used: database is locked" in err


async def test_a_number_of_lines_below_one_is_refused(tmp_path):
    status, _, err = await Shell(tmp_path).run("outbox", "--limit", "0")
    assert (status, "'0' is no number above 0" in err) == (2, True)

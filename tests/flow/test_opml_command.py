"""`tickerbot source import` and `export` as an admin calls them."""

import asyncio
import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import __main__ as command_line
from bot import catalogue
from bot.sources import opml
from storage import sources
from storage.engine import open_database
from storage.models import Hub
from storage.sources import PollResult
from storage.upgrade import upgrade

LIST = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>Meine Küste</title></head><body>
<outline text="Sport"><outline text="Blatt" type="rss" xmlUrl="https://blatt.example/rss"/></outline>
<outline text="Atlas" type="link" htmlUrl="https://atlas.example/"/>
<outline text="Walaw wieder" xmlUrl="https://de.walaw.press/"/>
</body></opml>
"""
DECLARED = """
[[topics]]
slug = "sport"
name = { de = "Sport" }

[[sources]]
name = "Küstenbote"
url = "https://bote.example/feed.xml"
kind = "feed"
topic = "sport"

[[sources]]
name = "Atlas & <Söhne>"
url = "https://atlas.example/"
kind = "ticker"
language = "en"

[[sources]]
name = "Blatt"
url = "https://blatt.example/"

[[sources]]
name = "Neues Blatt"
url = "https://neu.example/"
"""


@pytest.fixture
def tickerbot(tmp_path, monkeypatch, capfdbinary):
    """Runs a command in an empty folder; its status, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name in {"BOT_TOKEN", "SOURCES_FILE", "DATABASE_URL", "WEBHOOK_URL"}:
            monkeypatch.delenv(name)

    def run(*arguments, stdin=None, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        status = command_line.main(arguments)
        out, err = capfdbinary.readouterr()
        return status, out.decode(), err.decode()

    return run


def test_import_prints_toml_that_loads(tickerbot, tmp_path):
    (tmp_path / "liste.opml").write_text(LIST, encoding="utf-8")
    status, out, err = tickerbot("source", "import", "liste.opml")
    assert (status, err) == (0, "")
    loaded = catalogue.parse(catalogue.packaged() + out, "liste").sources[1:]
    assert [(one.name, one.url, one.kind, one.topic) for one in loaded] == [
        ("Blatt", "https://blatt.example/rss", "feed", "sport"),
        ("Atlas", "https://atlas.example/", "auto", None),
    ]
    assert "# passed over, 'Walaw Press' has its address" in out


def test_import_reads_standard_input(tickerbot):
    status, out, _ = tickerbot("source", "import", "-", stdin=LIST.encode())
    assert status == 0
    assert out.startswith("# From standard input")
    assert 'name = "Blatt"' in out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("fehlt.opml", None, "No such file or directory"),
        (".", None, "Is a directory"),
        ("leer.opml", b"", "no XML"),
        ("brief.opml", "Liebe Küste,".encode(), "no XML"),
        ("seite.opml", b"<html/>", "its root is <html>"),
        ("bombe.opml", b'<!DOCTYPE opml [<!ENTITY a "b">]><opml>&a;</opml>', "entities"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line_and_exit_status_2(tickerbot, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    status, out, err = tickerbot("source", "import", name)
    assert (status, out) == (2, "")
    (line,) = err.splitlines()
    assert line.startswith(f"tickerbot: {name} cannot be imported: ")
    assert said in line


def test_export_gives_feeds_and_pages_and_import_takes_them_back(tickerbot, tmp_path):
    (tmp_path / "sources.toml").write_text(DECLARED, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/bot.db"
    asyncio.run(_polled(url, tmp_path / "sources.toml"))
    status, out, err = tickerbot("source", "export", SOURCES_FILE="sources.toml", DATABASE_URL=url)
    assert (status, err) == (0, "")
    entries = opml.read(out.encode())
    assert [(one.name, one.feed, one.page) for one in entries] == [
        ("Küstenbote", "https://bote.example/feed.xml", ""),
        ("Atlas & <Söhne>", "", "https://atlas.example/"),
        ("Blatt", "https://blatt.example/found.xml", "https://blatt.example/"),
        ("Neues Blatt", "", "https://neu.example/"),
    ]
    (tmp_path / "sources.toml").write_text(DECLARED.split("[[sources]]")[0], encoding="utf-8")
    status, toml, _ = tickerbot("source", "import", "-", stdin=out.encode())
    back = catalogue.parse(DECLARED.split("[[sources]]")[0] + toml, "zurück").sources
    assert [(one.name, one.url, one.topic, one.language) for one in back] == [
        ("Küstenbote", "https://bote.example/feed.xml", "sport", "de"),
        ("Atlas & <Söhne>", "https://atlas.example/", None, "en"),
        ("Blatt", "https://blatt.example/found.xml", None, "de"),
        ("Neues Blatt", "https://neu.example/", None, "de"),
    ]


def test_the_list_says_what_a_hub_does_for_a_source(tickerbot, tmp_path):
    (tmp_path / "sources.toml").write_text(DECLARED, encoding="utf-8")
    url = f"sqlite:///{tmp_path}/bot.db"
    asyncio.run(_polled(url, tmp_path / "sources.toml"))
    states = [("active", None), ("refused", "HTTP 403 zu viele"), ("asked", None), ("leaving", None)]
    asyncio.run(_hubs(url, states))
    status, out, _ = tickerbot("source", "list", SOURCES_FILE="sources.toml", DATABASE_URL=url)
    assert status == 0
    words = " ".join(out.split())
    assert "told by its hub until 2026-12-04" in words
    assert "its hub is asked: HTTP 403 zu viele" in words
    assert words.count("hub") == 3


def test_export_works_before_there_is_a_database(tickerbot):
    status, out, _ = tickerbot("source", "export")
    assert status == 0
    assert [(one.name, one.page) for one in opml.read(out.encode())] == [
        ("Walaw Press", "https://de.walaw.press/")
    ]


async def _polled(url, file):
    """A database in which the page of one source was found to have a feed."""
    await upgrade(url)
    database = open_database(url)
    now = datetime.now(UTC)
    async with database.sessions.write() as session:
        await sources.sync(session, catalogue.load(Path(file)).sources, now)
    async with database.sessions.write() as session:
        blatt = next(one for one in await sources.every(session) if one.name == "Blatt")
        found = PollResult(now, found_kind="feed", found_url="https://blatt.example/found.xml")
        await sources.settle(session, blatt.id, found, now)
    await database.close()


async def _hubs(url, states):
    """Subscriptions in these states, of the first sources."""
    database = open_database(url)
    until = datetime(2026, 12, 4, 12, 0, tzinfo=UTC)
    async with database.sessions.write() as session:
        rows = sorted(await sources.every(session), key=lambda one: one.id)
        for row, (state, reason) in zip(rows, states, strict=True):
            session.add(
                Hub(
                    source_id=row.id,
                    url="https://hub.example/",
                    topic=row.url,
                    callback=f"{row.id}" * 30,
                    secret="geheim",
                    state=state,
                    reason=reason,
                    until=until,
                )
            )
    await database.close()

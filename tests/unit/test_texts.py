"""The texts: the same keys and variables in every language, all used ones there, and safe arguments."""

import re
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot
import handlers
from bot.render.markup import Html, link
from bot.render.texts import TextError, Texts
from handlers.menu import COMMANDS

LANGUAGES = ("de", "en")
ROOMS = [Path(module.__path__[0]) for module in (handlers, bot)]


class Variables(Visitor):
    def __init__(self):
        self.found = set()

    def visit_VariableReference(self, node):  # noqa: N802  the library's way to name it
        self.found.add(node.id.name)


def messages(language):
    """Key and variables of every message of a language."""
    text = (files("bot.render") / "locales" / f"{language}.ftl").read_text(encoding="utf-8")
    found = {}
    for entry in FluentParser().parse(text).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            assert entry.id.name not in found, f"{entry.id.name} is there twice"
            variables = Variables()
            variables.visit(entry)
            found[entry.id.name] = variables.found
    return found


def code_of_the_rooms():
    """The code that uses texts."""
    return "\n".join(path.read_text(encoding="utf-8") for room in ROOMS for path in room.rglob("*.py"))


def test_every_language_has_the_same_keys_and_variables():
    assert messages("de") == messages("en")


def test_the_packaged_languages_are_these_german_first(texts):
    assert texts.languages == LANGUAGES


def test_every_key_is_used():
    code = code_of_the_rooms()
    families = {f"{family}-{name}" for family in ("command", "alias") for name in COMMANDS}
    families |= {
        f"{family}-{form}" for family in ("form", "setup-form") for form in ("line", "card", "picture")
    }
    unused = [key for key in messages("de") if f'"{key}"' not in code and key not in families]
    assert unused == []


def test_every_key_that_is_used_exists(texts):
    code = code_of_the_rooms()
    asked = set(re.findall(r"""texts(?:\.plain)?\(\s*[\w.()\s,]*?"([a-z-]+)\"""", code))
    asked |= {f"{family}-{name}" for family in ("command", "alias") for name in COMMANDS}
    assert "start-hello" in asked
    assert {key for key in asked if not texts.has(key)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_can_be_formatted_and_is_no_markup_error(texts, language, standin_parser):
    for key, variables in messages(language).items():
        given = {name: 2 if name in ("count", "page", "pages") else '<&"„x“>' for name in variables}
        html = texts(language, key, **given)
        assert "{" not in html, key
        standin_parser(html)


@pytest.fixture
def standin_parser():
    """Telegram's own parser, as the stand-in uses it."""
    from bot.demo.telegram.text import Texts as Parser

    parser = Parser(lambda _id: None)
    parser.load()
    return lambda html: parser.parse(html, "html")


def test_arguments_are_escaped_unless_they_are_html(texts):
    assert texts("de", "topic-near", word="<b>", topic=Html("<i>x</i>")).count("&lt;b&gt;") == 1
    assert "<i>x</i>" in texts("de", "topic-near", word="<b>", topic=Html("<i>x</i>"))


def test_buttons_are_not_escaped(texts):
    assert (
        texts.plain("de", "button-follow", topic="Wissenschaft & Technik")
        == "➕ Wissenschaft & Technik abonnieren"
    )


def test_a_missing_key_or_argument_raises(texts):
    with pytest.raises(TextError, match="no-such-key"):
        texts("de", "no-such-key")
    with pytest.raises(TextError, match="start-hello"):
        texts("de", "start-hello")


@pytest.mark.parametrize(
    ("code", "language"),
    [("de", "de"), ("de-AT", "de"), ("EN_gb", "en"), ("fr", "de"), (None, "de"), ("", "de")],
)
def test_the_nearest_language_is_taken(texts, code, language):
    assert texts.language(code, "de") == language


def test_an_unknown_default_is_the_first_language(texts):
    assert texts.language("fr", "xx") == "de"


def test_days_are_called_as_people_call_them(texts):
    today = date(2026, 11, 24)
    assert texts.day("de", today, today) == "Heute"
    assert texts.day("de", date(2026, 11, 23), today) == "Gestern"
    assert texts.day("de", date(2026, 11, 20), today) == "Freitag, 20. November"
    assert texts.day("en", date(2025, 11, 20), today) == "Thursday, 20 November 2025"


def test_names_are_listed_as_people_list_them(texts):
    assert (
        texts.names("de", ["Sport", "A & B", "Politik"])
        == "<b>Sport</b>, <b>A &amp; B</b> und <b>Politik</b>"
    )


def test_a_moment_is_written_out(texts):
    assert texts.moment("de", datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "2. März 2026, 09:05 Uhr"


def test_descriptions_fit_what_telegram_takes(texts):
    for language in LANGUAGES:
        assert len(texts.plain(language, "about")) <= 512
        assert len(texts.plain(language, "about-short")) <= 120
        assert all(3 <= len(texts.plain(language, f"command-{name}")) <= 256 for name in COMMANDS)


def test_loading_twice_gives_the_same(texts):
    assert Texts.load().languages == texts.languages


def test_an_argument_may_be_longer_than_fluent_takes():
    """The address of an article in the footer: Fluent stops at 2,500 characters."""
    source = link("Walaw Press", "https://x.example/?" + "a&" * 900)
    html = Texts.load()("de", "article-source", source=source)
    assert source in html
    assert html.plain().endswith("Walaw Press")

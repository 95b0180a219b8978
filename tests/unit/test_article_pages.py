"""Pages in the shapes of big news sites: what is read of each, block by block, is what its author calls the text."""

import socket
import sys
import time
import tomllib
from pathlib import Path

import pytest

from bot.domain.headline import Page
from bot.sources.articles.page import read
from bot.sources.articles.second_reader import text_of
from tests.fixtures.figures import processor_time

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
FIRST = "articles"
FOLDERS = (FIRST, "later_articles", "unseen_articles")  # those the reader was written with, then those it met
NAMES = sorted(f"{kind}/{path.stem}" for kind in FOLDERS for path in (PAGES / kind).glob("*.html"))
URL = "https://example.org/a/b"
KINDS = {"paragraph": "p", "quote": "q"}


def lines_of(blocks):
    """Each block as a line that a person can compare: "p text", "h2 text", "ul one | two", "img address | caption"."""
    lines = []
    for block in blocks:
        if block.kind == "list":
            lines.append(f"{'ol' if block.ordered else 'ul'} {' | '.join(block.items)}")
        elif block.kind == "picture":
            lines.append(f"img {block.url}" + (f" | {block.text}" if block.text else ""))
        else:
            lines.append(f"{KINDS.get(block.kind, f'h{block.level}')} {block.text}")
    return lines


def page(name):
    return (PAGES / f"{name}.html").read_bytes()


def expected(name):
    return tomllib.loads((PAGES / f"{name}.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_text_of_a_page_is_all_of_the_article_in_order_and_nothing_else(name):
    assert lines_of(read(page(name), URL).blocks) == expected(name)["blocks"]


@pytest.mark.parametrize("name", NAMES)
def test_what_a_page_says_of_itself_is_read(name):
    found, wanted = read(page(name), URL), expected(name)
    for field in ("title", "lead", "section", "picture", "published", "comments", "paywalled"):
        assert getattr(found, field) == wanted.get(field), field


def test_over_all_pages_precision_and_recall_of_blocks_are_reported(record_property, capsys):
    right = found = wanted = 0
    slowest = 0.0
    for name in NAMES:
        started = time.perf_counter()
        lines = lines_of(read(page(name), URL).blocks)
        took = (time.perf_counter() - started) * 1000
        slowest = max(slowest, took)
        known = expected(name)["blocks"]
        right += len(set(lines) & set(known))
        found, wanted = found + len(lines), wanted + len(known)
        with capsys.disabled():
            sys.stdout.write(f"\n{name:36} {len(lines):3} of {len(known):3} blocks  {took:6.1f} ms")
    precision, recall = right / found, right / wanted
    with capsys.disabled():
        sys.stdout.write(f"\nprecision {precision:.3f}, recall {recall:.3f}, slowest {slowest:.1f} ms\n")
    record_property("precision", precision)
    record_property("recall", recall)
    assert len(NAMES) >= 90
    assert precision == 1
    assert recall >= 0.98


@pytest.mark.parametrize("name", ["cookie_wall", "error_page", "bot_check"])
def test_a_page_that_is_no_article_brings_nothing(name):
    assert read(page(f"{FIRST}/{name}"), URL) == Page()


def test_a_consent_form_in_place_of_an_article_leaves_what_the_page_says_of_itself():
    found = read(page("articles/consent_with_metadata"), URL)
    assert found.blocks == ()
    assert found.lead == "Nach dem Umbau finden dort 900 Gäste Platz."


def test_a_large_page_is_read_in_good_time():
    """300 kB, most of them menus and teasers, as large sites have them."""
    paragraph = (
        "Die Stadt hat am Vormittag mitgeteilt, dass die <a href='/b'>neue Brücke</a> im Mai öffnet. " * 6
    )
    teaser = (
        "<div class='t'><h3><a href='/x{0}'>Schlagzeile {0}</a></h3><p>Ein Satz zum Inhalt von {0}.</p></div>"
    )
    links = "".join(f"<li class='m-{n}'><a href='/m/{n}'><span>Menü {n}</span></a></li>" for n in range(2000))
    body = "".join(f"<p>{n}. {paragraph}</p>" for n in range(60))
    teasers = "".join(teaser.format(n) for n in range(1500))
    main = f"<main><h1>Titel der Seite</h1><div>{body}</div></main>"
    html = f"<body><nav><ul>{links}</ul></nav>{main}<div>{teasers}</div></body>"
    assert len(html) > 300_000
    spent = []
    with processor_time(spent):
        found = read(html.encode(), URL)
    assert len(found.blocks) == 60
    assert spent[0] < 5  # 0.07 s on an idle machine; the parser gives a page five seconds


def test_reading_a_page_fetches_nothing(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a page was read and something was fetched")

    text_of(
        "<p>Erst geladen, dann gesperrt.</p>", URL
    )  # as it is imported, its annotations need the real socket.socket
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for name in NAMES:
        read(page(name), URL)

"""An article as a rich message and as plain pages."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.telegram import rich as standin
from bot.demo.telegram.params import Params
from bot.domain.headline import Block
from bot.render import plain, rich
from bot.render.press import parse
from tests.fixtures.talking import CATALOGUE
from tests.unit.test_messages import HOSTILE, PARSER, TEXTS, article, view

PARAGRAPH = "Die Stadt hat am Vormittag mitgeteilt, dass die neue Brücke im Mai öffnet. " * 6
BLOCKS = (
    Block("paragraph", text="Erster Absatz."),
    Block("heading", text="Zwischentitel", level=3),
    Block("quote", text="Ein Zitat."),
    Block("list", items=("eins", "zwei"), ordered=True),
    Block("picture", text="Die Brücke", url="https://news.example/b.jpg"),
    Block("paragraph", text="Letzter Absatz."),
)


def as_rich(given, **how):
    """The blocks that Telegram would make of it."""
    outgoing = rich.article(given, view(), TEXTS, CATALOGUE, **how)
    method, parameters = outgoing.send(1)
    assert method == "sendRichMessage"
    message = standin.read(Params(parameters), lambda _text: (), {})
    return message["blocks"]


def as_plain(given, **how):
    """Text and labels of every page, as Telegram would show them."""
    outgoing = plain.pages(given, view(), TEXTS, CATALOGUE, **how)
    shown = [PARSER.parse(one.text, "html") for one in outgoing]
    for one, page in zip(outgoing, shown, strict=True):
        assert len(page.text.encode("utf-16-le")) // 2 <= 4096
        assert len(page.entities) <= 100
        assert len(one.text.encode()) <= 32_768
    return shown, outgoing


def kinds(blocks):
    return [block["type"] for block in blocks]


def test_the_rich_form_has_title_meta_text_and_source():
    blocks = as_rich(article(blocks=BLOCKS))
    assert kinds(blocks) == [
        "heading", "paragraph", "paragraph", "heading", "blockquote", "list", "photo", "paragraph", "footer",
    ]  # fmt: skip
    assert (blocks[0]["text"], blocks[0]["size"]) == ("Schlagzeile 1", 1)
    time, rest = blocks[1]["text"]["text"]
    assert (time["type"], time["text"], time["date_time_format"]) == (
        "date_time",
        "24. November 2026, 17:38 Uhr",
        "Dt",
    )
    assert rest == " · Sport · Walaw Press"
    assert blocks[6]["caption"]["text"] == "Die Brücke"
    assert [item["label"] for item in blocks[5]["items"]] == ["1.", "2."]


def test_picture_and_lead_open_the_article_unless_its_text_has_them():
    opened = as_rich(article(blocks=BLOCKS, picture="https://news.example/p.jpg", lead="Ein Vorspann."))
    assert kinds(opened)[2:4] == ["photo", "paragraph"]
    assert opened[3]["text"] == "Ein Vorspann."
    doubled = as_rich(article(blocks=BLOCKS, picture="https://news.example/b.jpg", lead="Erster Absatz …"))
    assert len(doubled) == 9


def test_without_text_a_note_says_so():
    blocks = as_rich(article(lead="Nur der Vorspann."))
    assert "liegt noch nicht vor" in str(blocks)
    shown, _ = as_plain(article(lead="Nur der Vorspann."))
    assert "Nur der Vorspann." in shown[0].text
    assert "liegt noch nicht vor" in shown[0].text


def test_pictures_can_be_left_out():
    assert "photo" not in kinds(as_rich(article(blocks=BLOCKS), pictures=False))


@pytest.mark.parametrize(
    "blocks",
    [
        tuple(Block("paragraph", text="x" * 9000) for _ in range(9)),
        tuple(Block("paragraph", text="x") for _ in range(900)),
        tuple(Block("list", items=("x",) * 40) for _ in range(40)),
    ],
)
def test_what_is_too_much_for_telegram_is_cut_with_a_note(blocks):
    shown = as_rich(article(blocks=blocks))
    assert "vollständige Text" in str(shown[-2])


def test_pictures_beyond_fifty_are_left_out():
    blocks = tuple(Block("picture", url=f"https://news.example/{n}.jpg") for n in range(60))
    assert kinds(as_rich(article(blocks=(*blocks, Block("paragraph", text="Ende."))))).count("photo") == 50


def test_comments_are_counted_in_the_footer():
    assert "3 Kommentare" in str(as_rich(article(blocks=BLOCKS, comments=3))[-1])


def test_the_plain_form_keeps_headings_quotes_lists_and_captions():
    (page,), (outgoing,) = as_plain(article(blocks=BLOCKS))
    assert page.text == (
        "Schlagzeile 1\n24. November 2026, 17:38 Uhr · Sport · Walaw Press\n\n"
        "Erster Absatz.\n\nZwischentitel\n\nEin Zitat.\n\n"
        "1. eins\n2. zwei\n\n🖼 Die Brücke\n\nLetzter Absatz."
    )
    assert {entity["type"] for entity in page.entities} == {"bold", "italic", "blockquote", "text_link"}
    assert [[b.text for b in row] for row in outgoing.keyboard] == [["Wieder als Artikel", "🔗 Quelle"]]


def test_where_the_server_knows_no_rich_messages_there_is_no_way_back():
    _, (outgoing,) = as_plain(article(blocks=BLOCKS), rich_known=False)
    assert [[b.text for b in row] for row in outgoing.keyboard] == [["🔗 Quelle"]]


def test_pages_are_split_between_paragraphs_and_numbered():
    shown, outgoing = as_plain(article(blocks=(Block("paragraph", text=PARAGRAPH),) * 12))
    assert len(shown) > 2
    for number, page in enumerate(shown, start=1):
        body, foot = page.text.rsplit("\n\n", 1)
        assert foot == f"Seite {number}/{len(shown)}"
        assert body.endswith("im Mai öffnet.")
    turns = [[parse(b.data) for b in one.keyboard[0]] for one in outgoing]
    assert [len(row) for row in turns] == [1, *[2] * (len(shown) - 2), 1]


def test_a_long_paragraph_is_split_after_a_sentence():
    shown, _ = as_plain(article(blocks=(Block("paragraph", text=PARAGRAPH * 12),)))
    assert all(page.text.rsplit("\n\n", 1)[0].endswith("öffnet.") for page in shown[1:])


ANY = st.text(max_size=400)
ANY_BLOCK = st.builds(
    Block,
    st.sampled_from(["paragraph", "heading", "quote", "list", "picture"]),
    text=ANY | st.just(HOSTILE) | st.just("&" * 5000) | st.just("漢" * 3000),
    items=st.lists(ANY, max_size=8).map(tuple),
    ordered=st.booleans(),
    level=st.integers(0, 9),
    url=st.sampled_from(["", "https://news.example/p.jpg", "javascript:alert(1)", 'https://x.example/"><b>']),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_BLOCK, max_size=30).map(tuple), ANY, ANY)
def test_any_article_can_be_shown_in_both_forms(blocks, title, lead):
    given = article(blocks=blocks, title=title, lead=lead, source="A & <B>")
    as_rich(given)
    shown, _ = as_plain(given)
    assert shown[0].text


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("abc ö.", min_size=1, max_size=3000), min_size=1, max_size=12))
def test_the_plain_form_leaves_nothing_out(paragraphs):
    given = article(blocks=tuple(Block("paragraph", text=one) for one in paragraphs))
    shown, _ = as_plain(replace(given, title="T"))
    body = "".join("".join(page.text.split("Seite")[0].split()) for page in shown)
    assert body.endswith("".join("".join(one.split()) for one in paragraphs))


def test_the_other_sources_of_the_story_are_named_in_both_forms():
    told = article(blocks=BLOCKS, also=("Nordblick", "Küsten<kurier"))
    assert "Auch bei: Nordblick, Küsten<kurier" in str(as_rich(told)[-1])
    shown, _ = as_plain(told)
    assert shown[-1].text.rstrip().endswith("Auch bei: Nordblick, Küsten<kurier")
    assert "Auch bei" not in str(as_rich(article(blocks=BLOCKS)))


def test_very_many_other_sources_take_little_room():
    told = article(blocks=BLOCKS, also=tuple(f"Zeitung Nummer {n}" for n in range(500)))
    assert len(str(as_rich(told)[-1])) < 1000

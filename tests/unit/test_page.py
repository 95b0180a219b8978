"""Article pages: the text in order, and what the page says of itself."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.headline import Block, Page
from bot.sources.articles.page import read

PAGES = Path(__file__).parents[1] / "fixtures" / "pages" / "article"
URL = "https://example.org/articles/x/FGLMPQRSWXFG"


def page(name, **kwargs):
    return read((PAGES / f"{name}.html").read_bytes(), URL, **kwargs)


def text(found):
    return "\n".join(
        [block.text for block in found.blocks] + [item for block in found.blocks for item in block.items]
    )


def test_an_article_keeps_headings_quotes_lists_and_pictures_in_order():
    found = page("magazine")
    kinds = [block.kind for block in found.blocks]
    assert kinds == ["paragraph", "picture", "paragraph", "heading", "paragraph", "quote", "paragraph", "list",
                     "heading", "paragraph", "list", "paragraph"]  # fmt: skip
    assert found.blocks[1] == Block(
        "picture", "Das Moor im ersten Licht", url="https://example.org/bilder/moor.jpg"
    )
    assert found.blocks[3] == Block("heading", "Was sich verändert hat", level=2)
    assert found.blocks[5].text.startswith("„Ein Moor ist geduldig")
    assert found.blocks[7].items == (
        "geschlossene Gräben",
        "weniger Dünger auf den Feldern",
        "ein Zaun gegen Wildschweine",
    )
    assert found.blocks[8].level == 3
    assert found.blocks[10].ordered


def test_json_ld_tells_title_lead_section_picture_comments_and_date():
    found = page("magazine")
    assert found.title == "Im Moor wächst das Wasser zurück"
    assert found.lead == "Wo früher Torf gestochen wurde, kehren Libellen zurück."
    assert found.section == "Wissen"
    assert found.picture == "https://example.org/bilder/moor.jpg"
    assert found.comments == 3
    assert found.published == datetime(2026, 3, 10, 15, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "stray", ["Libellen gesehen", "viel zu selten", "Teich im Garten", "Rechte", "Teilen", "E-Mail"]
)
def test_menus_comments_and_buttons_are_not_in_the_text(stray):
    assert stray not in text(page("magazine"))


def test_an_article_of_the_reference_source_is_read_without_its_ticker():
    found = page("walaw_2026")
    assert found.title == "Hafen bekommt eine neue Tramlinie"
    assert found.section == "Gesellschaft"
    assert found.comments == 0
    assert [block.kind for block in found.blocks if block.kind != "picture"] == ["paragraph"] * 3
    assert found.picture == "https://example.org/storage/tram.jpg"
    assert found.lead.startswith("Der Stadtrat hat am Montag beschlossen")
    for stray in ("Stadtbad", "Nachtzug", "17:39", "Kommentare", "Teilen", "Facebook", "Politik"):
        assert stray not in text(found)


def test_a_short_article_keeps_its_paragraphs_apart():
    found = page("walaw_2024_short")
    assert [block.text[:20] for block in found.blocks] == ["Die größte Schule de", "Auf dem Dach liegen "]
    assert found.comments == 12
    assert found.section == ""


def test_a_very_short_article_is_read_below_its_headline_and_not_as_one_lump():
    lines = (
        "07:39 Ein Steg am See 07:10 Neue Bänke im Park 06:41 Der Chor singt wieder 06:20 Ein Zug nach Wien"
    )
    text = [
        "Der Stadtrat hat am Montag beschlossen, den Hafen anzubinden.",
        "Die Linie fährt alle zehn Minuten.",
    ]
    html = (
        f"<body><div>Eilmeldung {lines}</div><div><span>Politik</span><h1>Hafen bekommt eine Tramlinie</h1>"
        f"<p>{text[0]}</p><p>{text[1]}</p><p>Kommentare (0)</p></div></body>"
    )
    assert [block.text for block in read(html.encode(), URL).blocks] == text


@pytest.mark.parametrize("said", ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00"])
def test_a_date_that_stands_for_none_does_not_cost_the_text(said):
    date = f'<meta property="article:published_time" content="{said}"/>'
    paragraph = (
        "<p>Der Hafen ist nach dem Sturm wieder frei, und die Schiffe fahren, sagt die Stadt am Morgen.</p>"
    )
    html = f"<html><head>{date}</head><body><article><h1>Der Hafen ist frei</h1>{paragraph * 3}</article></body></html>"
    found = read(html.encode(), URL, "", ZoneInfo("Europe/Berlin"))
    assert found.blocks
    assert found.published is None


def test_a_picture_whose_size_is_no_number_does_not_cost_the_text():
    paragraph = (
        "<p>Der Hafen ist nach dem Sturm wieder frei, und die Schiffe fahren, sagt die Stadt am Morgen.</p>"
    )
    picture = '<img src="/hafen.jpg" width="²" height="²"/>'
    html = f"<html><body><article><h1>Der Hafen ist frei</h1>{picture}{paragraph * 3}</article></body></html>"
    assert read(html.encode(), URL).blocks


def test_a_breadcrumb_tells_the_section_and_line_breaks_make_paragraphs():
    found = page("breadcrumb", zone=ZoneInfo("Europe/Berlin"))
    assert found.title == "Neue Brücke trägt Räder und Busse"
    assert found.section == "Verkehr"
    assert found.comments == 7
    assert found.published == datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
    paragraphs = [block.text for block in found.blocks if block.kind == "paragraph"]
    assert len(paragraphs) == 3
    assert paragraphs[2].startswith("Am Sonntag gibt es")
    assert "Brücke · 210 Meter" in text(found)


def test_a_page_without_usable_text_has_no_blocks():
    assert page("empty").blocks == ()
    assert read(b"", URL) == Page()
    assert read(b"\x89PNG\r\n\x1a\n\x00\x00", URL).blocks == ()


def test_a_title_loses_its_sites_name():
    html = "<html><head><title>Neue Bänke am Ufer | Blatt am Morgen</title></head><body><p>Kurz.</p></body></html>"
    assert read(html.encode(), URL).title == "Neue Bänke am Ufer"
    assert read(html.replace(" | Blatt am Morgen", "").encode(), URL).title == "Neue Bänke am Ufer"


@pytest.mark.parametrize(
    ("markup", "count"),
    [
        ("<p>Kommentare (3)</p>", 3),
        ("<a>3 Kommentare</a>", 3),
        ("<h2>Kommentare <span>(14)</span></h2>", 14),
        ("<h2>Comments: 5</h2>", 5),
        ("<p>Commentaires (2)</p>", 2),
        ("<p>Kommentare lesen</p>", None),
        ("<p>Die Kommentare 2024 waren freundlich</p>", None),
        ("", None),
    ],
)
def test_the_number_of_comments_is_read_where_it_is_shown(markup, count):
    assert (
        read(f"<html><body><h1>Titel</h1><p>Text.</p>{markup}</body></html>".encode(), URL).comments == count
    )


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:section" content="Sport">',
        (
            '<script type="application/ld+json">[{"@type":"BreadcrumbList","itemListElement":[{"name":"Start"},'
            '{"item":{"name":"Sport"}},{"name":"Titel"}]}]</script>'
        ),
        '<script type="application/ld+json">{"@type":"ReportageNewsArticle","articleSection":"Sport"}</script>',
        '<script type="application/ld+json">{broken</script><meta name="section" content="Sport">',
    ],
)
def test_the_section_is_found_in_all_its_places(head):
    assert (
        read(f"<html><head>{head}</head><body><h1>Titel</h1></body></html>".encode(), URL).section == "Sport"
    )


def test_a_link_above_the_headline_tells_the_section_but_a_menu_does_not():
    menu = '<nav><a href="/categorie/politik/FGLMPQRSW">Politik</a></nav>'
    assert read(f"<body>{menu}<h1>Titel</h1></body>".encode(), URL).section == ""
    link = '<div><a href="/categorie/sport/GLMPQRSWX">Sport</a></div><div>11. März 2026</div>'
    assert read(f"<body>{menu}{link}<h1>Titel</h1></body>".encode(), URL).section == "Sport"


def test_pictures_that_are_no_http_addresses_are_left_out():
    body = "".join(
        f"<p>Der Absatz Nummer {n} erzählt ausführlich von den Bänken am Ufer der Stadt.</p>"
        for n in range(5)
    )
    body += '<img src="data:image/png;base64,AAAA"><img src="javascript:x">'
    html = f"<body><article><h1>T</h1>{body}</article></body>"
    assert [block for block in read(html.encode(), URL).blocks if block.kind == "picture"] == []

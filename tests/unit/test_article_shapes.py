# ruff: noqa: E501  a page's markup reads best on one line
"""Small shapes of pages, each of which could cost an article its text or bring in what is none of it."""

import pytest

from bot.sources.articles.page import read
from tests.fixtures.figures import processor_time

URL = "https://example.org/a/b"
TEXT = (
    "Die Stadt hat am Montag beschlossen, den Hafen an das Netz anzubinden, und zwar schon im kommenden Jahr.",
    "Die Linie soll alle zehn Minuten fahren, wie die Verkehrsbetriebe mitteilten, auch in der Nacht zum Sonntag.",
    "Für den Bau werden zwei Straßen verlegt. Anwohnende können die Pläne ab Donnerstag im Rathaus einsehen.",
)
ONE, TWO, THREE = (f"<p>{text}</p>" for text in TEXT)
ALL = ONE + TWO + THREE
TITLE = "<h1>Eine Bahn zum Hafen</h1>"


def shown(body, head="<title>Eine Bahn zum Hafen</title>"):
    """The page's blocks; the three paragraphs as their numbers."""
    page = read(f"<html><head>{head}</head><body>{body}</body></html>".encode(), URL)
    return [
        TEXT.index(block.text) + 1
        if block.text in TEXT
        else (block.url or block.text or "|".join(block.items))
        for block in page.blocks
    ]


@pytest.mark.parametrize(
    "body",
    [
        f'<article class="article--kommentar"><h2>Kommentar</h2>{TITLE}<div class="kommentar-text">{ALL}</div></article>',
        f'<form id="aspnetForm"><input type="hidden"><div>{TITLE}<div>{ALL}</div><button>Teilen</button></div></form>',
        f"{TITLE}<div>{''.join(f'<div>{text}</div>' for text in TEXT)}</div>",
        f"{TITLE}<div>{'<br><br>'.join(TEXT)}</div>",
        f"<div><img src='/a.jpg'><div>{TITLE}</div></div><main>{ALL}</main>",
        f"{TITLE}<div><section class='a'>{ONE}{TWO}</section><div class='ad'>Anzeige</div><section>{THREE}</section></div>",
        f"<table><tr><td>{TITLE}</td></tr><tr><td>{ALL}</td></tr></table>",
        f"{TITLE}<div>{ONE}<div class='collapsed'>{TWO}</div><button>Weiterlesen</button>{THREE}</div>",
        f"<header role='banner'>{TITLE}</header><div class='has-sidebar no-comments'>{ALL}</div>",
        f"<article>{TITLE}{ALL}</article><article><h1>Noch ein Artikel</h1><p>{'Etwas ganz anderes. ' * 4}</p></article>",
        f"{TITLE}<div>{ALL}</div><div class='comments-area'><p>{'Ich lese das sehr gern. ' * 40}</p></div>",
        f"{TITLE}<div>{ALL}</div><h3>Kommentare</h3><p>{'Ich lese das sehr gern. ' * 40}</p>",
        f"{TITLE}<div>{ONE}<p>Lesen Sie auch: <a href='/x'>Wie der Hafen wächst</a></p>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<p>Mehr dazu:</p><p><a href='/x'>Hafen</a></p><ul><li><a href='/y'>Bahn</a></li></ul>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<div><h4>Newsletter</h4><p>Jeden Tag das Neueste.</p><a href='/n'>Anmelden</a></div>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<div><div>Anzeige</div><a href='/x'><img src='/ad.png'></a></div>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<a href='/x'><img src='/x.jpg'><span>Ein Kran hebt eine Glocke</span></a>{TWO}{THREE}</div>",
        f"{TITLE}<p>Von Jana Ohl, dpa</p><p>14.03.2026, 9.30 Uhr</p><div>{ALL}<p>dpa</p></div>",
        f"{TITLE}<div>{ALL}<blockquote>{TEXT[2][:41]}</blockquote></div>",
        f"<h2><span>Hafen</span><span>Eine Bahn zum Hafen</span></h2><div>{ALL}</div>",
        f"{TITLE}<div>{ONE}<section><h4>Hilf uns</h4><p>Diese Seite lebt von ihren Lesern.</p><a href='/g'>Jetzt spenden!</a></section>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<div><img src='/p.jpg'><p>Lampe Mond</p><p>24,95 Euro</p><a href='/s'>Zum Angebot</a></div>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<p>Kennen Sie schon unseren Kanal? <a href='/k'>Hier folgen</a></p>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<p>Haben Sie einen Fehler entdeckt? Schreiben Sie uns.</p>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<div><h3>Beliebt</h3><a href='/x'>Mode</a><a href='/y'>Essen</a></div>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<div><div class='player'></div><h3>So fährt die Bahn</h3></div>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<p>Das lesen Sie hier</p><ul><li><a href='#a'>Bau</a></li><li><a href='#b'>Preis</a></li></ul>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<x-recommendation-list><p>Neue Stellen in der Stadt finden Sie jetzt hier.</p></x-recommendation-list>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}<h3>Links zur Bahn</h3><ul><li><a href='/x'>Pläne</a></li><li><a href='/y'>Karte</a></li></ul>{TWO}{THREE}</div>",
        f"{TITLE}<div>{ONE}{TWO}{THREE}<details><summary>Quellen</summary><ul><li>Stadtarchiv, Band 3</li></ul></details></div>",
        f"{TITLE}<div>{ALL}<p class='source'>Blatt (Jana Ohl)</p><p>Diese Sendung wurde am 3. März ausgestrahlt.</p></div>",
    ],
)
def test_the_text_is_whole_and_alone(body):
    assert shown(body) == [1, 2, 3]


@pytest.mark.parametrize(
    ("extra", "kept"),
    [
        ("<p>Das berichtet die <a href='/x'>Zeitung am See</a>.</p>", "Das berichtet die Zeitung am See."),
        ("<p>Das Ticket gibt es nur für Abonnenten, die <a href='/x'>Preise</a> stehen fest.</p>", "nur für Abonnenten"),
        ("<p>Mehr von diesen Linien wünscht sich auch der Rat, der darüber im Herbst berät.</p>", "wünscht sich"),
        ("<p>Von der alten Mühle führt ein Weg zum Hafen.</p>", "Von der alten Mühle"),
        ("<p>Im Newsletter der Stadt stand davon nichts.</p>", "Newsletter"),
        ("<blockquote>Das ist ein Zitat.<cite>Eine Anwohnerin</cite></blockquote>", "Das ist ein Zitat. – Eine Anwohnerin"),
        ("<ol><li><b>Erst</b> füllen</li><li>dann warten</li></ol>", "Erst füllen|dann warten"),
        ("<figure><a href='/big.jpg'><img src='/s.jpg'></a><figcaption>Am Kai</figcaption></figure>", "/s.jpg"),
        ("<a href='/g/1.jpg'><img src='/g/1s.jpg' alt='Am Kai'></a>", "/g/1s.jpg"),
        ("<p>Fehler entdeckt hat die Prüferin in jeder dritten Rechnung, wie sie sagt.</p>", "in jeder dritten Rechnung"),
        ("<p>Wer helfen will, kann hier <a href='/s'>spenden</a>.</p>", "kann hier spenden."),
        ("<p>Sie wollen den Zug nicht verpassen, sagen die Leute am Kai.</p>", "nicht verpassen"),
        ("<p>Weitere Nachrichten aus dem Hafen finden Sie, sagt er, in keinem Buch.</p>", "in keinem Buch"),
        ("<h3 id='nav_hafen_0'>Am Hafen</h3>", "Am Hafen"),
        ("<div><input placeholder='Ort'><table><tr><td>Kai</td><td>9 Uhr</td></tr></table></div>", "Kai · 9 Uhr"),
        ("<div class='bild-box'><div><img src='/k.jpg'></div><p>Der Kai um neun.</p></div>", "/k.jpg"),
        ("<blockquote>Das ist ein Zitat.<footer>Eine Frau</footer></blockquote>", "Das ist ein Zitat. – Eine Frau"),
        ("<div><button aria-expanded='false'>Wann fährt sie?</button><div><p>Sie fährt ab Mai.</p></div></div>", "Wann fährt sie? Sie fährt ab Mai."),
        ("<figure><img src='/k.jpg'><figcaption>Am Kai. <footer>Ohl</footer></figcaption></figure>", "/k.jpg"),
        ("<aside><h4>Zur Sache</h4><p>Die Bahn fährt seit 1901 in der Stadt, damals noch gezogen von zwei Pferden am Tag.</p></aside>", "Zur Sache"),
    ],
)  # fmt: skip
def test_what_looks_like_clutter_and_is_none_stays(extra, kept):
    found = shown(f"{TITLE}<div>{ONE}{extra}{TWO}{THREE}</div>")
    assert found[0] == 1
    assert found[-2:] == [2, 3]
    assert kept in " ".join(map(str, found[1:-2]))


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ('<img src="/a.jpg">', "/a.jpg"),
        ('<img src="/lqip.jpg" data-src="/a.jpg">', "/a.jpg"),
        ('<img src="/img/placeholder.gif" srcset="/s.jpg 300w, /m.jpg 1200w, /l.jpg 3000w">', "/m.jpg"),
        ('<img data-srcset="/only.jpg 2400w">', "/only.jpg"),
        ('<img src="data:image/gif;base64,AA" srcset="/one.jpg, /two.jpg 2x">', "/two.jpg"),
        ('<img src="data:,"><noscript><img src="/spare.jpg"></noscript>', "/spare.jpg"),
        ('<picture><source srcset="/p.webp 800w"><img alt="x"></picture>', "/p.webp"),
        ('<img srcset="https://c.example/w_100,h_50/a.jpg 100w, https://c.example/w_900,h_500/a.jpg 900w">', "w_900,h_500/a.jpg"),
        ('<img src="/a.jpg" width="1" height="1">', None),
        ('<img src="javascript:alert(1)">', None),
    ],
)  # fmt: skip
def test_the_picture_itself_is_found_and_not_its_placeholder(tag, address):
    found = shown(f"{TITLE}<div>{ONE}<figure>{tag}</figure>{TWO}{THREE}</div>")
    pictures = [item for item in found if isinstance(item, str)]
    assert [item.endswith(address) for item in pictures] == [True] if address else pictures == []


@pytest.mark.parametrize(
    ("box", "caption"),
    [
        ("<div class='bild-box'><div><img src='/k.jpg' alt='Kai'></div><p>Der Kai um neun.</p></div>", "Der Kai um neun."),
        ("<div><img src='/k.jpg' alt='Kai'><p>Der Kai um neun. Bildrechte: Stadt</p></div>", "Der Kai um neun. Bildrechte: Stadt"),
        ("<div class='image'><img src='/k.jpg' alt='Kai'><span>© Stadt</span></div>", "Kai"),
        ("<div class='gallery'><span>2 / 9</span><img src='/k.jpg'><p>Der Kai um neun.</p></div>", "Der Kai um neun."),
    ],
)  # fmt: skip
def test_what_stands_with_a_picture_in_its_box_is_its_caption(box, caption):
    page = read(f"<html><body>{TITLE}<div>{ONE}{box}{TWO}{THREE}</div></body></html>".encode(), URL)
    assert [(block.kind, block.text) for block in page.blocks][1] == ("picture", caption)
    assert len(page.blocks) == 4


WALL = "<div><h3>Jetzt weiterlesen</h3><p>Alle Artikel für einen Euro.</p><a href='/abo'>Abo testen</a></div>"
LOCKED = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Eine Bahn zum Hafen","isAccessibleForFree":%s}</script>'


@pytest.mark.parametrize(
    ("head", "body", "paywalled", "count"),
    [
        ("", f"{ONE}{WALL}", True, 1),
        ("", ALL, False, 3),
        (LOCKED % '"False"', ONE, True, 1),
        (LOCKED % '"http://schema.org/False"', WALL, True, 0),
        (LOCKED % "false", "".join(f"<p>{n}. {TEXT[0]}</p>" for n in range(15)), False, 15),
        (LOCKED % "false", "".join(f"<p>{n}. {TEXT[0]}</p>" for n in range(15)) + WALL, True, 15),
        (LOCKED % "true", f"{ALL}{WALL}", False, 3),
        ("", f"{ONE}{WALL}{TWO * 1}{THREE}", False, 3),
        ("", f"{ONE}<p style='filter: blur(4px)'>{TEXT[1]}</p>", True, 1),
    ],
)
def test_a_paywall_is_told_by_what_the_page_says_and_shows(head, body, paywalled, count):
    page = read(f"<html><head>{head}</head><body>{TITLE}<div>{body}</div></body></html>".encode(), URL)
    assert page.paywalled is paywalled
    assert len(page.blocks) == count


def test_a_text_for_machines_is_not_used_to_get_around_a_paywall():
    body = ', "articleBody": "' + TEXT[0] + "\\n\\n" + TEXT[1] + '"}'
    head = (LOCKED % "false").replace("}", body)
    page = read(f"<html><head>{head}</head><body>{TITLE}{WALL}</body></html>".encode(), URL)
    assert page.paywalled
    assert page.blocks == ()


@pytest.mark.parametrize(
    "title",
    ["404 – Seite nicht gefunden", "Die angeforderte Seite wurde leider nicht gefunden", "Zugriff verweigert", "Just a moment..."],
)  # fmt: skip
def test_an_error_served_as_a_page_is_no_article(title):
    assert shown(f"<h1>{title}</h1>{ALL}", f"<title>{title}</title>") == []


@pytest.mark.parametrize("title", ["404 neue Wohnungen am Fluss entstehen bis zum Herbst des übernächsten Jahres, wie die Stadt sagt",
                                   "Seite an Seite: Zwei Chöre singen", "Augenblicke am Meer"])  # fmt: skip
def test_a_headline_that_sounds_like_an_error_is_one_of_an_article(title):
    assert shown(f"<h1>{title}</h1>{ALL}", f"<title>{title}</title>") == [1, 2, 3]


@pytest.mark.parametrize(
    "body",
    [
        TITLE + "<div>" * 20_000 + ALL,
        TITLE + "<div>" * 20_000 + "<h3>Mehr</h3><a href='/x'>Hafen</a><p>Lesen Sie auch</p>" + ALL,
        TITLE + "<div><h3>Mehr</h3>" * 5000 + "<a href='/x'>Jetzt spenden</a>",
        TITLE + "<div>" + "<div><a href='/x'>Jetzt spenden</a></div>" * 10_000 + "</div>" + ALL,
        TITLE + "<div class='image'>" * 5000 + "<img src='/a.jpg'>" + ALL,
        TITLE + "<button></button>" * 20_000 + ALL,
        TITLE + "<div>" + f"<h3><a href='/x'>Titel</a></h3>{ONE}" * 4000 + "</div>",
        TITLE + "<div>" + "<p>Lesen Sie auch</p>" * 10_000 + "</div>" + ALL,
        TITLE + "<div>" + "<p>3 Kommentare</p>" * 10_000 + "</div>",
        TITLE + "<div>" + "<p>Jetzt weiterlesen <a href='/abo'>Abo testen</a></p>" * 5000 + "</div>",
    ],
)
def test_pages_made_to_cost_time_cost_no_more_than_their_size(body):
    spent = []
    with processor_time(spent):
        shown(body)
    assert spent[0] < 30  # one to four seconds on an idle machine; more than a minute where it is quadratic


def test_where_our_own_reader_finds_no_text_a_second_one_does():
    assert [number for number in shown(ALL + TITLE) if isinstance(number, int)] == [1, 2, 3]


@pytest.mark.parametrize(
    "between",
    [
        "<p>Lesen Sie auch: <a href='/x'>Wie der Hafen in den letzten Jahren gewachsen ist</a></p>",
        "<p>Haben Sie einen Fehler entdeckt? Dann schreiben Sie der Redaktion.</p>",
        "<p>Fotos: Stadt Hafen und Jana Ohl (2)</p>",
    ],
)
def test_what_the_second_reader_finds_is_swept_and_polished_like_the_rest(between):
    assert shown(ONE + TWO + THREE + between + TITLE) == [1, 2, 3]


def test_a_text_for_machines_is_polished_like_the_rest():
    said = '"articleBody": "' + "\\n\\n".join((*TEXT, "Quelle: Blatt/dpa")) + '"'
    head = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Eine Bahn zum Hafen",{said}}}</script>'
    assert shown(TITLE, head) == [1, 2, 3]


def test_the_second_reader_makes_no_article_of_a_page_of_links():
    links = "".join(f'<li><a href="/{number}">{text}</a></li>' for number, text in enumerate(TEXT))
    assert shown(f"<ul>{links}</ul>{TITLE}") == []

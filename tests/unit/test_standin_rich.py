"""The stand-in's reader of rich-message HTML."""

import pytest

from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import Refusal
from bot.demo.telegram.rich import read
from bot.demo.telegram.text import Texts
from tests.fixtures import spec

PICTURE = '<img src="https://x.de/a.jpg">'


def blocks(html, **more):
    texts = Texts(lambda _user: None)
    message = read(Params({"rich_message": {"html": html, **more}}), texts.automatic, {})
    assert spec._faults(message, "RichMessage", "rich") == []
    return message["blocks"]


def refusal(html):
    with pytest.raises(Refusal) as raised:
        blocks(html)
    assert raised.value.code == 400
    return raised.value.description.removeprefix("Bad Request: ").removeprefix("can't parse entities: ")


def test_headings_paragraphs_and_rules():
    found = blocks("<h1>Eins</h1>\n<h6>Sechs</h6>\n<p>Ein\n  Absatz</p><hr/><footer>Fuß</footer>")
    assert found == [
        {"type": "heading", "text": "Eins", "size": 1},
        {"type": "heading", "text": "Sechs", "size": 6},
        {"type": "paragraph", "text": "Ein Absatz"},
        {"type": "divider"},
        {"type": "footer", "text": "Fuß"},
    ]


def test_loose_text_becomes_paragraphs_around_blocks():
    found = blocks(f"Vorher <b>fett</b>{PICTURE}nachher")
    assert [block["type"] for block in found] == ["paragraph", "photo", "paragraph"]
    assert found[0]["text"] == ["Vorher ", {"type": "bold", "text": "fett"}]


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<strong>x</strong>", "bold"),
        ("<em>x</em>", "italic"),
        ("<ins>x</ins>", "underline"),
        ("<del>x</del>", "strikethrough"),
        ("<tg-spoiler>x</tg-spoiler>", "spoiler"),
        ('<span class="tg-spoiler">x</span>', "spoiler"),
        ("<sub>x</sub>", "subscript"),
        ("<sup>x</sup>", "superscript"),
        ("<mark>x</mark>", "marked"),
        ("<code>x</code>", "code"),
        ('<a href="https://x.de">x</a>', "url"),
        ('<a href="x.de/y">x</a>', "url"),
        ('<a href="mailto:a@x.de">x</a>', "email_address"),
        ('<a href="tel:+49301">x</a>', "phone_number"),
        ('<a href="#unten">x</a>', "anchor_link"),
        ('<a name="unten"></a>', "anchor"),
        ('<tg-time unix="1795499196" format="t">x</tg-time>', "date_time"),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "custom_emoji"),
    ],
)
def test_inline_elements(html, kind):
    assert blocks(f"<p>{html}</p>")[0]["text"]["type"] == kind


def test_a_bad_link_is_lost_silently():
    assert blocks('<p><a href="kaputt">x</a> <a href="javascript:y">z</a></p>')[0]["text"] == "x z"


def test_what_telegram_finds_by_itself_is_marked_unless_it_is_told_not_to():
    html = "<p>😀 Mehr auf www.x.de von @jemand</p>"
    url = {"type": "url", "text": "www.x.de", "url": "www.x.de"}
    mention = {"type": "mention", "text": "@jemand", "username": "jemand"}
    assert blocks(html)[0]["text"] == ["😀 Mehr auf ", url, " von ", mention]
    assert blocks(html, skip_entity_detection=True)[0]["text"] == "😀 Mehr auf www.x.de von @jemand"


def test_entities_known_to_rich_messages():
    html = "<p>&lt;&gt;&amp;&quot;&apos;a&nbsp;b&hellip;&mdash;&ndash;&ldquo;&#228;&#xe4;&euro;</p>"
    assert blocks(html)[0]["text"] == "<>&\"'a\u00a0b…—–“ää&euro;"


def test_line_breaks_and_preformatted_text():
    found = blocks('<p>a<br>b</p><pre><code class="language-python">x =\n  1</code></pre>')
    assert found[0]["text"] == "a\nb"
    assert found[1] == {"type": "pre", "text": "x =\n  1", "language": "python"}


def test_lists_in_lists():
    found = blocks("<ol start='3'><li>drei<ul><li>Punkt</li></ul></li><li value='9'><p>neun</p></li></ol>")
    first, second = found[0]["items"]
    assert (first["label"], second["label"], second["value"]) == ("3.", "9.", 9)
    assert [block["type"] for block in first["blocks"]] == ["paragraph", "list"]
    assert first["blocks"][1]["items"][0]["label"] == "•"


def test_quotations_and_details():
    html = (
        "<blockquote><p>Zitat</p><cite>Wer</cite></blockquote><aside>Groß<cite>Wo</cite></aside>"
        "<details open><summary>Mehr</summary><p>Text</p></details>"
    )
    quote, pull, details = blocks(html)
    assert (quote["blocks"][0]["text"], quote["credit"]) == ("Zitat", "Wer")
    assert (pull["text"], pull["credit"]) == ("Groß", "Wo")
    assert (details["summary"], details["is_open"], details["blocks"][0]["text"]) == ("Mehr", True, "Text")


def test_a_figure_has_a_caption_and_a_credit():
    html = f"<figure>{PICTURE}<figcaption>Am Hafen<cite>Foto: Wer</cite></figcaption></figure>"
    [photo] = blocks(html)
    assert photo["caption"] == {"text": "Am Hafen", "credit": "Foto: Wer"}


def test_video_and_audio():
    html = '<video src="https://x.de/a.mp4"></video><audio src="https://x.de/a.mp3"/>'
    assert [block["type"] for block in blocks(html)] == ["video", "audio"]


def test_tables():
    html = (
        "<table bordered><caption>Tabelle</caption><tr><th colspan='2'>Kopf</th></tr>"
        "<tr><td align='right'>1</td><td></td></tr></table>"
    )
    [table] = blocks(html)
    assert (table["caption"], table["is_bordered"]) == ("Tabelle", True)
    head, (one, empty) = table["cells"]
    assert head == [{"text": "Kopf", "is_header": True, "colspan": 2, "align": "left", "valign": "top"}]
    assert one["align"] == "right"
    assert "text" not in empty


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "text must be non-empty"),
        (" \n ", "text must be non-empty"),
        ("<div>x</div>", 'Unsupported start tag "div" at byte offset 0'),
        ("ä<script>x</script>", 'Unsupported start tag "script" at byte offset 2'),
        ("<!-- x -->", 'Unsupported start tag "" at byte offset 0'),
        ("3 < 4", 'Unsupported start tag "" at byte offset 2'),
        ("<p>x", 'Can\'t find end tag corresponding to start tag "p"'),
        ("x</p>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<p/>", 'Tag "p" must have an end tag at byte offset 0'),
        (f"<p>{PICTURE}</p>", 'Media "img" must be a block of its own at byte offset 3'),
        (f"<a href='https://x.de'>{PICTURE}</a>", 'Media "img" must be a block of its own at byte offset 23'),
        ("<p><h1>x</h1></p>", 'Tag "h1" is not allowed inside text at byte offset 3'),
        ("<li>x</li>", 'Tag "li" is not allowed here at byte offset 0'),
        ("<ul><p>x</p></ul>", 'Tag "p" is not allowed in "ul" at byte offset 4'),
        ("<ul>x</ul>", 'Text is not allowed in "ul" at byte offset 0'),
        ("<ul></ul>", 'Tag "ul" must have items at byte offset 0'),
        ("<table></table>", 'Tag "table" must have rows at byte offset 0'),
        ("<details>x</details>", 'Tag "details" must have a "summary" at byte offset 0'),
        ("<figure>x</figure>", 'Tag "figure" must have exactly one picture, video or audio at byte offset 0'),
        ('<img src="bild.jpg">', "Media must have an HTTP URL at byte offset 0"),
        ('<img src="data:image/png;base64,xx">', "Media must have an HTTP URL at byte offset 0"),
        ("<img>", "Media must have an HTTP URL at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-time>x</tg-time>", "Invalid Unix time specified at byte offset 0"),
        ("<p>" + "x" * 32_769 + "</p>", "message is too long"),
        ("<p>x</p>" * 501, "Too many blocks at byte offset 4000"),
        (PICTURE * 51, f"Too many media at byte offset {50 * len(PICTURE)}"),
        ("<table><tr>" + "<td>x</td>" * 21 + "</tr></table>", "Too many columns at byte offset 7"),
        ("<table><tr><td colspan='21'>x</td></tr></table>", "Too many columns at byte offset 7"),
        ("<b>" * 17 + "x" + "</b>" * 17, "Too many levels of nested tags at byte offset 48"),
    ],
)
def test_what_is_refused(html, reason):
    assert refusal(html) == reason


def test_what_just_fits_is_taken():
    assert len(blocks("<p>x</p>" * 500)) == 500
    assert len(blocks(PICTURE * 50)) == 50
    assert blocks("<p>" + "x" * 32_768 + "</p>")
    assert blocks("<table><tr>" + "<td>x</td>" * 20 + "</tr></table>")
    assert blocks("<b>" * 16 + "x" + "</b>" * 16)


def test_list_items_and_rows_count_as_blocks():
    assert blocks("<ul>" + "<li></li>" * 499 + "</ul>")
    assert "Too many blocks" in refusal("<ul>" + "<li></li>" * 500 + "</ul>")
    assert "Too many blocks" in refusal("<table>" + "<tr><td>x</td></tr>" * 500 + "</table>")


@pytest.mark.parametrize("given", [None, "x", {}, {"markdown": "x"}, {"html": "x", "markdown": "x"}])
def test_a_rich_message_without_html_is_refused(given):
    with pytest.raises(Refusal):
        read(Params({"rich_message": given}), lambda _text: (), {})


def test_white_space_at_the_ends_of_a_paragraph_goes():
    assert blocks("<p>\n a <b> b</b> \n</p>")[0]["text"] == ["a ", {"type": "bold", "text": " b"}]
    assert blocks("<p></p>x")[0]["text"] == ""


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (
            '<tg-emoji emoji-id="x">👍</tg-emoji>',
            "Invalid custom emoji identifier specified at byte offset 0",
        ),
        (
            "<table><tr><td align='up'>x</td></tr></table>",
            "Invalid alignment of a table cell specified at byte offset 11",
        ),
        (
            "<details><summary>a</summary><summary>b</summary></details>",
            'Tag "summary" is not allowed twice at byte offset 29',
        ),
    ],
)
def test_attributes_and_parts_that_are_refused(html, reason):
    assert refusal(html) == reason


def test_numbers_and_attributes_that_are_none_are_passed_over():
    [numbered, table] = blocks(
        "<ol start=drei><li>a</li></ol><table striped><tr><td colspan=x>y</td></tr></table>"
    )
    assert numbered["items"][0]["label"] == "1."
    assert table["is_striped"] is True
    assert "colspan" not in table["cells"][0][0]


def test_an_ordered_list_may_count_down():
    [numbered] = blocks("<ol start='3' reversed><li>a</li><li>b</li></ol>")
    assert [item["label"] for item in numbered["items"]] == ["3.", "2."]

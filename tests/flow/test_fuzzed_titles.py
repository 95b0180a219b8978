"""Ten thousand articles of which nothing is as it should be, in every form that readers get: Telegram's own parser
takes each, and shows the words that were meant. FUZZ=100 makes it a hundred thousand; one in four is
opened too, with FULL=1 each."""

import os
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from bot.demo.telegram import markup, rich
from bot.demo.telegram.params import Params
from bot.demo.telegram.rich_text import plain as text_of
from bot.demo.telegram.text import CAPTION_LIMIT, RAW_LIMIT, TEXT_LIMIT, check_length
from bot.demo.telegram.text import Texts as Parser
from bot.domain.text import clean, cut, utf16_length
from bot.render import plain
from bot.render import rich as rich_form
from bot.render.markup import is_web
from bot.render.messages import LINE_LIMIT, TITLE_LIMIT, View, headlines
from bot.render.texts import Texts
from tests.fixtures import hostile_text
from tests.fixtures.figures import FULL
from tests.fixtures.talking import CATALOGUE

pytestmark = pytest.mark.long

ROUNDS, IN_A_ROUND = int(os.environ.get("FUZZ", "10")), 1000
NOW = datetime(2026, 11, 24, 16, 39, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
TEXTS = Texts.load()
PARSER = Parser(lambda _id: None)
PARSER.load()
FOUND = {"url", "email", "mention", "hashtag", "cashtag", "bot_command", "phone_number"}
"""What Telegram finds in plain text by itself; all else would be markup."""


def view(chance, form="card"):
    private = chance.random() < 0.5
    return View(
        "de",
        BERLIN,
        form,
        silent=False,
        now=NOW,
        private=private,
        bot_username=chance.choice(["", "ticker_bot"]),
    )


@cache
def fuzzed(seed, count):
    """Articles, the same for each seed."""
    chance = random.Random(f"headlines {seed}")
    return [
        hostile_text.article(chance, number, NOW - timedelta(minutes=chance.randrange(5000)))
        for number in range(1, count + 1)
    ]


def taken(outgoing):
    """The message as the stand-in takes it, by the calls that its methods make; Refusal where it would be refused."""
    method, body = outgoing.send(1)
    params = Params(body)
    markup.read(params)
    if method == "sendRichMessage":
        return rich.read(params, PARSER.automatic, {})["blocks"]
    field, limit = ("caption", CAPTION_LIMIT) if method == "sendPhoto" else ("text", TEXT_LIMIT)
    shown = PARSER.read(params, field)
    check_length(shown, limit)
    assert utf16_length(shown.text) <= limit
    assert len(body[field].encode()) <= RAW_LIMIT
    assert len(shown.entities) <= 100
    return shown


def title(article, limit):
    return cut(clean(article.title) or clean(article.link), limit)


def clock(article):
    return f"{article.published.astimezone(BERLIN):%H:%M}"


def marked_up(shown):
    return Counter(entity["type"] for entity in shown.entities if entity["type"] not in FOUND)


def squeezed(text):
    return "".join(text.split())


def check_card(article, chance):
    shown = taken(
        headlines([article], view(chance, chance.choice(["card", "picture"])), TEXTS, CATALOGUE)[0].outgoing
    )
    head = title(article, TITLE_LIMIT)
    assert shown.text.startswith(head)
    body, _, meta = shown.text[len(head) :].rpartition("\n\n")
    assert meta.startswith(f"{clock(article)} · Sport")
    assert clean(article.source) in meta
    lead = clean(article.lead)
    body = body.removeprefix("\n")
    assert body in ("", lead) or (body[-1] == "…" and lead.startswith(body[:-1]))
    assert bool(body) == bool(lead and lead != clean(article.title) and not article.withdrawn)
    assert marked_up(shown) <= Counter(bold=1, strikethrough=1 if article.withdrawn else 0)


def check_line(article, chance):
    seen = view(chance, "line")
    shown = taken(headlines([article], seen, TEXTS, CATALOGUE)[0].outgoing)
    assert shown.text.startswith(f"{clock(article)} {title(article, LINE_LIMIT)}".strip())
    may_link = not article.withdrawn and (is_web(article.link) or bool(seen.bot_username))
    assert marked_up(shown) <= Counter(text_link=int(may_link), strikethrough=1)


def check_bundle(articles, chance):
    seen = view(chance)
    parcels = headlines(articles, seen, TEXTS, CATALOGUE)
    ordered = sorted(articles, key=lambda article: (article.published, article.id))
    assert [one for parcel in parcels for one in parcel.article_ids] == [article.id for article in ordered]
    days = {
        TEXTS.day("de", article.published.astimezone(BERLIN).date(), NOW.astimezone(BERLIN).date())
        for article in articles
    }
    lines = []
    for parcel in parcels:
        shown = taken(parcel.outgoing)
        lines += [line for line in shown.text.split("\n") if line and line not in days]
        assert set(marked_up(shown)) <= {"bold", "text_link", "strikethrough"}
        assert marked_up(shown)["bold"] == len([line for line in shown.text.split("\n") if line in days])
    for article, line in zip(ordered, lines, strict=True):
        assert line.lstrip("①②③④⑤⑥⑦⑧⑨⑩ ").startswith(f"{clock(article)} {title(article, LINE_LIMIT)}".strip())


def pieces(article):
    """The words of an article that both of its forms show in full, in order."""
    yield "" if article.withdrawn else clean(article.lead) * (clean(article.lead) != clean(article.title))
    for block in () if article.withdrawn else article.blocks:
        match block.kind:
            case "list":
                yield from map(clean, block.items)
            case "paragraph" | "quote":
                yield clean(block.text)


def check_order(article, shown, whole=True):
    """`shown`: all texts without blanks."""
    position = 0
    for piece in map(squeezed, list(pieces(article))[0 if whole else 1 :]):
        position = shown.find(piece, position)
        assert position >= 0, piece


def check_plain(article, chance):
    outgoing = plain.pages(article, view(chance), TEXTS, CATALOGUE)
    shown = [taken(page) for page in outgoing]
    assert shown[0].text.startswith(title(article, TITLE_LIMIT))
    texts = [page.text.rpartition("\n\n")[0] if len(shown) > 1 else page.text for page in shown]
    first = next(
        (clean(block.text) for block in article.blocks if block.kind == "paragraph" and clean(block.text)), ""
    )
    check_order(article, squeezed("".join(texts)), not first.startswith(clean(article.lead).rstrip(" .…")))
    assert all(
        set(marked_up(page)) <= {"bold", "italic", "blockquote", "text_link", "strikethrough"}
        for page in shown
    )


def check_rich(article, chance):
    blocks = taken(rich_form.article(article, view(chance), TEXTS, CATALOGUE))
    assert blocks[0]["type"] == "heading"
    assert text_of(blocks[0]["text"]) == title(article, 1000).strip()
    words = squeezed("".join(said(block) for block in blocks))
    first = next(
        (clean(block.text) for block in article.blocks if block.kind == "paragraph" and clean(block.text)), ""
    )
    if squeezed(TEXTS.plain("de", "article-shortened")) not in words:
        check_order(article, words, not first.startswith(clean(article.lead).rstrip(" .…")))


def said(block):
    """The words of a block of a rich message."""
    inner = [*block.get("blocks", ()), *block.get("items", ())]
    own = text_of(block["text"]) if "text" in block else ""
    return own + "".join(map(said, inner))


HEADLINE, LONG = [check_card, check_line], [check_plain, check_rich]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_fuzzed_article_is_taken_in_every_form_and_shown_as_it_is(seed):
    chance, articles = random.Random(seed), fuzzed(seed, IN_A_ROUND)
    wrong = []
    for number, article in enumerate(articles):
        for check in HEADLINE + LONG * (FULL or number % 4 == 0):
            try:
                check(article, chance)
            except Exception as error:  # noqa: BLE001  # all that is wrong in a round is worth seeing
                wrong.append((check.__name__, article, repr(error)))
    assert wrong == []


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_every_fuzzed_article_is_a_line_of_one_bundle(seed):
    chance, articles = random.Random(seed), fuzzed(seed, IN_A_ROUND)
    while articles:
        size = chance.choice([2, 5, 10, 11, 40, 150])
        bundle, articles = articles[:size], articles[size:]
        check_bundle([*bundle, replace(bundle[0], id=bundle[0].id + IN_A_ROUND)], chance)


def forms(article, others, chance):
    """The article in each form that it is sent in."""
    for form in ("card", "line", "picture"):
        yield headlines([article], view(chance, form), TEXTS, CATALOGUE)[0].outgoing
    yield headlines([article, *others], view(chance), TEXTS, CATALOGUE)[0].outgoing
    yield from plain.pages(article, view(chance), TEXTS, CATALOGUE)
    yield rich_form.article(article, view(chance), TEXTS, CATALOGUE)


async def test_two_hundred_of_them_arrive_over_http_as_they_were_read(bot_api, anna):
    chance, articles = random.Random(1), fuzzed("http", 240)
    sent = 0
    for number, article in enumerate(articles[:40]):
        for outgoing in forms(article, articles[40 + 5 * number : 45 + 5 * number], chance):
            method, body = outgoing.send(anna.id)
            message = (await bot_api(method, **body)).result
            if outgoing.rich:
                assert message["rich_message"]["blocks"] == taken(outgoing)
            else:
                assert message.get("caption" if outgoing.picture else "text", "") == taken(outgoing).text
            sent += 1
    assert sent >= 200


@pytest.mark.parametrize(
    "address", ["https://x.example/\x00", "https://x.example/\ud83d", "https://\x1b/", "https://x\x9f/"]
)
def test_an_address_that_telegram_would_refuse_is_no_link_and_the_message_goes_out(address):
    article = replace(fuzzed("one", 1)[0], title="", link=address, withdrawn=None)
    check_card(article, random.Random(1))
    check_line(article, random.Random(1))
    assert not is_web(address)


@pytest.mark.parametrize(
    "link", ["https://x.example/?" + "a&" * 950, "https://x.example/" + "a" * 1900, "urn:" + "x" * 4000]
)
def test_an_article_with_a_very_long_address_opens(link):
    """Its source stands in the footer; Fluent refused an argument of more than 2,500 characters."""
    article = replace(fuzzed("one", 1)[0], title="Titel", link=link, source="", blocks=(), withdrawn=None)
    check_rich(article, random.Random(1))

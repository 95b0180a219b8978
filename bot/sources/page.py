"""An article page to its text: paragraphs, headings, lists, quotes, pictures, and what it says of itself."""

import copy
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, tzinfo
from itertools import dropwhile, islice
from typing import Any
from zoneinfo import ZoneInfo

import lxml.etree
import lxml.html
import trafilatura

from bot.domain.headline import Block, Page
from bot.domain.identity import normalised_title
from bot.sources.document import document, parse
from bot.sources.encoding import decode
from bot.sources.lines import lists
from bot.sources.markup import blocks_of, http_address
from bot.sources.metadata import comment_count, metadata

_LEAST_TEXT = 80
_TICKER_LINES = 3
_AWAY = "//nav|//aside|//footer|//form|//button|//dialog|//*[@hidden]|//*[@role='navigation' or @role='complementary']"
_SHARE = re.compile(
    r"^(?:teilen|share|partager|drucken|merken|(?:link )?kopieren|folgen sie uns|follow us|whatsapp|facebook|twitter"
    r"|telegram|e-?mail|x|linkedin|pinterest|anzeige|werbung|\W)+(?:auf \w+)?$",
    re.IGNORECASE,
)
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_LEAD = 300
_ICON = 100
_MOST_BLOCKS = 1000


def read(html: bytes, url: str, content_type: str = "", zone: tzinfo = UTC) -> Page:
    """The article; `blocks` is empty where the page has no usable text."""
    tree = parse(decode(html, content_type)) if html.strip() else None
    if tree is None:
        return Page()
    about = metadata(tree, url, zone)
    captions = _captions(tree, url)
    cleaned = _cleaned(tree)
    blocks = _blocks(_main(cleaned, url), url, captions)
    if _is_lump(blocks, about.title):
        blocks = _below_headline(cleaned, url)
    blocks = _without_frame(blocks, about.title, about.section)
    if (
        sum(len(block.text) + sum(map(len, block.items)) for block in blocks if block.kind != "picture")
        < _LEAST_TEXT
    ):
        blocks = ()
    pictures = [block.url for block in blocks if block.kind == "picture"]
    lead = about.lead or _beginning(blocks)
    picture = about.picture or next(iter(pictures), "") or _first_picture(cleaned, url)
    return Page(about.title, lead, blocks, about.section, picture, about.comments, about.published)


def _cleaned(tree: Any) -> Any:
    """A copy of the tree without what is no article on any page."""
    cleaned = copy.deepcopy(tree)
    _drop_tickers(cleaned)
    for element in cleaned.xpath(_AWAY):
        _drop(element)
    _drop_comments(cleaned)
    return cleaned


def _main(cleaned: Any, url: str) -> Any:
    """The article's body as trafilatura marks it up, None without one."""
    text = lxml.etree.tostring(cleaned, encoding="unicode", method="html")
    found = trafilatura.bare_extraction(
        text,
        url=url,
        include_comments=False,
        include_images=True,
        include_tables=True,
        include_formatting=False,
    )
    return None if found is None or isinstance(found, dict) else found.body


def _is_lump(blocks: Sequence[Block], title: str) -> bool:
    """Whether trafilatura found nothing, or gave up on a short article and made one paragraph of the whole page."""
    if not any(block.kind == "paragraph" for block in blocks):
        return True
    first = normalised_title(blocks[0].text)
    return (
        len(blocks) == 1 and bool(title) and normalised_title(title) in first and len(first) > len(title) + 40
    )


def _below_headline(cleaned: Any, url: str) -> tuple[Block, ...]:
    """What stands below the headline in the smallest element that holds it and paragraphs."""
    for h1 in cleaned.xpath("(//h1)[1]"):
        for around in h1.iterancestors():
            inside = [p for p in h1.xpath("following::p") if around in p.iterancestors()]
            if sum(len(p.text_content()) for p in inside) >= _LEAST_TEXT:
                for before in around.xpath(".//*[following::h1]"):
                    _drop(before)
                return blocks_of(lxml.etree.tostring(around, encoding="unicode", method="html"), url)
    return ()


def _drop_tickers(tree: Any) -> None:
    """Takes the ticker out, which stands on every page of its site: lists of times before the headline, and lists of
    links. A live blog under its headline stays."""
    page = document(tree, ZoneInfo("UTC"))
    order = {element: at for at, element in enumerate(tree.iter())}
    headline = min((order[h1] for h1 in tree.iter("h1")), default=0)
    for found in lists(page, date.min.replace(year=2000)):
        linked = sum(bool(line.link) for line in found.lines) * 2 > len(found.lines)
        before = order[found.box.element] < headline
        if len(found.lines) >= _TICKER_LINES and (linked or before) and not found.box.element.xpath(".//h1"):
            _drop(found.box.element)


def _drop_comments(tree: Any) -> None:
    """Takes out what follows "Kommentare (3)", where that stands behind most of the text."""
    texts = [(element, len(element.text_content())) for element in tree.iter("p")]
    total = sum(length for _, length in texts)
    for element in list(tree.iter()):
        if (
            isinstance(element.tag, str)
            and comment_count(" ".join(element.text_content().split())) is not None
        ):
            before = {id(p) for p in element.xpath("preceding::p")}
            if sum(length for p, length in texts if id(p) in before) * 2 > total:
                for after in element.xpath("following::*"):
                    _drop(after)
            _drop(element)
            return


def _drop(element: Any) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    if element.getparent() is not None and element.tag not in ("html", "body"):
        element.drop_tree()


def _captions(tree: Any, url: str) -> dict[str, str]:
    """The caption of each picture that has one, by its address."""
    found = {}
    for figure in tree.iter("figure"):
        caption = next((" ".join(item.text_content().split()) for item in figure.iter("figcaption")), "")
        for image in figure.iter("img"):
            found[http_address(url, image.get("src"))] = caption
    return found


def _first_picture(cleaned: Any, url: str) -> str:
    """The first picture below the headline that is no icon; trafilatura leaves some out."""
    for image in cleaned.xpath("(//h1)[1]/following::img[not(ancestor::li)]"):
        sizes = [size for size in (image.get("width"), image.get("height")) if (size or "").isdigit()]
        if (address := http_address(url, image.get("src"))) and all(int(size) >= _ICON for size in sizes):
            return address
    return ""


def _blocks(body: Any, url: str, captions: dict[str, str]) -> tuple[Block, ...]:
    """Trafilatura's elements as blocks."""
    if body is None:
        return ()
    return tuple(
        islice((block for element in body for block in _of_element(element, url, captions)), _MOST_BLOCKS)
    )


def _of_element(element: Any, url: str, captions: dict[str, str]) -> Iterator[Block]:
    """The blocks of one element: itself, and pictures inside it."""
    if element.tag == "div":
        for child in element:
            yield from _of_element(child, url, captions)
        return
    if element.tag == "graphic":
        if address := http_address(url, element.get("src")):
            caption = captions.get(address) or " ".join((element.get("alt") or "").split())
            yield Block("picture", caption, url=address)
        return
    yield from _text_blocks(element)
    for picture in element.iter("graphic"):
        yield from _of_element(picture, url, captions)


def _text_blocks(element: Any) -> Iterator[Block]:
    """The blocks of an element's text. A table becomes a list of its rows."""
    tag, text = element.tag, _words(element)
    if tag in ("list", "table"):
        rows = element.iter("item" if tag == "list" else "row")
        items = tuple(filter(None, map(_words if tag == "list" else _cells, rows)))
        if items:
            yield Block("list", items=items, ordered=element.get("rend") == "ol")
    elif tag == "head" and text:
        yield Block("heading", text, level=_HEADINGS.get(element.get("rend", ""), 2))
    elif tag == "quote" and text:
        yield Block("quote", text)
    else:
        yield from (Block("paragraph", line) for line in _lines(element))


def _cells(row: Any) -> str:
    return " · ".join(filter(None, map(_words, row.iter("cell"))))


def _lines(element: Any) -> Iterator[str]:
    """The paragraphs of an element: some pages know line breaks only."""
    for line in "".join(_with_breaks(element)).split("\0"):
        if words := " ".join(line.split()):
            yield words


def _with_breaks(element: Any) -> Iterator[str]:
    """The element's text, with a mark at every line break and around inner paragraphs."""
    yield "\0" if element.tag in ("lb", "p") else ""
    yield element.text or ""
    for child in element:
        yield from _with_breaks(child)
        yield "\0" if child.tag == "p" else ""
        yield child.tail or ""


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _without_frame(blocks: Sequence[Block], title: str, section: str) -> tuple[Block, ...]:
    """The blocks without the headline and section above the text, and without share buttons and the like."""
    words = (title, section, f"{section} {title}", f"{section}{title}")
    frame = {normalised_title(word) for word in words} - {""}
    kept = [
        block for block in blocks if block.kind == "picture" or block.items or not _SHARE.match(block.text)
    ]
    kept = [block for block in kept if not (block.items and all(_SHARE.match(item) for item in block.items))]
    kept = list(dropwhile(lambda block: normalised_title(block.text) in frame, kept))
    kept = [
        block for block in kept if not (block.kind == "heading" and normalised_title(block.text) in frame)
    ]
    while kept and kept[-1].kind == "heading":
        kept.pop()
    return tuple(kept)


def _beginning(blocks: Sequence[Block]) -> str:
    """A lead for a page that gives none: the first sentences of its text."""
    text = next((block.text for block in blocks if block.kind == "paragraph"), "")
    if len(text) <= _LEAD:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?][“\"»]?(?=\s)", text[:_LEAD])]
    return text[: ends[-1]] if ends else text[:_LEAD].rsplit(" ", 1)[0] + " …"

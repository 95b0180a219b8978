"""An article page to its text: paragraphs, headings, lists, quotes, pictures, and what it says of itself."""

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from bot.domain.headline import Block, Page
from bot.sources.articles.article import headline_of, trim
from bot.sources.articles.clutter import Sweeper
from bot.sources.articles.metadata import Metadata, metadata
from bot.sources.articles.parts import next_part
from bot.sources.articles.polish import beginning, polished
from bot.sources.articles.second_reader import text_of
from bot.sources.articles.walls import (
    drop_gate,
    is_consent_form,
    is_cut,
    is_error,
    may_be_consent_form,
    speaks_of_consent,
)
from bot.sources.documents.document import parse
from bot.sources.documents.encoding import decode
from bot.sources.documents.markup import blocks_of, element_blocks, picture_address, plain
from bot.sources.documents.pictures import IMAGES

_LEAST_TEXT = 80
_MOST_BLOCKS = 1000
_ARTICLE = 3  # paragraphs
_GALLERY = 3  # pictures with captions
_CAPTION = 40  # characters


def read(
    html: bytes, url: str, content_type: str = "", zone: tzinfo = UTC, first: str = "", number: int = 1
) -> Page:
    """The article; `blocks` is empty where the page has no usable text. `paywalled`: the text is only its beginning, or
    missing, because readers are to pay for it. A consent form or an error served as a page is no article. `onward`: the
    page behind this one, page `number` of the article that begins at `first`."""
    text = decode(html, content_type)
    tree = parse(text) if html.strip() else None
    if tree is None:
        return Page()
    about = metadata(tree, url, zone)
    if is_error(tree, about):
        return Page()
    asks = may_be_consent_form(tree)
    onward = next_part(tree, url, first or url, number)
    sweeper = Sweeper(tree, headline_of(tree, about.title), about.lead)
    sweeper.drop_others()
    gate = drop_gate(sweeper, about)
    sweeper.drop_frame()
    picture = about.picture or _first_picture(sweeper, url)
    blocks = polished(element_blocks(trim(sweeper), url)[:_MOST_BLOCKS], about)
    sweeper.release()
    if asks and is_consent_form(blocks, about):
        return _without_text(about) if about.is_article else Page()
    cut = is_cut(about, gate, blocks)
    if _length(blocks, but=about.lead) < _LEAST_TEXT:
        blocks = () if cut else _instead(blocks, about, url) or _second(text, about, url)
    return Page(
        about.title,
        about.lead or beginning(blocks),
        blocks,
        about.section,
        picture or next((block.url for block in blocks if block.kind == "picture"), ""),
        about.comments,
        about.published,
        cut,
        "" if cut else onward,
    )


def _without_text(about: Metadata) -> Page:
    """What a page says of itself, where it shows something else."""
    lead = "" if speaks_of_consent(about.lead) else about.lead
    return Page(about.title, lead, (), about.section, about.picture, about.comments, about.published)


def _length(blocks: Sequence[Block], but: str = "") -> int:
    """How many characters of text the blocks hold, not counting a paragraph that is the lead."""
    counted = [block for block in blocks if block.kind != "picture" and not (but and block.text == but)]
    return sum(len(block.text) + sum(map(len, block.items)) for block in counted) + _captions(blocks)


def _captions(blocks: Sequence[Block]) -> int:
    """How many characters the captions of a gallery hold; those of a few pictures are no text."""
    captions = [block.text for block in blocks if block.kind == "picture" and len(block.text) >= _CAPTION]
    return sum(map(len, captions)) if len(captions) >= _GALLERY else 0


def _instead(blocks: tuple[Block, ...], about: Metadata, url: str) -> tuple[Block, ...]:
    """What takes the place of a text that is none, or no more than its lead."""
    text = [block for block in blocks if block.kind != "heading"]
    return polished(_body_for_machines(about, url), about) or (blocks if _length(text) >= _LEAST_TEXT else ())


def _body_for_machines(about: Metadata, url: str) -> tuple[Block, ...]:
    """The text that a page gives in its JSON-LD and fills in by script."""
    if "<p" in about.body or "<br" in about.body:
        blocks = blocks_of(about.body, url)
    else:
        lines = (" ".join(plain(line).split()) for line in about.body.splitlines())
        blocks = tuple(Block("paragraph", line) for line in lines if line)
    return blocks if _length(blocks) >= _LEAST_TEXT else ()


def _second(html: str, about: Metadata, url: str) -> tuple[Block, ...]:
    """What another reader finds and ours leaves of it, where that is an article and not the captions and links of a
    page without one."""
    found = text_of(html, url)
    tree = parse(found) if found else None
    if tree is None:
        return ()
    sweeper = Sweeper(tree, None, about.lead)
    sweeper.drop_others()
    sweeper.drop_frame()
    blocks = polished(element_blocks(tree, url)[:_MOST_BLOCKS], about)
    sweeper.release()
    paragraphs = [block for block in blocks if block.kind == "paragraph" and len(block.text) >= _LEAST_TEXT]
    return blocks if len(paragraphs) >= _ARTICLE else ()


def _first_picture(sweeper: Sweeper, url: str) -> str:
    """The first picture below the headline that is no icon."""
    for image in sweeper.tree.iter(*IMAGES):
        if sweeper.below(image) and not _is_in(image, "li") and (address := picture_address(image, url)):
            return address
    return ""


def _is_in(element: Any, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None

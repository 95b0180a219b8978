"""The last touches to an article's blocks: what is said twice, bylines, labels and agency lines go."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.headline import Block
from bot.domain.identity import normalised_title
from bot.sources import phrases
from bot.sources.metadata import Metadata

_LEAD = 300
_SENTENCE = re.compile(r"[.!?…:;؟。][\W_]*$")
_SHORT = 120
_TOP = 5  # blocks: so far down may a byline stand
_TIMES = 3
_LONG_ENOUGH = 30
_LETTERS = 4  # fewer are a signature


def polished(blocks: Sequence[Block], about: Metadata) -> tuple[Block, ...]:
    """The blocks without the headline, section and byline above the text, what repeats, and what is no text."""
    kept = [block for block in blocks if not _is_nothing(block)]
    kept = list(_without_repetition(_below_byline(kept, about)))
    kept = list(_with_times(kept))
    while kept and _is_end(kept[-1]):
        kept.pop()
    return tuple(kept)


def beginning(blocks: Sequence[Block]) -> str:
    """A lead for a page that gives none: the first sentences of its text."""
    text = next((block.text for block in blocks if block.kind == "paragraph"), "")
    if len(text) <= _LEAD:
        return text
    ends = [found.end() for found in re.finditer(r"[.!?][“\"»]?(?=\s)", text[:_LEAD])]
    return text[: ends[-1]] if ends else text[:_LEAD].rsplit(" ", 1)[0] + " …"


def _is_nothing(block: Block) -> bool:
    """Whether a block is a button's word, a label, a page number."""
    if block.kind == "picture":
        return False
    if block.items:
        return all(phrases.NO_TEXT.match(item) for item in block.items)
    text = block.text
    return bool(
        phrases.NO_TEXT.match(text)
        or phrases.PAGER.match(text)
        or phrases.AD_LABEL.match(text)
        or (block.kind == "paragraph" and sum(char.isalnum() for char in text) < _LETTERS)
        or (len(text) < _SHORT and block.kind != "quote" and phrases.EXTERNAL.search(text))
    )


def _is_end(block: Block) -> bool:
    """Whether the last block is none of the text: a heading without any, an agency's line."""
    return block.kind == "heading" or (block.kind == "paragraph" and bool(phrases.AGENCY.match(block.text)))


def _below_byline(blocks: Sequence[Block], about: Metadata) -> Iterator[Block]:
    """The blocks without what stands between the headline and the text: headline and section again, byline, date."""
    names = (about.title, about.section, f"{about.section} {about.title}", f"{about.section}{about.title}")
    frame = {normalised_title(name) for name in names} - {""}
    live = sum(bool(phrases.TIME.match(block.text)) for block in blocks) >= _TIMES
    begun = False
    for at, block in enumerate(blocks):
        said = normalised_title(block.text)
        begun = begun or at >= _TOP or (block.kind == "paragraph" and len(block.text) >= _SHORT)
        if said in frame and (block.kind == "heading" or (block.kind == "paragraph" and not begun)):
            continue
        if begun or block.kind not in ("paragraph", "heading") or (live and phrases.TIME.match(block.text)):
            yield block
        elif _SENTENCE.search(block.text) and not phrases.BYLINE.match(block.text):
            yield Block("paragraph", block.text)  # what a page sets as a heading here is its lead
        elif block.kind == "heading":
            yield block


def _without_repetition(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks without paragraphs that come twice and quotes that repeat a sentence of the text."""
    every = list(blocks)
    text = normalised_title(" ".join(block.text for block in every if block.kind == "paragraph"))
    seen = set()
    for block in every:
        if block.kind == "quote" and (said := normalised_title(block.text)) and said in text:
            continue
        if block.kind in ("paragraph", "quote") and len(block.text) >= _LONG_ENOUGH:
            if block.text in seen:
                continue
            seen.add(block.text)
        yield block


def _with_times(blocks: Sequence[Block]) -> Iterator[Block]:
    """A live blog's blocks: a time that stands alone is a heading, or part of the heading behind it."""
    time = ""
    for block in blocks:
        if block.kind in ("paragraph", "heading") and phrases.TIME.match(block.text):
            if time:
                yield Block("heading", time, level=3)
            time = block.text
            continue
        if time and block.kind == "heading":
            yield replace(block, text=f"{time} · {block.text}")
        else:
            if time:
                yield Block("heading", time, level=3)
            yield block
        time = ""

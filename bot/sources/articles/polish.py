"""The last touches to an article's blocks: what is said twice, bylines, labels and agency lines go."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.domain.headline import Block
from bot.domain.identity import normalised_title
from bot.sources.articles import phrases
from bot.sources.articles.metadata import Metadata

_LEAD = 300
_SENTENCE = re.compile(r"[.!?…:;؟。][\W_]*$|^\+\+\+")
_SHORT = 120
_NOTICE = 300
_CONTACT = 8  # blocks: longer is no address
_TOP = 5  # blocks: so far down may a byline stand
_TIMES = 3
_LONG_ENOUGH = 30
_LETTERS = 4  # fewer are a signature


def polished(blocks: Sequence[Block], about: Metadata) -> tuple[Block, ...]:
    """The blocks without the headline, section and byline above the text, what repeats, and what is no text."""
    kept = [block for block in _before_contact(blocks) if not _is_nothing(block)]
    kept = list(_without_repetition(_below_byline(kept, about)))
    kept = list(_with_minutes(_with_times(kept)))
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
    if phrases.MINUTE.match(text):
        return False
    return bool(
        phrases.NO_TEXT.match(text)
        or phrases.PAGER.match(text)
        or phrases.AD_LABEL.match(text)
        or (block.kind == "paragraph" and sum(char.isalnum() for char in text) < _LETTERS)
        or (len(text) < _SHORT and block.kind != "quote" and phrases.EXTERNAL.search(text))
        or (len(text) < _NOTICE and text.startswith("*") and phrases.COMMISSION.search(text))
    )


def _before_contact(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks before the address that ends a press release."""
    for at in range(max(1, len(blocks) - _CONTACT), len(blocks)):
        if phrases.CONTACT.match(blocks[at].text):
            return blocks[:at]
    return blocks


def _is_time(block: Block) -> bool:
    return bool(phrases.TIME.match(block.text))


def _quoted(block: Block) -> tuple[str, str]:
    """What a quote says, with and without who says it."""
    return normalised_title(block.text), normalised_title(block.text.rpartition(" – ")[0])


def _is_end(block: Block) -> bool:
    """Whether the last block is none of the text: a heading without any, an agency's line."""
    return block.kind == "heading" or (block.kind == "paragraph" and bool(phrases.AGENCY.match(block.text)))


def _below_byline(blocks: Sequence[Block], about: Metadata) -> Iterator[Block]:
    """The blocks without what stands between the headline and the text: headline and section again, byline, date."""
    names = (about.title, about.section, f"{about.section} {about.title}", f"{about.section}{about.title}")
    frame = {normalised_title(name) for name in names} - {""}
    live = sum(map(_is_time, blocks)) >= _TIMES
    lead = normalised_title(about.lead)
    begun = spoken = False
    for at, block in enumerate(blocks):
        said = normalised_title(block.text)
        begun = begun or at >= _TOP or (block.kind == "paragraph" and len(block.text) >= _SHORT)
        if not begun and block.items and any(map(phrases.DETAIL.match, block.items)):
            continue
        if said in frame and (block.kind == "heading" or (block.kind == "paragraph" and not begun)):
            continue
        if begun or block.kind not in ("paragraph", "heading") or (live and _is_time(block)):
            yield block
        elif said == lead or (_SENTENCE.search(block.text) and not phrases.BYLINE.match(block.text)):
            # What a page sets as a heading here is its lead
            yield block if spoken and said != lead else Block("paragraph", block.text)
            spoken = True
        elif block.kind == "heading" or _is_list(blocks, at + 1):
            yield block


def _is_list(blocks: Sequence[Block], at: int) -> bool:
    """Whether there is a list, which a few words without a full stop are the heading of."""
    return at < len(blocks) and blocks[at].kind == "list"


def _without_repetition(blocks: Iterator[Block]) -> Iterator[Block]:
    """The blocks without paragraphs that come twice and quotes that repeat a sentence of the text."""
    every = list(blocks)
    text = normalised_title(" ".join(block.text for block in every if block.kind == "paragraph"))
    seen = set()
    for block in every:
        if block.kind == "quote" and any(said and said in text for said in _quoted(block)):
            continue
        if block.kind in ("paragraph", "quote") and len(block.text) >= _LONG_ENOUGH:
            if block.text in seen:
                continue
            seen.add(block.text)
        yield block


def _with_times(blocks: Sequence[Block]) -> Iterator[Block]:
    """A live blog's blocks: a time that stands alone is a heading, or part of the heading behind it; the minute of a
    match begins what happened in it. A day is told only where the entries are of several."""
    one_day = len({found["day"] for block in blocks if (found := phrases.TIME.match(block.text))}) == 1
    time = ""
    for block in blocks:
        if block.kind in ("paragraph", "heading") and (found := phrases.TIME.match(block.text)):
            if time:
                yield Block("heading", time, level=3)
            time = found["time"] if one_day else " ".join(filter(None, (found["day"], found["time"])))
            continue
        if time and block.kind == "heading":
            yield replace(block, text=f"{time} · {block.text}")
        else:
            if time:
                yield Block("heading", time, level=3)
            yield block
        time = ""


def _with_minutes(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks of a match with each minute before what happened in it."""
    minute = ""
    for block in blocks:
        if phrases.MINUTE.match(block.text):
            minute = block.text
            continue
        yield replace(block, text=f"{minute} {block.text}") if minute and block.text else block
        minute = ""

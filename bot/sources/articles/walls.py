"""Pages that keep their text back: a paywall, a consent form instead of the page, an error served as a page."""

import re
from collections.abc import Sequence
from functools import partial
from itertools import islice, takewhile
from typing import Any

from bot.domain.headline import Block
from bot.sources.articles import wall_phrases
from bot.sources.articles.clutter import Sweeper
from bot.sources.articles.metadata import Metadata
from bot.sources.documents import hints
from bot.sources.documents.markup import words

_BOX = 900
_GATES = 20
_NEAR = 6  # siblings: what is pressed stands no further away
_SHORT = 250
_LINE = 60
_OPEN = 1200  # characters: a page that says it is paid for, but shows so much and no gate, is not cut
_AFTER_GATE = 400
_CUT = re.compile(r"(?:…|\.\.\.|\[…\])$")


def is_error(tree: Any, about: Metadata) -> bool:
    """Whether the page says that it has no article, though the server said it has."""
    titles = [about.title, *tree.xpath("//head/title/text()"), *map(words, tree.xpath("//h1|//h2[@id]"))]
    return not about.is_article and any(
        wall_phrases.ERROR.match(" ".join(title.split())) for title in titles[:4]
    )


def may_be_consent_form(tree: Any) -> bool:
    """Whether there is something to press that gives consent."""
    inputs = (item.get("value") or "" for item in tree.iter("input"))
    if not _accepts(tree.text_content()):
        return any(map(_accepts, inputs))  # as on most pages: their links are many
    return any(map(_accepts, inputs)) or any(_accepts(words(item)) for item in tree.iter("button", "a"))


def _accepts(text: str) -> bool:
    said = text.lower()
    return any(word in said for word in wall_phrases.ACCEPT)


def is_consent_form(blocks: Sequence[Block], about: Metadata) -> bool:
    """Whether what the page shows is the question for consent and not an article."""
    texts = _texts(blocks)
    if not texts:
        return speaks_of_consent(about.lead)
    asking = sum(len(text) for text in texts if wall_phrases.CONSENT.search(text))
    return asking * 10 >= sum(map(len, texts)) * (8 if about.is_article else 5)


def speaks_of_consent(text: str) -> bool:
    """Whether a lead is a cookie notice's."""
    return bool(wall_phrases.CONSENT.search(text)) and "ookie" in text


def drop_gate(sweeper: Sweeper, about: Metadata) -> bool:
    """Takes out the box that asks for a subscription and what is behind it; whether it cut a text off. One with more of
    the text beside it did not, unless the page says so."""
    cut = _drop_blurred(sweeper) | (about.free is False and _drop_scrambled(sweeper))
    for element in _gates(sweeper):
        if not sweeper.is_here(element):
            continue
        box = sweeper.box(element, partial(_is_gate_box, sweeper, element))
        after = [item for item in box.xpath("following::p") if sweeper.prose(item)]
        goes_on = about.free is not False and any(
            sweeper.prose(item) >= _LINE for item in box.itersiblings("p")
        )
        if not goes_on and sum(map(sweeper.prose, after)) < _AFTER_GATE:
            cut = True
            for item in after:
                sweeper.drop(item)
        sweeper.drop(box)
    return cut


def is_cut(about: Metadata, gate: bool, blocks: Sequence[Block]) -> bool:
    """Whether readers get only the beginning: what the page says of itself, then what it shows."""
    texts = _texts(blocks)
    if about.free is not False:
        return gate and about.free is None
    short = sum(map(len, texts)) < _OPEN or bool(_CUT.search(texts[-1]))
    return gate or short or about.words > 2 * sum(len(text.split()) for text in texts)


def _texts(blocks: Sequence[Block]) -> list[str]:
    return [
        text for block in blocks if block.kind != "picture" for text in (block.text, *block.items) if text
    ]


def _drop_blurred(sweeper: Sweeper) -> bool:
    """Takes out paragraphs that only show that there is more."""
    found = [
        element
        for element in sweeper.tree.iter()
        if isinstance(element.tag, str)
        and sweeper.below(element)
        and (hints.BLURRED.search(hints.name_of(element)) or "blur(" in (element.get("style") or ""))
        and next(element.iter("img"), None) is None
    ]
    for element in found:
        sweeper.drop(element)
    return any(sweeper.text(element) for element in found)


def _drop_scrambled(sweeper: Sweeper) -> bool:
    """Takes out paragraphs of letters that are no language, where those before are in one; whether there were any."""
    paragraphs = [item for item in sweeper.tree.iter("p") if sweeper.prose(item) >= _LINE]
    readable = [bool(wall_phrases.COMMON_WORD.search(words(item))) for item in paragraphs]
    if not any(readable[:2]):
        return False
    found = [item for item, reads in zip(paragraphs, readable, strict=True) if not reads]
    for item in found:
        sweeper.drop(item)
    return bool(found)


def _gates(sweeper: Sweeper) -> list[Any]:
    """Elements that ask for a subscription: by their words, or called a paywall and short."""
    found = []
    for element in sweeper.tree.iter():
        if not isinstance(element.tag, str) or not 0 < sweeper.text(element) <= _BOX:
            continue
        called = hints.GATE.search(hints.name_of(element))
        says = sweeper.text(element) <= _SHORT and wall_phrases.GATE.search(words(element))
        if (called or says) and sweeper.below(element) and not _has_text(sweeper, element) and _asks(element):
            found.append(element)
            if len(found) == _GATES:
                break
    return found


def _has_text(sweeper: Sweeper, element: Any, before: Any = None) -> bool:
    """Whether there is a paragraph of an article in an element, `before` another one in it."""
    inside = takewhile(lambda item: item is not before, element.iter())
    return any(
        item.tag == "p" and sweeper.prose(item) >= _LINE and not wall_phrases.GATE.search(words(item))
        for item in inside
    )


def _asks(element: Any) -> bool:
    """Whether there is something to press for it, in it or beside it: a sentence about subscriptions asks nothing."""
    near = [*islice(element.itersiblings(), _NEAR), *islice(element.itersiblings(preceding=True), _NEAR)]
    around = [element, *(item for item in near if item.tag != "p")]
    return any(
        wall_phrases.ACTION.search(words(control)) or wall_phrases.GATE.search(words(control))
        for place in around
        for control in place.iter("a", "button", "label")
    )


def _is_gate_box(sweeper: Sweeper, gate: Any, above: Any) -> bool:
    """Whether an element is the box of the gate and holds none of the article before it."""
    return sweeper.text(above) <= _BOX and above.tag != "article" and not _has_text(sweeper, above, gate)

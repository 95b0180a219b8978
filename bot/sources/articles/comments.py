"""Where a page's article ends and what its readers wrote begins."""

from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import Any

from bot.sources.articles import phrases
from bot.sources.articles.elements import line_of
from bot.sources.articles.metadata import comment_count
from bot.sources.articles.page_tree import PageTree
from bot.sources.articles.weights import HEADINGS

_LABEL = 90  # characters: a longer text is no heading
_REPLY = 20
_WORDS = ("omment", "OMMENT", "omentario", "osting", "iskutieren", "التعليقات")
_MENTIONS = "//body//text()[" + " or ".join(f"contains(.,'{word}')" for word in _WORDS) + "]"
_LEAST = 80  # characters of prose that an article has at least


def labels(tree: PageTree) -> list[Any]:
    """The elements that may be the heading of the comments, or a link to them, in document order."""
    found: dict[Any, None] = {}
    for text in tree.tree.xpath(_MENTIONS):
        around = takewhile(partial(_is_short, tree), (text.getparent(), *text.getparent().iterancestors()))
        found.update(dict.fromkeys(reversed(list(around))))
    return [element for element in found if phrases.COMMENT_HEADING.match(line_of(element))]


def ends_article(tree: PageTree, label: Any) -> bool:
    """Whether it is the heading, and not the link above the text."""
    before = _prose_before(tree, label)
    if label.tag in (*HEADINGS, "legend", "summary"):
        return before >= _LEAST or count(label) is not None
    return count(label) is not None and before * 2 > tree.total


def count(label: Any) -> int | None:
    """How many comments a label tells of."""
    return comment_count(line_of(label))


def thread(tree: PageTree) -> list[Any]:
    """All from the first to the last of several ways to answer a reader: what they wrote to each other."""
    controls = (item for item in tree.tree.iter("a", "button") if 0 < tree.text(item) <= _REPLY)
    replies = [item for item in controls if phrases.REPLY.match(line_of(item))]
    if len(replies) < 2 or _prose_before(tree, replies[0]) < _LEAST:
        return []
    ways = [[*reversed(list(item.iterancestors())), item] for item in (replies[0], replies[-1])]
    ends = next(((first, last) for first, last in zip(*ways, strict=False) if first is not last), None)
    if ends is None or not tree.below(ends[0]):
        return []
    return [*takewhile(lambda item: item is not ends[1], [ends[0], *ends[0].itersiblings()]), ends[1]]


def following(element: Any) -> Iterator[Any]:
    """What stands behind an element: its next siblings, then those of what it is in."""
    yield from element.itersiblings()
    for above in element.iterancestors():
        yield from above.itersiblings()


def _is_short(tree: PageTree, element: Any) -> bool:
    return 0 < tree.text(element) <= _LABEL and tree.below(element)


def _prose_before(tree: PageTree, element: Any) -> int:
    """How many characters of prose stand before an element."""
    around = (element, *element.iterancestors())
    return sum(tree.prose(item) for above in around for item in above.itersiblings(preceding=True))

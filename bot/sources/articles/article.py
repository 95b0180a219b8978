"""Where on a page its article stands, once the clutter is gone: by the headline and by where the sentences are."""

from collections.abc import Iterator
from typing import Any

from bot.domain.identity import normalised_title
from bot.sources.articles.clutter import Sweeper
from bot.sources.documents.markup import words

_MARKED = "//*[@itemprop='articleBody' or @property='articleBody' or @property='schema:articleBody']"
_MOST = 0.5  # the share of the prose below the headline that the body holds
_BEHIND = 0.12  # the share of it that may stand behind the body and be none of it
_FEW = 250  # characters: a short article's page says as much about itself
_LEAST = 40
_TITLE = 12  # characters: a shorter one may end any heading
_GOES_ON = 0.25  # the share of a marked body's prose: so much behind it, without a link, is more of the text
_FLOW = ("p", "h2", "h3", "ul", "ol", "dl", "table", "figure", "blockquote")
_UNITS = ("p", "blockquote", "ul", "ol", "table", "tbody")
_HEADINGS = ("h1", "h2", "h3", "h4")


def headline_of(tree: Any, title: str) -> Any:
    """The element of the headline: the heading that says the title, else the first h1; None without either."""
    wanted = _letters(title)
    headings = [item for item in tree.iter(*_HEADINGS) if not _is_beside(item)]
    for heading in sorted(headings, key=lambda item: item.tag):
        said = _letters(words(heading))
        if wanted and (
            said == wanted or (heading.tag == "h1" and len(said) > 8 and (said in wanted or wanted in said))
        ):
            return heading
    first = next((heading for heading in headings if heading.tag == "h1"), None)
    return first if first is not None else _below_kicker(headings, wanted)


def _letters(text: str) -> str:
    """A title's words in one: a kicker may stand against what follows."""
    return normalised_title(text).replace(" ", "")


def _below_kicker(headings: list[Any], wanted: str) -> Any:
    """The heading of a page without an h1 that says the title behind a kicker, or without its own."""
    for heading in headings:
        said = _letters(words(heading))
        if min(len(said), len(wanted)) > _TITLE and (said.endswith(wanted) or wanted.endswith(said)):
            return heading
    return None


def trim(sweeper: Sweeper) -> Any:
    """Takes out the headline and what stands behind the body; returns the element that holds the article."""
    tree, headline = sweeper.tree, sweeper.headline
    body = tree.find("body") if tree.tag == "html" else tree
    around = body if body is not None else tree
    text = _body(sweeper, around)
    if text is not around:
        for after in _behind(text, around):
            sweeper.drop(after)
    if headline is not None and headline is not around:
        headline.drop_tree()
    return around


def _is_beside(element: Any) -> bool:
    return next(element.iterancestors("nav", "aside", "footer"), None) is not None


def _body(sweeper: Sweeper, around: Any) -> Any:
    """The smallest element with most of the prose below the headline and little of it behind; one that the page marks
    as the body, if it holds any."""
    marked = [item for item in around.xpath(_MARKED) if sweeper.prose(item) >= _LEAST]
    if len(marked) == 1 and not _goes_on(sweeper, marked[0]):
        return marked[0]
    total = sweeper.prose(around)
    spare = max(_BEHIND * total, min(_FEW, 3 * _BEHIND * total))
    found = around
    while total:
        inner = max((item for item in found if isinstance(item.tag, str)), key=sweeper.prose, default=None)
        if inner is None or inner.tag in _UNITS or sweeper.prose(inner) < _MOST * total:
            break
        spare -= sum(sweeper.prose(item) for item in inner.itersiblings() if not _is_part(item, inner))
        if spare < 0:
            break
        found = inner
    return found


def _goes_on(sweeper: Sweeper, marked: Any) -> bool:
    """Whether a page marks only the first of several elements that hold its text."""
    plain = (
        item
        for item in marked.itersiblings()
        if isinstance(item.tag, str) and next(item.iter("a"), None) is None
    )
    return sum(map(sweeper.prose, plain)) > _GOES_ON * sweeper.prose(marked)


def _is_part(after: Any, text: Any) -> bool:
    """Whether what follows the body belongs to it: it looks the same, or can only be an article's, such as a table."""
    alike = after.tag == text.tag and (after.tag == "section" or after.get("class") == text.get("class"))
    return alike or after.tag in _FLOW


def _behind(text: Any, around: Any) -> Iterator[Any]:
    """All behind the body in document order that is no part of it."""
    for element in [text, *text.iterancestors()]:
        if element is around:
            return
        for after in list(element.itersiblings()):
            if isinstance(after.tag, str) and not (element is text and _is_part(after, text)):
                yield after

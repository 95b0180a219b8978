"""A page's tree while what is no article is taken out of it: what each part weighs, and what may go."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.sources.articles.weights import Weights
from bot.sources.documents import hints

BOX = 700
"""Characters of prose: a box of more is an article's own."""
SHARE_OF_TEXT = 0.4
"""What holds more of the page's prose is no clutter, whatever it is called."""
TEASER = 350
"""Characters of prose under one linked heading, at most."""


class PageTree:
    """The tree of a page; `headline` (may be None) and what is around it stay. `lead`: what the page says of itself."""

    def __init__(self, tree: Any, headline: Any, lead: str) -> None:
        """What stands before the headline goes at once: no part of an article does."""
        self.tree = tree
        self.headline = headline
        self.lead = lead or "\0"
        if headline is not None:
            _drop_before(headline)
        around = [] if headline is None else [headline, *headline.iterancestors()]
        self._kept = {*tree.xpath("//html|//body|//main|//*[@itemprop='articleBody']"), *around}
        self.weights = Weights()
        self._names: dict[Any, str] = {}

    def release(self) -> None:
        """Lets go of the page."""
        self._names.clear()
        self.weights.release()

    def drop(self, element: Any) -> None:
        """Takes an element out of the tree unless the headline is in it; the text behind it stays, and does not run
        into the text before it."""
        if isinstance(element.tag, str) and element.getparent() is not None and element not in self._kept:
            self.weights.without(element)
            element.tail = f" {element.tail or ''}"
            element.drop_tree()

    def is_here(self, element: Any) -> bool:
        """Whether an element is still in the tree."""
        return any(above is self.tree for above in element.iterancestors())

    def below(self, element: Any) -> bool:
        """Whether an element stands behind the headline, not around it."""
        return element not in self._kept

    def prose(self, element: Any) -> int:
        """How many characters of sentences the element holds."""
        return self.weights[element].prose

    def text(self, element: Any) -> int:
        """How many characters of any text the element holds."""
        return self.weights[element].text

    def leads_away(self, element: Any) -> bool:
        """Whether it is mostly a way to other pages."""
        weight = self.weights[element]
        return self.weights.linkage(element) > 0.35 or 1 < weight.teasers > weight.prose / TEASER

    def box(self, element: Any, fits: Callable[[Any], bool]) -> Any:
        """The largest element around this one that fits, itself where none does."""
        around = element
        for above in element.iterancestors():
            if above in self._kept or not fits(above):
                break
            around = above
        return around

    def name(self, element: Any) -> str:
        """What the element is called, see `hints.name_of`."""
        name = self._names.get(element)
        if name is None:
            name = self._names[element] = hints.name_of(element)
        return name

    def elements(self) -> Iterator[Any]:
        """The elements still in the tree that may be dropped."""
        body = self.tree.find("body") if self.tree.tag == "html" else self.tree
        pending = list(reversed(body)) if body is not None else []
        while pending:
            element = pending.pop()
            if isinstance(element.tag, str) and element.getparent() is not None:
                if element not in self._kept:
                    yield element
                if element.getparent() is not None:
                    pending.extend(reversed(element))

    @property
    def total(self) -> int:
        """How much prose is left on the page."""
        return self.weights[self.tree].prose


def _drop_before(headline: Any) -> None:
    """Takes out all before the headline, but what holds it, with the loose text there."""
    for within in [headline, *headline.iterancestors()]:
        if (around := within.getparent()) is not None and around.tag != "html":
            around.text = None
            for before in list(within.itersiblings(preceding=True)):
                around.remove(before)

"""Boxes and links that a label stands above: "Lesen Sie auch", "Anzeige", "Über die Autorin"."""

from typing import Any

from bot.sources.articles import phrases
from bot.sources.articles.elements import has, is_offer, line_of
from bot.sources.articles.page_tree import BOX, SHARE_OF_TEXT, PageTree
from bot.sources.articles.weights import HEADINGS

_LABEL = 90  # characters: a longer text is no label
_LONG_LABEL = 4 * _LABEL  # with its link, or what a site says of itself


def drop_boxes(tree: PageTree) -> None:
    """Drops the boxes that begin with a label, and the links that follow one in the middle of the text."""
    for element in tree.elements():
        if not 0 < tree.text(element) <= _LONG_LABEL or tree.weights.linkage(element) == 1:
            continue  # too long for a label with a link, or a link
        text = line_of(element)
        if phrases.READ_ALSO.match(text):
            _read_also(tree, element, text)
        elif phrases.AD_LABEL.match(text) or phrases.ASIDE.match(text) or is_offer(element, text):
            tree.drop(_box(tree, element, text))
        elif phrases.ABOUT.match(text):
            tree.drop(_box(tree, element, text, leads=False))


def _read_also(tree: PageTree, element: Any, text: str) -> None:
    """A label with its link in one, or a label alone."""
    linked = tree.weights[element].linked
    if linked * 2 > len(text) and element.tag not in ("ul", "ol"):
        tree.drop(element)
        return
    if len(text) > _LABEL or (linked == 0 and text[-1] in ".!?" and len(text) > 50):
        return
    box = _box(tree, element, text)
    if box is element or box.tag in (*HEADINGS, "p", "strong", "b", "span"):
        while (after := box.getnext()) is not None and _is_way_out(tree, after):
            tree.drop(after)
    tree.drop(box)


def _box(tree: PageTree, element: Any, label: str, *, leads: bool = True) -> Any:
    """The box that a label is the beginning of; one that `leads` away, or holds the label only."""

    def fits(above: Any) -> bool:
        away = not leads or has(above, "a", "img", "form") or tree.text(above) == len(label)
        return away and line_of(above).startswith(label) and _is_small(tree, above)

    return tree.box(element, fits)


def _is_small(tree: PageTree, above: Any) -> bool:
    """Whether an element holds no article."""
    if tree.text(above) > (2 if tree.weights.linkage(above) < 0.5 else 20) * BOX or tree.prose(above) > BOX:
        return False
    return tree.leads_away(above) or tree.prose(above) <= SHARE_OF_TEXT * tree.total


def _is_way_out(tree: PageTree, element: Any) -> bool:
    """Whether it is nothing but links to other pages."""
    if not isinstance(element.tag, str) or (element.tag in HEADINGS and not tree.weights[element].teasers):
        return False
    if tree.text(element) == 0:
        return has(element, "a") or element.tag in ("br", "hr")
    return tree.weights.linkage(element) > 0.6 or tree.leads_away(element)

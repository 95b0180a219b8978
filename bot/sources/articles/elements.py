"""What an element of a page is by itself, wherever it stands."""

import re
from typing import Any

from bot.sources.articles.weights import HEADINGS

_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:\?|$)", re.IGNORECASE)
_NEVER_ROLES = ("navigation", "search", "banner", "contentinfo")
_LABEL = 90  # characters: a longer text is no label


def is_unseen(element: Any) -> bool:
    """Whether it is hidden, or says that it is around the page's main part."""
    hidden = element.get("hidden") is not None or element.get("role") in _NEVER_ROLES
    return hidden or "display:none" in (element.get("style") or "").replace(" ", "")


def is_picture_link(element: Any) -> bool:
    """Whether it is a picture that opens a larger one."""
    return element.tag == "a" and bool(_PICTURE_FILE.search(element.get("href") or ""))


def says_more(element: Any) -> bool:
    """Whether there is a letter outside of an element's links."""
    around = element.xpath("descendant::text()[not(ancestor::a)]")
    return any(char.isalnum() for text in around for char in text)


def is_offer(element: Any, text: str) -> bool:
    """Whether it is the heading of a box that offers a newsletter."""
    return element.tag in HEADINGS and len(text) <= _LABEL and "newsletter" in text.lower()


def line_of(element: Any) -> str:
    """An element's text on one line, quicker than `words` and as good for labels."""
    return " ".join(element.text_content().split())


def has(element: Any, *tags: str) -> bool:
    """Whether an element is or holds one of these."""
    return next(element.iter(*tags), None) is not None

"""What an element of a page is by itself, wherever it stands."""

import re
from typing import Any

from bot.sources.articles import phrases
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


def is_signature(element: Any) -> bool:
    """Whether it is the footer of a quote or a caption, which says whose it is."""
    return (
        element.tag == "footer" and next(element.iterancestors("blockquote", "figcaption"), None) is not None
    )


def says_more(element: Any, *but: str) -> bool:
    """Whether there is a letter outside of an element's links, and of those it holds of these tags."""
    pending = [element]
    while pending:
        item = pending.pop()
        if item.tag not in ("a", *but) and isinstance(item.tag, str):
            if _says(item):
                return True
            pending.extend(item)
    return False


def stands_alone(link: Any) -> bool:
    """Whether a link is no part of a sentence."""
    return not _says(link.getparent())


def is_offer(element: Any, text: str) -> bool:
    """Whether it is the heading of a box that offers a newsletter, or leads to a site's channels."""
    if phrases.INVITATION.match(text):
        return has(element, "a", "button", "form")
    return element.tag in HEADINGS and len(text) <= _LABEL and "newsletter" in text.lower()


def line_of(element: Any) -> str:
    """An element's text on one line, quicker than `words` and as good for labels."""
    return " ".join(element.text_content().split())


def has(element: Any, *tags: str) -> bool:
    """Whether an element is or holds one of these."""
    return next(element.iter(*tags), None) is not None


def _says(element: Any) -> bool:
    """Whether there is a letter right in an element, outside of what it holds."""
    texts = (element.text, *(child.tail for child in element))
    return any(char.isalnum() for text in texts for char in text or "")

"""What pages call their parts: words in class names and the like that tell clutter from an article. Structure decides
first; these only add to it."""

import re
from functools import lru_cache
from typing import Any

_ATTRIBUTES = {
    "class",
    "id",
    "role",
    "aria-label",
    "data-testid",
    "data-component",
    "data-type",
    "data-module",
    "data-area",
    "data-block",
    "data-name",
    "data-qa",
}
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[\W_]+")
_LONGEST = 400


def _words(*words: str) -> re.Pattern[str]:
    """Any of these as a whole word of a name, but not in "has-comments", "no-ads", "label-hidden"."""
    return re.compile(
        r"(?<!\bhas-)(?<!\bwith-)(?<!\bno-)(?<!\bhide-)(?<!\bshow-)(?<!\blabel-)\b(?:"
        + "|".join(words)
        + r")\b"
    )


COMMENTS = _words(
    "comments", "kommentare", "leserkommentare", "comment-?list", "disqus(?:-thread)?", "commentaires"
)
COMMENT = _words("comment", "kommentar", "diskussion", "discussion", "forum", "respond")
OTHERS = _words(
    "related", "recommend(?:ed|ations?|er)?", "empfehlung(?:en)?", "read-?more", "read-?also", "also-read",
    "lesen-sie-auch", "lese-?tipps?", "mehr-zum-thema", "more-links", "link-?box", "link-?list", "teasers",
    "teaser-?(?:list|group|box|grid|row)", "inline-teaser", "most-?read", "meist-?gelesen", "trending", "outbrain",
    "taboola", "plista",
)  # fmt: skip
CLUTTER = _words(
    # around the article
    "breadcrumbs?", "nav", "navi", "navigation", "menu", "menue", "sidebar", "footer", "foot",
    "pagination", "pager", "toolbar",
    "tools", "actions", "author", "authors", "author-?box", "autor(?:en|in)?", "autoren-?box", "byline", "bio",
    "tags?", "tag-?list", "schlagworte", "keywords", "toc", "table-of-contents", "inhaltsverzeichnis", "sr-only",
    "visually-?hidden", "screen-?reader", "print-?only", "print-?footer", "visible-print", "login",
    # business
    "ads?", "adv", "adverts?", "advertis(?:ement|ing)", "anzeigen?", "werbung", "sponsor(?:ed)?", "ad-?slot",
    "newsletter", "abo", "subscribe", "subscription", "share", "sharing", "share-?bar", "social", "social-?media",
    "shariff", "consent", "cookies?", "cmp", "gdpr", "popup", "modal", "community", "poll", "umfrage", "quiz", "voting",
)  # fmt: skip
EMBEDS = _words(
    "embeds?", "external-content", "externer-inhalt", "twitter", "twitter-tweet", "tweet", "instagram(?:-media)?",
    "facebook", "fb-post", "tiktok(?:-embed)?", "youtube", "video", "video-?player", "player", "podcast", "audio",
    "lightbox",
)  # fmt: skip
MAYBE = _words("teasers?", "promo(?:tion)?", "widget", "overlay", "banner", "cta", "call-to-action", "offer")
CONSENT = _words("consent", "cookies?", "cmp", "gdpr", "privacy")
FACTS = _words(
    "fakten", "fakten-?box", "facts?", "fact-?box", "info", "info-?box", "info-?kasten", "kasten", "hintergrund",
    "glossar", "steckbrief",
)  # fmt: skip
GATE = _words(
    "pay-?wall",
    "pay-?gate",
    "premium-(?:gate|wall|overlay)",
    "abo-?wall",
    "reg-?wall",
    "piano",
    "subscriber-only",
)
BLURRED = _words("blur", "blurred", "is-blurred", "paywall-blur", "blurry", "fade-?out-text")
CAPTION = _words(
    "caption",
    "(?<!drop-)cap",
    "bild-?unterschrift",
    "bild-?text",
    "image-(?:text|description)",
    "legend",
    "legende",
)

SOURCE = _words("sources?", "quellen?", "quellen-?angabe")
PICTURE = re.compile(r"bild(?:er)?\b|foto|photo|image|img|picture|figure|galler|galer|slide")
"""A box that is called so holds a picture, and what else it says is the caption."""


def name_of(element: Any) -> str:
    """All that an element is called, as words joined by hyphens: `ArticleBody__share` is "article-body-share". A tag
    that the page made up is a name too."""
    found = [value for key, value in element.items() if key in _ATTRIBUTES]
    if element.tag in _HEADINGS and element.get("id"):
        found.remove(element.get("id"))  # made of its words
    if "-" in element.tag:
        found.append(element.tag)
    if not found:
        return ""
    return _normalised(" ".join(found)[:_LONGEST])


@lru_cache(maxsize=1024)
def _normalised(names: str) -> str:
    """Names as words joined by hyphens; most of a page's elements are called like others of it."""
    whole = _CAMEL.sub("-", names)
    return " ".join(_OTHER.sub("-", name).strip("-") for name in whole.split()).lower()

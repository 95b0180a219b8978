"""What an article page says about itself: JSON-LD, meta tags, breadcrumb, and what stands around its headline."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

from bot.domain.identity import normalised_title
from bot.domain.ticker_time import in_utc
from bot.sources.documents.markup import plain
from bot.sources.documents.web import http_address

_ARTICLE_TYPES = ("Article", "BlogPosting", "Report", "LiveBlogPosting")
_SECTION_PATH = re.compile(
    r"/(?:categor|kategorie|ressort|rubrik|section|thema|themen|topic|rubrique)", re.IGNORECASE
)
_EXCERPT = re.compile(r"\s*\[(?:…|\.\.\.)\]$")
_FORMAT = re.compile(
    r"^(?:interview|live-?(?:blog|ticker)|newsblog|(?:bilder)?galerie|bilder|fotostrecke|videos?|podcast|gallery"
    r"|photos|faq|en direct|exklusiv|eilmeldung|breaking)$",
    re.IGNORECASE,
)  # stands where a section does, and says how a thing is told, not of what
_PUNCTUATION = re.compile(r"(?<=\S)\s+(?=[:;,]\s)")
_INLINE = ("a", "span", "div", "p", "small", "strong", "b", "em", "i")
_HOME = re.compile(r"^(?:start(?:seite)?|home|accueil|inicio|الرئيسية)$", re.IGNORECASE)
_COMMENTS = re.compile(
    r"^\W*(?:(?:kommentare?|comments?|commentaires?|comentarios?)\s*[:(]?\s*(\d{1,6})\s*\)?"
    r"|(\d{1,6})\s+(?:kommentare?|comments?|commentaires?|comentarios?))\W*$",
    re.IGNORECASE,
)
_MAY_BE_BREADCRUMB = "//*[@aria-label or @itemtype or contains(@class,'readcrumb')]"
_BREADCRUMB = re.compile(r"breadcrumb|brotkr", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says; empty where it does not. `free`: whether anyone may read all of it, None where it does not
    say; `words`: how long it says the text is; `body`: the text that it gives to machines."""

    title: str = ""
    lead: str = ""
    section: str = ""
    picture: str = ""
    comments: int | None = None
    published: datetime | None = None
    is_article: bool = False
    free: bool | None = None
    words: int = 0
    body: str = ""


def metadata(tree: Any, url: str, zone: tzinfo = UTC) -> Metadata:
    """Reads it. `zone` is what a date without an offset means."""
    things = list(_json_ld(tree))
    article = next((thing for thing in things if _is_article(thing)), {})
    return Metadata(
        title=_title(tree, article),
        lead=_whole(plain(_text(article.get("description")) or _meta(tree, "og:description", "description"))),
        section=_section(tree, things, article),
        picture=http_address(url, _image(article.get("image")) or _meta(tree, "og:image", "twitter:image")),
        comments=_comments(tree, article),
        published=_published(tree, article, zone),
        is_article=bool(article) or _meta(tree, "og:type").strip().lower() == "article",
        free=_free(tree, article),
        words=_count(article.get("wordCount")) or 0,
        body=_text(article.get("articleBody")),
    )


def comment_count(text: str) -> int | None:
    """The number in "Kommentare (3)" or "3 Kommentare", where a text is nothing but that."""
    found = _COMMENTS.match(text) if len(text) < 40 else None
    return int(found[1] or found[2]) if found else None


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the page's JSON-LD, those of a graph too."""
    for text in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            yield from _things(json.loads(text))
        except (ValueError, RecursionError):  # broken, or deep on purpose
            continue


def _things(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _things(item)
    elif isinstance(value, dict):
        yield value
        yield from _things(value.get("@graph") or [])


def _is_article(thing: dict[str, Any]) -> bool:
    return any(str(kind).endswith(_ARTICLE_TYPES) for kind in _list(thing.get("@type")))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    """The first text of a JSON-LD value."""
    return next((item for item in _list(value) if isinstance(item, str)), "")


def _image(value: Any) -> str:
    """The address of a JSON-LD image: a text, an object, or a list of either."""
    for item in _list(value):
        address = item.get("url") if isinstance(item, dict) else item
        if isinstance(address, str) and address:
            return address
    return ""


def _meta(tree: Any, *names: str) -> str:
    """The first meta tag of these names that says something."""
    for name in names:
        for content in tree.xpath("//meta[@property=$name or @name=$name]/@content", name=name):
            if content.strip():
                return str(content)
    return ""


def _whole(lead: str) -> str:
    """A lead without the "[…]" that some put behind every excerpt; "…" where it was cut within a sentence."""
    text = _EXCERPT.sub("", lead)
    return text if text == lead or text[-1:] in ".!?“”»" else f"{text} …"


def _title(tree: Any, article: dict[str, Any]) -> str:
    """The headline: JSON-LD, the only h1 that is not the site's name, og:title, `<title>`; without the site's name
    behind it, and without a kicker that og:title leaves out."""
    if named := plain(_text(article.get("headline"))):
        return named
    site = plain(_meta(tree, "og:site_name"))
    shared = plain(_meta(tree, "og:title"))
    headings = [text for h1 in tree.xpath("//h1") if (text := _words(h1)) and not _is_logo(h1, text, site)]
    title = _without_site(shared or plain(" ".join(tree.xpath("//head/title/text()")[:1])), site)
    if len(headings) == 1:
        same = normalised_title(title) == normalised_title(headings[0])  # but for a kicker's colon
        return title if shared and (same or headings[0].endswith(f" {title}")) else headings[0]
    return title


def _without_site(title: str, site: str) -> str:
    head, _, tail = re.sub(r"\s(?:[|–—-]|::)\s(?=[^|–—]*$)", "\0", title).partition("\0")
    return head if tail and (not site or tail.casefold() == site.casefold()) else title


def _is_logo(h1: Any, text: str, site: str) -> bool:
    """Whether an h1 is the site's name, as on older pages."""
    home = any(link.get("href") == "/" and _words(link) == text for link in h1.iter("a"))
    return home or text.casefold() == site.casefold()


def _section(tree: Any, things: list[dict[str, Any]], article: dict[str, Any]) -> str:
    """The section: JSON-LD, meta, breadcrumb, the link or word just above the headline."""
    own = _text(article.get("articleSection")) or _meta(
        tree, "article:section", "og:article:section", "section"
    )
    return plain(own) or _crumb_ld(things) or _crumb(tree) or _above_headline(tree)


def _crumb_ld(things: list[dict[str, Any]]) -> str:
    """The last step of a JSON-LD breadcrumb that is neither home nor the article."""
    for thing in things:
        if thing.get("@type") == "BreadcrumbList":
            steps = [item for item in _list(thing.get("itemListElement")) if isinstance(item, dict)]
            return _last_step([plain(_text(item.get("name"))) for item in (_named(item) for item in steps)])
    return ""


def _named(step: dict[str, Any]) -> dict[str, Any]:
    """What carries a breadcrumb step's name: the step or its item."""
    item = step.get("item")
    return item if "name" not in step and isinstance(item, dict) else step


def _crumb(tree: Any) -> str:
    """The same of a breadcrumb in the page."""
    for trail in tree.xpath(_MAY_BE_BREADCRUMB):
        if not any(_BREADCRUMB.search(trail.get(name) or "") for name in ("aria-label", "itemtype", "class")):
            continue
        names = [_words(link) for link in trail.xpath(".//a")]
        if found := _last_step([*names, ""] if names else []):
            return found
    return ""


def _last_step(names: list[str]) -> str:
    """The step before the last (which is the page itself), unless it is home."""
    steps = [name for name in names[:-1] if name and not _HOME.match(name)]
    return steps[-1] if steps and len(steps[-1]) <= 40 else ""


def _above_headline(tree: Any) -> str:
    """A single short word or two in the element right above the headline, else a section's link shortly before it
    that belongs to no menu."""
    for h1 in tree.xpath("(//h1)[1]"):
        above = h1.getprevious()
        name = _last_link(above) if above is not None and above.tag in _INLINE else ""
        if _FORMAT.match(name):
            return ""
        if 0 < len(name) <= 30 and name.count(" ") <= 2 and not any(char.isdigit() for char in name):
            return name
        near = "preceding::a[not(ancestor::nav or ancestor::li or ancestor::header[.//ul])][position()<=3]"
        for link in reversed(h1.xpath(near)):
            name = _words(link)
            if _SECTION_PATH.search(urlsplit(link.get("href") or "").path) and 0 < len(name) <= 40:
                return name
    return ""


def _last_link(element: Any) -> str:
    """The words of an element, or of the last link in it: the end of a trail."""
    links = [name for link in element.iter("a") if (name := _words(link))]
    return links[-1] if len(links) > 1 else _words(element)


def _comments(tree: Any, article: dict[str, Any]) -> int | None:
    """How many comments the page shows, None when it does not say."""
    for value in (article.get("commentCount"), _interactions(article)):
        if (count := _count(value)) is not None:
            return count
    for text in tree.xpath(
        "//body//text()[contains(.,'omm') or contains(.,'OMM') or contains(.,'omentario')]"
    ):
        parent = text.getparent()
        for candidate in (text, _words(parent) if parent is not None else ""):
            if (found := comment_count(" ".join(candidate.split()))) is not None:
                return found
    return None


def _interactions(article: dict[str, Any]) -> Any:
    """How many comments JSON-LD counts among what readers did."""
    for item in _list(article.get("interactionStatistic")):
        if isinstance(item, dict) and "CommentAction" in str(item.get("interactionType")):
            return item.get("userInteractionCount")
    return None


def _count(value: Any) -> int | None:
    """A number as JSON-LD gives it: itself or its digits."""
    return int(value) if isinstance(value, int | str) and re.fullmatch(r"[0-9]{1,9}", str(value)) else None


def _free(tree: Any, article: dict[str, Any]) -> bool | None:
    """Whether the page says that all may read it: JSON-LD, else the meta tag that some use."""
    said = str(article.get("isAccessibleForFree", "")).strip().lower().rpartition("/")[2]
    if said in ("true", "false"):
        return said == "true"
    tier = _meta(tree, "article:content_tier").strip().lower()
    return {"free": True, "locked": False, "metered": None}.get(tier)


def _published(tree: Any, article: dict[str, Any], zone: tzinfo) -> datetime | None:
    """When the page says it was published."""
    values = [
        _text(article.get("datePublished")),
        _meta(tree, "article:published_time", "date", "DC.date.issued"),
    ]
    values += [str(value) for value in tree.xpath("//time[@itemprop='datePublished' or @pubdate]/@datetime")]
    for value in values:
        try:
            moment = datetime.fromisoformat(value.strip())
        except ValueError:
            continue
        if len(value.strip()) > len("2025-02-18") and (known := in_utc(moment, zone)) is not None:
            return known
    return None


def _words(element: Any) -> str:
    """All text of an element on one line; its parts may stand against each other, but for a colon in one of its own."""
    return _PUNCTUATION.sub("", " ".join(" ".join(element.itertext()).split()))

"""JSON Feed 1.0 and 1.1 (jsonfeed.org). Every value is taken for what it is, not for what it should be."""

import html
import json
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import Any

from bot.sources.documents.items import each
from bot.sources.documents.web import http_address
from bot.sources.errors import NotAFeed
from bot.sources.feeds.entry import MOST, Entry, Feed, headlines, moment

_VERSION = "jsonfeed.org/version/"
_LOOK = 4096


def is_json(text: str) -> bool:
    """Whether a document looks like a JSON object or array."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def is_feed(text: str) -> bool:
    """Whether a document looks like a JSON Feed: most name their version at once, the others are read whole."""
    if not is_json(text):
        return False
    return _VERSION in text[:_LOOK].replace("\\/", "/") or _is_feed(_loaded(text))


def parse(text: str, url: str, zone: tzinfo) -> Feed:
    """The feed; raises `NotAFeed` with the reason. An item that is none costs no other."""
    whole = _loaded(text)
    if not _is_feed(whole):
        raise NotAFeed("the document is JSON, but not a JSON Feed: it has no version and no list of items")
    items = [item for item in whole["items"] if isinstance(item, dict)][:MOST]
    found = headlines(each(lambda item: _entry(item, url, zone), items), zone)
    return Feed(
        found, hub=_hub(whole.get("hubs"), url), self_url=http_address(url, _text(whole.get("feed_url")))
    )


def _loaded(text: str) -> Any:
    """The JSON value; None where it is broken, or deep on purpose."""
    try:
        return json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return None


def _is_feed(whole: Any) -> bool:
    """Whether a value is a feed: by its version, or by items that have what only a feed's have."""
    if not isinstance(whole, dict) or not isinstance(whole.get("items"), list):
        return False
    return _VERSION in _text(whole.get("version")) or any(_is_item(item) for item in whole["items"][:5])


def _is_item(item: Any) -> bool:
    keys = item.keys() if isinstance(item, dict) else set()
    return "id" in keys and bool(keys & {"content_html", "content_text"})


def _entry(item: Mapping[str, Any], url: str, zone: tzinfo) -> Entry:
    """One item. Its own address goes before the one that it is about."""
    own, other = (http_address(url, _text(item.get(name))) for name in ("url", "external_url"))
    guid = _text(item.get("id"))
    link = own or other or (http_address(url, guid) if guid.startswith("http") else "")
    dates = (moment(_text(item.get(name)), zone) for name in ("date_published", "date_modified"))
    pictures = (http_address(url, _text(item.get(name))) for name in ("image", "banner_image"))
    return Entry(
        title=_text(item.get("title")),
        link=link,
        guid=guid,
        published=next((date for date in dates if date), None),
        summary=_text(item.get("summary")),
        content=_text(item.get("content_html")) or _paragraphs(_text(item.get("content_text"))),
        base=url,
        categories=tuple(filter(None, map(_text, _list(item.get("tags"))))),
        picture=next(filter(None, pictures), "") or _attached(_list(item.get("attachments")), url),
    )


def _attached(attachments: Iterable[Any], url: str) -> str:
    """The first attachment that is a picture."""
    for one in attachments:
        if isinstance(one, dict) and _text(one.get("mime_type")).startswith("image/"):
            return http_address(url, _text(one.get("url")))
    return ""


def _hub(hubs: Any, url: str) -> str:
    """The first WebSub hub."""
    for hub in _list(hubs):
        if isinstance(hub, dict) and _text(hub.get("type")).lower() in ("websub", "pubsubhubbub"):
            return http_address(url, _text(hub.get("url")))
    return ""


def _paragraphs(text: str) -> str:
    """Plain text as HTML: empty lines end a paragraph."""
    parts = (part.strip() for part in text.replace("\r\n", "\n").split("\n\n"))
    return "".join(f"<p>{html.escape(part)}</p>" for part in parts if part)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A text or number as text, "" for anything else: 1.0 asks for texts, and many ids are numbers."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""

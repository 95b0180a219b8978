"""Inline parts of a rich message: RichText from the tree's texts and inline elements."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.demo.telegram.markup_tree import INLINE, MEDIA, Node
from bot.demo.telegram.text import Entity

STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "sub": "subscript",
    "sup": "superscript",
    "mark": "marked",
    "code": "code",
}
FOUND_FIELDS = {
    "url": ("url", "url"),
    "email": ("email_address", "email_address"),
    "mention": ("mention", "username"),
    "hashtag": ("hashtag", "hashtag"),
    "cashtag": ("cashtag", "cashtag"),
    "bot_command": ("bot_command", "bot_command"),
}
SPACE = re.compile(r"[ \t\r\n]+")
NOT_SEARCHED = frozenset({"a", "code", "tg-time", "tg-emoji"})

RichText = str | list[Any] | dict[str, Any]
Find = Callable[[str], Sequence[Entity]]


class Inline:
    """Makes RichText and counts its characters."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self.characters = 0

    def text(self, children: Iterable[Node | str], keep_space: bool = False) -> RichText:
        """The RichText of these children; Refusal when a block is among them."""
        return _joined(_trimmed(self._parts(children, True, keep_space), keep_space))

    def _parts(self, children: Iterable[Node | str], search: bool, keep_space: bool) -> list[Any]:
        parts: list[Any] = []
        for child in children:
            if isinstance(child, str):
                parts += self._plain(child if keep_space else SPACE.sub(" ", child), search)
            elif child.tag == "br":
                parts.append("\n")
            else:
                parts.append(self._element(child, search, keep_space))
        return parts

    def _plain(self, text: str, search: bool) -> list[Any]:
        self.characters += len(text)
        return _with_found(text, self._find(text)) if search and text else [text]

    def _element(self, node: Node, search: bool, keep_space: bool) -> Any:
        if node.tag in MEDIA:
            raise node.refuse(f'Media "{node.tag}" must be a block of its own')
        if node.tag not in INLINE:
            raise node.refuse(f'Tag "{node.tag}" is not allowed inside text')
        inner = _joined(self._parts(node.children, search and node.tag not in NOT_SEARCHED, keep_space))
        if node.tag in STYLES:
            return {"type": STYLES[node.tag], "text": inner}
        return _SPECIAL[node.tag](node, inner)


def _span(node: Node, inner: RichText) -> RichText:
    if node.attributes.get("class") != "tg-spoiler":
        raise node.refuse('Tag "span" must have class "tg-spoiler"')
    return {"type": "spoiler", "text": inner}


def _emoji(node: Node, inner: RichText) -> RichText:
    emoji = node.attributes.get("emoji-id", "")
    if not emoji.isdigit():
        raise node.refuse("Invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": emoji, "alternative_text": plain(inner)}


def _time(node: Node, inner: RichText) -> RichText:
    unix = node.attributes.get("unix", "")
    if not unix.isdigit():
        raise node.refuse("Invalid Unix time specified")
    form = node.attributes.get("format", "")
    return {"type": "date_time", "text": inner, "unix_time": int(unix), "date_time_format": form}


def _link(node: Node, inner: RichText) -> RichText:
    """A link; a bad address silently loses it."""
    name, address = node.attributes.get("name", ""), node.attributes.get("href", "").strip()
    if name and not address:
        return {"type": "anchor", "name": name}
    if address.startswith("#"):
        return {"type": "anchor_link", "text": inner, "anchor_name": address[1:]}
    scheme, colon, rest = address.partition(":")
    if not colon:
        good = "." in address and not SPACE.search(address)
        return {"type": "url", "text": inner, "url": f"http://{address}"} if good else inner
    match scheme.lower():
        case "mailto":
            return {"type": "email_address", "text": inner, "email_address": rest}
        case "tel":
            return {"type": "phone_number", "text": inner, "phone_number": rest}
        case "http" | "https" | "tg" if len(rest) > 2 and not SPACE.search(rest):
            return {"type": "url", "text": inner, "url": address}
    return inner


_SPECIAL: dict[str, Callable[[Node, RichText], RichText]] = {
    "span": _span,
    "tg-emoji": _emoji,
    "tg-time": _time,
    "a": _link,
}


def plain(text: RichText) -> str:
    """A RichText without its formatting."""
    if isinstance(text, str):
        return text
    if isinstance(text, list):
        return "".join(map(plain, text))
    return plain(text.get("text") or text.get("alternative_text") or "")


def _with_found(text: str, entities: Sequence[Entity]) -> list[Any]:
    """The text cut where Telegram finds a link, a mention or the like by itself."""
    units = text.encode("utf-16-le")
    parts: list[Any] = []
    done = 0
    for entity in entities:
        if entity["type"] not in FOUND_FIELDS:
            continue
        start, end = entity["offset"], entity["offset"] + entity["length"]
        parts.append(_units(units, done, start))
        words = _units(units, start, end)
        kind, name = FOUND_FIELDS[entity["type"]]
        parts.append(
            {"type": kind, "text": words, name: words.removeprefix("@") if kind == "mention" else words}
        )
        done = end
    parts.append(_units(units, done, len(units) // 2))
    return [part for part in parts if part]


def _units(units: bytes, start: int, end: int) -> str:
    return units[2 * start : 2 * end].decode("utf-16-le")


def _trimmed(parts: list[Any], keep_space: bool) -> list[Any]:
    """Without white space at the ends of a paragraph."""
    if keep_space:
        return parts
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip(" \n")
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip(" \n")
    return parts


def _joined(parts: list[Any]) -> RichText:
    """One text where there is only text; a list where there is more."""
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    if not merged:
        return ""
    return merged[0] if len(merged) == 1 else merged

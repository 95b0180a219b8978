"""Rich-message HTML as a tree: strict, as Telegram is. Errors name the byte where they are."""

import re
from dataclasses import dataclass, field

from bot.demo.telegram.refusals import Refusal, bad

MAX_DEPTH = 16
VOID = frozenset({"br", "hr", "img"})
MAY_CLOSE_ITSELF = VOID | {"video", "audio", "a"}
INLINE = frozenset(
    [
        "b",
        "strong",
        "i",
        "em",
        "u",
        "ins",
        "s",
        "strike",
        "del",
        "code",
        "a",
        "span",
        "mark",
        "sub",
        "sup",
        "br",
        "tg-spoiler",
        "tg-emoji",
        "tg-time",
    ]
)
MEDIA = frozenset({"img", "video", "audio"})
BLOCKS = MEDIA | frozenset(
    [
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "hr",
        "ul",
        "ol",
        "table",
        "blockquote",
        "pre",
        "figure",
        "aside",
        "details",
        "footer",
    ]
)
PARTS = frozenset(["li", "tr", "th", "td", "caption", "figcaption", "cite", "summary"])
KNOWN = INLINE | BLOCKS | PARTS
ENTITIES = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "quot": '"',
    "apos": "'",
    "nbsp": "\u00a0",
    "hellip": "…",
    "mdash": "—",
    "ndash": "–",
    "lsquo": "‘",
    "rsquo": "’",
    "sbquo": "‚",
    "ldquo": "“",
    "rdquo": "”",
    "bdquo": "„",
}
TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[^\s=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*)\s*(/?)>"
)
ATTRIBUTE = re.compile(r"([^\s=<>/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z]+));")


@dataclass(slots=True)
class Node:
    """An element; `children` are elements and texts, `at` its byte offset."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)
    at: int = 0

    def refuse(self, text: str) -> Refusal:
        """The refusal that says this of the element."""
        return parse_error(f"{text} at byte offset {self.at}")


def parse_error(text: str) -> Refusal:
    """In the words Telegram uses for markup."""
    return bad(f"can't parse entities: {text}")


def parse(html: str) -> Node:
    """The tree below a nameless root; Refusal for what is not well formed, not known or too deep."""
    root = Node("")
    stack = [root]
    position = 0
    while (start := html.find("<", position)) >= 0:
        _add_text(stack[-1], html[position:start])
        match = TAG.match(html, start)
        at = len(html[:start].encode())
        if match is None:
            raise parse_error(f'Unsupported start tag "" at byte offset {at}')
        closing, name, attributes, closed = match.groups()
        if closing:
            _close(stack, name.lower(), at)
        else:
            _open(stack, Node(name.lower(), _attributes(attributes), at=at), bool(closed))
        position = match.end()
    _add_text(stack[-1], html[position:])
    if len(stack) > 1:
        raise parse_error(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return root


def _open(stack: list[Node], node: Node, closed: bool) -> None:
    if node.tag not in KNOWN:
        raise node.refuse(f'Unsupported start tag "{node.tag}"')
    if closed and node.tag not in MAY_CLOSE_ITSELF:
        raise node.refuse(f'Tag "{node.tag}" must have an end tag')
    stack[-1].children.append(node)
    if node.tag in VOID or closed:
        return
    stack.append(node)
    if len(stack) - 1 > MAX_DEPTH:
        raise node.refuse("Too many levels of nested tags")


def _close(stack: list[Node], name: str, at: int) -> None:
    if len(stack) == 1:
        raise parse_error(f"Unexpected end tag at byte offset {at}")
    expected = stack.pop().tag
    if name != expected:
        raise parse_error(
            f'Unmatched end tag at byte offset {at}, expected "</{expected}>", found "</{name}>"'
        )


def _add_text(parent: Node, raw: str) -> None:
    if raw:
        parent.children.append(decode(raw))


def _attributes(raw: str) -> dict[str, str]:
    found = (match.groups() for match in ATTRIBUTE.finditer(raw))
    return {name.lower(): decode(a or b or c or "") for name, a, b, c in found}


def decode(raw: str) -> str:
    """Text with its entities replaced; those Telegram does not know stay as they are."""
    return ENTITY.sub(_character, raw) if "&" in raw else raw


def _character(match: re.Match[str]) -> str:
    decimal, hexadecimal, name = match.groups()
    if name:
        return ENTITIES.get(name, match.group())
    code = int(decimal) if decimal else int(hexadecimal, 16)
    good = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if good else match.group()

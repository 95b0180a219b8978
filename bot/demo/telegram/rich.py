"""Rich messages: a small strict reader of their HTML. TDLib's parser knows nothing of them, so this one is ours;
what is refused is known, the words in which Telegram does so are not, except those it shares with other markup."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from bot.demo.telegram import media
from bot.demo.telegram.markup_tree import BLOCKS, INLINE, MEDIA, Node, parse
from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import Refusal, bad
from bot.demo.telegram.rich_text import Find, Inline, RichText

MAX_CHARACTERS, MAX_BLOCKS, MAX_MEDIA, MAX_COLUMNS = 32_768, 500, 50, 20
ALIGN = ("left", "center", "right")
VALIGN = ("top", "middle", "bottom")
BULLET = "•"

Block = dict[str, Any]


def read(params: Params, find: Find, bad_media: dict[str, Refusal]) -> dict[str, Any]:
    """The RichMessage of a call's `rich_message`; Refusal when Telegram would not take it."""
    given = params.json("rich_message")
    if not isinstance(given, dict):
        raise bad("rich message must be non-empty")
    html = given.get("html")
    if not isinstance(html, str) or given.get("markdown"):
        raise bad("rich message must have HTML content")  # Markdown: nothing here sends it
    blocks = _blocks_of(html, find if not given.get("skip_entity_detection") else _nothing)
    for url in _urls(blocks):
        media.by_url(url, bad_media)
    return {"blocks": blocks} | ({"is_rtl": True} if given.get("is_rtl") else {})


def _nothing(_text: str) -> tuple[()]:
    return ()


@lru_cache(maxsize=256)
def _blocks_of(html: str, find: Find) -> list[Block]:
    builder = Builder(find)
    blocks = builder.blocks(parse(html).children)
    if builder.inline.characters > MAX_CHARACTERS:
        raise bad("message is too long")
    if not blocks:
        raise bad("text must be non-empty")
    return blocks


class Builder:
    """Makes blocks of a tree and counts them."""

    def __init__(self, find: Find) -> None:
        self.inline = Inline(find)
        self._count = 0
        self._media = 0
        self._makers: dict[str, Callable[[Node], Block]] = {
            **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading),
            **dict.fromkeys(("ul", "ol"), self._list),
            **dict.fromkeys(MEDIA, self._bare_media),
            "p": lambda node: {"type": "paragraph", "text": self.inline.text(node.children)},
            "footer": lambda node: {"type": "footer", "text": self.inline.text(node.children)},
            "hr": lambda _node: {"type": "divider"},
            "pre": self._preformatted,
            "blockquote": self._quotation,
            "aside": self._pull_quotation,
            "details": self._details,
            "figure": self._figure,
            "table": self._table,
        }

    def blocks(self, children: Iterable[Node | str]) -> list[Block]:
        """Blocks; loose text between them becomes paragraphs."""
        found: list[Block] = []
        loose: list[Node | str] = []
        for child in children:
            if isinstance(child, str) or child.tag in INLINE:
                loose.append(child)
                continue
            found += self._paragraph(loose)
            loose = []
            found.append(self._block(child))
        return found + self._paragraph(loose)

    def _paragraph(self, loose: list[Node | str]) -> list[Block]:
        if all(isinstance(child, str) and not child.strip() for child in loose):
            return []
        self._counted(None)
        return [{"type": "paragraph", "text": self.inline.text(loose)}]

    def _block(self, node: Node) -> Block:
        if node.tag not in BLOCKS:
            raise node.refuse(f'Tag "{node.tag}" is not allowed here')
        self._counted(node)
        return self._makers[node.tag](node)

    def _counted(self, node: Node | None) -> None:
        self._count += 1
        if self._count > MAX_BLOCKS:
            raise node.refuse("Too many blocks") if node else bad("can't parse entities: Too many blocks")

    def _heading(self, node: Node) -> Block:
        return {"type": "heading", "text": self.inline.text(node.children), "size": int(node.tag[1])}

    def _preformatted(self, node: Node) -> Block:
        children, language = node.children, ""
        if len(children) == 1 and isinstance(children[0], Node) and children[0].tag == "code":
            language = children[0].attributes.get("class", "").removeprefix("language-")
            children = children[0].children
        text = self.inline.text(children, keep_space=True)
        return {"type": "pre", "text": text} | ({"language": language} if language else {})

    def _list(self, node: Node) -> Block:
        ordered = node.tag == "ol"
        numbers = _Numbers(node.attributes)
        items = []
        for item in _only(node, "li"):
            self._counted(item)
            label: Block = numbers.label(item) if ordered else {"label": BULLET}
            items.append(label | {"blocks": self.blocks(item.children)})
        if not items:
            raise node.refuse(f'Tag "{node.tag}" must have items')
        return {"type": "list", "items": items}

    def _quotation(self, node: Node) -> Block:
        inner, credit = self._credit(node)
        return {"type": "blockquote", "blocks": self.blocks(inner)} | credit

    def _pull_quotation(self, node: Node) -> Block:
        inner, credit = self._credit(node)
        return {"type": "pullquote", "text": self.inline.text(inner)} | credit

    def _credit(self, node: Node) -> tuple[list[Node | str], dict[str, RichText]]:
        inner, cites = _without(node, "cite")
        return inner, {"credit": self.inline.text(cites[0].children)} if cites else {}

    def _details(self, node: Node) -> Block:
        inner, summaries = _without(node, "summary")
        if not summaries:
            raise node.refuse('Tag "details" must have a "summary"')
        block = {
            "type": "details",
            "summary": self.inline.text(summaries[0].children),
            "blocks": self.blocks(inner),
        }
        return block | ({"is_open": True} if "open" in node.attributes else {})

    def _figure(self, node: Node) -> Block:
        inner, captions = _without(node, "figcaption")
        elements = [child for child in inner if isinstance(child, Node) or child.strip()]
        if len(elements) != 1 or not isinstance(elements[0], Node) or elements[0].tag not in MEDIA:
            raise node.refuse('Tag "figure" must have exactly one picture, video or audio')
        block = self._bare_media(elements[0])
        if captions:
            words, credit = self._credit(captions[0])
            block["caption"] = {"text": self.inline.text(words)} | credit
        return block

    def _bare_media(self, node: Node) -> Block:
        url = node.attributes.get("src", "").strip()
        if not media.is_web(url):
            raise node.refuse("Media must have an HTTP URL")
        self._media += 1
        if self._media > MAX_MEDIA:
            raise node.refuse("Too many media")
        file_id = media.file_id_of(url)
        if node.tag == "img":
            return {"type": "photo", "photo": media.photo(file_id)}
        size = {"width": media.WIDTH, "height": media.HEIGHT} if node.tag == "video" else {}
        return {"type": node.tag, node.tag: media.file_fields(file_id) | size | {"duration": 0}}

    def _table(self, node: Node) -> Block:
        inner, captions = _without(node, "caption")
        rows = [self._row(row) for row in _only(Node("table", children=inner, at=node.at), "tr")]
        if not rows:
            raise node.refuse('Tag "table" must have rows')
        block: Block = {"type": "table", "cells": rows}
        flags = {f"is_{name}": True for name in ("bordered", "striped") if name in node.attributes}
        caption = {"caption": self.inline.text(captions[0].children)} if captions else {}
        return block | flags | caption

    def _row(self, node: Node) -> list[Block]:
        self._counted(node)
        cells = [self._cell(cell) for cell in _only(node, "td", "th")]
        if sum(cell.get("colspan", 1) for cell in cells) > MAX_COLUMNS:
            raise node.refuse("Too many columns")
        return cells

    def _cell(self, node: Node) -> Block:
        text = self.inline.text(node.children)
        cell: Block = {"text": text} if text else {}
        if node.tag == "th":
            cell["is_header"] = True
        cell |= {name: span for name in ("colspan", "rowspan") if (span := _span(node, name)) > 1}
        align, valign = node.attributes.get("align", "left"), node.attributes.get("valign", "top")
        if align not in ALIGN or valign not in VALIGN:
            raise node.refuse("Invalid alignment of a table cell specified")
        return cell | {"align": align, "valign": valign}


class _Numbers:
    """Labels of an ordered list's items."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self._next = _number(attributes.get("start"), 1)
        self._step = -1 if "reversed" in attributes else 1

    def label(self, item: Node) -> Block:
        value = _number(item.attributes.get("value"), self._next)
        self._next = value + self._step
        return {"label": f"{value}.", "value": value, "type": "1"}


def _number(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default


def _span(node: Node, name: str) -> int:
    return max(1, _number(node.attributes.get(name), 1))


def _only(node: Node, *tags: str) -> list[Node]:
    """The children, which must be these elements."""
    found = []
    for child in node.children:
        if isinstance(child, Node) and child.tag in tags:
            found.append(child)
        elif isinstance(child, Node):
            raise child.refuse(f'Tag "{child.tag}" is not allowed in "{node.tag}"')
        elif child.strip():
            raise node.refuse(f'Text is not allowed in "{node.tag}"')
    return found


def _without(node: Node, tag: str) -> tuple[list[Node | str], list[Node]]:
    """The children but those of this tag, and those; at most one of them is allowed."""
    taken = [child for child in node.children if isinstance(child, Node) and child.tag == tag]
    if len(taken) > 1:
        raise taken[1].refuse(f'Tag "{tag}" is not allowed twice')
    return [child for child in node.children if child not in taken], taken


def _urls(blocks: Iterable[Block]) -> Iterable[str]:
    """The addresses of all media."""
    for block in blocks:
        if block["type"] == "photo":
            yield media.url_of(block["photo"][0]["file_id"])
        elif block["type"] in ("video", "audio"):
            yield media.url_of(block[block["type"]]["file_id"])
        yield from _urls(block.get("blocks", ()))
        for item in block.get("items", ()):
            yield from _urls(item["blocks"])

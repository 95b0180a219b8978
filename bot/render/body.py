"""An article's text as both of its forms need it: clean blocks in reading order."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.headline import Article, Block
from bot.domain.text import clean
from bot.render.markup import is_web


def blocks_of(article: Article) -> list[Block]:
    """Picture, lead and text, cleaned, without empty blocks and without saying anything twice."""
    blocks = [block for block in map(_clean, article.blocks) if _says_something(block)]
    first = next((block.text for block in blocks if block.kind == "paragraph"), "")
    return [*_opening(article, blocks, first), *blocks]


def _opening(article: Article, blocks: list[Block], first: str) -> Iterator[Block]:
    seen = {block.url for block in blocks if block.kind == "picture"}
    if is_web(article.picture) and article.picture not in seen:
        yield Block("picture", url=article.picture)
    lead = clean(article.lead)
    if lead and lead != clean(article.title) and not first.startswith(lead.rstrip(" .…")):
        yield Block("paragraph", text=lead)


def _clean(block: Block) -> Block:
    items = tuple(item for item in map(clean, block.items) if item)
    return replace(block, text=clean(block.text), items=items, level=min(max(block.level, 2), 4))


def _says_something(block: Block) -> bool:
    if block.kind == "list":
        return bool(block.items)
    return is_web(block.url) if block.kind == "picture" else bool(block.text)

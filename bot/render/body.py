"""An article's text as both of its forms need it: clean blocks in reading order."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.headline import Article, Block
from bot.domain.text import clean
from bot.render.markup import Html, is_web
from bot.render.texts import Texts
from bot.render.view import View


def blocks_of(article: Article) -> list[Block]:
    """Picture, lead and text, cleaned, without empty blocks and without saying anything twice. Nothing of an article
    that its source has taken back."""
    if article.withdrawn:
        return []
    blocks = [block for block in map(_clean, article.blocks) if _says_something(block)]
    first = next((block.text for block in blocks if block.kind == "paragraph"), "")
    return [*_opening(article, blocks, first), *blocks]


def missing(article: Article, view: View, texts: Texts) -> Html:
    """The sentence that says why there is no text, or not all of it; empty where nothing is missing."""
    key = _missing(article)
    return texts(view.language, key, source=clean(article.source)) if key else Html()


def _missing(article: Article) -> str:
    if article.withdrawn:
        return "article-withdrawn"
    if article.paywalled:
        return "article-paywalled"
    if article.blocks:
        return "article-goes-on" if article.blocks[-1].kind == "onward" else ""
    return "article-empty" if article.text_state == "none" else "article-no-text"


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

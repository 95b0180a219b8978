"""An article as plain Telegram HTML: pages of one message, split between paragraphs."""

from collections.abc import Sequence

from bot.domain import text
from bot.domain.catalogue import Catalogue
from bot.domain.headline import Article, Block
from bot.render import keyboards
from bot.render.body import blocks_of, missing
from bot.render.marks import struck
from bot.render.markup import Html, bold, join, link, tag
from bot.render.messages import also_told, meta, title_of
from bot.render.outgoing import Outgoing
from bot.render.texts import Texts
from bot.render.view import View

PAGE = 2400  # UTF-16 units of text: about two screens of a phone, well below Telegram's 4096
_FLOOR = 30  # a short block costs as much: Telegram takes 100 entities a message
_DENSITY = 10  # bytes of markup that cost as much as a character: Telegram takes 32,768 bytes


def pages(
    article: Article, view: View, texts: Texts, catalogue: Catalogue, *, rich_known: bool = True
) -> list[Outgoing]:
    """The article's pages, at least one. `rich_known`: offer the way back to the rich form."""
    parts, headings = [_head(article, view, texts, catalogue)], set[int]()
    for block in blocks_of(article):
        if block.kind == "heading":
            headings.add(len(parts))
        parts += _parts(block, view, texts)
    if note := missing(article, view, texts):
        parts.append(tag("i", note))
    if others := also_told(article, view, texts):
        parts.append(tag("i", others))
    groups = text.pages([_cost(part) for part in parts], PAGE, leading=headings)
    return [
        Outgoing(
            join("\n\n", [*parts[group.start : group.stop], _foot(number, len(groups), view, texts)]),
            keyboards.plain_article(article, number, len(groups), view, texts, rich_known=rich_known),
            silent=view.silent,
        )
        for number, group in enumerate(groups)
    ]


def _head(article: Article, view: View, texts: Texts, catalogue: Catalogue) -> Html:
    about = meta(article, view, texts, catalogue, dated=True)
    return join("\n", [bold(struck(title_of(article), article)), tag("i", about)])


def _foot(number: int, count: int, view: View, texts: Texts) -> Html:
    return tag("i", texts(view.language, "page", page=number + 1, pages=count)) if count > 1 else Html()


def _parts(block: Block, view: View, texts: Texts) -> Sequence[Html]:
    """A block as pieces that fit a page each."""
    if block.kind == "list":
        return _list(block)
    pieces = text.split(block.text, PAGE)
    if block.kind == "picture":
        caption = pieces[0] if pieces else texts.plain(view.language, "picture")
        return [Html(f"🖼 {tag('i', link(caption, block.url))}")]
    name = {"heading": "b", "quote": "blockquote"}.get(block.kind)
    return [tag(name, piece) if name else Html.of(piece) for piece in pieces]


def _list(block: Block) -> Sequence[Html]:
    lines: list[str] = []
    for number, item in enumerate(block.items, start=1):
        first, *rest = text.split(item, PAGE - 10)
        lines += [f"{number}. {first}" if block.ordered else f"• {first}", *rest]
    groups = text.pages([max(text.utf16_length(line), _FLOOR) for line in lines], PAGE, gap=1)
    return [join("\n", lines[group.start : group.stop]) for group in groups]


def _cost(part: Html) -> int:
    return max(part.length(), _FLOOR, len(part.encode()) // _DENSITY)

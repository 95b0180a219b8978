"""An article as one native rich message (Bot API 10.1)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.catalogue import Catalogue
from bot.domain.headline import Article, Block
from bot.domain.text import clean, cut, split
from bot.render import keyboards
from bot.render.body import blocks_of, missing
from bot.render.marks import changed, struck
from bot.render.markup import Html, join, link, tag
from bot.render.messages import also_told, title_of, topics_of
from bot.render.outgoing import Outgoing
from bot.render.texts import Texts
from bot.render.view import View

CHARACTERS = 32_768
BLOCKS = 500  # list entries count too, and what stands inside entries and quotes
MEDIA = 50
_TITLE = 1000  # UTF-16 units
_PLACE = 200  # of an address that is shown
_PIECE = 8000  # a longer paragraph is several
_RESERVED = (2600, 8)  # characters and blocks for title, meta, notes and footer


@dataclass(frozen=True, slots=True)
class _Element:
    """A piece of the message and what it costs of Telegram's limits."""

    html: Html
    blocks: int = 1
    media: int = 0


def article(
    article: Article, view: View, texts: Texts, catalogue: Catalogue, *, pictures: bool = True
) -> Outgoing:
    """The article as a rich message within Telegram's limits; without text, a note says so."""
    blocks = [block for block in blocks_of(article) if pictures or block.kind != "picture"]
    body, whole = _fitting(blocks)
    notes = []
    if note := missing(article, view, texts):
        notes.append(tag("p", tag("i", note)))
    if not whole:
        notes.append(tag("p", tag("i", texts(view.language, "article-shortened"))))
    title = tag("h1", struck(title_of(article, _TITLE), article))
    parts = [title, _meta(article, view, texts, catalogue), *body, *notes]
    return Outgoing(
        join("", [*parts, _footer(article, view, texts)]),
        keyboards.rich_article(article, view, texts),
        rich=True,
        silent=view.silent,
    )


def _fitting(blocks: Sequence[Block]) -> tuple[list[Html], bool]:
    """The beginning of the text that fits, and whether that is all of it. Pictures beyond the limit are left out."""
    room, count, media = CHARACTERS - _RESERVED[0], BLOCKS - _RESERVED[1], MEDIA
    kept: list[Html] = []
    for element in (element for block in blocks for element in _elements(block)):
        if element.media > media:
            continue
        room, count, media = room - element.html.length(), count - element.blocks, media - element.media
        if room < 0 or count < 0:
            return kept, False
        kept.append(element.html)
    return kept, True


def _elements(block: Block) -> Iterator[_Element]:
    if block.kind == "picture":
        caption = tag("figcaption", *split(block.text, 500)[:1]) if block.text else ""
        yield _Element(tag("figure", Html(f'<img src="{Html.of(block.url)}"/>'), caption), media=1)
    elif block.kind == "list":
        name = "ol" if block.ordered else "ul"
        yield _Element(tag(name, *(tag("li", item) for item in block.items)), blocks=1 + 2 * len(block.items))
    elif block.kind == "heading":
        yield _Element(tag(f"h{block.level}", *split(block.text, _TITLE)[:1]))
    else:
        name = "blockquote" if block.kind == "quote" else "p"
        yield from (_Element(tag(name, piece), blocks=2) for piece in split(block.text, _PIECE))


def _meta(article: Article, view: View, texts: Texts, catalogue: Catalogue) -> Html:
    """Time (which clients show in the reader's own zone), topics and source, and whether it was corrected."""
    moment = texts.moment(view.language, view.local(article.published))
    time = tag("tg-time", moment, unix=str(int(article.published.timestamp())), format="Dt")
    names = [topic.title(view.language) for topic in topics_of(article, catalogue)]
    source, mark = clean(article.source), changed(article, view, texts)
    return tag("p", tag("i", join(" · ", [time, *names, source, mark])))


def _footer(article: Article, view: View, texts: Texts) -> Html:
    source = link(clean(article.source) or cut(clean(article.link), _PLACE), article.link)
    line = texts(view.language, "article-source", source=source)
    comments = texts(view.language, "article-comments", count=article.comments) if article.comments else ""
    return tag("footer", join(" · ", [line, also_told(article, view, texts), comments]))

"""Headlines as readers get them: one as a push, several in ticker form, and the pages of /latest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from bot.domain import correction, text
from bot.domain.catalogue import Catalogue, Topic
from bot.domain.headline import Article
from bot.render import keyboards, marks
from bot.render.markup import Html, bold, is_web, join, link
from bot.render.outgoing import Keyboard, Outgoing
from bot.render.texts import Texts
from bot.render.view import View as View
from bot.render.view import view_of as view_of

MESSAGE_LIMIT = 4096  # UTF-16 units after parsing
CAPTION_LIMIT = 1024
RAW_LIMIT = 32_000  # bytes; Telegram takes 32,768
ENTITY_LIMIT = 95  # Telegram takes 100
TITLE_LIMIT = 500
LINE_LIMIT = 300  # of a title in ticker form
LEAD_LIMIT = 700
ALSO_LIMIT = 200
ALSO_SHORT = 60  # in ticker form
NUMBERED = 10  # headlines in a message that have a numbered button each
_DIGITS = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message and the articles it delivers."""

    outgoing: Outgoing
    article_ids: tuple[int, ...]


def headlines(articles: Sequence[Article], view: View, texts: Texts, catalogue: Catalogue) -> list[Parcel]:
    """One article as a push; several in ticker form, oldest first, in as many messages as Telegram's limits need."""
    if len(articles) == 1:
        return [Parcel(_push(articles[0], view, texts, catalogue), (articles[0].id,))]
    ordered = sorted(articles, key=lambda article: (article.published, article.id))
    return [
        Parcel(_bundle(part, view, texts), tuple(article.id for article in part))
        for near in _found_together(ordered)
        for part in _parts(near, view, texts)
    ]


def ticker(articles: Sequence[Article], view: View, texts: Texts, *, numbered: bool, linked: bool) -> Html:
    """`17:39 title` a line, a heading for each day; numbers (at most ten) refer to buttons. Lines that lead nowhere
    name the other sources of the story."""
    days = groupby(enumerate(articles), key=lambda pair: view.local(pair[1].published).date())
    return join("\n\n", (_day(day, list(lines), view, texts, numbered, linked) for day, lines in days))


def meta(article: Article, view: View, texts: Texts, catalogue: Catalogue, *, dated: bool = False) -> Html:
    """`17:39 · Sport · Walaw Press`: time in the chat's zone (with the day if `dated`), topics, source, and whether it
    was corrected."""
    names = [topic.title(view.language) for topic in topics_of(article, catalogue)]
    source, changed = text.clean(article.source), marks.changed(article, view, texts)
    local = view.local(article.published)
    time = texts.moment(view.language, local) if dated else view.clock(article.published)
    return join(" · ", [time, *names, source, changed])


def also_told(article: Article, view: View, texts: Texts) -> Html:
    """`Auch bei: Nordblick, Küstenkurier`: the other sources of its story; nothing where there is none."""
    return _also("article-also", ALSO_LIMIT, article, view, texts)


def topics_of(article: Article, catalogue: Catalogue) -> list[Topic]:
    """The article's topics that still exist, in the catalogue's order."""
    return [topic for topic in catalogue.topics if topic.slug in article.topics]


def alert(payload: dict[str, object], view: View, texts: Texts) -> Outgoing:
    """A notice to an editor or admin: `payload` is {"key": Fluent key, "args": {…}}. An argument {"moment": ISO time}
    is shown in the chat's zone and language."""
    args = payload.get("args")
    given = args if isinstance(args, dict) else {}
    named = {str(name): _shown(value, view, texts) for name, value in given.items()}
    return Outgoing(texts(view.language, str(payload["key"]), **named))


def title_of(article: Article, limit: int = TITLE_LIMIT) -> str:
    """The title on one line, of a sane length; the link where a source gave none."""
    return text.cut(text.clean(article.title) or text.clean(article.link), limit)


def lead_of(article: Article, limit: int = LEAD_LIMIT) -> str:
    """The lead on one line, of a sane length; nothing where it only repeats the title."""
    lead = text.clean(article.lead)
    return "" if lead == text.clean(article.title) else text.cut(lead, limit)


def _shown(value: object, view: View, texts: Texts) -> object:
    moment = value.get("moment") if isinstance(value, dict) else None
    return texts.moment(view.language, view.local(datetime.fromisoformat(moment))) if moment else value


def _also(key: str, limit: int, article: Article, view: View, texts: Texts) -> Html:
    names = text.cut(", ".join(dict.fromkeys(map(text.clean, article.also))), limit)
    return texts(view.language, key, sources=names) if names else Html()


def _push(article: Article, view: View, texts: Texts, catalogue: Catalogue) -> Outgoing:
    if view.form == "line":
        return Outgoing(_line(article, view, texts, linked=True), silent=view.silent)
    picture = article.picture if view.form == "picture" and is_web(article.picture) else ""
    title, last = bold(marks.struck(title_of(article), article)), meta(article, view, texts, catalogue)
    room = (CAPTION_LIMIT if picture else MESSAGE_LIMIT) - title.length() - last.length() - 4
    lead = "" if room <= 40 or article.withdrawn else lead_of(article, min(room, LEAD_LIMIT))
    body = join("\n\n", [join("\n", [title, lead]), last])
    return Outgoing(body, keyboards.push(article, view, texts), picture=picture, silent=view.silent)


def _bundle(articles: Sequence[Article], view: View, texts: Texts) -> Outgoing:
    numbered = view.private and len(articles) <= NUMBERED
    body = ticker(articles, view, texts, numbered=numbered, linked=True)
    keyboard: Keyboard = keyboards.numbers(articles, view) if numbered else ()
    return Outgoing(body, keyboard, silent=view.silent)


def _found_together(articles: Sequence[Article]) -> Iterator[Sequence[Article]]:
    """Cuts a list where an edit of the message would not find all that is in it."""
    start = 0
    for index in range(1, len(articles)):
        ids = [article.id for article in articles[start : index + 1]]
        if max(ids) - min(ids) > correction.TOGETHER:
            yield articles[start:index]
            start = index
    yield articles[start:]


def _parts(articles: Sequence[Article], view: View, texts: Texts) -> Iterator[Sequence[Article]]:
    """Cuts a long list into what one message holds each."""
    start = 0
    size = raw = entities = 0
    for index, article in enumerate(articles):
        line = _line(article, view, texts, linked=True)
        heading = _heading(view.local(article.published).date(), view, texts)
        new_day = index == start or _other_day(articles[index - 1], article, view)
        cost = [line.length() + 3, len(line.encode()) + 8, line.entities()]  # a number and a line break
        if new_day:
            cost = [cost[0] + heading.length() + 2, cost[1] + len(heading.encode()) + 2, cost[2] + 1]
        if index > start and (
            size + cost[0] > MESSAGE_LIMIT or raw + cost[1] > RAW_LIMIT or entities + cost[2] > ENTITY_LIMIT
        ):
            yield articles[start:index]
            start, size, raw, entities = index, heading.length() + 2, len(heading.encode()) + 2, 1
        size, raw, entities = size + cost[0], raw + cost[1], entities + cost[2]
    if articles:
        yield articles[start:]


def _day(
    day: date, lines: Sequence[tuple[int, Article]], view: View, texts: Texts, numbered: bool, linked: bool
) -> Html:
    rows = [
        join(" ", [_DIGITS[index] if numbered else "", _line(article, view, texts, linked=linked)])
        for index, article in lines
    ]
    return join("\n", [_heading(day, view, texts), *rows])


def _heading(day: date, view: View, texts: Texts) -> Html:
    return bold(texts.day(view.language, day, view.local(view.now).date()))


def _line(article: Article, view: View, texts: Texts, *, linked: bool) -> Html:
    """`17:39 title`, the title leading to the article in the bot, else to the source."""
    title: str = marks.struck(title_of(article, LINE_LIMIT), article)
    if linked and not article.withdrawn:
        title = link(title, keyboards.deep_link(article.id, view) or article.link)
    others = Html() if linked else _also("latest-also", ALSO_SHORT, article, view, texts)
    return join(" ", [view.clock(article.published), title, marks.short(article, view, texts), others])


def _other_day(one: Article, other: Article, view: View) -> bool:
    return view.local(one.published).date() != view.local(other.published).date()

"""What is owed to a chat, as messages: rendered once for all chats that see the same."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery import edits
from bot.delivery.state import TelegramState
from bot.domain import text
from bot.domain.catalogue import Catalogue, CurrentCatalogue
from bot.domain.headline import Article
from bot.render import messages
from bot.render.markup import Html
from bot.render.messages import Parcel
from bot.render.outgoing import Outgoing
from bot.render.texts import Texts
from bot.render.view import View, view_of
from storage.chats import Recipient
from storage.outbox import Owed

_CACHED = 512
_SHORT = 256  # a text that short is never too long, whatever the server says: cutting would go on for ever


@dataclass(frozen=True, slots=True)
class Load:
    """One message, what it settles, and the articles in it."""

    outgoing: Outgoing
    owed: tuple[Owed, ...]
    thread_id: int = 0
    articles: tuple[Article, ...] = ()
    message_id: int = 0  # to put it in the place of; 0: a new one


class Packer:
    """Renders. The result for the same articles and the same view is kept, so a large audience costs one rendering
    for each language, zone and form a minute."""

    def __init__(
        self, texts: Texts, catalogue: CurrentCatalogue, state: TelegramState, now: Callable[[], datetime]
    ) -> None:
        self._texts = texts
        self._catalogue = catalogue
        self._state = state
        self._now = now
        self._cache: OrderedDict[tuple[tuple[Article, ...], View], list[Parcel]] = OrderedDict()
        self._cached_for: Catalogue | None = None
        self._views: dict[tuple[str | bool, ...], View] = {}
        self._views_of: datetime | None = None

    def pack(self, chat: Recipient, owed: Sequence[Owed], articles: Mapping[int, Article]) -> list[Load]:
        """All that is owed to a chat, as messages in order: alerts, then for each thread its headlines. What is owed
        of an article that is no more is in no message."""
        view = self._view(chat)
        loads = [
            Load(messages.alert(one.payload, view, self._texts), (one,), one.thread_id)
            for one in owed
            if one.kind == "alert"
        ]
        headlines = [one for one in owed if one.kind == "headline" and one.article_id in articles]
        for thread_id in dict.fromkeys(one.thread_id for one in headlines):
            of_thread = [one for one in headlines if one.thread_id == thread_id]
            loads.extend(self._loads(of_thread, thread_id, articles, view))
        return loads + self._edits([one for one in owed if one.kind == "edit"], articles, view)

    def _edits(self, owed: Sequence[Owed], articles: Mapping[int, Article], view: View) -> list[Load]:
        """A load for each message; none for one that is not there, or that now would not fit."""
        loads = []
        for message_id in dict.fromkeys(map(edits.message_of, owed)):
            its = tuple(one for one in owed if edits.message_of(one) == message_id)
            told = tuple(articles[one] for one in edits.articles_of(its[0]) if one in articles)
            parcels = self._render(told, view) if message_id and told else []
            if len(parcels) == 1:
                loads.append(Load(parcels[0].outgoing, its, its[0].thread_id, told, message_id))
        return loads

    def halves(self, chat: Recipient, load: Load) -> list[Load]:
        """The same in at least two messages; empty if it cannot be divided."""
        if len(load.articles) > 1:
            middle = len(load.articles) // 2
            view = self._view(chat)
            known = {article.id: article for article in load.articles}
            parts = [{a.id for a in load.articles[:middle]}, {a.id for a in load.articles[middle:]}]
            return [
                part
                for ids in parts
                for part in self._loads(
                    [one for one in load.owed if one.article_id in ids], load.thread_id, known, view
                )
            ]
        return list(_cut(load))

    def _loads(
        self, owed: Sequence[Owed], thread_id: int, articles: Mapping[int, Article], view: View
    ) -> Iterator[Load]:
        if len(owed) == 1 and owed[0].article_id is not None:  # nearly always
            article = articles[owed[0].article_id]
            for parcel in self._render((article,), view):
                yield Load(parcel.outgoing, (owed[0],), thread_id, (article,))
            return
        ids = dict.fromkeys(one.article_id for one in owed if one.article_id is not None)
        for parcel in self._render(tuple(articles[article_id] for article_id in ids), view):
            yield Load(
                parcel.outgoing,
                tuple(one for one in owed if one.article_id in parcel.article_ids),
                thread_id,
                tuple(articles[article_id] for article_id in parcel.article_ids),
            )

    def _render(self, articles: tuple[Article, ...], view: View) -> list[Parcel]:
        if self._cached_for is not self._catalogue.now:
            self._cache.clear()
            self._cached_for = self._catalogue.now
        key = (articles, view)
        parcels = self._cache.pop(key, None)
        if parcels is None:
            parcels = messages.headlines(articles, view, self._texts, self._catalogue.now)
        self._cache[key] = parcels  # to the end: the longest unused is first
        if len(self._cache) > _CACHED:
            self._cache.popitem(last=False)
        return parcels

    def _view(self, chat: Recipient) -> View:
        """The same object for all that see the same: one rendering serves them."""
        minute = self._now().replace(second=0, microsecond=0)  # or nothing would ever be rendered alike
        settings = (chat.language, chat.timezone, chat.form, chat.silent, chat.kind, self._state.username)
        if self._views_of != minute:
            self._views.clear()
            self._views_of = minute
        view = self._views.get(settings)
        if view is None:
            view = self._views[settings] = view_of(chat, minute, self._state.username)
        return view


def plain(load: Load) -> Load | None:
    """The same without markup; None if there is none in it."""
    outgoing = load.outgoing
    if not (outgoing.markup or outgoing.rich):
        return None
    return replace(load, outgoing=outgoing.unformatted(Html(outgoing.text).plain()))


def without_picture(load: Load) -> Load | None:
    """The same without its picture; None if it has none."""
    if not load.outgoing.picture:
        return None
    return replace(load, outgoing=replace(load.outgoing, picture=""))


def other_sort(load: Load, refusal: str) -> Load | None:
    """The edit for a message of the other sort, a picture's caption or a text: the chat's form, or the article's
    picture, was another one when it was sent. None where this is not what was refused."""
    said = refusal.lower()
    if "there is no text in the message" in said:
        return replace(load, outgoing=replace(load.outgoing, picture=load.outgoing.picture or "as it is"))
    if "there is no caption in the message" in said:
        return without_picture(load)
    return None


def _cut(load: Load) -> Iterator[Load]:
    """One text, as plain text in two or more messages; the last one settles it and has the buttons."""
    bare = plain(load) or load
    outgoing = replace(bare.outgoing, picture="")
    length = text.utf16_length(outgoing.text)
    pieces = text.split(outgoing.text, length // 2 + 1) if length > _SHORT else []
    if len(pieces) < 2:
        return
    for piece in pieces[:-1]:
        yield replace(bare, outgoing=replace(outgoing, text=piece, keyboard=()), owed=())
    yield replace(bare, outgoing=replace(outgoing, text=pieces[-1]))

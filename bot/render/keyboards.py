"""The buttons under messages."""

from collections.abc import Callable, Collection, Iterable, Sequence

from bot.domain.catalogue import ALL, Catalogue, Topic
from bot.domain.headline import Article
from bot.render import press
from bot.render.markup import is_web
from bot.render.outgoing import Button, Keyboard
from bot.render.paged import paged, rows, turns
from bot.render.press import encode
from bot.render.texts import Texts
from bot.render.view import View
from storage.models import Chat

ROW = 8  # Telegram's most
TICK = "✅ "
_LANGUAGES = {"de": "Deutsch", "en": "English", "fr": "Français", "ar": "العربية"}
FORMS = ("line", "card", "picture")


def deep_link(article_id: int, view: View) -> str:
    """The link that opens an article in the private chat with the bot; empty while its name is not known."""
    return f"https://t.me/{view.bot_username}?start=a{article_id}" if view.bot_username else ""


def push(article: Article, view: View, texts: Texts) -> Keyboard:
    """*Read* and *Source* under a push. In channels and groups, reading happens in private. Nothing under one that was
    taken back."""
    if article.withdrawn:
        return ()
    read = texts.plain(view.language, "button-read")
    buttons = [_source(article, view, texts)]
    if view.private:
        buttons.insert(0, [Button(read, data=encode(press.Read(article.id)))])
    elif view.bot_username:
        buttons.insert(0, [Button(read, url=deep_link(article.id, view))])
    return rows([button for part in buttons for button in part], 2)


def numbers(articles: Sequence[Article], view: View) -> Keyboard:
    """A numbered button for each headline."""
    buttons = [_numbered(index, article.id, view) for index, article in enumerate(articles, start=1)]
    width = ROW if len(buttons) <= ROW else (len(buttons) + 1) // 2
    return rows(buttons, width)


def latest(
    articles: Sequence[Article],
    place: press.Latest,
    pages: int,
    view: View,
    texts: Texts,
    follow: Keyboard = (),
) -> Keyboard:
    """Under a page of headlines: read each, turn the page, follow the topic."""
    near = turns(
        place.page,
        pages,
        lambda page: press.Latest(place.scope, place.count, place.anchor, page),
        view.language,
        texts,
        ("button-newer", "button-older"),
    )
    return (*numbers(articles, view), *near, *follow)


def follow(topic: Topic, followed: bool, view: View, texts: Texts) -> Keyboard:
    """Follow the topic, or no longer."""
    key = "button-unfollow" if followed else "button-follow"
    label = texts.plain(view.language, key, topic=topic.title(view.language))
    return ((Button(label, data=encode(press.Follow(not followed, topic.slug))),),)


def offers(topics: Iterable[Topic], on: bool, view: View) -> Keyboard:
    """Topics to follow (or to leave) after a word that was not understood."""
    return rows([Button(label(t, view.language), data=encode(press.Follow(on, t.slug))) for t in topics], 2)


def shows(topics: Iterable[Topic], view: View, texts: Texts, page: int = 0) -> Keyboard:
    """Topics to look at."""
    buttons = [Button(label(t, view.language), data=encode(press.Show(t.slug))) for t in topics]
    return paged(buttons, 2, page, press.Shows, view.language, texts)


def topics(
    catalogue: Catalogue, followed: Collection[str], view: View, texts: Texts, page: int = 0
) -> Keyboard:
    """All topics, a tick at those followed, and `all` below. Each button says what its press will do."""
    return _topics(catalogue, followed, view.language, texts, press.Toggle, press.Topics, page)


def languages(view: View, texts: Texts) -> Keyboard:
    """The languages, the present one ticked."""
    return (
        tuple(
            Button(_ticked(_LANGUAGES.get(code, code), code == view.language), data=encode(press.Speak(code)))
            for code in texts.languages
        ),
    )


def chats(owned: Iterable[Chat], language: str, texts: Texts, page: int = 0) -> Keyboard:
    """The channels and groups that somebody may set up."""
    icons = {"channel": "📣"}
    buttons = [
        Button(f"{icons.get(chat.kind, '👥')} {chat.title or chat.id}", data=encode(press.Setup(chat.id)))
        for chat in owned
    ]
    return paged(buttons, 1, page, press.Chats, language, texts)


def setup(
    chat: Chat, followed: Collection[str], catalogue: Catalogue, language: str, texts: Texts, page: int = 0
) -> Keyboard:
    """The settings of a channel or group, shown to its editor in the editor's language."""
    forms = tuple(
        Button(
            _ticked(texts.plain(language, f"form-{form}"), form == chat.form),
            data=encode(press.SetupForm(chat.id, form)),
        )
        for form in FORMS
    )
    sound = tuple(
        Button(
            _ticked(
                texts.plain(language, "button-silent" if silent else "button-sound"), silent == chat.silent
            ),
            data=encode(press.SetupSilent(chat.id, silent)),
        )
        for silent in (False, True)
    )
    speech = tuple(
        Button(
            _ticked(_LANGUAGES.get(code, code), code == chat.language),
            data=encode(press.SetupLanguage(chat.id, code)),
        )
        for code in texts.languages
    )
    topics = _topics(
        catalogue,
        followed,
        language,
        texts,
        lambda on, slug: press.SetupTopic(chat.id, on, slug),
        lambda to: press.SetupPage(chat.id, to),
        page,
    )
    return (*topics, forms, sound, speech)


def rich_article(article: Article, view: View, texts: Texts) -> Keyboard:
    """Under a rich article: the way to plain text, and the source."""
    plain = Button(texts.plain(view.language, "button-plain"), data=encode(press.AsPlain(article.id)))
    return rows([plain, *_source(article, view, texts)], 2)


def plain_article(
    article: Article, page: int, pages: int, view: View, texts: Texts, *, rich_known: bool
) -> Keyboard:
    """Under a page of a plain article: turn it, back to the rich form, the source."""
    near = turns(page, pages, lambda to: press.TurnTo(article.id, to), view.language, texts)
    rich = [Button(texts.plain(view.language, "button-rich"), data=encode(press.AsRich(article.id)))]
    return (*near, *rows([*(rich if rich_known else []), *_source(article, view, texts)], 2))


def label(topic: Topic, language: str) -> str:
    """`⚽ Sport`."""
    return f"{topic.emoji} {topic.title(language)}".strip()


def _topics(
    catalogue: Catalogue,
    followed: Collection[str],
    language: str,
    texts: Texts,
    action: Callable[[bool, str], press.Press],
    target: Callable[[int], press.Press],
    page: int,
) -> Keyboard:
    everything = ALL in followed
    buttons = []
    for topic in catalogue.topics:
        on = everything or topic.slug in followed
        buttons.append(Button(_ticked(label(topic, language), on), data=encode(action(not on, topic.slug))))
    whole = Button(
        _ticked(texts.plain(language, "button-all"), everything), data=encode(action(not everything, ALL))
    )
    return (*paged(buttons, 2, page, target, language, texts), (whole,))


def _numbered(number: int, article_id: int, view: View) -> Button:
    if not view.private and view.bot_username:
        return Button(str(number), url=deep_link(article_id, view))
    return Button(str(number), data=encode(press.Read(article_id)))


def _source(article: Article, view: View, texts: Texts) -> list[Button]:
    if not is_web(article.link):
        return []
    return [Button(texts.plain(view.language, "button-source"), url=article.link)]


def _ticked(text: str, on: bool) -> str:
    return TICK + text if on else text

"""Keyboards with more buttons than Telegram takes under one message: cut into pages."""

from collections.abc import Callable, Sequence

from bot.domain.catalogue import Catalogue
from bot.render.outgoing import Button, Keyboard
from bot.render.press import Press, encode, parse
from bot.render.texts import Texts

ROOM = 80  # of the 100 buttons that Telegram takes: settings and languages may stand below
PAGE = 40  # of those that go on a page where there is no room for all
_BACK = ("button-back", "button-forward")


def rows(buttons: Sequence[Button], width: int) -> Keyboard:
    """The buttons side by side, so many in a row."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def turns(
    page: int,
    pages: int,
    target: Callable[[int], Press],
    language: str,
    texts: Texts,
    keys: tuple[str, str] = _BACK,
) -> Keyboard:
    """A row with the buttons to the page before and the page after, where there are such; `target` is their press."""
    near = [(page + step, key) for step, key in zip((-1, 1), keys, strict=True) if 0 <= page + step < pages]
    return rows([Button(texts.plain(language, key), data=encode(target(to))) for to, key in near], 2)


def paged(
    buttons: Sequence[Button],
    width: int,
    page: int,
    target: Callable[[int], Press],
    language: str,
    texts: Texts,
) -> Keyboard:
    """All the buttons where there is room for them, else a page (from 0) and the way to the next."""
    if len(buttons) <= ROOM:
        return rows(buttons, width)
    pages = -(-len(buttons) // PAGE)
    page = min(page, pages - 1)
    part = buttons[page * PAGE : (page + 1) * PAGE]
    return (*rows(part, width), *turns(page, pages, target, language, texts))


def page_shown(catalogue: Catalogue, shown: Keyboard) -> int:
    """The page of topics that a keyboard is at: that of its first topic; 0 where none of them is left."""
    slugs = [topic.slug for topic in catalogue.topics]
    named = (getattr(parse(button.data), "topic", None) for row in shown for button in row)
    return next((slugs.index(slug) // PAGE for slug in named if slug in slugs), 0)

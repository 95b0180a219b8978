"""Telegram HTML, built so that text from outside cannot get in unescaped."""

import re
from collections.abc import Iterable
from html import unescape
from typing import Self

from bot.domain.text import utf16_length

_TAG = re.compile(r"<[^>]*>")
# No blanks, control characters, lone surrogates: for an address with one Telegram would refuse the whole message
_WEB = re.compile(r"https?://[^\s/?#\x00-\x1f\x7f-\x9f\ud800-\udfff][^\s\x00-\x1f\x7f-\x9f\ud800-\udfff]*")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class Html(str):
    """Text that is Telegram HTML already. Any other `str` is escaped when it becomes part of one."""

    __slots__ = ()

    @classmethod
    def of(cls, text: str) -> Self:
        """The text as HTML: escaped, unless it is HTML already."""
        return text if isinstance(text, cls) else cls(text.translate(_ESCAPES))

    def length(self) -> int:
        """What is left of it once parsed, in UTF-16 units."""
        return utf16_length(self.plain())

    def plain(self) -> str:
        """The text without its markup."""
        return unescape(_TAG.sub("", self))

    def entities(self) -> int:
        """How many entities it has (at least)."""
        return self.count("</")


def join(separator: str, parts: Iterable[str]) -> Html:
    """The parts, escaped where they need it, with something between them; empty ones are left out."""
    return Html(Html.of(separator).join(Html.of(part) for part in parts if part))


def tag(name: str, *content: str, **attributes: str) -> Html:
    """An element around its content."""
    inside = "".join(f' {key}="{value.translate(_ESCAPES)}"' for key, value in attributes.items())
    return Html(f"<{name}{inside}>{join('', content)}</{name}>")


def bold(text: str) -> Html:
    """Bold text."""
    return tag("b", text)


def link(text: str, url: str) -> Html:
    """A link; only its text where the address is not a web address (Telegram would drop the link silently)."""
    return tag("a", text, href=url) if is_web(url) else Html.of(text)


def is_web(url: str) -> bool:
    """Whether a button or link may point there: http or https with a host, no blanks, of a sane length."""
    return len(url) <= 2000 and _WEB.fullmatch(url) is not None

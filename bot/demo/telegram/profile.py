"""What the bot says about itself: commands by scope and language, descriptions, names, the menu button."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.world import Chat, User

Commands = list[dict[str, str]]
Scope = tuple[str, int, int]  # type, chat, user
DEFAULT: Scope = ("default", 0, 0)


@dataclass(slots=True)
class Profile:
    """Texts by kind ("name", "description", "short_description") and language; "" is the language of all others."""

    commands: dict[tuple[Scope, str], Commands] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menus: dict[int, dict[str, Any]] = field(default_factory=dict)

    def text(self, kind: str, language: str) -> str:
        """In this language, else the one for all others."""
        return self.texts.get((kind, language)) or self.texts.get((kind, ""), "")

    def set_text(self, kind: str, language: str, text: str) -> None:
        """An empty text removes it."""
        if text:
            self.texts[kind, language] = text
        else:
            self.texts.pop((kind, language), None)

    def seen_by(self, user: User, chat: Chat) -> Commands:
        """The menu this person sees in this chat: the narrowest scope wins, in it their language."""
        language = user.language_code.split("-")[0]
        for scope in _scopes(user, chat):
            for code in (language, ""):
                if found := self.commands.get((scope, code)):
                    return found
        return []


def _scopes(user: User, chat: Chat) -> Iterator[Scope]:
    if chat.is_private:
        yield "chat", chat.id, 0
        yield "all_private_chats", 0, 0
    else:
        admin = chat.members.get(user.id) in ("creator", "administrator")
        yield "chat_member", chat.id, user.id
        if admin:
            yield "chat_administrators", chat.id, 0
        yield "chat", chat.id, 0
        if admin:
            yield "all_chat_administrators", 0, 0
        yield "all_group_chats", 0, 0
    yield DEFAULT

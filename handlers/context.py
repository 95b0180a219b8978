"""What every handler gets: services, typed, and the small questions that all of them ask."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from telegram import Chat as TelegramChat
from telegram import Update, User
from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot

from bot.delivery.state import TelegramState
from bot.domain.catalogue import Catalogue, CurrentCatalogue
from bot.domain.text import clean, cut
from bot.measures import Measures
from bot.render.messages import View, view_of
from bot.render.texts import Texts
from storage.chats import Seen
from storage.engine import Sessions
from storage.models import Chat

ANONYMOUS_ADMIN = 1087968824
"""The user as whom an administrator of a group writes who stays anonymous."""

App = Application[Any, "Context", dict[Any, Any], dict[Any, Any], dict[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a new chat starts with."""

    language: str = "de"
    timezone: str = "Europe/Berlin"


@dataclass(slots=True)
class Services:
    """What handlers work with. `read_page` makes sure that an article's text has been asked for; it never raises.
    `admins` are told what is wrong with sources."""

    sessions: Sessions
    texts: Texts
    catalogue: CurrentCatalogue
    now: Callable[[], datetime]
    wake_sender: Callable[[], None]
    state: TelegramState
    defaults: Defaults = field(default_factory=Defaults)
    admins: Collection[int] = ()
    measures: Measures = field(default_factory=Measures)
    read_page: Callable[[int], Awaitable[None]] | None = None
    rich_known: bool = True
    """False once the server did not know sendRichMessage; until the bot is started again."""


class Context(CallbackContext[ExtBot[Any], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """PTB's context with our services."""

    @property
    def services(self) -> Services:
        """The services that `registry.register` put in."""
        services: Services = self.application.bot_data[Services]
        return services

    @property
    def texts(self) -> Texts:
        """All texts."""
        return self.services.texts

    @property
    def catalogue(self) -> Catalogue:
        """The topics and sources in force."""
        return self.services.catalogue.now

    def seen(self, chat: TelegramChat, user: User | None) -> Seen:
        """A chat as this update shows it. Only a private chat takes its person's language."""
        private = chat.type == TelegramChat.PRIVATE
        code = user.language_code if user and private else None
        return Seen(
            id=chat.id,
            kind=chat.type,
            title=cut(clean(chat.title or chat.full_name or ""), 200),
            username=chat.username or "",
            language=self.texts.language(code, self.services.defaults.language),
            timezone=self.services.defaults.timezone,
        )

    def here(self, update: Update) -> Seen:
        """The chat that an update with a chat came from."""
        assert update.effective_chat is not None  # noqa: S101  the registry lets in updates with a chat only
        return self.seen(update.effective_chat, update.effective_user)

    def view(self, chat: Chat) -> View:
        """How a chat wants to see things now."""
        return view_of(chat, self.services.now(), self.bot.username)

    def language_of(self, user: User | None) -> str:
        """A person's language as Telegram tells it, where no chat is at hand."""
        return self.texts.language(user.language_code if user else None, self.services.defaults.language)

    def words(self, update: Update) -> str:
        """What stands behind the command, on one line."""
        message = update.effective_message
        parts = (message.text or "").split(maxsplit=1) if message else []
        return clean(parts[1]) if len(parts) == 2 else ""


def types() -> ContextTypes[Context, dict[Any, Any], dict[Any, Any], dict[Any, Any]]:
    """What `Application.builder().context_types()` wants."""
    return ContextTypes(context=Context)

"""How one chat wants to see things."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.chats import Recipient
from storage.models import Chat


@dataclass(frozen=True, slots=True)
class View:
    """Language, zone and form of a chat, and the present moment. `bot_username` empty: not known yet, so nothing can
    link to the bot."""

    language: str
    zone: ZoneInfo
    form: str
    silent: bool
    now: datetime
    private: bool = True
    bot_username: str = ""

    def local(self, moment: datetime) -> datetime:
        """The moment in the chat's zone."""
        try:
            return moment.astimezone(self.zone)
        except OverflowError:  # at an end of all years
            return moment

    def clock(self, moment: datetime) -> str:
        """`17:39` in the chat's zone."""
        return f"{self.local(moment):%H:%M}"


def view_of(chat: Chat | Recipient, now: datetime, bot_username: str = "") -> View:
    """The view of a stored chat. An unknown time zone counts as UTC."""
    return View(
        language=chat.language,
        zone=_zone(chat.timezone),
        form=chat.form,
        silent=chat.silent,
        now=now,
        private=chat.kind == "private",
        bot_username=bot_username,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # unknown, malformed, a folder
        return ZoneInfo("UTC")

"""A message ready to go out, and the Bot API call that sends or edits it."""

from dataclasses import dataclass, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Button:
    """An inline button with exactly one of `data` (1 to 64 bytes) and `url`."""

    text: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message: `text` is Telegram HTML (at most 4096 characters once parsed), or rich HTML where `rich`.

    `picture` (a URL) makes it a photo with `text` as caption (at most 1024); `markup` False sends `text` as it is.
    """

    text: str
    keyboard: Keyboard = ()
    rich: bool = False
    picture: str = ""
    preview: bool = False
    silent: bool = False
    markup: bool = True

    def without_picture(self) -> Self:
        """The same message as text alone, for a picture that Telegram cannot get."""
        return replace(self, picture="")

    def unformatted(self, text: str) -> Self:
        """The same message as plain text, for a server that could not parse the markup."""
        return replace(self, text=text, markup=False, rich=False)

    def send(self, chat_id: int, thread_id: int = 0) -> tuple[str, dict[str, Any]]:
        """Method and parameters that send it."""
        body = self._body("caption" if self.picture else "text")
        body["chat_id"] = chat_id
        if thread_id:
            body["message_thread_id"] = thread_id
        if self.silent:
            body["disable_notification"] = True
        if self.rich:
            return "sendRichMessage", body
        if self.picture:
            body["photo"] = self.picture
            return "sendPhoto", body
        return "sendMessage", body

    def edit(self, chat_id: int, message_id: int) -> tuple[str, dict[str, Any]]:
        """Method and parameters that put it in the place of a sent message of the same sort."""
        body = self._body("caption" if self.picture else "text")
        body |= {"chat_id": chat_id, "message_id": message_id}
        return ("editMessageCaption" if self.picture else "editMessageText"), body

    def _body(self, text_field: str) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if self.rich:
            body["rich_message"] = {"html": self.text}
        else:
            body[text_field] = self.text
            if self.markup:
                body["parse_mode"] = "HTML"
            if text_field == "text" and not self.preview:
                body["link_preview_options"] = {"is_disabled": True}
        if self.keyboard:
            rows = [
                [{"text": b.text, **({"url": b.url} if b.url else {"callback_data": b.data})} for b in row]
                for row in self.keyboard
            ]
            body["reply_markup"] = {"inline_keyboard": rows}
        return body

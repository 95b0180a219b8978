"""What the chat page talks to: a state, a stream of events, and a reader's hands. JSON, same server."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
from aiohttp import web

from bot.demo.telegram.core import Telegram
from bot.demo.telegram.params import Upload
from bot.demo.telegram.people import People
from bot.demo.telegram.refusals import Refusal, StandInError
from bot.demo.telegram.shown import shown_message
from bot.demo.telegram.sites import Sites
from bot.demo.telegram.text import TEXT_LIMIT
from bot.demo.telegram.world import Chat, User

PAGE = Path(__file__).resolve().parent.parent / "page"
HEARTBEAT = 15.0
LABELS = {
    "block": "Bot blockieren",
    "unblock": "Bot freigeben",
    "add": "Bot hinzufügen",
    "promote": "Bot zum Administrator machen",
    "demote": "Bot die Rechte nehmen",
    "remove": "Bot entfernen",
}
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
Body = dict[str, Any]


class Ui:
    """The page shows one person's chats: the private one with the bot, and the groups and channels they are in."""

    def __init__(self, telegram: Telegram, people: People) -> None:
        self._tg = telegram
        self._people = people
        self.viewer: User | None = None
        self.sites = Sites()
        events = telegram.events
        events.shown, events.chats = self._is_shown, self.chats
        events.show, events.describe = shown_message, self.describe
        events.commands = self._commands

    def routes(self) -> list[web.RouteDef]:
        """The page's paths."""
        return [
            web.get("/", self._index),
            web.get(r"/page/{name:[\w.-]+}", self._page),
            web.get("/ui/state", self._state),
            web.get("/ui/events", self._events),
            web.get("/ui/photo", self._photo),
            web.get("/ui/file", self._file),
            *(web.post(f"/ui/{name}", self._action(action)) for name, action in self._actions().items()),
        ]

    @property
    def listeners(self) -> int:
        """How many pages follow the events."""
        return len(self._tg.events.listeners)

    def look_as(self, user: User) -> None:
        """Whose chats the page shows from now on."""
        self.viewer = user

    def note(self, chat: Chat, text: str) -> None:
        """A hint above a chat."""
        chat.note = text
        self._tg.events.chat(chat)

    async def close(self) -> None:
        """Lets go of the sites' connections."""
        await self.sites.close()

    # --- what is shown

    def chats(self) -> list[Chat]:
        """The viewer's chats."""
        if self.viewer is None:
            return []
        return [self._tg.world.chats[self.viewer.id], *self._tg.world.rooms_of(self.viewer)]

    def _is_shown(self, chat: Chat) -> bool:
        viewer = self.viewer
        return viewer is not None and (chat.id == viewer.id or viewer.id in chat.members)

    def describe(self, chat: Chat) -> Body:
        """A ChatState without its messages."""
        viewer = self._viewer()
        admin = chat.members.get(viewer.id) in ("creator", "administrator")
        return {
            "chat": chat.json(),
            "can_write": admin if chat.is_channel else not chat.blocked,
            "bot_status": chat.bot,
            "blocked": chat.blocked,
            "started": chat.started or not chat.is_private,
            "commands": self._commands(chat),
            "note": chat.note,
            "pinned": chat.pinned,
            "actions": [{"id": name, "label": LABELS[name]} for name in _possible(chat, admin)],
        }

    def _commands(self, chat: Chat) -> list[dict[str, str]]:
        there = chat.bot in ("member", "administrator") and not chat.is_channel
        return self._tg.profile.seen_by(self._viewer(), chat) if there else []

    def _viewer(self) -> User:
        if self.viewer is None:
            raise StandInError("the page shows nobody: call standin.ui.look_as(user) first")
        return self.viewer

    def _snapshot(self) -> Body:
        language = self.viewer.language_code if self.viewer else ""
        profile = self._tg.profile
        return {
            "bot": self._tg.bot.json()
            | {
                "description": profile.text("description", language),
                "short_description": profile.text("short_description", language),
            },
            "me": self.viewer.id if self.viewer else 0,
            "theme": None,
            "chats": [
                self.describe(chat) | {"messages": [shown_message(m) for m in chat.messages.values()]}
                for chat in self.chats()
            ],
        }

    # --- the page's requests

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        path = PAGE / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    async def _state(self, _request: web.Request) -> web.StreamResponse:
        return _json(self._snapshot())

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """The stream; a comment now and then finds out that nobody listens any more."""
        response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
        queue = self._tg.events.subscribe()
        try:
            await response.prepare(request)
            await response.write(b": connected\n\n")
            while (line := await _next_line(queue)) is not None:
                await response.write(line)
        except ConnectionError:
            pass  # the page was closed
        finally:
            self._tg.events.unsubscribe(queue)
        return response

    async def _photo(self, request: web.Request) -> web.StreamResponse:
        picture = await self.sites.picture(request.query.get("url", ""))
        if picture is None:
            raise web.HTTPNotFound
        return _picture(picture)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        upload = self._tg.files.uploads.get(request.query.get("id", ""))
        if upload is None or not upload.content_type.startswith("image/"):
            raise web.HTTPNotFound
        return _picture(upload)

    # --- the reader's hands

    def _actions(self) -> dict[str, Callable[[Body], Awaitable[Body]]]:
        return {"send": self._send, "press": self._press, "act": self._act, "start": self._start}

    def _action(
        self, carry_out: Callable[[Body], Awaitable[Body]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            # Another site's page can send forms here, but JSON it cannot without being asked first
            if request.content_type != "application/json":
                return _json({"ok": False, "description": "JSON is expected"}, 415)
            try:
                return _json({"ok": True} | await carry_out(_object(await request.read())))
            except (StandInError, Refusal, ValueError, KeyError) as error:
                return _json({"ok": False, "description": str(error)}, 400)

        return handle

    def _chat(self, body: Body) -> Chat:
        chat = self._tg.world.chats.get(int(body["chat_id"]))
        if chat is None or not self._is_shown(chat):
            raise StandInError("this chat is not on the page")
        return chat

    async def _send(self, body: Body) -> Body:
        chat, text = self._chat(body), str(body["text"]).strip()
        if not 1 <= len(text) <= TEXT_LIMIT:
            raise StandInError(f"a message has 1 to {TEXT_LIMIT} characters")
        if not self.describe(chat)["can_write"]:
            raise StandInError("you cannot write here")
        self._people.say(self._viewer(), chat, text)
        return {}

    async def _press(self, body: Body) -> Body:
        chat, button = self._chat(body), str(body["data"])
        answer = await self._people.press(self._viewer(), chat, int(body["message_id"]), button)
        if not answer.answered:
            return {"text": "", "timeout": True}
        return {"text": answer.text, "show_alert": answer.show_alert, "url": answer.url}

    async def _act(self, body: Body) -> Body:
        chat, viewer, action = self._chat(body), self._viewer(), str(body["action"])
        if action not in [known["id"] for known in self.describe(chat)["actions"]]:
            raise StandInError(f"{action!r} cannot be done here now")
        if chat.is_private:
            {"block": self._people.block, "unblock": self._people.unblock}[action](viewer)
        else:
            people = self._people
            by_name: dict[str, Callable[[Chat, User], None]] = {
                "add": people.add,
                "promote": people.promote,
                "demote": people.demote,
                "remove": people.remove,
            }
            by_name[action](chat, viewer)
        return {}

    async def _start(self, body: Body) -> Body:
        self._people.start(self._viewer(), str(body.get("payload") or ""))
        return {"chat_id": self._viewer().id}


def _possible(chat: Chat, admin: bool) -> list[str]:
    """What the viewer can do about the bot in a chat."""
    if chat.is_private:
        return ["unblock"] if chat.blocked else ["block"] if chat.started else []
    if not admin:
        return []
    if chat.bot in ("left", "kicked"):
        return ["promote"] if chat.is_channel else ["add", "promote"]
    if chat.is_channel:
        return ["remove"]
    return ["demote" if chat.bot == "administrator" else "promote", "remove"]


async def _next_line(queue: asyncio.Queue[Body | None]) -> bytes | None:
    try:
        event = await asyncio.wait_for(queue.get(), HEARTBEAT)
    except TimeoutError:
        return b": still here\n\n"
    return None if event is None else b"data: " + orjson.dumps(event) + b"\n\n"


def _object(raw: bytes) -> Body:
    body = orjson.loads(raw)
    if not isinstance(body, dict):
        raise StandInError("a JSON object is expected")
    return body


def _json(body: Body, status: int = 200) -> web.Response:
    return web.Response(
        status=status, body=orjson.dumps(body), content_type="application/json", headers=HEADERS
    )


def _picture(picture: Upload) -> web.Response:
    headers = {**HEADERS, "Cache-Control": "max-age=3600", "Content-Security-Policy": "default-src 'none'"}
    return web.Response(body=picture.content, content_type=picture.content_type, headers=headers)

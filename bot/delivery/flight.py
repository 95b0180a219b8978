"""The messages of one chat on their way: one after another, each settled by what Telegram's answer means."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import packing
from bot.delivery.crew import Crew
from bot.delivery.limiter import Lane
from bot.delivery.packing import Load
from bot.delivery.settler import Effect, Outcome
from bot.domain.headline import Article
from bot.domain.verdict import Action, Answer, Verdict, judge
from storage import chats, outbox
from storage.chats import Recipient
from storage.outbox import Ending, Owed, Settlement

_log = structlog.get_logger(__name__)

PATIENCE = 2.0
"""Seconds that the next message of a chat waits for the chat's budget; if it takes longer, it goes back."""
_CONFLICT_PAUSE = 5.0
_TRIES = 2


class Flight:
    """One chat's messages, from the claim to the last settlement."""

    def __init__(
        self, crew: Crew, chat: Recipient, owed: Sequence[Owed], stored: Mapping[int, Article]
    ) -> None:
        self.chat = chat
        self._crew = crew
        self._owed = owed  # until it is packed
        self._stored = stored
        self._loads: deque[Load] = deque()
        self._turn = crew.gate.turn
        # True when a message was refused and goes in another form: not back, or it would start over
        self._stubborn = False
        self._cause = ""  # what the last verdict asked for: why things end, for the measures

    @property
    def on_wire(self) -> bool:
        """Whether a message is being sent: from then on it may have arrived."""
        return self in self._crew.wire

    @property
    def landed(self) -> bool:
        """Whether nothing is left to send."""
        return not self._owed and not self._loads

    async def fly(self) -> None:
        """Sends until nothing is left, or gives back what cannot go now."""
        crew = self._crew
        self._pack()
        while self._loads:
            if not self._stubborn and crew.limiter.ready_in(self.chat.id) > PATIENCE:
                return self.give_back()
            await crew.limiter.acquire(self.chat.id, Lane.PUSH)
            if not crew.gate.is_open:
                return self.give_back()
            load = self._loads[0]
            answer = await self._send(load)
            verdict = judge(answer)
            self._cause = verdict.action.value
            if verdict.action is not Action.DONE:
                _log.info(
                    "Telegram did not take a message",
                    chat=self.chat.id,
                    action=verdict.action.value,
                    reason=verdict.reason,
                )
            self._ACTS[verdict.action](self, load, verdict, answer)
        return None

    def give_back(self, *effects: Effect) -> None:
        """Gives back all that is left, as if it had not been claimed."""
        self._end_all("again", effects=effects)

    def bury(self, error: Exception) -> None:
        """Declares the message dead that was to go first; `fly` goes on with the others. Called in its handler."""
        self._stubborn = False
        self._lose(self._unload() if self._loads else (), error)

    def _lose(self, owed: Sequence[Owed], error: Exception) -> None:
        _log.exception("an error of the program kept a message from a chat", chat=self.chat.id)
        lost = [Settlement(one, "dead", reason=f"error of the program: {error!r}") for one in owed]
        self._crew.report(Outcome(lost, cause="error"))

    def _pack(self) -> None:
        """Renders; what is owed of articles that are no more is cancelled."""
        owed, self._owed = self._owed, ()
        try:
            self._loads.extend(self._crew.packer.pack(self.chat, owed, self._stored))
        except Exception:  # noqa: BLE001 - which one it is shows when each is rendered alone
            owed = self._pack_each(owed)
        if sum(len(load.owed) for load in self._loads) < len(owed):
            packed = {id(one) for load in self._loads for one in load.owed}
            lost = [Settlement(one, "cancelled") for one in owed if id(one) not in packed]
            self._crew.report(Outcome(lost, cause="article"))

    def _pack_each(self, owed: Sequence[Owed]) -> Sequence[Owed]:
        """Renders each alone, so that one that cannot be rendered costs no other; what was rendered."""
        rendered = []
        for one in owed:
            try:
                self._loads.extend(self._crew.packer.pack(self.chat, [one], self._stored))
                rendered.append(one)
            except Exception as error:  # noqa: BLE001
                self._lose([one], error)
        return rendered

    async def _send(self, load: Load) -> Answer:
        if load.message_id:
            method, payload = load.outgoing.edit(self.chat.id, load.message_id)
        else:
            method, payload = load.outgoing.send(self.chat.id, load.thread_id)
            if self._crew.paid:
                payload["allow_paid_broadcast"] = True
        self._turn = self._crew.gate.turn
        self._crew.wire.add(self)
        self._crew.moved()
        try:
            return await self._crew.api.call(method, payload)
        finally:
            self._crew.wire.discard(self)

    # What is done about each verdict

    def _done(self, load: Load, verdict: Verdict, answer: Answer) -> None:
        self._crew.gate.worked()
        if load.message_id:
            return self._edited(load, verdict)
        result = answer.result
        message_id = int(result.get("message_id", 0)) if isinstance(result, dict) else 0
        self._end("sent", message_id=message_id)
        now = self._crew.now()
        for article in load.articles:
            self._crew.measures.sent((now - article.first_seen).total_seconds())
        self._stubborn = False
        return None

    def _edited(self, load: Load, verdict: Verdict) -> None:
        other = packing.other_sort(load, verdict.reason)
        if other and not self._stubborn:
            return self._instead(other)
        self._stubborn = False
        return self._end("sent")

    def _again(self, _load: Load, verdict: Verdict, _answer: Answer) -> None:
        self._crew.gate.close(self._turn, verdict)
        self.give_back()

    def _doubt(self, _load: Load, verdict: Verdict, _answer: Answer) -> None:
        self._crew.gate.close(self._turn, verdict)
        now = self._crew.now()
        settlements = [
            Settlement(one, "later", due=now, reason=verdict.reason)
            if one.attempt < _TRIES
            else Settlement(one, "dead", reason="unknown")
            for one in self._unload()
        ]
        self._crew.report(Outcome(settlements, cause=self._cause))
        self.give_back()

    def _wait(self, _load: Load, verdict: Verdict, _answer: Answer) -> None:
        self._crew.limiter.refused(self.chat.id, verdict.wait)
        until = self._crew.now() + timedelta(seconds=verdict.wait)
        chat_id = self.chat.id
        self.give_back(lambda session, _: chats.change(session, chat_id, wait_until=until))

    def _gone(self, _load: Load, verdict: Verdict, _answer: Answer) -> None:
        self._disable("gone", verdict)

    def _may_not(self, load: Load, verdict: Verdict, _answer: Answer) -> None:
        if bare := packing.without_picture(load):  # text may be allowed where pictures are not
            return self._instead(bare)
        alert = self._alert(self.chat.owner_id, "alert-may-not")
        return self._disable("barred", verdict, *alert)

    def _moved(self, _load: Load, verdict: Verdict, _answer: Answer) -> None:
        old, new = self.chat.id, verdict.moved_to
        self.give_back(lambda session, _: chats.migrate(session, old, new))

    def _plain(self, load: Load, verdict: Verdict, answer: Answer) -> None:
        bare = packing.plain(load)
        if bare is None:
            return self._dead(load, verdict, answer)
        articles = tuple(article.id for article in load.articles)
        _log.error(
            "Telegram could not parse our markup, the message goes as plain text",
            reason=verdict.reason,
            articles=articles,
        )
        effects = []
        if self._crew.first_time("alert-markup", articles):
            for admin in self._crew.admins:
                effects += self._alert(admin, "alert-markup", reason=verdict.reason)
        self._crew.report(Outcome((), effects))
        return self._instead(bare)

    def _split(self, load: Load, verdict: Verdict, answer: Answer) -> None:
        if load.message_id:  # it has no room for a second one: it stays as it was
            return self._end("cancelled")
        halves = self._crew.packer.halves(self.chat, load)
        if not halves:
            return self._dead(load, verdict, answer)
        return self._instead(*halves)

    def _main_thread(self, load: Load, verdict: Verdict, answer: Answer) -> None:
        if not load.thread_id:
            return self._dead(load, verdict, answer)
        if self._crew.first_time("alert-thread-gone", (self.chat.id, load.thread_id)):
            self._crew.report(Outcome((), self._alert(self.chat.owner_id, "alert-thread-gone")))
        return self._instead(replace(load, thread_id=0))

    def _no_method(self, load: Load, verdict: Verdict, answer: Answer) -> None:
        simpler = packing.without_picture(load) or (packing.plain(load) if load.outgoing.rich else None)
        return self._instead(simpler) if simpler else self._dead(load, verdict, answer)

    def _conflict(self, _load: Load, verdict: Verdict, _answer: Answer) -> None:
        self._crew.state.contested(True, verdict.reason)
        self._crew.limiter.hold(self.chat.id, _CONFLICT_PAUSE)
        self.give_back()

    def _dead(self, load: Load, verdict: Verdict, _answer: Answer) -> None:
        if bare := packing.without_picture(load):  # its picture may be all that is wrong
            return self._instead(bare)
        _log.error("Telegram refuses a message for good", chat=self.chat.id, reason=verdict.reason)
        return self._end("dead", reason=verdict.reason)

    # Steps

    def _instead(self, *loads: Load) -> None:
        """Other messages take the place of the first. They wait for the chat's budget as long as it takes."""
        self._loads.popleft()
        self._loads.extendleft(reversed(loads))
        self._stubborn = True

    def _end(self, ending: Ending, **how: Any) -> None:
        owed = self._loads.popleft().owed if ending == "sent" else self._unload()
        settlements = [Settlement(one, ending, **how) for one in owed]
        self._crew.report(Outcome(settlements, cause=self._cause))

    def _unload(self) -> Sequence[Owed]:
        """Takes the first message off, and of a text in pieces all that are left: the last one says what is owed."""
        owed: Sequence[Owed] = ()
        while not owed:
            owed = self._loads.popleft().owed
        return owed

    def _end_all(self, ending: Ending, reason: str = "", effects: Iterable[Effect] = ()) -> None:
        left = [*self._owed, *(one for load in self._loads for one in load.owed)]
        self._loads.clear()
        self._owed = ()
        settlements = [Settlement(one, ending, reason=reason) for one in left]
        self._crew.report(Outcome(settlements, tuple(effects), self._cause))

    def _disable(self, state: str, verdict: Verdict, *effects: Effect) -> None:
        chat_id = self.chat.id

        def disable(session: AsyncSession, _: datetime) -> Any:
            return chats.disable(session, chat_id, state, verdict.reason)

        _log.info("a chat gets nothing any more", chat=chat_id, state=state, reason=verdict.reason)
        self._end_all("cancelled", effects=(disable, *effects))

    def _alert(self, to: int | None, key: str, **args: str) -> list[Effect]:
        if to is None:
            return []
        payload = {"key": key, "args": {"title": self.chat.title or str(self.chat.id), **args}}
        return [lambda session, now: outbox.owe_alert(session, to, payload, now)]

    _ACTS: ClassVar[Mapping[Action, Callable[["Flight", Load, Verdict, Answer], None]]] = {
        Action.DONE: _done,
        Action.AGAIN: _again,
        Action.DOUBT: _doubt,
        Action.WAIT: _wait,
        Action.GONE: _gone,
        Action.MOVED: _moved,
        Action.PLAIN: _plain,
        Action.SPLIT: _split,
        Action.MAIN_THREAD: _main_thread,
        Action.MAY_NOT: _may_not,
        Action.NO_METHOD: _no_method,
        Action.REVOKED: _again,
        Action.CONFLICT: _conflict,
        Action.DEAD: _dead,
    }

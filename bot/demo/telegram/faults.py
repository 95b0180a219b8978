"""Things that go wrong on purpose: for a chat, a method or everything, once, a few times or until taken back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.refusals import Refusal, flood, restart, unknown_method

GATEWAY_PAGE = (
    "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
Test = Callable[[str, dict[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of, before or after a call. `delivers` says that the call is carried out all the same."""

    refusal: Refusal | None = None
    delay: float = 0.0  # seconds before anything else
    late: float = 0.0  # seconds between carrying it out and answering
    drop: bool = False  # the connection is cut instead of an answer
    delivers: bool = False
    status: int = 0  # with `body`: the answer that is given
    body: bytes = b""
    content_type: str = "application/json"


def refuse(code: int, description: str, **parameters: Any) -> Fault:
    """Telegram refuses with this."""
    return Fault(refusal=Refusal(code, description, parameters))


def too_many(retry_after: int) -> Fault:
    """429."""
    return Fault(refusal=flood(retry_after))


def method_missing() -> Fault:
    """An older server that does not know the method."""
    return Fault(refusal=unknown_method())


def restarting() -> Fault:
    """500."""
    return Fault(refusal=restart())


def slow(seconds: float) -> Fault:
    """The answer takes this long; the call is carried out when the time is over."""
    return Fault(delay=seconds, delivers=True)


def slow_answer(seconds: float) -> Fault:
    """Carried out at once, the answer comes this late: a client that gives up has sent its message."""
    return Fault(late=seconds, delivers=True)


def drop_before() -> Fault:
    """The connection is cut and nothing was done."""
    return Fault(drop=True)


def drop_after() -> Fault:
    """The call is carried out, then the connection is cut: the sender cannot know."""
    return Fault(drop=True, delivers=True)


def gateway(status: int = 502, delivers: bool = False) -> Fault:
    """502 or 504 of the proxy before Telegram, with its HTML page."""
    name = {502: "502 Bad Gateway", 504: "504 Gateway Time-out"}.get(status, str(status))
    page = GATEWAY_PAGE.format(status=name).encode()
    return Fault(status=status, body=page, content_type="text/html", delivers=delivers)


def not_ok_with_200() -> Fault:
    """`ok: false` under HTTP 200, as proxies in between produce it."""
    body = b'{"ok":false,"error_code":500,"description":"Internal Server Error"}'
    return Fault(status=200, body=body)


def garbage(delivers: bool = False) -> Fault:
    """HTTP 200 and a body that is no JSON."""
    return Fault(status=200, body=b"\x00\xff{not json", delivers=delivers)


@dataclass(slots=True, eq=False)
class Rule:
    """A fault and when it strikes. `times` counts down; None lasts. `hits` counts up."""

    fault: Fault
    method: str = ""
    chat_id: int | None = None
    times: int | None = None
    when: Test | None = None
    hits: int = 0

    def matches(self, method: str, params: dict[str, Any]) -> bool:
        """True when this call is meant."""
        if self.times == 0 or (self.method and self.method.lower() != method.lower()):
            return False
        if self.chat_id is not None and str(params.get("chat_id")) != str(self.chat_id):
            return False
        return self.when is None or self.when(method, params)


@dataclass(slots=True)
class Faults:
    """The rules in force; the first that matches strikes."""

    rules: list[Rule] = field(default_factory=list)

    def chat(self, chat_id: int, fault: Fault | Refusal, times: int | None = None, method: str = "") -> Rule:
        """For every call, or one method, that names this chat."""
        return self.add(fault, times, method=method, chat_id=chat_id)

    def method(self, name: str, fault: Fault | Refusal, times: int | None = None) -> Rule:
        """For every call of this method."""
        return self.add(fault, times, method=name)

    def where(self, test: Test, fault: Fault | Refusal, times: int | None = None) -> Rule:
        """For calls of which `test(method, params)` is true."""
        return self.add(fault, times, when=test)

    def add(
        self,
        fault: Fault | Refusal,
        times: int | None = None,
        *,
        method: str = "",
        chat_id: int | None = None,
        when: Test | None = None,
    ) -> Rule:
        """For every call that fits all that is given; nothing given: for every call."""
        fault = Fault(refusal=fault) if isinstance(fault, Refusal) else fault
        rule = Rule(fault, method, chat_id, times, when)
        self.rules.append(rule)
        return rule

    def remove(self, rule: Rule) -> None:
        """Takes a rule back."""
        self.rules.remove(rule)

    def clear(self) -> None:
        """All is well again."""
        self.rules.clear()

    def strike(self, method: str, params: dict[str, Any]) -> Fault | None:
        """The fault that hits this call, counted; None nearly always."""
        for rule in self.rules:
            if rule.matches(method, params):
                rule.hits += 1
                if rule.times is not None:
                    rule.times -= 1
                return rule.fault
        return None

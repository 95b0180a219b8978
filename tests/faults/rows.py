"""What a row of the table is, and how one is made for each room."""

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import iscoroutinefunction
from typing import Any

from tests.faults import documents, strikes
from tests.faults.expectations import Expectation, answered_once, once, others_go_on
from tests.faults.house import START


@dataclass(frozen=True)
class Fault:
    """A row. `way`: the rooms in this process (`house`), the whole bot in it (`desk`), or a process of its own
    (`process`). `polls` are those while it lasts. Those not `in_ci` run where KILLS is set."""

    room: str
    name: str
    inject: Callable[..., Any]
    during: tuple[Expectation, ...] = ()
    after: tuple[Expectation, ...] = (once,)
    way: str = "house"
    house: dict[str, Any] = field(default_factory=dict)
    polls: int = 2
    in_ci: bool = True
    database: str = "sqlite"

    @property
    def words(self):
        """What is expected, as sentences, without what goes for every row."""
        said = dict.fromkeys(one.words for one in self.during if one is not others_go_on)
        after = dict.fromkeys(one.words for one in self.after if one is not once)
        sentences = ["; ".join(said), f"afterwards {'; '.join(after)}" if after else ""]
        return (
            " ".join(f"{words[0].upper()}{words[1:]}." for words in sentences if words) or "Nothing is lost."
        )

    def __str__(self):
        return f"{self.room}: {self.name}"


def network(name, inject, *during, **how):
    """A fault on the way to a site."""
    return Fault("network", name, _strike(inject), (*during, others_go_on), **how)


def http(name, inject, *during, **how):
    """A fault of a site's server."""
    return Fault("HTTP", name, _strike(inject), (*during, others_go_on), **how)


def xml(name, make, *during, **how):
    """A fault in a feed."""
    return Fault("XML", name, _strike(documents.document(make)), (*during, others_go_on), **how)


def html(name, make, *during, **how):
    """A fault in a page with a ticker."""
    answer = make if iscoroutinefunction(make) else documents.document(make)
    return Fault("HTML", name, _strike(answer), (*during, others_go_on), house={"kind": "ticker"}, **how)


def telegram(name, inject, *during, after=once, **how):
    """A fault of Telegram's, or what it says of a chat."""
    return Fault("Telegram", name, inject, during, (after,), polls=1, **how)


def updates(name, inject, **how):
    """A fault on the way of what people write to the bot."""
    return Fault("Telegram", name, inject, (), (answered_once,), way="desk", **how)


def database(name, inject, *during, on="sqlite", after=once, in_ci=False):
    """A fault of the database, under the real process."""
    return Fault("database", name, inject, during, (after,), way="process", database=on, in_ci=in_ci)


def process(name, inject, *during, after=once, in_ci=False):
    """What can happen to the real process."""
    return Fault("process", name, inject, during, (after,), way="process", in_ci=in_ci)


def clock(name, inject, *during, start=START, kind="feed", **how):
    """A clock that is wrong, or changes."""
    return Fault("clock", name, inject, during, house={"start": start, "kind": kind}, **how)


def _strike(inject):
    """A site's answer as an injection; what is one stays."""
    is_answer = iscoroutinefunction(inject) and inject.__code__.co_argcount == 3
    return strikes.answers(inject) if is_answer else inject

"""What every flight works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.delivery.api import Api
from bot.delivery.gate import Gate
from bot.delivery.limiter import Limiter
from bot.delivery.packing import Packer
from bot.delivery.settler import Outcome
from bot.delivery.state import TelegramState
from bot.measures import Measures


@dataclass(frozen=True, slots=True)
class Crew:
    """What every flight works with. `report` takes outcomes, `moved` hears of every step. Alerts about our own
    mistakes go to `admins`."""

    api: Api
    limiter: Limiter
    gate: Gate
    packer: Packer
    state: TelegramState
    now: Callable[[], datetime]
    report: Callable[[Outcome], None]
    moved: Callable[[], None]
    admins: Sequence[int] = ()
    paid: bool = False  # PAID_BROADCAST: Telegram takes a fee and lifts the bot's limit
    told: set[object] = field(default_factory=set)
    measures: Measures = field(default_factory=Measures)
    wire: set[object] = field(default_factory=set)  # the flights with a message on its way

    def first_time(self, *what: object) -> bool:
        """Whether this has not been told yet; from now on it has."""
        if len(self.told) > 1000:
            self.told.clear()
        new = what not in self.told
        self.told.add(what)
        return new

"""What readers see, in their language: Fluent messages with safe arguments. Errors raise, so that tests find them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any, Literal, Self

from babel.dates import format_date, format_datetime
from babel.lists import format_list
from fluent.runtime import FluentBundle, FluentResource

from bot.render.markup import Html

_LONGEST = 2000  # characters of an argument: Fluent takes 2,500, and the address of an article, escaped, may be longer

_NAMES = 40  # listed in a text; Telegram shows at most 100 of them in bold


class TextError(LookupError):
    """A text that does not exist or lacks an argument: a mistake of ours, named with its key and language."""


class Texts:
    """All texts. Calling it gives Telegram HTML; `plain` is for buttons and pop-ups, which know no markup."""

    def __init__(self, bundles: Mapping[str, FluentBundle]) -> None:
        self._bundles = dict(bundles)
        self.languages = tuple(self._bundles)

    @classmethod
    def load(cls) -> Self:
        """Parses the packaged .ftl files; German comes first."""
        folder = files("bot.render") / "locales"
        names = sorted(
            (entry.name for entry in folder.iterdir() if entry.name.endswith(".ftl")),
            key=lambda n: (n != "de.ftl", n),
        )
        bundles = {}
        for name in names:
            language = name.removesuffix(".ftl")
            bundle = FluentBundle([language], use_isolating=False)
            bundle.add_resource(FluentResource((folder / name).read_text(encoding="utf-8")))
            bundles[language] = bundle
        return cls(bundles)

    def language(self, code: str | None, default: str) -> str:
        """The nearest language we speak: of `de-AT` it is `de`; an unknown one is the default, else our first."""
        for wish in (code or "", default):
            base = wish.replace("_", "-").lower().split("-")[0]
            if base in self._bundles:
                return base
        return self.languages[0]

    def __call__(self, language: str, key: str, /, **args: Any) -> Html:
        """The text as HTML; string arguments are escaped unless they are `Html`."""
        safe = {name: Html.of(value) if isinstance(value, str) else value for name, value in args.items()}
        return Html(self._format(language, key, safe))

    def plain(self, language: str, key: str, /, **args: Any) -> str:
        """The text without markup, arguments as they are."""
        return self._format(language, key, args)

    def has(self, key: str) -> bool:
        """Whether this text exists."""
        return self._bundles[self.languages[0]].has_message(key)

    def names(
        self, language: str, names: Sequence[str], style: Literal["standard", "or"] = "standard"
    ) -> Html:
        """Names in bold as people list them: `Sport, Kultur und Politik` (or, with `or`, `oder Politik`); of very many
        the first, and how many more there are."""
        listed = [f"<b>{Html.of(name)}</b>" for name in names[:_NAMES]]
        if more := len(names) - len(listed):
            listed.append(self(language, "names-more", count=more))
        return Html(format_list(listed, style, language))

    def day(self, language: str, day: date, today: date) -> str:
        """What people call a day: today, yesterday, else weekday and date, with the year if it is another one."""
        if day == today:
            return self.plain(language, "day-today")
        if day == today - timedelta(days=1):
            return self.plain(language, "day-yesterday")
        pattern = "day-pattern" if day.year == today.year else "day-pattern-year"
        return format_date(day, self.plain(language, pattern), locale=language)

    def moment(self, language: str, local: datetime) -> str:
        """Date and time, written out; `local` is in the zone to show."""
        return format_datetime(local, self.plain(language, "moment-pattern"), locale=language)

    def _format(self, language: str, key: str, args: dict[str, Any]) -> str:
        bundle = self._bundles[language if language in self._bundles else self.languages[0]]
        pattern = bundle.get_message(key).value if bundle.has_message(key) else None
        if pattern is None:
            raise TextError(f"no text {key!r} in {language!r}")
        long = {name: str(a) for name, a in args.items() if isinstance(a, str) and len(a) > _LONGEST}
        given = {name: str(a) if isinstance(a, str) else a for name, a in args.items()}
        made, errors = bundle.format_pattern(pattern, given | {name: _place(name) for name in long})
        if errors:
            raise TextError(f"text {key!r} in {language!r}: {errors[0]}")
        text = str(made)
        for name, argument in long.items():
            text = text.replace(_place(name), argument)
        return text


def _place(name: str) -> str:
    """What stands for an argument until the text is made; no text holds a NUL."""
    return f"\0{name}\0"

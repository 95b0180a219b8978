"""Message texts, parsed by Telegram's own parser: what it accepts and refuses here is its grammar."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from bot.demo.telegram.params import Params
from bot.demo.telegram.refusals import StandInError, bad

TEXT_LIMIT, CAPTION_LIMIT, RAW_LIMIT, ENTITY_LIMIT = 4096, 1024, 32_768, 100

MODES: dict[str, dict[str, Any]] = {
    "html": {"@type": "textParseModeHTML"},
    "markdown": {"@type": "textParseModeMarkdown", "version": 1},
    "markdownv2": {"@type": "textParseModeMarkdown", "version": 2},
}
ENTITY_TYPES = {
    "textEntityTypeMention": "mention",
    "textEntityTypeHashtag": "hashtag",
    "textEntityTypeCashtag": "cashtag",
    "textEntityTypeBotCommand": "bot_command",
    "textEntityTypeUrl": "url",
    "textEntityTypeEmailAddress": "email",
    "textEntityTypePhoneNumber": "phone_number",
    "textEntityTypeBold": "bold",
    "textEntityTypeItalic": "italic",
    "textEntityTypeUnderline": "underline",
    "textEntityTypeStrikethrough": "strikethrough",
    "textEntityTypeSpoiler": "spoiler",
    "textEntityTypeBlockQuote": "blockquote",
    "textEntityTypeExpandableBlockQuote": "expandable_blockquote",
    "textEntityTypeCode": "code",
    "textEntityTypePre": "pre",
    "textEntityTypePreCode": "pre",
    "textEntityTypeTextUrl": "text_link",
    "textEntityTypeMentionName": "text_mention",
    "textEntityTypeCustomEmoji": "custom_emoji",
    "textEntityTypeDateTime": "date_time",
}
CLOSED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji", "date_time"})
# Nothing is found in a text without one of these, and most headlines have none
MAY_HOLD_ENTITIES = re.compile(r"[@#$/]|\w\.\w")

Entity = dict[str, Any]
Execute = Callable[[bytes], bytes | None]
FindUser = Callable[[int], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text without its markup; offsets and lengths of the entities are UTF-16 units."""

    text: str
    entities: tuple[Entity, ...] = ()

    def fields(self, text: str = "text", entities: str = "entities") -> dict[str, Any]:
        """As fields of a message."""
        fields: dict[str, Any] = {text: self.text} if self.text else {}
        if self.entities:
            fields[entities] = list(self.entities)
        return fields


def utf16(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def load_parser() -> Execute:
    """TDLib's synchronous call; StandInError when it is not installed."""
    try:
        import tdjson
    except ImportError:
        raise StandInError(
            "the Telegram stand-in parses messages with Telegram's own parser, which is not installed: "
            'pip install "tickerbot[demo]"'
        ) from None
    execute: Execute = tdjson.td_execute
    execute(orjson.dumps({"@type": "setLogVerbosityLevel", "new_verbosity_level": 0}))
    return execute


class Texts:
    """Parses texts; the same text sent to many chats is parsed once."""

    def __init__(self, find_user: FindUser) -> None:
        self._execute: Execute | None = None
        self._find_user = find_user
        self.parse = lru_cache(maxsize=1024)(self._parse)
        self.automatic = lru_cache(maxsize=1024)(self._automatic)

    def load(self) -> None:
        """Makes the parser ready; StandInError when it is not installed."""
        self._execute = load_parser()

    def read(self, params: Params, field: str = "text", entities: str = "entities") -> Formatted:
        """The text of a call, before anything is known of its chat; Refusal when it cannot be parsed."""
        raw = params.text(field)
        if not raw and field == "text":
            raise bad("message text is empty")
        if len(raw.encode(errors="surrogatepass")) > RAW_LIMIT:
            raise bad("text is too long")
        mode = params.text("parse_mode").lower()
        given = None if mode else params.json(entities)
        return self.parse(raw, mode) if given is None else self._given(raw, given)

    def _parse(self, raw: str, mode: str) -> Formatted:
        if mode and mode not in MODES:
            raise bad("unsupported parse_mode")
        raw = raw.replace("\r", "")
        text, entities = raw, list[Entity]()
        if mode and (mode != "html" or "<" in raw or "&" in raw):
            text, entities = self._parsed(raw, MODES[mode])
        return self._finish(text, entities)

    def _given(self, raw: str, given: Any) -> Formatted:
        if not isinstance(given, list) or not all(_is_entity(entity) for entity in given):
            raise bad("can't parse entities: object expected as MessageEntity")
        return self._finish(raw, given)

    def _parsed(self, raw: str, mode: dict[str, Any]) -> tuple[str, list[Entity]]:
        answer = self._call({"@type": "parseTextEntities", "text": raw, "parse_mode": mode})
        if answer["@type"] == "error":
            message = answer["message"]
            raise bad(message[:1].lower() + message[1:])
        return answer["text"], self._entities(answer["entities"])

    def _automatic(self, text: str) -> tuple[Entity, ...]:
        """Links, mentions, hashtags and commands as Telegram finds them by itself."""
        if not MAY_HOLD_ENTITIES.search(text):
            return ()
        return tuple(self._entities(self._call({"@type": "getTextEntities", "text": text})["entities"]))

    def _finish(self, text: str, entities: list[Entity]) -> Formatted:
        text, entities = _trim(text, entities)
        found = [entity for entity in self.automatic(text) if not _touches(entity, entities)]
        merged = sorted(entities + found, key=lambda entity: (entity["offset"], -entity["length"]))
        return Formatted(text, tuple(merged[:ENTITY_LIMIT]))

    def _entities(self, found: Sequence[dict[str, Any]]) -> list[Entity]:
        return [entity for entity in map(self._entity, found) if entity]

    def _entity(self, found: dict[str, Any]) -> Entity | None:
        kind = found["type"]
        name = ENTITY_TYPES.get(kind["@type"])
        if name is None:
            return None
        entity = {"type": name, "offset": found["offset"], "length": found["length"]}
        if name == "text_mention":
            user = self._find_user(kind["user_id"])
            return {**entity, "user": user} if user else None  # a stranger's mention is lost, as there
        return entity | _extras(name, kind)

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        if self._execute is None:
            self.load()
        answer = self._execute(orjson.dumps(request)) if self._execute else None
        if answer is None:
            raise StandInError(f"TDLib gave no answer to {request['@type']}")
        parsed: dict[str, Any] = orjson.loads(answer)
        return parsed


def check_length(formatted: Formatted, limit: int, caption: bool = False) -> None:
    """Refusal when nothing is left of a text after parsing, or more than `limit` characters are."""
    if not formatted.text and not caption:
        raise bad("text must be non-empty")
    if len(formatted.text) > limit:
        raise bad("message caption is too long" if caption else "message is too long")


def _extras(name: str, kind: dict[str, Any]) -> Entity:
    if name == "text_link":
        return {"url": kind["url"]}
    if name == "pre" and kind.get("language"):
        return {"language": kind["language"]}
    if name == "custom_emoji":
        return {"custom_emoji_id": str(kind["custom_emoji_id"])}
    if name == "date_time":
        return {"unix_time": kind["unix_time"], "date_time_format": _time_format(kind.get("formatting_type"))}
    return {}


def _time_format(kind: dict[str, Any] | None) -> str:
    """The `format` of tg-time again: r for relative; else w, d or D, t or T."""
    if not kind:
        return ""
    if kind["@type"] == "dateTimeFormattingTypeRelative":
        return "r"
    precision = {"dateTimePartPrecisionShort": 0, "dateTimePartPrecisionLong": 1}
    parts = ["w"] if kind["show_day_of_week"] else []
    for letters, field in (("dD", "date_precision"), ("tT", "time_precision")):
        size = precision.get(kind[field]["@type"])
        parts += [] if size is None else [letters[size]]
    return "".join(parts)


def _is_entity(entity: Any) -> bool:
    return isinstance(entity, dict) and {"type", "offset", "length"} <= entity.keys()


def _touches(entity: Entity, others: Sequence[Entity]) -> bool:
    """True when a found entity lies in code or a link, where nothing is found."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return any(
        other["type"] in CLOSED and start < other["offset"] + other["length"] and other["offset"] < end
        for other in others
    )


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Without white space around it; entities are moved and cut."""
    stripped = text.strip()
    if stripped == text or not entities:
        return stripped, entities
    shift = utf16(text[: len(text) - len(text.lstrip())])
    end = utf16(stripped)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - shift)
        length = min(end, entity["offset"] + entity["length"] - shift) - start
        if length > 0:
            moved.append({**entity, "offset": start, "length": length})
    return stripped, moved

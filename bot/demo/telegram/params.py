"""What a call carries: JSON, a form, a multipart form or the query string, read the way Telegram reads them."""

from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from bot.demo.telegram.refusals import bad


@dataclass(frozen=True, slots=True)
class Upload:
    """A file sent along."""

    name: str
    content_type: str
    content: bytes


class Params:
    """Parameters by name; in forms numbers, booleans and objects arrive as text."""

    __slots__ = ("raw",)

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    def has(self, name: str) -> bool:
        """True when it was given and is not empty."""
        return self.raw.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """As text; empty when missing."""
        value = self.raw.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """As a number; `default` when missing or none."""
        try:
            return int(self.raw.get(name, default))
        except (TypeError, ValueError):
            return default

    def boolean(self, name: str) -> bool:
        """True for true, "true", 1, "1" and "yes"."""
        value = self.raw.get(name)
        return value is True or str(value).lower() in {"true", "1", "yes"}

    def json(self, name: str) -> Any:
        """An object or list, given as such or as JSON text; None when missing."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return value
        if not value:
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from None

    def object(self, name: str) -> dict[str, Any] | None:
        """An object, also as JSON text; None when missing or empty; Refusal when it is something else."""
        value = self.json(name)
        if value and not isinstance(value, dict):
            raise bad(f"object expected as {name.replace('_', ' ')}")
        return value or None

    def array(self, name: str) -> list[Any] | None:
        """A list, also as JSON text; None when missing; Refusal when it is something else."""
        value = self.json(name)
        if value is not None and not isinstance(value, list):
            raise bad(f"array expected as {name.replace('_', ' ')}")
        return value

    def file(self, name: str) -> Upload | str:
        """An uploaded file, also one named by `attach://`; else the file id or URL as text."""
        value = self.raw.get(name)
        if isinstance(value, str) and value.startswith("attach://"):
            value = self.raw.get(value.removeprefix("attach://"))
        if value is None:
            return ""
        return value if isinstance(value, Upload) else str(value)


async def read(request: web.BaseRequest) -> Params:
    """The parameters of a request; Refusal when its body is no JSON object."""
    raw: dict[str, Any] = dict(request.query) if request.query_string else {}
    if request.can_read_body:
        if request.content_type == "application/json":
            raw.update(_json_body(await request.read()))
        else:
            raw.update(await _form(request))
    return Params(raw)


def _json_body(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad("can't parse JSON object") from None
    if not isinstance(parsed, dict):
        raise bad("can't parse JSON object")
    return parsed


async def _form(request: web.BaseRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            fields[name] = Upload(value.filename, value.content_type, value.file.read())
        else:
            fields[name] = value
    return fields

"""The way to Telegram: one aiohttp session, under python-telegram-bot and, by value, under the sender."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import aiohttp
import orjson
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.domain.verdict import Answer, Failure

_JSON = {"Content-Type": "application/json"}
_GOOD = b'{"ok":true,"result":'  # how Telegram's own server begins a good answer
_REPLACEMENT = "\ufffd"


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's door to the network, on aiohttp: a large pool, orjson, no proxy from the environment.

    `call` is the sender's own door: the answer is a value, and only that says whether the request may have arrived.
    Nothing here names a URL in an error or a log line: it holds the token.
    """

    __slots__ = ("_connect", "_pool", "_read", "_session")

    def __init__(self, *, pool: int = 512, connect_timeout: float = 10, read_timeout: float = 30) -> None:
        self._pool = pool
        self._connect = connect_timeout
        self._read = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds to wait for an answer where the caller does not say; python-telegram-bot adds to it."""
        return self._read

    async def initialize(self) -> None:
        """Opens the session, unless it is open."""
        self._open()

    async def shutdown(self) -> None:
        """Closes the session; it opens again when it is needed."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def call(self, url: str | URL, payload: Mapping[str, Any], wait: float = 30) -> Answer:
        """Posts a Bot API call and returns its answer; never raises for what the network or the server did."""
        connect = min(
            self._connect, wait / 3
        )  # so that a connection not made in time is told from a lost answer
        try:
            async with self._open().post(
                url,
                data=encode(payload),
                headers=_JSON,
                timeout=_timeout(connect, connect, None, wait),
                allow_redirects=False,
            ) as response:
                body = await response.read()
        except (aiohttp.ClientError, OSError) as error:
            return Answer(failure=_failure(error), description=_describe(error))
        return _answer(response.status, body, response.headers.get("Retry-After", ""))

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body, for python-telegram-bot. Raises its `TimedOut` and `NetworkError`."""
        connect = _or(connect_timeout, self._connect)
        read = _or(read_timeout, self._read)
        spent = [connect, _or(pool_timeout, self._connect), _or(write_timeout, self._read), read]
        total = None if None in spent else sum(part or 0 for part in spent)
        try:
            async with self._open().request(
                method,
                url,
                **_content(request_data),
                timeout=_timeout(connect, _or(pool_timeout, self._connect), read, total),
                allow_redirects=method == "GET",
            ) as response:
                body = await response.read()
        except TimeoutError as error:
            raise TimedOut(_describe(error)) from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(_describe(error)) from None
        return (response.status if method == "GET" else _honest_status(response.status, body)), body

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The envelope; raises `TelegramError` for anything else, such as the page of a proxy."""
        envelope = decode(payload)
        if not isinstance(envelope, dict):
            raise TelegramError("Telegram's answer is no JSON object")
        return envelope

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._pool, ttl_dns_cache=60, keepalive_timeout=15),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
            )
        return self._session


def encode(payload: Mapping[str, Any]) -> bytes:
    """The payload as JSON; lone surrogates, which UTF-8 does not know, become a replacement character."""
    try:
        return orjson.dumps(payload)
    except TypeError:
        return orjson.dumps(_whole(payload))


def decode(body: bytes) -> Any:
    """The JSON of a body, lone surrogates replaced; None if it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _decode_leniently(body)


def _decode_leniently(body: bytes) -> Any:
    try:
        return _whole(json.loads(body.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list | tuple) else value


def _answer(status: int, body: bytes, retry_after: str) -> Answer:
    envelope = decode(body)
    if not isinstance(envelope, dict) or not isinstance(envelope.get("ok"), bool):
        return Answer(status=status, parameters=_wait_of(retry_after))
    if envelope["ok"]:
        return Answer(status=status, ok=True, result=envelope.get("result"))
    parameters = envelope.get("parameters")
    return Answer(
        status=_code_of(envelope, status),
        description=str(envelope.get("description") or "refused without a word"),
        parameters=parameters if isinstance(parameters, dict) and parameters else _wait_of(retry_after),
    )


def _wait_of(header: str) -> dict[str, Any]:
    return {"retry_after": int(header)} if header.isascii() and header.isdigit() else {}


def _code_of(envelope: Mapping[str, Any], status: int) -> int:
    code = envelope.get("error_code")
    return code if 200 <= status < 300 and isinstance(code, int) else status


def _honest_status(status: int, body: bytes) -> int:
    """The status that python-telegram-bot shall see: it takes any 200 for a success and trips over `ok: false`."""
    if not 200 <= status < 300 or body.startswith(_GOOD):
        return status
    envelope = decode(body)
    if not isinstance(envelope, dict) or (envelope.get("ok") and "result" not in envelope):
        raise NetworkError("Telegram's answer is no envelope of the Bot API")
    return status if envelope.get("ok") else _code_of({"error_code": 500} | envelope, status)


def _content(data: RequestData | None) -> dict[str, Any]:
    """The keyword arguments that carry the parameters: JSON, or multipart where there are files."""
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": encode(data.parameters), "headers": _JSON}
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, _whole(value))
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return {"data": form}


@lru_cache(maxsize=64)
def _timeout(
    connect: float | None, pool: float | None, read: float | None, total: float | None
) -> aiohttp.ClientTimeout:
    until_connected = None if connect is None or pool is None else connect + pool
    return aiohttp.ClientTimeout(total=total, connect=until_connected, sock_connect=connect, sock_read=read)


def _or(given: ODVInput[float], default: float) -> float | None:
    return default if isinstance(given, DefaultValue) else given


def _failure(error: Exception) -> Failure:
    """Whether a request that got no answer may have arrived. A connection that was never made carried nothing; all
    else, a broken keep-alive connection too, is in doubt."""
    not_sent = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
    return Failure.NOT_SENT if isinstance(error, not_sent) else Failure.IN_DOUBT


def _describe(error: Exception) -> str:
    """What went wrong, without the URL."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"cannot connect to {error.host}:{error.port}: {error.os_error.strerror or error.os_error}"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return "no connection in time"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return f"the connection broke: {error.strerror}"
    return f"the connection broke: {type(error).__name__}"

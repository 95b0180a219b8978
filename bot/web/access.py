"""Who may see more than health: this machine, and whoever shows STATUS_TOKEN."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

import structlog
from aiohttp import web
from yarl import URL

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_FORWARDED = (
    "Forwarded",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "CF-Connecting-IP",
    "True-Client-IP",
)
"""What a proxy adds: it may run on this machine, but who asks it does not."""
_SCHEME = "bearer "


@dataclass(frozen=True, slots=True)
class Access:
    """The rule for what only the admin may see. `token` None: this machine alone."""

    token: str | None = None

    def only(self, handler: Handler) -> Handler:
        """The handler for those who may; for others there is nothing at this address."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            if not (is_local(request) or self._shows_token(request)):
                raise web.HTTPNotFound
            return await handler(request)

        return guarded

    def _shows_token(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization", "")
        if self.token is None or given[: len(_SCHEME)].lower() != _SCHEME:
            return False
        shown = given[len(_SCHEME) :].strip()
        # Bytes as they came: compare_digest refuses text beyond ASCII
        right = hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), self.token.encode())
        if not right:
            log.warning("a request with a wrong STATUS_TOKEN was refused", remote=request.remote)
        return right


def is_local(request: web.Request) -> bool:
    """Whether someone on this machine asks for this machine. Neither a proxy that passes on what others ask, nor a web
    page whose name was pointed at 127.0.0.1 counts."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    peer = request.transport.get_extra_info("peername") if request.transport else None
    address = str(peer[0]) if isinstance(peer, tuple) else ""
    return _is_loopback(address) and _names_this_machine(request.headers.get("Host", ""))


def _names_this_machine(host: str) -> bool:
    try:
        name = URL(f"http://{host}").raw_host or ""
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped:  # an IPv4 peer of a socket that takes both
        parsed = parsed.ipv4_mapped
    return parsed.is_loopback

"""Which addresses may be fetched: public ones, by the number the socket is about to connect to, not by name."""

import ipaddress
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from yarl import URL

from bot.sources.errors import AddressRefused

_UNICAST6 = ipaddress.ip_network("2000::/3")
_SPECIAL6 = [ipaddress.ip_network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]
_SPECIAL4 = [ipaddress.ip_network(net) for net in ("192.0.0.0/24", "192.88.99.0/24")]
_PORTS = (80, 443)
_LONGEST = 4000

AddrInfo = tuple[int, int, int, str, tuple[Any, ...]]


class PrivateAddressError(OSError):
    """A socket to a private address was refused."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet. A name does not, nor does an address with a zone."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        return not ip.scope_id and ip in _UNICAST6 and not any(ip in net for net in _SPECIAL6)
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _SPECIAL4)


@dataclass(frozen=True, slots=True)
class Rules:
    """Where a request may go: to which ports (None: any), and to which numbers."""

    ports: Collection[int] | None = _PORTS
    allows: Callable[[str], bool] = is_public

    def checked(self, url: str) -> URL:
        """The URL as it will be fetched; raises `AddressRefused` for one that may not be."""
        if len(url) > _LONGEST:
            raise AddressRefused(f"an address of {len(url)} letters is not fetched ({url[:60]!r} …)")
        try:
            parsed = URL(url.strip())
            host, port = parsed.raw_host, parsed.port  # its punycode is never undone: that is slow
        except ValueError as error:
            raise AddressRefused(f"{url!r} is not a URL") from error
        if parsed.scheme not in ("http", "https") or not host:
            raise AddressRefused(f"{url!r} is not an http or https address")
        if parsed.user is not None or parsed.password is not None:
            raise AddressRefused(f"an address with a login in it is not fetched ({host})")
        if self.ports is not None and port not in self.ports:
            raise AddressRefused(f"port {port} of {host} is not 80 or 443 (ALLOW_PRIVATE_SOURCES permits it)")
        return parsed.with_fragment(None)

    def socket(self, info: AddrInfo) -> socket.socket:
        """Makes a socket for the connector, and refuses to make one to a private address: whatever a name resolved
        to, and however the address was written, this is what is connected to."""
        family, kind, protocol, _, address = info
        if not self.allows(str(address[0])):
            raise PrivateAddressError(
                f"{address[0]} is not a public address (ALLOW_PRIVATE_SOURCES permits it)"
            )
        return socket.socket(family, kind, protocol)


PUBLIC = Rules()
"""The rules for everybody."""
ANYWHERE = Rules(ports=None, allows=lambda _: True)
"""The rules with ALLOW_PRIVATE_SOURCES: for one's own network, and for tests."""

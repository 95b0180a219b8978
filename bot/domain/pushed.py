"""What a hub says and brings (WebSub): whether to believe it, and when to ask it again. Pure."""

import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.plan import Plan

LEASE = timedelta(days=10)
"""What a hub is asked for; it may grant less or more."""
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=30)
_FIRST_RETRY, _LAST_RETRY = timedelta(minutes=1), timedelta(hours=6)
_OLD = timedelta(days=1)
_METHODS = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


def is_signed(header: str, secret: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature: method=hexdigest` is right for this body. Compared in constant time.
    (https://www.w3.org/TR/websub/#signing-content)"""
    name, _, given = header.strip().partition("=")
    method = _METHODS.get(name.lower())
    if method is None:
        return False
    right = hmac.new(secret.encode(), body, method).hexdigest()
    # Bytes: compare_digest refuses text beyond ASCII
    return hmac.compare_digest(given.strip().lower().encode("utf-8", "surrogateescape"), right.encode())


def granted(seconds: str | None) -> timedelta:
    """The lease that a hub's `hub.lease_seconds` grants; what was asked for where it says nothing that can be read."""
    text = (seconds or "").strip()
    if not (text.isascii() and text.isdigit()) or not text.strip("0"):
        return LEASE
    return timedelta(seconds=min(int(text[:12]), 10 * 365 * 86400))


def renewal(lease: timedelta) -> timedelta:
    """How long after the grant to ask anew: three quarters of the lease, so that there is time for failures."""
    return min(max(lease * 3 / 4, _SHORTEST), _LONGEST)


def retry(attempts: int, share: float) -> timedelta:
    """The pause after so many attempts in vain: doubled with each, capped, spread by `share` (0 to 1)."""
    return min(_FIRST_RETRY * (1 << min(max(attempts - 1, 0), 16)), _LAST_RETRY) * (0.75 + share / 2)


def split(changes: Plan, now: datetime) -> tuple[Plan, bool]:
    """What of a pushed plan is news or a correction, and whether the source's own list should be asked about the rest.
    A hub sends what changed, which may be an old entry that left the list (and us) long ago: only the list tells."""
    new = tuple(line for line in changes.new if not line.published or line.published >= now - _OLD)
    rest = bool(changes.backfill) or len(new) < len(changes.new)
    return replace(changes, new=new, backfill=()), rest

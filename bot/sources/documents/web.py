"""Addresses as pages and feeds write them."""

from urllib.parse import urljoin, urlsplit


def http_address(base: str, address: str | None) -> str:
    """An absolute http address, "" for anything else (data:, scripts, nothing)."""
    try:
        whole = urljoin(base, (address or "").strip())
        return whole if address and urlsplit(whole).scheme in ("http", "https") else ""
    except ValueError:
        return ""

"""The links that an answer's headers name (RFC 8288): a site's feeds, a feed's hub and its own address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.sources.documents.web import http_address

_LINK = re.compile(
    r"<([^<>\x00-\x1f\x7f\ud800-\udfff]{1,2000})>((?:\s*;\s*[\w*-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]*))?)*)"
)
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]*))")
_MOST_LETTERS = 16_000


@dataclass(frozen=True, slots=True)
class Link:
    """One link: its absolute http address, its relations and media type in lower case."""

    url: str
    rels: frozenset[str]
    type: str = ""


def in_headers(headers: Mapping[str, str], base: str) -> list[Link]:
    """The links of all `Link` headers, in order; what is malformed is left out."""
    getall = getattr(headers, "getall", None)  # a header may come more than once
    values = getall("Link", []) if getall else [headers.get("Link", "")]
    found = []
    for target, parameters in _LINK.findall(", ".join(values)[:_MOST_LETTERS]):
        named = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters)}
        if url := http_address(base, target):
            rels = frozenset(named.get("rel", "").lower().split())
            found.append(Link(url, rels, named.get("type", "").strip().lower()))
    return found


def first(links: list[Link], rel: str) -> str:
    """The address of the first link with this relation, "" if none has it."""
    return next((link.url for link in links if rel in link.rels), "")

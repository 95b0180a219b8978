"""What makes a headline the same one when it is seen again: its id, its address, or its title and day."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit

# Walaw Press: one article lives under several URLs with the same final id (ten letters, twelve of them).
_ARTICLE_ID = re.compile(r"/articles?/(?:[^/]+/)*([FGLMPQRSWX]{12})/?$")
_TRACKING = re.compile(
    r"utm_.*|fb_.*|mc_[ce]id|wt_?mc|(?:fb|g|dcl|gb|ms|tw|yc)clid|igshid?|xtor|at_(?:medium|campaign)|cmpid|campaign_id"
    r"|_ga|_gl|ns_campaign|ns_mchannel|ref_?src|oly_.*_id|mkt_tok|spm|sc_src|yclid|s_cid",
    re.IGNORECASE,
)
_LONGEST = 300
_STALE_DAYS = 7


def of_link(link: str) -> str:
    """The identity that an address gives: the article id in it, else the normalised address."""
    found = _ARTICLE_ID.search(urlsplit(link).path)
    return f"id:{found[1]}" if found else _bounded("url:", normalised_url(link))


def of_guid(guid: str) -> str:
    """The identity that a feed's guid gives; one that is an address counts as that address."""
    guid = guid.strip()
    return of_link(guid) if guid.startswith(("http://", "https://")) else _bounded("guid:", guid)


def of_title(title: str, published: datetime | None, zone: tzinfo) -> str:
    """The identity of a line without a link: its normalised title and its day in the source's zone."""
    day = published.astimezone(zone).date().isoformat() if published else "undated"
    digest = hashlib.sha256(normalised_title(title).encode()).hexdigest()[:24]
    return f"title:{digest}@{day}"


def earlier_days(identity: str) -> list[str]:
    """The same title's identities on the days before, newest first; none for other kinds of identity.

    A ticker that stands still is dated anew each midnight: the line is then known under an earlier day.
    """
    title, at, day = identity.rpartition("@")
    if not at or not title.startswith("title:") or day == "undated":
        return []
    start = datetime.fromisoformat(day)
    return [
        f"{title}@{(start - timedelta(days=back)).date().isoformat()}" for back in range(1, _STALE_DAYS + 1)
    ]


def normalised_title(title: str) -> str:
    """Only what a reader would call the same words: letters and digits in one case, single spaces."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", folded))


def normalised_url(url: str) -> str:
    """The address without scheme, `www.`, default port, tracking parameters, fragment and trailing slash."""
    parts = urlsplit(url.strip())
    path = quote(unquote(parts.path), safe="/:@!$&'()*+,;=~-._")
    pairs = [
        pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0])
    ]
    query = f"?{urlencode(sorted(pairs))}" if pairs else ""
    return f"{_host(parts)}{path.rstrip('/')}{query}"


def shared_links(links_and_titles: Sequence[tuple[str, str]]) -> set[str]:
    """Links that stand beside different titles and so identify none of them (a live blog links to itself)."""
    titles: dict[str, set[str]] = {}
    for link, title in links_and_titles:
        if link and not of_link(link).startswith("id:"):
            titles.setdefault(link, set()).add(normalised_title(title))
    return {link for link, own in titles.items() if len(own) > 1}


def _host(parts: SplitResult) -> str:
    """Host and port as the identity needs them."""
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    try:
        port = parts.port
    except ValueError:  # a port that is no number: part of a broken address
        port = None
    return host if port in (None, default) else f"{host}:{port}"


def _bounded(prefix: str, value: str) -> str:
    """The value behind its prefix; a very long one as a digest, because the database indexes it."""
    if len(value) <= _LONGEST:
        return prefix + value
    return f"{prefix}sha256:{hashlib.sha256(value.encode()).hexdigest()}"

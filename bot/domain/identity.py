"""What makes a headline the same one when it is seen again: its id, its address, or its title and day."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from urllib.parse import SplitResult, parse_qsl, quote, unquote_to_bytes, urlencode, urlsplit

# Walaw Press: one article lives under several URLs with the same final id (ten letters, twelve of them).
_ARTICLE_ID = re.compile(r"/articles?/(?:[^/]+/)*([FGLMPQRSWX]{12})/?$")
_TRACKING = re.compile(
    r"utm_.*|fb_.*|mc_[ce]id|wt_?mc|(?:fb|g|dcl|gb|ms|tw|yc)clid|igshid?|xtor|at_(?:medium|campaign)|cmpid|campaign_id"
    r"|_ga|_gl|ns_campaign|ns_mchannel|ref_?src|oly_.*_id|mkt_tok|spm|sc_src|yclid|s_cid"
    r"|jsessionid|phpsessid|wt_?zmc|amp_js_v|amp_gsa|usqp",
    re.IGNORECASE,
)
# A form of the page, or where the link stood: `?print=1`, `?outputType=amp`, `?ref=rss`
_FORM = re.compile(
    r"(?:amp|print|printview|druck|drucken|druckversion|druckansicht|mobile?)=(?:1|0|true|yes|ja|on|)"
    r"|(?:output|outputtype|view|mode|format|layout|display|service)=(?:amp|print|druck|drucken|mobile?)"
    r"|(?:ref|src|source|from|via|link|feed)=(?:rss\w*|feed|atom|twitter|facebook|whatsapp|telegram|newsletter|push|app|home\w*)",
    re.IGNORECASE,
)
_FORM_HOST = re.compile(r"^(?:(?:www\d?|m|mobile?|amp)\.)+(?=[^.]+\.[^.])")
_FORM_START = re.compile(r"^/(?:amp|print|drucken|druckversion|druckansicht)(?=/.)", re.IGNORECASE)
_FORM_END = re.compile(
    r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$|/(?:amp|print|drucken|druckversion|druckansicht)(?:\.html?)?/?$"
    r"|;jsessionid=\w*$|\.amp(?=\.html?$)|\.amp$",
    re.IGNORECASE,
)
# Copies that a search engine keeps: https://www.google.com/amp/s/host/path, https://host.cdn.ampproject.org/c/s/host/path
_COPY = re.compile(
    r"^https?://(?:www\.google\.[a-z.]{2,6}/amp|[\w-]+\.cdn\.ampproject\.org/\w)/(?:s/)?(?=[^/]+\.)"
)
_LONGEST = 300
_STALE_DAYS = 7


def of_link(link: str) -> str:
    """The identity that an address gives: the article id in it, else the normalised address."""
    try:
        found = _ARTICLE_ID.search(urlsplit(link.strip()).path)
        return f"id:{found[1]}" if found else _bounded("url:", normalised_url(link))
    except ValueError:  # no address at all, if it looks like one
        return _bounded("url:", link.strip())


def of_guid(guid: str) -> str:
    """The identity that a feed's guid gives; one that is an address counts as that address."""
    guid = guid.strip()
    is_address = guid[:8].lower().startswith(("http://", "https://"))
    return of_link(guid) if is_address else _bounded("guid:", guid)


def of_title(title: str, published: datetime | None, zone: tzinfo) -> str:
    """The identity of a line without a link: its normalised title and its day in the source's zone."""
    day = published.astimezone(zone).date().isoformat() if published else "undated"
    digest = hashlib.sha256(normalised_title(title).encode("utf-8", "replace")).hexdigest()[:24]
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
    """Only what a reader would call the same words: letters and digits in one case, single spaces. A title without any
    (`🎉`, `+++`) is its signs."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", folded)) or " ".join(folded.split())


def normalised_url(url: str) -> str:
    """The address of the article whatever the form of its page: without scheme, `www.` and the like, default port,
    tracking and session parameters, fragment, trailing slash or index file, and what asks for AMP, print or a phone.
    Raises `ValueError` for what cannot be one."""
    parts = urlsplit(_COPY.sub("https://", url.strip()))
    pairs = [pair for pair in _parameters(parts.query) if not _TRACKING.fullmatch(pair[0])]
    pairs = [pair for pair in pairs if not _FORM.fullmatch("=".join(pair))]
    query = f"?{urlencode(sorted(pairs))}" if pairs else ""
    place = f"#{parts.fragment}" if parts.fragment.startswith("!") else ""  # an address that a script reads
    return f"{_host(parts)}{_path(parts.path)}{query}{place}"


def shared_links(links_and_titles: Sequence[tuple[str, str]]) -> set[str]:
    """Links that stand beside different titles and so identify none of them (a live blog links to itself)."""
    titles: dict[str, set[str]] = {}
    for link, title in links_and_titles:
        if link and not of_link(link).startswith("id:"):
            titles.setdefault(link, set()).add(normalised_title(title))
    return {link for link, own in titles.items() if len(own) > 1}


def _path(path: str) -> str:
    """The path in one spelling, without what only names a form of the page."""
    raw = unquote_to_bytes(path.encode("utf-8", "replace"))
    try:
        plain = raw.decode()
    except UnicodeDecodeError:  # a server of old
        plain = raw.decode("latin-1")
    plain = unicodedata.normalize("NFC", plain)
    before = None
    while plain != before:
        before = plain
        plain = _FORM_END.sub("", _FORM_START.sub("", re.sub("/{2,}", "/", plain).rstrip("/")))
    return quote(plain, safe="/:@!$&'()*+,;=~-._")


def _parameters(query: str) -> list[tuple[str, str]]:
    """The parameters as they came, where an address was escaped once too often too."""
    if not query:
        return []
    query = query.encode("utf-8", "replace").decode().replace("&amp;", "&")
    return parse_qsl(query, keep_blank_values=True)


def _host(parts: SplitResult) -> str:
    """Host and port as the identity needs them."""
    host = _FORM_HOST.sub("", (parts.hostname or "").rstrip("."))
    if "xn--" in host:
        host = ".".join(map(_spelled_out, host.split(".")))
    host = unicodedata.normalize("NFC", host)
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    try:
        port = parts.port
    except ValueError:  # a port that is no number: part of a broken address
        port = None
    return host if port in (None, default) else f"{host}:{port}"


def _spelled_out(label: str) -> str:
    """A part of a host name in its own letters."""
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode") if label[:4] == "xn--" else label
    except UnicodeError:
        return label


def _bounded(prefix: str, value: str) -> str:
    """The value behind its prefix; a very long one as a digest, because the database indexes it."""
    value = value.encode("utf-8", "replace").decode()  # the database takes no lone surrogates
    if len(value) <= _LONGEST:
        return prefix + value
    return f"{prefix}sha256:{hashlib.sha256(value.encode()).hexdigest()}"

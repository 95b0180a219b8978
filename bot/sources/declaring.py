"""Entries of a list of feeds as the TOML that `sources.toml` takes. Whatever is printed can be loaded."""

import re
from collections.abc import Iterable, Sequence

from bot.domain.catalogue import OTHER, Catalogue, Topic
from bot.domain.lookup import find_topic
from bot.sources.opml import Entry, host, printable

LONGEST_NAME = 80
_LANGUAGE = re.compile(r"[a-z]{2}(?![a-z])")


def toml(entries: Sequence[Entry], catalogue: Catalogue, where: str) -> str:
    """The entries as `[[sources]]`, each under a comment that names its folders; what is declared already, comes twice
    or has no address that can be polled is a comment and no more."""
    known = {source.url: source.name for source in catalogue.sources}
    names = {source.name for source in catalogue.sources}
    parts, count = [], 0
    for entry in entries:
        url = _address(entry)
        if not host(url):
            parts.append(_comment(f"passed over, its address cannot be polled: {entry.name} {url}"))
        elif url in known:
            parts.append(_comment(f"passed over, {known[url]!r} has its address: {entry.name} {url}"))
        else:
            name = known[url] = _unique(printable(entry.name) or host(url), names)
            names.add(name)
            parts.append(_source(entry, name, url, catalogue.topics))
            count += 1
    head = _comment(f"From {where}, for the file that SOURCES_FILE names. New sources: {count}")
    return "\n".join([head, *parts])


def _source(entry: Entry, name: str, url: str, topics: Sequence[Topic]) -> str:
    lines = [_comment(folders)] if (folders := " / ".join(filter(None, entry.folders))) else []
    lines += ["[[sources]]\n", _line("name", name), _line("url", url)]
    if entry.feed:
        lines.append(_line("kind", "feed"))
    if language := _LANGUAGE.match(entry.language.strip().lower()):
        lines.append(_line("language", language[0]))
    if topic := _topic(entry, topics):
        lines.append(_line("topic", topic))
    return "".join(lines)


def _topic(entry: Entry, topics: Sequence[Topic]) -> str:
    """The topic that its category or its innermost folder names."""
    real = [topic for topic in topics if topic != OTHER]
    for words in (*entry.categories, *reversed(entry.folders)):
        found = find_topic(words, real)
        if found and found.exact:
            return found.topic.slug
    return ""


def _address(entry: Entry) -> str:
    """What is polled; `feed:` and `feed://` are what some readers make of http."""
    scheme, _, rest = entry.url.partition(":")
    if scheme.lower() != "feed":
        return entry.url
    rest = rest.removeprefix("//")
    return rest if rest.lower().startswith(("http://", "https://")) else f"http://{rest}"


def _unique(name: str, taken: Iterable[str]) -> str:
    """The name, numbered where another has it, and not too long."""
    name = name[:LONGEST_NAME].strip()
    number, made = 1, name
    while made in taken:
        number += 1
        made = f"{name[: LONGEST_NAME - len(str(number)) - 1].strip()} {number}"
    return made


def _line(key: str, value: str) -> str:
    return f"{key} = {_string(value)}\n"


def _string(value: str) -> str:
    """A basic string of TOML; control characters cannot be in it, see `printable`."""
    return '"' + printable(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _comment(text: str) -> str:
    return f"# {printable(text)}\n"

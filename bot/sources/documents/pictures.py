"""Which address is the picture's, where a page loads it late, in several sizes, or only with a script."""

import re
from collections.abc import Iterator
from typing import Any

IMAGES = ("img", "amp-img")
_LATE = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-lazy",
    "data-image",
    "data-full",
    "data-url",
    "data-img",
)
_LATE_SETS = ("data-srcset", "data-lazy-srcset", "data-sizes-srcset")
_EMPTY = re.compile(
    r"(?:^|[/_.-])(?:placeholder|blank|spacer|pixel|transparent|loading|lazy|1x1|dummy)[_.-]", re.IGNORECASE
)
_CANDIDATE = re.compile(r"\s*(\S*[^\s,])(?:\s+([\d.]+)([wx]))?\s*(?:,|$)")
_SCREEN = 800.0  # pixels: what a candidate for a plain screen may have
_WIDEST = 1600  # pixels: more is of no use in a chat
_ICON = 100


def candidates(image: Any) -> Iterator[str]:
    """The addresses that may be the picture, as they stand on the page and the best first: none of an icon or a
    counting pixel."""
    return iter(()) if _is_icon(image) else (address for address in _addresses(image) if address)


def is_picture(image: Any) -> bool:
    """Whether it shows something: it is no icon and no counting pixel."""
    return next(candidates(image), None) is not None


def is_spare(image: Any) -> bool:
    """Whether it is the spare one for browsers that run no scripts."""
    return next(image.iterancestors("noscript"), None) is not None


def _addresses(image: Any) -> Iterator[str]:
    """What may be the picture, the best first."""
    yield from (image.get(name) or "" for name in _LATE)
    yield from (_widest(image.get(name)) for name in _LATE_SETS)
    plain = image.get("src") or ""
    if plain and not plain.startswith("data:") and not _EMPTY.search(plain):
        yield plain
    yield _widest(image.get("srcset"))
    for around in image.iterancestors("picture"):
        for source in around.iter("source"):
            yield _widest(source.get("srcset") or source.get("data-srcset"))


def _widest(candidates: str | None) -> str:
    """The best of a `srcset`: the widest that a chat can use, else the smallest of those beyond."""
    sizes = []
    for found in _CANDIDATE.finditer(candidates or ""):
        scale = _SCREEN if found[3] == "x" else 1
        sizes.append((float(found[2].strip(".") or 0) * scale if found[2] else _SCREEN, found[1]))
    if not sizes:
        return ""
    usable = [size for size in sizes if size[0] <= _WIDEST]
    return max(usable)[1] if usable else min(sizes)[1]


def _is_icon(image: Any) -> bool:
    sizes = [image.get("width") or "", image.get("height") or ""]
    return any(size.isdecimal() and int(size[:9]) < _ICON for size in sizes)

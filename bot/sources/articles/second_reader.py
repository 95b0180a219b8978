"""A second reader of article pages: where our own finds no text, a library that has seen more of the world may."""

import warnings
from typing import Any

from bot.domain.headline import Block
from bot.sources.documents.markup import blocks_of


def text_of(html: str, url: str) -> tuple[Block, ...]:
    """The text as trafilatura finds it; nothing is fetched."""
    trafilatura = _library()
    found = trafilatura.extract(
        html, url=url, output_format="html", include_comments=False, include_tables=True, favor_precision=True
    )
    return blocks_of(found, url) if found else ()


def _library() -> Any:
    """Imported here: it is 10 MiB, and few pages need it. It warns that it could not fetch through a SOCKS proxy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura
    return trafilatura

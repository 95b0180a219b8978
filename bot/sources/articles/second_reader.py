"""A second reader of article pages: where our own finds no text, a library that has seen more of the world may."""

import warnings
from typing import Any


def text_of(html: str, url: str) -> str:
    """The text as trafilatura finds it, with its links, as HTML; nothing is fetched."""
    found: str | None = _library().extract(
        html,
        url=url,
        output_format="html",
        include_comments=False,
        include_links=True,
        include_tables=True,
        favor_precision=True,
    )
    return found or ""


def _library() -> Any:
    """Imported here: it is 10 MiB, and few pages need it. It warns that it could not fetch through a SOCKS proxy."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura
    return trafilatura

"""What stands before the first element of an XML document: declaration, comments, doctype."""

import re

LETTERS = 20_000
"""A longer prolog is none that a feed has."""

_PROLOG = re.compile(
    r"\s*(?:<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\])?[^>]*>\s*)*",
    re.DOTALL | re.IGNORECASE,
)


def length(text: str) -> int:
    """How many characters stand before the first element. The doctype of an HTML page is not skipped."""
    found = _PROLOG.match(text[:LETTERS])
    return found.end() if found else 0

"""Text that no XML parser takes, made fit for one: a single bad character would cost all items of a feed."""

import re

_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LONGEST = 10


def mended(text: str) -> str:
    """The text without characters that XML does not know, raw or as numbers."""
    if "&#" in text:
        text = _REFERENCE.sub(_checked, text)
    return _NO_CHARACTER.sub("", text) if _NO_CHARACTER.search(text) else text


def _checked(found: "re.Match[str]") -> str:
    """A reference as it stands, "" for one that stands for no character."""
    digits = found[1] or found[2]
    if len(digits.lstrip("0")) > _LONGEST:
        return ""
    number = int(digits, 16 if found[1] else 10)
    known = number in (9, 10, 13) or 0x20 <= number <= 0x10FFFF
    return found[0] if known and not _NO_CHARACTER.match(chr(number)) else ""

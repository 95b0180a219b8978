"""Bytes to text, whatever encoding was declared, wrongly or not at all."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = (
    re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE),
    re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE),
)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_LOOK = 4096
# What browsers read under these names (WHATWG Encoding Standard): real pages use the characters in between.
_READ_AS = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


def decode(body: bytes, content_type: str = "") -> str:
    """The text. A byte order mark decides; else UTF-8 where the bytes are valid UTF-8 (other encodings practically
    never are); else what header or document declare; else the reading that loses least."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    if wide := _without_mark(body):
        return body.decode(wide, "replace")
    declared = _declared(body, content_type)
    if any(name.startswith(("iso2022", "hz")) for name in declared):  # these look like ASCII
        declared_first = [name for name in declared if name.startswith(("iso2022", "hz"))]
        return body.decode(declared_first[0], "replace")
    for name in ("utf-8", *declared):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return _least_loss(body)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Codec names that header and document declare, in this order, as far as Python knows them."""
    names = [match[1] for match in [_IN_HEADER.search(content_type)] if match]
    names += [match[1].decode("ascii") for pattern in _DECLARED if (match := pattern.search(body[:_LOOK]))]
    known = []
    for name in names:
        try:
            codec = codecs.lookup(name)
        except LookupError:
            continue
        if codec._is_text_encoding:  # noqa: SLF001 - the only way to tell "rot13" and "hex" from encodings
            known.append(_READ_AS.get(codec.name, codec.name))
    return [name for name in known if not name.startswith(("utf-16", "utf-32", "utf-7", "utf-8"))]


def _without_mark(body: bytes) -> str | None:
    """UTF-16 without a byte order mark: every other byte of markup is zero."""
    head = body[:400]
    if len(head) < 20 or not head.count(0):
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.35 and even < len(head) * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) * 0.35 and odd < len(head) * 0.05 else None


def _least_loss(body: bytes) -> str:
    """UTF-8 with a few broken bytes, or the western European bytes that were called UTF-8."""
    as_utf8 = body.decode("utf-8", "replace")
    lost = as_utf8.count("�")
    kept = sum(char > "\x7f" for char in as_utf8) - lost
    return as_utf8 if kept > lost else body.decode("cp1252", "replace")

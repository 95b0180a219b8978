"""Text that people read: its length as Telegram counts it, cleaning, cutting and paging. Nothing here knows markup."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate, islice, takewhile, tee

ELLIPSIS = "…"
_ZWJ = "\u200d"
_FLAGS = "".join(map(chr, range(0x1F1E6, 0x1F200)))  # two of these letters make a flag
# What comes before the letter it belongs to: signs above Arabic numbers, an r of Malayalam, the same of rarer scripts
_BEFORE = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U000110bd\U000110cd\U000111c2\U000111c3"
    "\U000113d1\U0001193f\U00011941\U00011a84\U00011a85\U00011a86\U00011a87\U00011a88\U00011a89\U00011d46\U00011f02"
)
_AFTER = frozenset(
    "\u200c\u0e33\u0eb3\uff9e\uff9f"
)  # vowels of Thai and Lao, voicing of Japanese in half width
_LONGEST = 64  # characters of a grapheme: each is compared with those before it
_VIRAMA = 9  # the combining class of what binds two consonants
# Control characters, lone surrogates, a byte order mark; and what Telegram takes out of every text: overrides of the
# writing direction and lines above and below letters, the ring of a decomposed Å among them
_NEVER = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\u202a-\u202e\u0333\u033f\u030a]"
)
_RINGED = re.compile("(.)\u030a")
_BLANKS = re.compile(r"[\s\u200b]+")
_SENTENCE_END = re.compile(r"[.!?…][”“\"»«)]*\s+")


def utf16_length(text: str) -> int:
    """The length in UTF-16 units, as Telegram counts limits and offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clean(text: str) -> str:
    """The text on one line: blanks collapsed; control characters, lone surrogates and what Telegram drops gone."""
    if "\u030a" in text:
        text = _RINGED.sub(_composed, text)
    return _BLANKS.sub(" ", _NEVER.sub("", text)).strip()


def graphemes(text: str) -> Iterator[str]:
    """The text in pieces that must stay together: accents, emoji sequences, flags, syllable blocks; one that does not
    end is none."""
    start = 0
    for position in range(1, len(text)):
        if position - start >= _LONGEST or not _joined(text, start, position):
            yield text[start:position]
            start = position
    if text:
        yield text[start:]


def cut(text: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units, ending in an ellipsis if it was cut: between words where that
    costs less than a third of the room, never inside a grapheme."""
    if utf16_length(text) <= limit:
        return text
    head = _head(text, limit - 1)
    blank = head.rfind(" ")
    if blank > len(head) * 2 // 3 and not text[len(head)].isspace():
        head = head[:blank]
    return head.rstrip(" ,;:–-") + ELLIPSIS if limit > 0 else ""


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` (2 or more) UTF-16 units, split after a sentence, else between words, else
    between graphemes, and only in a grapheme where that alone is longer. No character but the blanks at the seams is
    lost."""
    pieces = []
    rest = text.strip()
    while utf16_length(rest) > limit:
        head = _head(rest, limit) or _fitting(rest, limit)
        head = head[: _seam(head, rest[len(head) :])]
        pieces.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [*pieces, rest] if rest else pieces


def pages(lengths: Sequence[int], limit: int, gap: int = 2, leading: Collection[int] = ()) -> list[range]:
    """Groups paragraphs of these lengths, in order, into pages of at most `limit`, `gap` between two. A paragraph
    that is longer alone has a page of its own. Those at the indices `leading` (headings) end no page: up to a quarter
    of `limit` of them stands above what they lead to, even where the page becomes longer by that."""
    found: list[range] = []
    start = size = 0
    for index, length in enumerate(lengths):
        size += length + (gap if index > start else 0)
        if index > start and size > limit:
            end = _before_headings(lengths, range(start, index), limit // 4, gap, leading)
            if end > start:
                found.append(range(start, end))
                start = end
                size = sum(lengths[start : index + 1]) + gap * (index - start)
    return [*found, range(start, len(lengths))] if lengths else found


def _composed(ringed: re.Match[str]) -> str:
    """A letter and the ring above it as one character, where there is one."""
    letter = unicodedata.normalize("NFC", ringed[0])
    return letter if len(letter) == 1 else ringed[0]


def _before_headings(
    lengths: Sequence[int], page: range, room: int, gap: int, leading: Collection[int]
) -> int:
    """Where a page ends so that no heading ends it; headings that need more than `room` stay."""
    end = page.stop
    while end > page.start and end - 1 in leading and (room := room - lengths[end - 1] - gap) >= 0:
        end -= 1
    return end


def _head(text: str, room: int) -> str:
    """As many whole graphemes as fit into `room` units."""
    return _fitting(graphemes(text), room)


def _fitting(pieces: Iterable[str], room: int) -> str:
    """As many pieces as fit into `room` units."""
    pieces, sizes = tee(pieces)
    ends = accumulate(map(utf16_length, sizes))
    count = sum(1 for _ in takewhile(room.__ge__, ends))
    return "".join(islice(pieces, count))


def _seam(head: str, rest: str) -> int:
    """Where to split a piece that is followed by `rest`: late sentence end, else late blank, else its end."""
    ends = [match.end() for match in _SENTENCE_END.finditer(head + rest[:1]) if match.end() > len(head) // 2]
    if ends:
        return min(ends[-1], len(head))
    if rest[:1].isspace():
        return len(head)
    blank = head.rfind(" ")
    return blank + 1 if blank > 0 else len(head)


def _joined(text: str, start: int, position: int) -> bool:
    """Whether the character at `position` belongs to the grapheme that began at `start`."""
    previous, char = text[position - 1], text[position]
    if _extends(char) or (previous == "\r" and char == "\n"):
        return True
    if previous == _ZWJ or previous in _BEFORE:
        return True  # a joiner joins emoji; to keep more together than needed does no harm
    if _flag(previous) and _flag(char):
        before = text[start:position]
        return len(before[len(before.rstrip(_FLAGS)) :]) % 2 == 1
    return _syllable(previous, char) or (_extends(previous) and _conjunct(text, start, position))


def _extends(char: str) -> bool:
    kind = unicodedata.category(char)
    return (
        char == _ZWJ
        or kind in ("Mn", "Me", "Mc")
        or (
            kind == "Cn" and char < "\U0001f000"
        )  # younger than this Python, and a mark perhaps; emoji stand above
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
        or char in _AFTER
    )


def _conjunct(text: str, start: int, position: int) -> bool:
    """Whether a virama binds this consonant to the one before, as in Indic scripts; other marks may stand between."""
    if unicodedata.category(text[position]) != "Lo":
        return False
    marks = takewhile(_extends, (text[at] for at in range(position - 1, start - 1, -1)))
    return any(unicodedata.combining(mark) == _VIRAMA for mark in marks)


def _flag(char: str) -> bool:
    return char in _FLAGS


def _syllable(previous: str, char: str) -> bool:
    """Hangul in separate letters: vowels and final consonants stay with the letter or block before them, and what
    follows a leading consonant with that."""
    if _tail(char):
        return _lead(previous) or _tail(previous) or _block(previous)
    return _lead(previous) and (_lead(char) or _block(char))


def _lead(char: str) -> bool:
    return "\u1100" <= char <= "\u115f" or "\ua960" <= char <= "\ua97c"


def _tail(char: str) -> bool:
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7fb"


def _block(char: str) -> bool:
    return "\uac00" <= char <= "\ud7a3"

"""How much of an article's text is read, and how much that is none: our reader and trafilatura alone, over the pages of
`tests/fixtures/pages` whose blocks are written down beside them.

    python -m benchmarks.article_text                    all of them
    python -m benchmarks.article_text unseen_articles    one folder
    python -m benchmarks.article_text unseen_articles tabloid tech_site
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.common import say
from bot.domain.headline import Block
from bot.sources.articles.page import read
from bot.sources.articles.second_reader import text_of
from bot.sources.documents.markup import blocks_of

PAGES = Path(__file__).parents[1] / "tests" / "fixtures" / "pages"
FOLDERS = ("articles", "later_articles", "unseen_articles")
_URL = "https://example.org/a/b"
_KINDS = {"paragraph": "p", "quote": "q"}

Reader = Callable[[bytes], Iterable[Block]]


def line_of(block: Block) -> str:
    """A block as a line that a person can compare: "p text", "h2 text", "ul one | two", "img address | caption"."""
    if block.kind == "list":
        return f"{'ol' if block.ordered else 'ul'} {' | '.join(block.items)}"
    if block.kind == "picture":
        return f"img {block.url}" + (f" | {block.text}" if block.text else "")
    return f"{_KINDS.get(block.kind, f'h{block.level}')} {block.text}"


def pages(folder: str, names: Iterable[str] = ()) -> Iterator[tuple[str, bytes, list[str]]]:
    """Each page of a folder, or those of these names: its name, its HTML and the lines that are its text."""
    for path in sorted((PAGES / folder).glob("*.html")):
        if not names or path.stem in names:
            wanted = tomllib.loads(path.with_suffix(".toml").read_text("utf-8"))["blocks"]
            yield path.stem, path.read_bytes(), wanted


def main() -> None:
    """Prints the figures of each reader."""
    folders, names = ([sys.argv[1]], sys.argv[2:]) if sys.argv[1:] else (FOLDERS, [])
    known = [page for folder in folders for page in pages(folder, names)]
    for name, reader in (("ours", _ours), ("trafilatura", _theirs)):
        exact, blocks, words = _figures(reader, known)
        say(f"{name:12} {exact} of {len(known)} exact; blocks {blocks}; words {words}")


def _ours(html: bytes) -> Iterable[Block]:
    return read(html, _URL).blocks


def _theirs(html: bytes) -> Iterable[Block]:
    return blocks_of(text_of(html.decode(), _URL), _URL)


def _figures(reader: Reader, known: list[tuple[str, bytes, list[str]]]) -> tuple[int, str, str]:
    """How many pages are read exactly, and precision and recall by lines and by words."""
    exact, lines, words = 0, _Share(), _Share()
    for _, html, wanted in known:
        found = [line_of(block) for block in reader(html)]
        exact += found == wanted
        lines.add(found, wanted)
        words.add(_words(found), _words(wanted))
    return exact, str(lines), str(words)


def _words(lines: Iterable[str]) -> Iterable[str]:
    return (word for line in lines for word in line.split()[1:])


class _Share:
    """Precision and recall of all that was added."""

    def __init__(self) -> None:
        self.right = self.found = self.wanted = 0

    def add(self, found: Iterable[str], wanted: Iterable[str]) -> None:
        """What was found of one page, and what was to be found."""
        have, want = Counter(found), Counter(wanted)
        self.right += (have & want).total()
        self.found += have.total()
        self.wanted += want.total()

    def __str__(self) -> str:
        return f"{self.right / (self.found or 1):.3f}, {self.right / (self.wanted or 1):.3f}"


if __name__ == "__main__":
    main()

"""What the sample site shows at the moment: the published articles, newest first. Pure but for the clock given."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.demo.news.stock import Section, Stock, Story

NAME = "Atlas & Elbe"
KEPT = 2000
"""Older articles leave the site: a demo may run for weeks."""

_LETTERS = "FGLMPQRSWX"
_SCATTER = 271_828_182_847  # no factor in common with ten, so no two numbers share an id
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class SiteArticle:
    """A published story. `published` and `changed` are aware UTC; `title` may have been corrected."""

    id: str
    title: str
    story: Story
    published: datetime
    changed: datetime

    @property
    def topic(self) -> str:
        """The slug of the topic it belongs to, `other` for none."""
        return self.story.section.topic

    @property
    def path(self) -> str:
        """Where it stands; the slug follows the title, the id stays."""
        return f"/articles/{slug(self.title)}/{self.id}"


class Edition:
    """The articles on the site. `changed` is when anything on it last did."""

    def __init__(self, stock: Stock, now: Callable[[], datetime]) -> None:
        self.stock = stock
        self.articles: list[SiteArticle] = []
        self.ticker_broken = False
        self.changed = now()
        self._now = now
        self._first = int(self.changed.timestamp()) * 1000
        self._count = 0
        for minutes, story in reversed(stock.opening):
            self._add(story, story.title, self.changed - timedelta(minutes=minutes))

    def publish(self) -> SiteArticle:
        """Puts the next story on top. After the whole stock it comes again, as an update with a fresh id."""
        stories = self.stock.stories
        rounds, position = divmod(self._count, len(stories))
        return self._add(stories[position], _title(stories[position], rounds), self._now())

    def correct(self, article_id: str, title: str) -> SiteArticle:
        """Gives an article another title, and with it another slug; raises KeyError for an unknown id."""
        old = self.find(article_id)
        if old is None:
            raise KeyError(f"no article {article_id} on the site")
        self.changed = self._now()
        new = replace(old, title=title, changed=self.changed)
        self.articles[self.articles.index(old)] = new
        return new

    def break_ticker(self, broken: bool) -> None:
        """Takes the ticker's lines away, or brings them back; everything else stays."""
        self.ticker_broken = broken
        self.changed = self._now()

    def find(self, article_id: str) -> SiteArticle | None:
        """The article with this id, or None."""
        return next((article for article in self.articles if article.id == article_id), None)

    def of(self, section: Section) -> list[SiteArticle]:
        """The articles of a section, newest first."""
        return [article for article in self.articles if article.story.section == section]

    def _add(self, story: Story, title: str, published: datetime) -> SiteArticle:
        article = SiteArticle(_id(self._first + self._count), title, story, published, published)
        self._count += 1
        self.changed = max(self.changed, published)
        self.articles.insert(0, article)
        del self.articles[KEPT:]
        return article


def slug(title: str) -> str:
    """The title as a part of an address: lower-case letters, digits and hyphens."""
    plain = (
        unicodedata.normalize("NFKD", title.lower().translate(_UMLAUTS)).encode("ascii", "ignore").decode()
    )
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "artikel"


def _title(story: Story, rounds: int) -> str:
    prefix = ("", "Update: ")[rounds] if rounds < 2 else f"Update {rounds}: "
    return prefix + story.title


def _id(number: int) -> str:
    digits = f"{number * _SCATTER % 10**12:012d}"
    return "".join(_LETTERS[int(digit)] for digit in digits)

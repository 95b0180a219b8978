"""The pages of the sample site as HTML. Each starts with the ticker, as the reference source does."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from zoneinfo import ZoneInfo

from bot.demo.news.edition import NAME, Edition, SiteArticle
from bot.demo.news.stock import Section
from bot.domain.headline import Block

TICKER_LINES = 21
PER_PAGE = 12
TEASER_LENGTH = 300
CLAIM = "Nachrichten aus Deutschland, Marokko, Afrika und der Welt"


@dataclass(frozen=True, slots=True)
class Templates:
    """The page around everything, and the article in it."""

    page: Template
    article: Template

    @classmethod
    def load(cls) -> "Templates":
        """Reads the packaged files."""
        folder = Path(__file__).parent / "templates"
        return cls(*(Template((folder / f"{name}.html").read_text("utf-8")) for name in ("page", "article")))


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders the edition as it is now. `origin` is the site's own scheme, host and port."""

    edition: Edition
    templates: Templates
    zone: ZoneInfo
    origin: str

    def home(self) -> str:
        """The front page: ticker and the newest teasers."""
        teasers = _teasers(self.edition.articles[: PER_PAGE + 1])
        return self._page("Aktuelles", CLAIM, f'<div class="teasers front">{teasers}</div>')

    def latest(self, number: int) -> str | None:
        """A page of all headlines, counted from 1; None when there is no such page."""
        return self._listing("Alle Meldungen", self.edition.articles, number, "/latest-news")

    def section(self, section: Section, number: int) -> str | None:
        """A page of a section, counted from 1; None when there is no such page."""
        return self._listing(section.name, self.edition.of(section), number, section.path, section)

    def article(self, article: SiteArticle) -> str:
        """An article with everything that stands around it."""
        story, section = article.story, article.story.section
        main = self.templates.article.substitute(
            section=escape(section.name),
            section_path=section.path,
            title=escape(article.title),
            lead=escape(story.lead),
            picture=_figure(story.picture, story.caption),
            text="\n".join(_block(block) for block in story.blocks),
            comments=story.comments,
            related="\n".join(f"<li>{_link(other)}</li>" for other in self._related(article)),
        )
        return self._page(article.title, story.lead, main, section, self._card(article))

    def missing(self) -> str:
        """What an unknown address shows."""
        text = '<h1 class="page-title">Seite nicht gefunden</h1><p>Diese Adresse gibt es hier nicht.</p>'
        return self._page("Nicht gefunden", CLAIM, text)

    def _related(self, article: SiteArticle) -> list[SiteArticle]:
        """Others of its section, filled up with the newest of any."""
        found = {article.story.key: article}
        for other in (*self.edition.of(article.story.section), *self.edition.articles):
            found.setdefault(other.story.key, other)
        return list(found.values())[1:5]

    def _listing(
        self,
        name: str,
        articles: Sequence[SiteArticle],
        number: int,
        path: str,
        section: Section | None = None,
    ) -> str | None:
        shown = articles[(number - 1) * PER_PAGE : number * PER_PAGE]
        if number < 1 or not (shown or number == 1):
            return None
        newer = f'<a href="{path}/{number - 1}">← Neuere</a>' if number > 1 else "<span></span>"
        older = f'<a href="{path}/{number + 1}">Ältere →</a>' if len(articles) > number * PER_PAGE else ""
        main = (
            f'<h1 class="page-title">{escape(name)}</h1>\n<div class="teasers">{_teasers(shown)}</div>\n'
            f'<nav class="pager" aria-label="Seiten">{newer}{older}</nav>'
        )
        return self._page(name, CLAIM, main, section)

    def _page(
        self, title: str, description: str, main: str, section: Section | None = None, head: str = ""
    ) -> str:
        return self.templates.page.substitute(
            name=escape(NAME),
            title=escape(title),
            description=escape(description),
            head=head,
            ticker=self._ticker(),
            sections=" ".join(_tab(other, other == section) for other in self.edition.stock.sections),
            main=main,
        )

    def _ticker(self) -> str:
        if self.edition.ticker_broken:
            return '<div class="ticker"><p><strong>Eilmeldung</strong> Der Ticker pausiert gerade.</p></div>'
        lines = " ".join(
            f"<span>{article.published.astimezone(self.zone):%H:%M}</span> {_link(article)}"
            for article in self.edition.articles[:TICKER_LINES]
        )
        return f'<div class="ticker"><p><strong>Eilmeldung</strong> {lines}</p></div>'

    def _card(self, article: SiteArticle) -> str:
        facts = {
            "type": "article",
            "title": article.title,
            "description": article.story.lead,
            "url": self.origin + article.path,
        }
        if article.story.picture:
            facts["image"] = f"{self.origin}/media/{article.story.picture}.jpg"
        return "\n".join(
            f'<meta property="og:{key}" content="{escape(value)}">' for key, value in facts.items()
        )


def _teasers(articles: Sequence[SiteArticle]) -> str:
    return "\n".join(_teaser(article) for article in articles)


def _teaser(article: SiteArticle) -> str:
    story = article.story
    picture = f'<a href="{article.path}" tabindex="-1" aria-hidden="true">{_image(story.picture)}</a>'
    return (
        f'<div class="teaser">{picture if story.picture else ""}'
        f'<p class="kicker">{escape(story.section.name)}</p><h2>{_link(article)}</h2>'
        f"<p>{escape(_shortened(article))}</p></div>"
    )


def _shortened(article: SiteArticle) -> str:
    first = next(block.text for block in article.story.blocks if block.kind == "paragraph")
    return f"{article.story.lead} {first}"[:TEASER_LENGTH].rsplit(" ", 1)[0] + " ..."


def _link(article: SiteArticle) -> str:
    return f'<a href="{article.path}">{escape(article.title)}</a>'


def _tab(section: Section, here: bool) -> str:
    mark = ' aria-current="page"' if here else ""
    return f'<a href="{section.path}"{mark}>{escape(section.name)}</a>'


def _image(picture: str, text: str = "") -> str:
    return f'<img src="/media/{picture}.jpg" width="800" height="450" alt="{escape(text)}">'


def _figure(picture: str, caption: str) -> str:
    if not picture:
        return ""
    return f"<figure>{_image(picture, caption)}<figcaption>{escape(caption)}</figcaption></figure>"


def _block(block: Block) -> str:
    if block.kind == "heading":
        return f"<h2>{escape(block.text)}</h2>"
    if block.kind == "quote":
        return f"<blockquote>{''.join(f'<p>{escape(line)}</p>' for line in block.text.splitlines())}</blockquote>"
    if block.kind == "list":
        tag = "ol" if block.ordered else "ul"
        return f"<{tag}>{''.join(f'<li>{escape(item)}</li>' for item in block.items)}</{tag}>"
    return f"<p>{escape(block.text)}</p>"

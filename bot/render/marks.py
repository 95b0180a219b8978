"""What is said of an article that its source has changed or taken back."""

from datetime import datetime

from bot.domain.headline import Article
from bot.render.markup import Html, tag
from bot.render.texts import Texts
from bot.render.view import View


def struck(title: str, article: Article) -> Html:
    """The title; struck through once the source has taken it back."""
    return tag("s", title) if article.withdrawn else Html.of(title)


def changed(article: Article, view: View, texts: Texts) -> str:
    """`korrigiert 18:02`, with the day where it is not the day of publication; nothing for one as it was."""
    key = "mark-withdrawn" if article.withdrawn else "mark-corrected"
    at = article.withdrawn or article.corrected
    return texts.plain(view.language, key, time=_when(at, article, view, texts)) if at else ""


def short(article: Article, view: View, texts: Texts) -> str:
    """`(korrigiert)`, for a line of a ticker."""
    if not (article.withdrawn or article.corrected):
        return ""
    return texts.plain(view.language, "mark-withdrawn-short" if article.withdrawn else "mark-corrected-short")


def _when(moment: datetime, article: Article, view: View, texts: Texts) -> str:
    local = view.local(moment)
    same_day = local.date() == view.local(article.published).date()
    return view.clock(moment) if same_day else texts.moment(view.language, local)

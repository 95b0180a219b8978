"""What is no part of the article: taken out of the page before its text is read."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.sources.articles import comments, labels, phrases
from bot.sources.articles.elements import (
    has,
    is_picture_link,
    is_signature,
    is_unseen,
    line_of,
    says_more,
    stands_alone,
)
from bot.sources.articles.page_tree import BOX, SHARE_OF_TEXT, TEASER, PageTree
from bot.sources.articles.weights import HEADINGS, Weights
from bot.sources.documents import hints
from bot.sources.documents.document import document
from bot.sources.documents.markup import words
from bot.sources.documents.pictures import IMAGES, is_picture
from bot.sources.tickers.lines import Lines, lists

_NEVER = (
    *(
        "script",
        "style",
        "template",
        "svg",
        "nav",
        "footer",
        "select",
        "textarea",
        "object",
        "iframe",
        "amp-ad",
    ),
    *(
        "amp-embed",
        "amp-sidebar",
        "amp-consent",
        "amp-social-share",
        "amp-iframe",
        "amp-lightbox",
        "amp-list",
        "amp-video",
    ),
    *("amp-youtube", "amp-twitter"),
)
_DIALOGS = "//dialog|//*[@role='dialog' or @role='alertdialog']"
_TICKER_LINES = 3
_TIME = re.compile(r"\b\d{1,2}[:.]\d{2}\b|\b(?:vor|il y a)\s+\d+|\b\d+\s+(?:minutes?|hours?)\s+ago")
_LEAD_IN = re.compile(r"^.{1,40}:$")
_BUTTON = 12  # characters: a shorter text on a picture is no title of another page
_LABEL = 90  # characters: a longer text is no label
_LABELS = 30  # more are no headings of comments, but the number of them under each teaser
_APPEAL = 400  # so is one that asks for money of more
_LEAST = 80
_IMAGES = ("img", "amp-img", "figure", "picture")
_CONTROLS = ("a", "button", "form", "input")


class Sweeper(PageTree):
    """Takes the clutter out of a page's tree, in passes."""

    def drop_others(self) -> None:
        """First what belongs to others: tickers, readers' comments, other articles. What asks for a subscription is
        left, so that it can be told from a teaser that does."""
        self._drop(item for item in list(self.tree.iter(*_NEVER)) if not is_signature(item))
        self._drop(item for item in self.tree.xpath("//*[@hidden or @role or @style]") if is_unseen(item))
        self.weights = Weights.count(self.tree)
        self._next_articles()
        self._teasers()  # the better part of many pages: what follows need not look at it
        self._comments()
        self._drop(self._called(hints.OTHERS.search))
        labels.drop_boxes(self)
        self._drop_tickers()

    def drop_frame(self) -> None:
        """Then what stands around and between the text: buttons, forms, boxes, advertisements."""
        self._drop(self.tree.xpath(_DIALOGS))
        self._frame()
        self._asides()
        self._controls()
        self._links()
        for form in self.tree.iter("form"):
            form.tag = "div"  # what is left holds the whole page, as some servers make them

    def _is_bulk(self, element: Any) -> bool:
        """Whether it holds so much of the page's prose that it cannot be clutter."""
        return self.prose(element) > max(_LEAST, SHARE_OF_TEXT * self.total) and not self.leads_away(element)

    def _drop_tickers(self) -> None:
        """Takes the ticker out, which stands on every page of its site: lists of links with times. A live blog stays,
        whose times are at most links to its own entries."""
        if len(_TIME.findall(self.tree.text_content())) < _TICKER_LINES:
            return
        any_day = date(2000, 1, 1)
        for found in lists(document(self.tree, ZoneInfo("UTC"), any_day), any_day):
            if len(found.lines) >= _TICKER_LINES and (self.headline is None or self._is_menu(found)):
                self.drop(found.box.element)

    def _is_menu(self, found: Lines) -> bool:
        """Whether a list's lines are links to other pages without a text of their own."""
        away = sum(bool(line.link) and not line.link.startswith("#") for line in found.lines)
        return away * 2 > len(found.lines) and self.prose(found.box.element) < 100 * len(found.lines)

    def _comments(self) -> None:
        """Drops the comments: what is called so, else all that follows "3 Kommentare" behind the text."""
        self._drop(item for item in self.elements() if hints.COMMENTS.search(self.name(item)))
        self._drop(self._called(hints.COMMENT.search))
        self._drop(comments.thread(self))
        headings = comments.labels(self)
        for label in headings[:_LABELS]:
            if comments.ends_article(self, label):
                self._drop(list(comments.following(label)))
                self.drop(label)
                return
        self._drop(label for label in headings if comments.count(label) is not None)

    def _next_articles(self) -> None:
        """Drops further articles, which pages load below the one that was asked for."""
        own = None if self.headline is None else next(self.headline.iterancestors("article"), None)
        for h1 in list(self.tree.iter("h1")):
            other = next(h1.iterancestors("article"), None)
            if h1 is not self.headline and other is not None and other is not own:
                self.drop(other)

    def _frame(self) -> None:
        """Drops what is called clutter of any kind."""
        self._drop(self._called(hints.CLUTTER.search))
        self._drop(item for item in self._called(hints.SOURCE.search) if self._is_source(item))
        embeds = (item for item in self._called(hints.EMBEDS.search) if item.tag not in IMAGES)
        self._drop(
            self.box(item, self._is_embed_box) for item in embeds if item.find(".//figcaption") is None
        )
        maybe = (
            item for item in self._called(hints.MAYBE.search) if item.tag != "p" and has(item, *_CONTROLS)
        )
        self._drop(self.box(item, partial(self._is_frame_of, item)) for item in maybe)

    def _called(self, matches: Callable[[str], Any]) -> Iterator[Any]:
        """Elements whose names match, unless they hold the better part of the text, or what the page says of itself."""
        for element in self.elements():
            name = self.name(element)
            if name and matches(name) and not self._is_bulk(element) and not self._is_text(element):
                yield element

    def _is_text(self, element: Any) -> bool:
        """Whether it is a picture that opens a larger one, or the lead."""
        lead = 0 < self.text(element) <= len(self.lead) + _LABEL and self.lead in line_of(element)
        return lead or is_picture_link(element)

    def _is_frame_of(self, element: Any, above: Any) -> bool:
        """Whether what is around an element is no more than its heading."""
        around = self.text(above) - self.text(element)
        return (
            around <= _LABEL
            and self.prose(above) == self.prose(element)
            and not has(above, "figure", "table")
        )

    def _is_source(self, element: Any) -> bool:
        """Whether it is a line of its own that says who a text is by, and no picture's."""
        line = element.tag in ("p", "div") and self.text(element) <= _LABEL and not has(element, "img")
        return line and next(element.iterancestors("figure", "blockquote"), None) is None

    def _is_embed_box(self, above: Any) -> bool:
        """Whether an element holds a player with its title and nothing to read."""
        return self.prose(above) == 0 and self.text(above) <= BOX // 2 and not has(above, "figcaption", "h2")

    def _drop(self, elements: Iterable[Any]) -> None:
        for element in elements:
            self.drop(element)

    def _asides(self) -> None:
        """Drops asides but for a box of facts, which is called so or stands between paragraphs and links nowhere."""
        for element in self.elements():
            beside = element.tag == "aside" or element.get("role") == "complementary"
            if beside and not self._is_fact_box(element):
                self.drop(element)

    def _is_fact_box(self, element: Any) -> bool:
        if has(element, "button", "form", "input") or self.weights.linkage(element) > 0.3:
            return False
        if hints.FACTS.search(hints.name_of(element)):
            return True
        return bool(
            self.prose(element) >= _LEAST
            and not has(element, "a", "img")
            and element.xpath("preceding-sibling::p")
            and element.xpath("following-sibling::p")
        )

    def _is_links(self, element: Any) -> bool:
        """Whether it is nothing but links, with signs around them at most."""
        linkage = self.weights.linkage(element)
        return linkage > 0.9 or (linkage > 0.6 and not says_more(element))

    def _teasers(self) -> None:
        """Drops teasers: a linked heading with what belongs to it."""
        for heading in list(self.tree.iter(*HEADINGS)):
            if self.weights[heading].teasers and self.below(heading) and self.is_here(heading):
                self.drop(self.box(heading, self._is_teaser))

    def _is_teaser(self, above: Any) -> bool:
        """Whether an element holds linked headings, their summaries, and nothing else."""
        weight = self.weights[above]
        if weight.headings > weight.teasers or weight.prose > TEASER * weight.teasers:
            return False
        long = (item for item in above.iterchildren("p", "blockquote") if self.prose(item) > _LABEL)
        summary = next(long, None)
        if summary is None:
            return True
        begins = any(self.weights[item].teasers for item in summary.itersiblings(preceding=True))
        return begins and next(long, None) is None

    def _controls(self) -> None:
        """Drops forms and buttons with the words around them, such as a newsletter's, but never a picture."""
        for button in self.tree.xpath("//button[@aria-expanded]"):
            if self._opens_text(button):
                button.tag = "p"
        for element in self.tree.xpath("//form|//button|//input"):
            if not self.is_here(element):
                continue
            self.drop(self.box(element, self._is_controls) if self.below(element) else element)
        for link in list(self.tree.iter("a")):
            if 0 < self.text(link) <= _LABEL and self.is_here(link) and self._calls(link):
                self.drop(self.box(link, self._is_appeal))

    def _opens_text(self, button: Any) -> bool:
        """Whether it is the heading of a paragraph that is folded up."""
        folded = button.getnext()
        return folded is not None and self.text(button) > _BUTTON and self.prose(folded) >= _BUTTON

    def _calls(self, link: Any) -> bool:
        """Whether a link asks to buy, to give or to subscribe, and is no part of a sentence."""
        return bool(phrases.CALL.match(line_of(link))) and stands_alone(link)

    def _is_appeal(self, above: Any) -> bool:
        """Whether an element is no more than what leads to such a link."""
        if self.prose(above) > _APPEAL:
            return False
        sold = self.text(above) <= _APPEAL and phrases.PRICE.search(line_of(above))
        return bool(sold) or self._is_controls(above)

    def _is_controls(self, above: Any) -> bool:
        """Whether an element is no more than a form or buttons with a few words."""
        if has(above, *_IMAGES, "table") and not phrases.EXTERNAL.search(words(above)):
            return False
        return self.text(above) <= BOX and self.prose(above) <= min(BOX, SHARE_OF_TEXT * self.total)

    def _links(self) -> None:
        """Drops placeholders of other sites' posts, paragraphs and lists that are links and nothing else, and pictures
        with the title of another page."""
        cards = [
            link
            for link in self.tree.iter("a")
            if self.text(link) > _BUTTON and self.below(link) and any(map(is_picture, link.iter(*IMAGES)))
        ]
        self._drop(link for link in cards if not has(link, "figcaption"))
        for element in self.elements():
            if 0 < self.text(element) <= BOX and self.below(element) and self._is_beside(element):
                self._drop_lead_in(element)
                self.drop(element)

    def _drop_lead_in(self, links: Any) -> None:
        """Drops the few words that stand before a list of links: with a colon, or to the text's own parts."""
        before = links.getprevious()
        if links.tag not in ("ul", "ol") or before is None:
            return
        inside = all((link.get("href") or "").startswith("#") for link in links.iter("a"))
        if (
            before.tag in HEADINGS
            or _LEAD_IN.match(line_of(before))
            or (inside and self.text(before) <= _LABEL)
        ):
            self.drop(before)

    def _is_beside(self, element: Any) -> bool:
        if element.tag in ("p", "div", "ul", "ol", "section") and self._is_links(element):
            return not has(element, *_IMAGES)
        if (
            element.tag in ("div", "section")
            and self.weights[element].away
            and not says_more(element, *HEADINGS)
        ):
            return not has(element, *_IMAGES)
        if element.tag in ("div", "section", "figure", "article", "p") and phrases.EXTERNAL.search(
            words(element)
        ):
            return self.text(element) <= 400 and not self._is_bulk(element)
        return False

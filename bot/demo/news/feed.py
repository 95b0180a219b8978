"""The sample site's RSS 2.0 feed."""

from datetime import datetime
from email.utils import format_datetime
from xml.etree import ElementTree

from bot.demo.news.edition import NAME, Edition, SiteArticle

ENTRIES = 30
_ATOM = "http://www.w3.org/2005/Atom"


def feed(edition: Edition, origin: str) -> bytes:
    """The newest articles as UTF-8 XML; links are absolute below `origin`."""
    ElementTree.register_namespace("atom", _ATOM)
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    _texts(
        channel,
        title=NAME,
        link=f"{origin}/",
        description="Nachrichten zwischen zwei Küsten",
        language="de",
        lastBuildDate=_date(edition.changed),
        ttl="1",
    )
    about = {"href": f"{origin}/feed.xml", "rel": "self", "type": "application/rss+xml"}
    ElementTree.SubElement(channel, f"{{{_ATOM}}}link", about)
    for article in edition.articles[:ENTRIES]:
        _item(ElementTree.SubElement(channel, "item"), article, origin)
    body: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _item(item: ElementTree.Element, article: SiteArticle, origin: str) -> None:
    story = article.story
    _texts(item, title=article.title, link=origin + article.path)
    ElementTree.SubElement(item, "guid", isPermaLink="false").text = article.id
    _texts(item, category=story.section.name, description=story.lead, pubDate=_date(article.published))
    if story.picture:
        picture = {"url": f"{origin}/media/{story.picture}.jpg", "type": "image/jpeg", "length": "0"}
        ElementTree.SubElement(item, "enclosure", picture)


def _texts(parent: ElementTree.Element, **texts: str) -> None:
    for tag, text in texts.items():
        ElementTree.SubElement(parent, tag).text = text


def _date(time: datetime) -> str:
    return format_datetime(time, usegmt=True)

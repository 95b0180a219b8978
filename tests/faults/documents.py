"""Documents that a site delivers when its program fails: each a function of the site, as text or bytes."""

from datetime import timedelta

from tests.faults.site import feed, item, line, ticker
from tests.flow.hostile_documents import PAGES

LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]>"
)
BROKEN_ITEM = "<item><title>Ein <b>Fehler &nbsp; & noch einer</title><link>http://[</link><pubDate>gestern?</pubDate></item>"


def document(make):
    """Answers with what `make(site)` gives."""

    async def answer(site, request, out):
        body = make(site)
        kind = "application/rss+xml" if site.kind == "feed" else "text/html"
        await out.answer(body.encode() if isinstance(body, str) else body, Content_Type=kind)

    return answer


def now_and_then(*makers):
    """Answers with one document after the other, in turn."""
    turn = {"at": 0}

    async def answer(site, request, out):
        make = makers[turn["at"] % len(makers)]
        turn["at"] += 1
        await document(make)(site, request, out)

    return answer


def whole(site):
    return site.document()


# Feeds


def cut_off(site):
    whole = feed(site, site.news)
    return whole[: whole.rindex("<item>") + 30]


def laughs(site):
    return feed(site, site.news).replace("<rss", LAUGHS + "<rss", 1).replace("Hafenblatt", "&k;")


def utf_16(site):
    return feed(site, site.news).encode("utf-16")


def latin_1(site):
    return feed(site, site.news).encode("latin-1", "xmlcharrefreplace")


def nuls(site):
    return feed(site, site.news).replace("<item>", "\0<item>\0")


def bare_ampersands(site):
    return feed(site, site.news).replace("<title>", "<title>Lärm & Licht < ", 1)


def a_page(site):
    return "<html><body><h1>Willkommen</h1><p>Wir bauen um.</p></body></html>"


def without_items(site):
    return feed(site, [])


def same_guids(site):
    return feed(site, site.news, lambda site, news: item(site, news, guid="immer-dieselbe"))


def new_guids(site):
    return feed(
        site, site.news, lambda site, news: item(site, news, guid=f"neu-{news.number}-{len(site.requests)}")
    )


def no_dates(site):
    return feed(site, site.news, lambda site, news: item(site, news, date=""))


def dates_ahead(site):
    ahead = "Fri, 01 Jan 2038 00:00:00 GMT"
    return feed(site, site.news, lambda site, news: item(site, news, date=ahead))


def no_real_dates(site):
    return feed(site, site.news, lambda site, news: item(site, news, date="Fr., den 35. Mär, mittags"))


def turned_round(site):
    return feed(site, site.news[::-1])


def one_bad_item(site):
    return feed(site, site.news).replace("<item>", BROKEN_ITEM + "<item>", 1)


# Pages with a ticker


def rebuilt(site):
    return "<html><body><h1>Unser neues Gewand</h1><p>Hier entsteht etwas Neues.</p></body></html>"


def emptied(site):
    return ticker(site, [])


def only_one_line(site):
    return ticker(site, site.news[:1])


def as_a_table(site):
    def row(site, news):
        text = line(site, news).removeprefix("<li>").removesuffix("</li>")
        at, _, title = text.partition(" ")
        return f"<tr><td>{at}</td><td>{title}</td></tr>"

    return ticker(site, site.news, row).replace("<ul>", "<table>").replace("</ul>", "</table>")


def an_hour_ahead(site):
    def late(site, news):
        return line(site, type(news)(news.number, news.title, news.published + timedelta(hours=1)))

    return ticker(site, site.news, late)


def two_lists(site):
    menu = "".join(f"<li>{9 + n:02}:00 <a href='/kurs/{n}'>Kurs {n}</a></li>" for n in range(2))
    most_read = "".join(line(site, news) for news in site.news[-3:])
    aside = f"<aside><h2>Meistgelesen</h2><ul>{most_read}</ul><ul>{menu}</ul></aside><ul>"
    return ticker(site, site.news).replace("<ul>", aside, 1)


def cookie_wall(site):
    return (
        "<html><body><div class='cmp'><h2>Wir und unsere 842 Partner</h2><p>Bitte stimmen Sie zu.</p>"
        "<button>Alle annehmen</button></div></body></html>"
    )


def broken_markup(site):
    return ticker(site, site.news).replace("</li>", "</b></div>").replace("<ul>", "<ul><ul><table><i>")


def nested(site):
    return "<div>" * 100_000 + ticker(site, site.news) + "</div>" * 100_000


def killer(site):
    """What keeps a parser busy for longer than its child may take."""
    return PAGES["nested links"]()


def links_with_sessions(site):
    marked = f"?sid={len(site.requests)}&utm_source=ticker"
    return ticker(site, site.news).replace('FGLMPQRSWX"', f'FGLMPQRSWX{marked}"')

"""Documents that mean harm, each made when it is wanted: some are megabytes. Own inventions throughout."""

import gzip
import json

MIB = 1024 * 1024
DAY = "Wed, 11 Mar 2026 07:00:00 GMT"


def item(title="Der Hafen ist wieder frei", link="https://e.example/hafen", more=""):
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{DAY}</pubDate>{more}</item>"


def rss(items, head="", before=""):
    channel = f"<channel><title>Hafenblatt</title>{head}{items}</channel>"
    return f'<?xml version="1.0"?>{before}<rss version="2.0">{channel}</rss>'


def full_text(markup):
    space = "http://purl.org/rss/1.0/modules/content/"
    return f'<c:encoded xmlns:c="{space}"><![CDATA[{markup}]]></c:encoded>'


def atom(entries, head=""):
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Hafenblatt</title>{head}{entries}</feed>'


def ticker(rows, around="{}"):
    lines = "".join(f'<li>{at} <a href="/a/{at}">{title}</a></li>' for at, title in rows)
    return around.replace("{}", f"<html><body><ul>{lines}</ul></body></html>")


GOOD = (
    item()
    + item("Ein Chor singt im Regen", "https://e.example/chor")
    + item("Neue Lampen am Ufer", "https://e.example/lampen")
)
ROWS = [
    ("08:12", "Der Hafen ist wieder frei"),
    ("07:55", "Ein Chor singt im Regen"),
    ("07:30", "Neue Lampen am Ufer"),
]
LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(10))
    + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'


def outside(address):
    return f'<!DOCTYPE x [<!ENTITY a SYSTEM "{address}">]>'


def attributes(name):
    return " ".join(f'{name}{n}="u{n}"' for n in range(100_000))


def deep(tag, count, inside="x"):
    return f"<{tag}>" * count + inside + f"</{tag}>" * count


FEEDS = {
    "a billion laughs": lambda: rss(item("&k;") + GOOD, before=LAUGHS),
    "an entity often": lambda: rss(item("&a;" * 5000) + GOOD, before=QUADRATIC),
    "an entity that is itself": lambda: rss(
        item("&a;") + GOOD, before='<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'
    ),
    "an entity from a file": lambda: rss(item("&a;") + GOOD, before=outside("file:///etc/passwd")),
    "an entity from a path": lambda: rss(item("&a;") + GOOD, before=outside("/etc/passwd")),
    "an entity from the network": lambda: rss(item("&a;") + GOOD, before=outside("http://127.0.0.1:9/x")),
    "a parameter entity": lambda: rss(
        GOOD, before='<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>'
    ),
    "a doctype from a file": lambda: rss(GOOD, before='<!DOCTYPE rss SYSTEM "file:///etc/passwd">'),
    "a long doctype": lambda: rss(GOOD, before="<!DOCTYPE x [" + '<!ENTITY a "b">' * 60_000 + "]>"),
    "an xinclude": lambda: rss(
        GOOD,
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>',
    ),
    "a stylesheet from a file": lambda: rss(GOOD, before='<?xml-stylesheet href="file:///etc/passwd"?>'),
    "100,000 attributes": lambda: rss(f"<item {attributes('a')}/>" + GOOD),
    "100,000 equal attributes": lambda: rss("<item " + 'a="1" ' * 100_000 + "/>" + GOOD),
    "100,000 namespaces": lambda: rss(f"<x {attributes('xmlns:a')}/>" + GOOD),
    "an author of 160 kB": lambda: rss(item(more=f"<author>{'a' * 160_000}</author>") + GOOD),
    "an author of 160 kB of signs": lambda: rss(item(more=f"<author>{'(@' * 80_000}</author>") + GOOD),
    "an address of 160 kB": lambda: rss(item(more=f"<author>{'a.' * 80_000}@b (x)</author>") + GOOD),
    "a million nested tags": lambda: rss(deep("a", 300_000) + GOOD),
    "a million open tags": lambda: rss("<a>" * 1_000_000 + GOOD),
    "nested items": lambda: rss(deep("item", 50_000) + GOOD),
    "200,000 items": lambda: rss("<item><title>Neu</title></item>" * 150_000),
    "200,000 empty items": lambda: rss("<item/>" * 200_000),
    "200,000 open items": lambda: rss("<item>" * 200_000),
    "200,000 categories": lambda: rss(item(more="<category>Sport</category>" * 150_000) + GOOD),
    "200,000 links": lambda: atom("<entry><title>Hafen</title>" + '<link href="/a"/>' * 200_000 + "</entry>"),
    "200,000 enclosures": lambda: rss(item(more='<enclosure url="/a"/>' * 150_000) + GOOD),
    "a title of 4 MB": lambda: rss(item("Hafen " * 700_000) + GOOD),
    "a lead of 4 MB": lambda: rss(item(more=f"<description>{'Hafen ' * 700_000}</description>") + GOOD),
    "a lead of brackets": lambda: rss(item(more=f"<description>{'&lt;' * 700_000}</description>") + GOOD),
    "a lead of open tags": lambda: rss(item(more=f"<description>{'&lt;a ' * 500_000}</description>") + GOOD),
    "a lead of ampersands": lambda: rss(
        item(more=f"<description><![CDATA[{'&' * 3_000_000}]]></description>") + GOOD
    ),
    "a deep text": lambda: rss(
        item(more=f"<description><![CDATA[{deep('b', 200_000)}]]></description>") + GOOD
    ),
    "a deep text of boxes": lambda: rss(
        item(more=f"<description><![CDATA[{deep('div', 100_000)}]]></description>") + GOOD
    ),
    "a deep full text": lambda: rss(item(more=full_text(deep("blockquote", 100_000, "Hafen " * 100))) + GOOD),
    "a full text of 100,000 pictures": lambda: rss(item(more=full_text("<img src=a>" * 100_000)) + GOOD),
    "a long base": lambda: atom(
        '<entry><title>Hafen</title><link href="a"/><summary type="html">&lt;img src="b"&gt;</summary></entry>'
        * 500,
        "",
    ).replace("<feed ", f'<feed xml:base="http://e.example/{"a" * 1_000_000}/" '),
    "bases upon bases": lambda: atom(
        "".join(f'<x xml:base="{"a" * 100}/">' for _ in range(20_000)) + "<entry><title>Hafen</title></entry>"
    ),
    "illegal character references": lambda: rss(
        item("&#0;&#x1;&#xFFFF;&#xD800;&#x110000;&#99999999999999999999;Hafen") + GOOD
    ),
    "a reference without end": lambda: rss(item(f"&#{'9' * 1_000_000};") + GOOD),
    "NULs": lambda: rss(GOOD).replace("Hafen", "Ha\0fen"),
    "only NULs": lambda: "\0" * MIB,
    "NULs before": lambda: "\0" * 1000 + rss(GOOD),
    "control characters": lambda: rss(GOOD).replace("Hafen", "Ha\x01\x08\x0b\x1ffen"),
    "lone surrogates": lambda: rss(GOOD).encode().replace(b"Hafen", b"Ha\xed\xa0\x80fen"),
    "broken UTF-8": lambda: rss(GOOD).encode().replace(b"Hafen", b"Ha\xff\xfe\xc3fen"),
    "UTF-16 that calls itself UTF-8": lambda: rss(GOOD).replace("?>", ' encoding="utf-8"?>').encode("utf-16"),
    "UTF-16 without a mark": lambda: rss(GOOD).replace("?>", ' encoding="utf-8"?>').encode("utf-16-be"),
    "UTF-8 that calls itself UTF-16": lambda: rss(GOOD).replace("?>", ' encoding="utf-16"?>'),
    "UTF-32": lambda: rss(GOOD).encode("utf-32"),
    "UTF-7": lambda: rss(GOOD).replace("?>", ' encoding="utf-7"?>', 1),
    "an encoding that is none": lambda: rss(GOOD).replace("?>", ' encoding="hafen"?>', 1),
    "an encoding that is a trick": lambda: rss(GOOD).replace("?>", ' encoding="zip_codec"?>', 1),
    "an encoding that is a path": lambda: rss(GOOD).replace("?>", ' encoding="../../etc/passwd"?>', 1),
    "cut off in a tag": lambda: rss(GOOD)[:-70],
    "cut off in the title": lambda: rss(GOOD)[:-160],
    "cut off in a comment": lambda: rss(GOOD)[:-20] + "<!-- ",
    "cut off in CDATA": lambda: rss(GOOD + item("<![CDATA[Hafen"))[:-60],
    "CDATA in CDATA": lambda: rss(item("<![CDATA[Ha<![CDATA[f]]>en]]>") + GOOD),
    "CDATA that ends the item": lambda: rss(
        item("<![CDATA[Hafen]]></title></item><item><title><![CDATA[]]>Zwei") + GOOD
    ),
    "CDATA without end": lambda: rss(GOOD + "<item><title><![CDATA[" + "]]" * 1_000_000),
    "100,000 CDATA": lambda: rss(item("<![CDATA[a]]>" * 100_000) + GOOD),
    "a comment before all without end": lambda: "<!--" + "-" * 4_000_000,
    "100,000 comments": lambda: rss("<!---->" * 300_000 + GOOD),
    "100,000 instructions": lambda: rss("<?a?>" * 300_000 + GOOD),
    "a prolog of spaces": lambda: " " * 4_000_000 + rss(GOOD),
    "a prolog of brackets": lambda: "<!DOCTYPE x [" + "[" * 1_000_000 + rss(GOOD),
    "a prolog of instructions": lambda: "<?a ?>" * 500_000 + rss(GOOD),
    "one line of 5 MB": lambda: rss(GOOD) + "x" * (5 * MIB - 2000),
    "one word of 5 MB": lambda: "x" * (5 * MIB - 10),
    "one tag of 5 MB": lambda: "<" + "rss" * 1_700_000,
    "a huge number as a date": lambda: rss(GOOD.replace(DAY, "9" * 100_000)),
    "a year beyond years": lambda: rss(GOOD.replace(DAY, "Wed, 11 Mar 99999 07:00:00 GMT")),
    "a zone beyond zones": lambda: rss(GOOD.replace(DAY, "Wed, 11 Mar 2026 07:00:00 +999999999999")),
    "a date of 1 MB": lambda: rss(item().replace(DAY, "Mon, " * 200_000) + GOOD),
    "a date of spaces": lambda: rss(item().replace(DAY, "11" + " " * 500_000 + "x") + GOOD),
    "an ISO date of digits": lambda: atom(
        f"<entry><title>Hafen</title><updated>{'2026-' * 100_000}</updated></entry>"
    ),
    "numbers of Arabia as a date": lambda: rss(GOOD.replace(DAY, "١١ Mar ٢٠٢٦ ٠٧:٠٠")),
    "a huge ttl": lambda: rss(GOOD, f"<ttl>{'9' * 100_000}</ttl>"),
    "another number as ttl": lambda: rss(GOOD, "<ttl>²</ttl>"),
    "an address that is none": lambda: rss(item(link="http://[::1") + item(link="http://[x]/") + GOOD),
    "a guid that is none": lambda: rss(item(more="<guid>http://[::1</guid>") + GOOD),
    "a base of an entry that is none": lambda: atom(
        '<entry xml:base="http://["><title>Eins</title><link href="a"/></entry>'
        '<entry><title>Ein Chor singt im Regen</title><link href="/b"/></entry>'
    ),
    "an enclosure that is none": lambda: rss(
        item(more='<enclosure url="http://[" length="x" type="image/png"/>') + GOOD
    ),
    "a script as link": lambda: rss(
        item(link="javascript:alert(1)") + item(link="file:///etc/passwd") + GOOD
    ),
    "a link of 1 MB": lambda: rss(item(link="https://e.example/" + "a" * 1_000_000) + GOOD),
    "gzip within": lambda: gzip.compress(rss(GOOD).encode()),
    "a zip bomb's head": lambda: b"PK\x03\x04" + b"\0" * 100_000,
    "a path": lambda: "/etc/passwd",
    "a path as bytes": lambda: b"/etc/passwd\n",
    "an address": lambda: "http://127.0.0.1:9/feed.xml",
    "a file address": lambda: "file:///etc/passwd",
    "nothing": lambda: "",
    "a space": lambda: " ",
    "a mark": lambda: b"\xef\xbb\xbf",
    "half a mark": lambda: b"\xff",
    "random bytes": lambda: bytes((n * 7919 + n // 251) % 256 for n in range(300_000)),
    "JSON nested deeply": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 1_000_000,
    "JSON objects nested deeply": lambda: '{"a":' * 1_000_000,
    "JSON with huge numbers": lambda: json_feed(
        [{"id": 1, "title": "Hafen", "date_published": "9" * 5000}]
    ).replace('"id": 1', '"id": ' + "9" * 100_000),
    "JSON with surrogates": lambda: json_feed(
        [{"id": "1", "title": "Ha\ud800fen\x00", "content_text": "x\udfff" * 500}]
    ),
    "JSON of 200,000 items": lambda: json_feed([{"id": str(n), "title": "Neu"} for n in range(130_000)]),
    "JSON of the wrong kinds": lambda: json_feed(
        [
            None,
            1,
            [],
            {"id": [], "title": {}, "tags": 5, "attachments": {"a": 1}},
            {"id": "2", "title": "Hafen", "url": 7},
        ]
    ),
    "JSON with equal keys": lambda: (
        '{"version":"https://jsonfeed.org/version/1.1","items":[{'
        + '"id":"1",' * 300_000
        + '"title":"Hafen"}]}'
    ),
    "JSON with NaN": lambda: json_feed(
        [{"id": float("nan"), "title": "Hafen", "date_published": float("inf")}]
    ),
    "a sitemap of 50,000": lambda: sitemap("<url><loc>https://e.example/a</loc></url>" * 60_000),
    "a sitemap of laughs": lambda: LAUGHS + sitemap("<url><loc>&k;</loc></url>"),
    "a deep sitemap": lambda: sitemap(deep("url", 200_000)),
    "sitemaps of sitemaps": lambda: (
        "<sitemapindex>" + "<sitemap><loc>https://e.example/news</loc></sitemap>" * 70_000 + "</sitemapindex>"
    ),
}


def json_feed(items):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Hafenblatt", "items": items})


def sitemap(urls):
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    news = "http://www.google.com/schemas/sitemap-news/0.9"
    return f'<urlset xmlns="{space}" xmlns:news="{news}">{urls}</urlset>'


ARTICLE = (
    "<article><h1>Hafen frei</h1>"
    + "<p>Der Hafen ist wieder frei, und die Schiffe fahren.</p>" * 5
    + "</article>"
)
PAGES = {
    "a ticker": lambda: ticker(ROWS),
    "a million nested boxes": lambda: deep("div", 400_000, ticker(ROWS)),
    "a million open boxes": lambda: "<div>" * 900_000 + ticker(ROWS),
    "a million nested words": lambda: deep("b", 600_000, ticker(ROWS)),
    "nested lists": lambda: deep("ul><li", 100_000, "08:12 Hafen").replace("</ul><li>", "</li></ul>"),
    "nested tables": lambda: deep("table><tr><td", 50_000, "08:12 Hafen").replace(
        "</table><tr><td>", "</td></tr></table>"
    ),
    "nested links": lambda: "<a href=/x>08:12 Hafen " * 150_000,
    "nested forms": lambda: deep("form", 300_000, ARTICLE),
    "200,000 lines": lambda: ticker(
        [(f"{23 - n // 8334:02}:{n // 139 % 60:02}", f"Neu {n}") for n in range(100_000)]
    ),
    "200,000 times": lambda: "<p>" + "08:12 " * 700_000,
    "200,000 times apart": lambda: "<p>08:12</p>" * 350_000,
    "200,000 paragraphs": lambda: ARTICLE + "<p>Der Hafen ist frei.</p>" * 180_000,
    "200,000 headlines": lambda: "<h1>Hafen</h1>" * 300_000,
    "200,000 figures": lambda: "<figure><img src=a><figcaption>x</figcaption></figure>" * 90_000 + ARTICLE,
    "100,000 attributes": lambda: f"<div {attributes('a')}>" + ticker(ROWS),
    "100,000 equal attributes": lambda: f"<div {'a=1 ' * 500_000}>" + ticker(ROWS),
    "an attribute of 5 MB": lambda: f'<div class="{"a " * 2_500_000}">' + ticker(ROWS),
    "a class of 100,000 words": lambda: (
        f'<article class="{"ad " * 1_000_000}"><h1>x</h1></article>' + ARTICLE
    ),
    "an address of 4 MB": lambda: (
        f'<base href="https://e.example/{"a" * 4_000_000}">' + ticker(ROWS) + ARTICLE
    ),
    "a long base for many links": lambda: (
        f'<base href="https://e.example/{"a" * 100_000}/">'
        + ticker(
            [(f"{23 - n // 60:02}:{59 - n % 60:02}", f"Die Meldung {n} aus dem Hafen") for n in range(1000)]
        )
    ),
    "a base that is none": lambda: '<base href="http://[">' + ticker(ROWS) + ARTICLE,
    "a link that is none": lambda: ticker(ROWS).replace("/a/07:55", "http://[::1"),
    "one word of 5 MB": lambda: "<p>" + "x" * (5 * MIB - 10),
    "one line of words": lambda: "<p>" + "Der Hafen ist frei. " * 250_000,
    "one line of digits": lambda: "<p>" + "1" * (5 * MIB - 10),
    "one line of colons": lambda: "<p>" + "1:" * 2_500_000,
    "one line of dates": lambda: "<p>" + "11. März 2026 " * 300_000,
    "spaces": lambda: "<p>" + " " * (5 * MIB - 10),
    "spaces between": lambda: ticker(ROWS).replace(" ", " " * 300_000),
    "open brackets": lambda: "<" * (5 * MIB - 10),
    "ampersands": lambda: "<p>" + "&" * 3_000_000,
    "entities": lambda: "<p>" + "&amp;" * 900_000,
    "illegal references": lambda: ticker([("08:12", "&#0;&#xD800;&#x110000;&#xFFFF;Hafen ist frei"), *ROWS]),
    "NULs": lambda: ticker(ROWS).replace("Hafen", "Ha\0fen") + ARTICLE.replace("Hafen", "Ha\0fen"),
    "only NULs": lambda: "\0" * MIB,
    "lone surrogates": lambda: ticker(ROWS).encode().replace(b"Hafen", b"Ha\xed\xa0\x80fen"),
    "UTF-16 that calls itself UTF-8": lambda: ('<meta charset="utf-8">' + ticker(ROWS)).encode("utf-16"),
    "a script of 5 MB": lambda: "<script>" + "if (a < b) { " * 350_000 + "</script>" + ticker(ROWS),
    "a script without end": lambda: ticker(ROWS) + "<script>" + "<" * 4_000_000,
    "a comment without end": lambda: ticker(ROWS) + "<!--" + "-" * 4_000_000,
    "100,000 comments": lambda: "<!-- -->" * 500_000 + ticker(ROWS),
    "a style of 4 MB": lambda: "<style>" + "a{}" * 1_300_000 + "</style>" + ticker(ROWS),
    "structured data without end": lambda: (
        '<script type="application/ld+json">' + '{"@graph":[' * 300_000 + "</script>" + ARTICLE
    ),
    "structured data of 4 MB": lambda: (
        '<script type="application/ld+json">['
        + '{"@type":"NewsArticle","headline":"x"},' * 100_000
        + "{}]</script>"
        + ARTICLE
    ),
    "structured data with huge numbers": lambda: (
        '<script type="application/ld+json">{"commentCount":'
        + "9" * 100_000
        + ',"datePublished":"'
        + "9" * 100_000
        + '"}</script>'
        + ARTICLE
    ),
    "100,000 metas": lambda: '<meta property="og:title" content="x">' * 110_000 + ARTICLE,
    "a meta of 4 MB": lambda: f'<meta property="og:title" content="{"x " * 2_000_000}">' + ARTICLE,
    "100,000 feeds": lambda: '<link rel="alternate" type="application/rss+xml" href="/a">' * 80_000,
    "a time of 4 MB": lambda: f'<time datetime="{"1" * 4_000_000}">08:12</time>' + ticker(ROWS),
    "times that are none": lambda: (
        '<time datetime="99999-99-99T99:99:99+99:99">08:12</time> Hafen frei<br>' * 50_000
    ),
    "relative times": lambda: "".join(
        f"<li>vor {'9' * 5000} Minuten <a href=/{n}>Der Hafen {n} ist frei</a></li>" for n in range(5)
    ),
    "a plain text": lambda: "/etc/passwd",
    "svg": lambda: "<svg>" + deep("g", 200_000, ticker(ROWS)),
    "frames": lambda: "<frameset>" * 300_000 + ARTICLE,
    "templates": lambda: deep("template", 200_000, ticker(ROWS)),
    "selects": lambda: "<select>" + "<option>08:12 Hafen" * 200_000,
    "nothing": lambda: "",
    "a tag": lambda: "<",
}

"""Ticker pages, recognised by structure: one list in many renderings, and pages that have none."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sources.errors import NotATicker
from bot.sources.tickers.ticker import read

PAGES = Path(__file__).parents[1] / "fixtures" / "pages"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 11, 8, 30, tzinfo=BERLIN)
URL = "https://example.org/"

LIST = [
    ("11 08:12", "2025: Ein Jahr der kurzen Wege endet mit einem Fest", "jahr-der-kurzen-wege/FGLMPQRSWXFG"),
    (
        "11 08:12",
        "Handballerinnen gewinnen 31:28 gegen den Tabellenführer",
        "handballerinnen-gewinnen/GLMPQRSWXFGL",
    ),
    ("11 07:55", "Stadtrat stimmt 2:1 für den neuen Radweg", "stadtrat-radweg/LMPQRSWXFGLM"),
    ("11 06:30", "Anpfiff erst um 20:45 Uhr: Spiel im Hafenstadion verlegt", "anpfiff-verlegt/MPQRSWXFGLMP"),
    ("11 00:04", "Nachtzug nach Wien fährt wieder", "nachtzug-wien/PQRSWXFGLMPQ"),
    ("10 23:58", "Feuerwehr löscht Brand in einer Lagerhalle", "brand-lagerhalle/QRSWXFGLMPQR"),
    ("10 17:10", "EXKLUSIV Bibliothek öffnet künftig auch am Sonntag", "bibliothek-sonntag/RSWXFGLMPQRS"),
    ("10 16:41", "„Grüne Dächer“: Größte Schule der Stadt spart Strom", "gruene-daecher/SWXFGLMPQRSW"),
    ("10 09:05", "Love Brand | Wie guter Kaffee geröstet wird", "kaffee/WXFGLMPQRSWX"),
]
WITHOUT_LINKS = {"walaw_2024_lines", "walaw_2026_run", "table_without_links"}
RENDERINGS = sorted((PAGES / "ticker").glob("*.html"))
OTHERS = sorted((PAGES / "no_ticker").glob("*.html"))


def lines(html, now=NOW, content_type="text/html", url=URL):
    """What a page yields, short: day and time in Berlin, title, link without query."""
    found = read(html if isinstance(html, bytes) else html.encode(), url, now, BERLIN, content_type)
    return [(f"{line.published.astimezone(BERLIN):%d %H:%M}", line.title, line.link) for line in found]


def times(html, now=NOW):
    return [when for when, _, _ in lines(html, now)]


def as_list(*rows):
    return "<ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul>"


@pytest.mark.parametrize("file", RENDERINGS, ids=lambda file: file.stem)
def test_every_rendering_of_the_list_reads_the_same(file):
    found = lines(file.read_bytes())
    linked = file.stem not in WITHOUT_LINKS
    expected = [
        (when, title, f"https://example.org/articles/{path}" if linked else "") for when, title, path in LIST
    ]
    assert [(when, title, link.partition("?")[0]) for when, title, link in found] == expected


@pytest.mark.parametrize("file", RENDERINGS, ids=lambda file: file.stem)
def test_a_linked_line_is_known_by_the_final_id_of_its_address(file):
    identities = [line.identity for line in read(file.read_bytes(), URL, NOW, BERLIN)]
    if file.stem in WITHOUT_LINKS:
        assert all(
            identity.startswith("title:") and identity[-3:] in ("-11", "-10") for identity in identities
        )
        assert len(set(identities)) == len(LIST)
    else:
        assert identities == [f"id:{path.rpartition('/')[2]}" for _, _, path in LIST]


def test_there_are_enough_renderings_and_enough_pages_without_a_ticker():
    assert len(RENDERINGS) >= 45
    assert len(OTHERS) >= 10


@pytest.mark.parametrize("file", OTHERS, ids=lambda file: file.stem)
def test_a_page_without_a_ticker_is_refused_with_a_reason(file):
    with pytest.raises(NotATicker) as refusal:
        read(file.read_bytes(), URL, NOW, BERLIN)
    assert len(str(refusal.value)) > 15


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tv_programme", "programme or timetable"),
        ("match_results", "no order"),
        ("fixtures_same_kickoff", "the same time"),
        ("results_with_kickoff", "sports results"),
        ("video_durations", "no order"),
        ("comments", "comments"),
        ("event_calendar", "in the future"),
        ("events_without_year", "programme or timetable"),
        ("events_table_with_year", "in the future"),
        ("events_descending_future", "in the future"),
        ("json_ld_events", "drawn by a script"),
        ("weather_by_hour", "figures"),
        ("opening_hours_menu", "names or days"),
        ("two_lines_only", "only 2 lines"),
        ("times_without_titles", "6 times were found, but no titles"),
        ("drawn_by_script", "drawn by a script"),
    ],
)
def test_the_reason_says_what_was_there_instead(name, reason):
    with pytest.raises(NotATicker, match=reason):
        read((PAGES / "no_ticker" / f"{name}.html").read_bytes(), URL, NOW, BERLIN)


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"\x00\x01\x02", b"<!-- nothing -->", b"nur Text", b'{"a": 1}']
)
def test_what_is_no_page_is_refused(body):
    with pytest.raises(NotATicker):
        read(body, URL, NOW, BERLIN)


def test_a_page_read_after_midnight_begins_with_yesterday():
    page = as_list(
        "23:50 Der Hafen ist wieder frei", "23:10 Ein Chor singt im Regen", "22:40 Neue Lampen am Ufer"
    )
    assert times(page, datetime(2026, 3, 11, 0, 10, tzinfo=BERLIN)) == ["10 23:50", "10 23:10", "10 22:40"]


def test_a_line_before_midnight_belongs_to_yesterday():
    page = as_list(
        "08:09 Der Hafen ist wieder frei", "17:10 Ein Chor singt im Regen", "16:40 Neue Lampen am Ufer"
    )
    assert times(page) == ["11 08:09", "10 17:10", "10 16:40"]


def test_a_list_over_three_days_steps_back_twice():
    clock = ["08:00", "06:00", "20:00", "14:00", "07:00", "21:00", "19:00", "18:00"]
    page = as_list(*(f"{at} Meldung Nummer {number} des Tages" for number, at in enumerate(clock)))
    assert times(page) == [
        f"{day:02} {at}" for day, at in zip([11, 11, 10, 10, 10, 9, 9, 9], clock, strict=True)
    ]


def test_a_time_beside_its_day_in_the_text_needs_no_rule():
    page = as_list(
        "Heute, 08:00 Erste Zeile hier",
        "Gestern, 23:00 Zweite Zeile hier",
        "Gestern, 22:00 Dritte Zeile hier",
    )
    assert times(page) == ["11 08:00", "10 23:00", "10 22:00"]


def test_times_in_titles_of_a_run_do_not_cut_it():
    page = (
        "<p>Eilmeldung 08:12 Zug hält ab 14:15 Uhr wieder am Hafen 07:55 Kiel siegt 22:20 gegen Nord "
        "07:30 Konzert beginnt um 19:30 im Park 07:10 Der Bus 11:45 fällt aus 06:50 Neue Bänke am Ufer "
        "06:20 Die Brücke ist wieder frei</p>"
    )
    assert times(page) == ["11 08:12", "11 07:55", "11 07:30", "11 07:10", "11 06:50", "11 06:20"]


def test_lines_that_all_link_to_the_page_or_to_one_live_blog_are_known_by_their_titles():
    page = as_list(
        *(f'<a href="/live">{at} {title}</a>' for at, title, _ in [(w[3:], t, u) for w, t, u in LIST])
    )
    found = read(page.encode(), URL, NOW, BERLIN)
    assert len({line.identity for line in found}) == len(LIST)
    assert all(line.identity.startswith("title:") for line in found)
    assert found[0].link == "https://example.org/live"


def test_links_that_lead_nowhere_are_no_links():
    rows = [
        ("#", "Eine Zeile mit Sprungmarke"),
        ("javascript:void(0)", "Eine Zeile mit Skript"),
        ("/", "Zur Seite selbst"),
    ]
    page = as_list(*(f'0{8 - i}:00 <a href="{href}">{title}</a>' for i, (href, title) in enumerate(rows)))
    assert [link for _, _, link in lines(page)] == ["", "", ""]


def test_the_same_line_twice_is_one_line():
    page = as_list(
        "08:00 Erste Zeile hier",
        "08:00 Erste Zeile hier",
        "07:00 Zweite Zeile hier",
        "06:00 Dritte Zeile hier",
    )
    assert len(lines(page)) == 3


@pytest.mark.parametrize(
    ("encoding", "content_type", "declared"),
    [
        ("utf-8", "text/html; charset=iso-8859-1", "utf-8"),
        ("utf-8", "text/html", "iso-8859-1"),
        ("cp1252", "text/html; charset=utf-8", "utf-8"),
        ("cp1252", "text/html", "windows-1252"),
        ("iso-8859-15", "text/html; charset=ISO-8859-15", "utf-8"),
        ("utf-8-sig", "text/html; charset=nonsense", "klingon"),
        ("utf-16", "text/html", "utf-8"),
        ("utf-16-le", "text/html", "utf-8"),
        ("utf-16-be", "text/html", ""),
        ("cp1252", "text/html; charset=rot13", "hex"),
    ],
)
def test_a_page_is_read_whatever_encoding_it_declares(encoding, content_type, declared):
    page = (PAGES / "ticker" / "list_link_around_both.html").read_text(encoding="utf-8")
    page = page.replace('charset="utf-8"', f'charset="{declared}"')
    if encoding == "iso-8859-15":
        page = page.replace("„", '"').replace("“", '"')
    titles = [
        title.replace('"', "") for _, title, _ in lines(page.encode(encoding), content_type=content_type)
    ]
    assert titles == [
        title.replace("„", "").replace("“", "") if encoding == "iso-8859-15" else title
        for _, title, _ in LIST
    ]


def test_one_broken_byte_does_not_spoil_the_rest():
    page = (PAGES / "ticker" / "walaw_2024_lines.html").read_bytes().replace(b"Nachtzug", b"Nacht\xffzug")
    titles = [title for _, title, _ in lines(page)]
    assert titles[1] == LIST[1][1]
    assert titles[4] == "Nacht�zug nach Wien fährt wieder"


def test_a_deep_or_hostile_page_does_not_break_the_reader():
    deep = "<div>" * 3000 + "08:00 Zeile" + "</div>" * 3000
    with pytest.raises(NotATicker):
        lines(deep)


def test_times_follow_the_sources_zone():
    page = as_list("08:00 Erste Zeile hier", "07:00 Zweite Zeile hier", "06:00 Dritte Zeile hier")
    found = read(page.encode(), URL, datetime(2026, 3, 11, 12, 0, tzinfo=UTC), ZoneInfo("Africa/Casablanca"))
    assert found[0].published == datetime(2026, 3, 11, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "day", ["10. März", "10.03.", "10.03.2026", "Gestern, 10. März 2026", "Dienstag, 10. März"]
)
def test_a_day_between_the_lines_dates_those_below(day):
    page = as_list("08:00 Erste Zeile hier", "07:00 Zweite Zeile hier", day, "06:00 Dritte Zeile hier")
    assert times(page) == ["11 08:00", "11 07:00", "10 06:00"]


def test_a_day_without_a_year_is_the_latest_one():
    page = as_list(
        "08:00 Erste Zeile hier", "31. Dezember", "06:00 Zweite Zeile hier", "05:00 Dritte Zeile hier"
    )
    assert times(page) == ["11 08:00", "31 06:00", "31 05:00"]


@pytest.mark.parametrize(
    "text", ["31. Februar", "3. Platz für Kiel", "Hier klicken", "Gestern war hier viel los"]
)
def test_what_names_no_day_dates_nothing(text):
    page = as_list("08:00 Erste Zeile hier", "07:00 Zweite Zeile hier", text, "06:00 Dritte Zeile hier")
    assert times(page) == ["11 08:00", "11 07:00", "11 06:00"]


def test_a_busy_minute_is_a_ticker_and_the_same_time_of_long_ago_is_not():
    def html(time):
        titles = ["Hafen", "Markt", "Zug", "Brücke", "Schule", "Museum", "Rathaus", "Stadion"]
        lines = "".join(f"<li>{time} Neues vom Bau am alten {title} in der Stadt</li>" for title in titles)
        return f"<ul>{lines}</ul>".encode()

    now = datetime(2026, 11, 24, 17, 41, tzinfo=BERLIN)
    assert len(read(html("17:40"), URL, now, BERLIN)) == 8
    with pytest.raises(NotATicker, match="same time stands in most rows"):
        read(html("10:00"), URL, now, BERLIN)


def test_a_date_beside_the_time_goes_before_the_order_of_the_list():
    page = as_list(
        "11.03. 08:00 Erste Zeile hier",
        "Montag, 9. März, 09:30 Uhr: Zweite Zeile hier",
        "2026-03-07 21:00 Dritte Zeile hier",
    )
    assert [(when, title) for when, title, _ in lines(page)] == [
        ("11 08:00", "Erste Zeile hier"),
        ("09 09:30", "Zweite Zeile hier"),
        ("07 21:00", "Dritte Zeile hier"),
    ]


def test_a_date_in_a_cell_of_its_own_dates_its_row():
    rows = [("11.03.26", "08:00"), ("9. März 2026", "09:30"), ("March 7, 2026", "21:00")]
    cells = (
        f"<tr><td>{day}</td><td>{at}</td><td>Eine Zeile aus der Stadt vom {day}</td></tr>" for day, at in rows
    )
    assert times(f"<table>{''.join(cells)}</table>") == ["11 08:00", "09 09:30", "07 21:00"]


def test_a_date_that_ends_a_title_in_a_run_dates_nothing():
    page = (
        "<p>08:12 Das Konzert ist am 12. März 07:55 Der Hafen ist wieder frei seit Montag "
        "07:30 Neue Lampen am Ufer der Stadt 07:10 Der Bus fährt wieder bis zum Markt</p>"
    )
    found = lines(page)
    assert [when for when, _, _ in found] == ["11 08:12", "11 07:55", "11 07:30", "11 07:10"]
    assert found[0][1] == "Das Konzert ist am 12. März"


def test_lists_of_days_that_begin_with_yesterday_are_dated_so():
    days = [("Gestern", "07:00", "06:00"), ("9. März", "08:00", "07:30")]
    page = "".join(
        f"<section><h2>{day}</h2><ul><li>{one} Eine Zeile am {day} früh</li><li>{two} Noch eine am {day} da</li></ul>"
        "</section>"
        for day, one, two in days
    )
    assert times(page) == ["10 07:00", "10 06:00", "09 08:00", "09 07:30"]


def test_a_link_to_share_is_not_where_a_line_leads():
    rows = (
        f'<div><time>0{8 - n}:00</time><h3>Zeile Nummer {n} des Tages</h3><a href="/a/{n}">Mehr</a>'
        f'<a href="https://teilen.example/{n}">Auf der Plattform teilen</a><a href="#e{n}">Adresse der Zeile</a></div>'
        for n in range(3)
    )
    assert [link for _, _, link in lines("".join(rows))] == [f"https://example.org/a/{n}" for n in range(3)]


def json_ld(*values):
    scripts = (f'<script type="application/ld+json">{value}</script>' for value in values)
    return f"<html><head>{''.join(scripts)}</head><body><div id='app'></div></body></html>"


def test_broken_json_ld_is_passed_over():
    good = [{"headline": f"Zeile Nummer {n} des Tages", "datePublished": f"2026-03-11T0{n}:00:00+01:00", "url": f"/{n}"}
            for n in range(1, 5)]  # fmt: skip
    odd = [None, 7, "x", {"headline": ["x"], "datePublished": 9}, {"headline": "Ohne Datum und ohne Adresse"}]
    page = json_ld("{", "[" * 50_000, "null", json.dumps({"itemListElement": [*odd, *good]}))
    assert [(when, link) for when, _, link in lines(page)] == [
        (f"11 0{n}:00", f"https://example.org/{n}") for n in (4, 3, 2, 1)
    ]


def test_a_list_in_json_ld_without_dates_or_too_short_is_no_ticker():
    names = [{"@type": "ListItem", "name": f"Zeile Nummer {n}", "url": f"/{n}"} for n in range(9)]
    two = [{"headline": "Der Hafen ist wieder frei", "datePublished": "2026-03-11T07:00:00+01:00"}] * 2
    for items in (names, two):
        with pytest.raises(NotATicker, match="no line with a time"):
            lines(json_ld(json.dumps({"@type": "ItemList", "itemListElement": items})))

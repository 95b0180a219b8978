"""What makes a headline the same one when it is seen again."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import identity

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 3, 11, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "link",
    [
        "https://de.walaw.press/articles/ein-titel/FGLMPQRSWXFG",
        "https://de.walaw.press/article/FGLMPQRSWXFG",
        "https://de.walaw.press/country/marokko/FGLM/articles/anders/FGLMPQRSWXFG",
        "https://sport.walaw.press/de/articles/ein_titel/FGLMPQRSWXFG/",
        "https://de.walaw.press/articles/x/FGLMPQRSWXFG?utm_source=x#oben",
    ],
)
def test_one_article_under_several_addresses_is_one(link):
    assert identity.of_link(link) == "id:FGLMPQRSWXFG"


@pytest.mark.parametrize(
    "link",
    [
        "https://de.walaw.press/categorie/politik/FGLMPQRSW",
        "https://de.walaw.press/articles/x/FGLMPQRSWXF",
        "https://de.walaw.press/articles/x/ABLMPQRSWXFG",
        "https://de.walaw.press/FGLMPQRSWXFG",
    ],
)
def test_other_addresses_have_no_article_id(link):
    assert identity.of_link(link).startswith("url:de.walaw.press/")


@pytest.mark.parametrize(
    "link",
    [
        "https://www.example.org/a/b?id=3&utm_source=x&fbclid=y",
        "http://example.org/a/b/?id=3",
        "HTTPS://EXAMPLE.ORG:443/a/b?id=3#teil",
        "https://example.org./a/b?gclid=1&id=3&utm_campaign=z&_gl=2",
        " https://example.org/%61/b?id=3 ",
    ],
)
def test_an_address_counts_without_what_does_not_change_the_page(link):
    assert identity.of_link(link) == "url:example.org/a/b?id=3"


@pytest.mark.parametrize(
    "link",
    [
        "https://www.example.org/amp/sport/tor-123.html",
        "https://www.example.org/sport/tor-123.amp.html",
        "https://amp.example.org/sport/tor-123.html?outputType=amp",
        "https://www.example.org/sport/tor-123.html/amp",
        "https://www.google.com/amp/s/www.example.org/sport/tor-123.html",
        "https://www-example-org.cdn.ampproject.org/c/s/www.example.org/sport/tor-123.html",
        "https://m.example.org/sport/tor-123.html",
        "https://mobil.example.org/sport/tor-123.html?mobile=1",
        "https://example.org/print/sport/tor-123.html",
        "https://example.org/sport/tor-123.html?print=1",
        "https://example.org/sport/tor-123.html?view=print&ref=rss",
        "https://example.org//sport/tor-123.html/druckversion",
        "https://example.org/sport/tor-123.html;jsessionid=0A1B",
        "https://example.org/sport/tor-123.html?utm_source=a&amp;utm_medium=b",
        "http://example.org:80/sport/tor%2D123.html#kommentare",
    ],
)
def test_the_forms_of_an_articles_page_are_one_article(link):
    assert identity.of_link(link) == "url:example.org/sport/tor-123.html"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a/index.html", "https://example.org/a/"),
        ("https://example.org/a?x=1&y=2", "https://example.org/a?y=2&x=1"),
        ("https://müller.example/a", "http://xn--mller-kva.example/a"),
        ("https://example.org/für", "https://example.org/f%C3%BCr"),
        ("https://example.org/für", "https://example.org/f%FCr"),
        ("https://example.org/für", "https://example.org/fu%CC%88r"),
        ("https://example.org/?p=3&print", "https://example.org/?p=3"),
    ],
)
def test_two_spellings_of_an_address_are_one(one, other):
    assert identity.of_link(one) == identity.of_link(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/champ", "https://example.org/ch"),
        ("https://example.org/print-ausgabe", "https://example.org/ausgabe"),
        ("https://example.org/a?print=7", "https://example.org/a?print=8"),
        ("https://example.org/#!/a", "https://example.org/#!/b"),
        ("https://m.de/a", "https://de/a"),
        ("https://example.org/a?ref=123", "https://example.org/a?ref=124"),
        ("https://example.org/a?123", "https://example.org/a?124"),
    ],
)
def test_what_only_looks_like_a_form_of_the_page_counts(one, other):
    assert identity.of_link(one) != identity.of_link(other)


@pytest.mark.parametrize(
    "link",
    ["http://[kaputt", "https://xn--\udcff.example/", "https://e.org/\ud800", "https://xn--99999999/a"],
)
def test_what_is_no_address_is_an_identity_all_the_same(link):
    assert identity.of_link(link).startswith("url:")
    identity.of_link(link).encode()


def test_what_changes_the_page_counts():
    links = ["https://example.org/a?id=3", "https://example.org/a?id=4", "https://example.org:8443/a?id=3",
             "https://example.org/A?id=3", "https://de.example.org/a?id=3"]  # fmt: skip
    assert len({identity.of_link(link) for link in links}) == 5


def test_an_address_with_a_broken_port_is_still_an_identity():
    assert identity.of_link("https://example.org:x/a").startswith("url:")


def test_a_very_long_address_becomes_short_and_stays_its_own():
    one, two = (identity.of_link(f"https://example.org/{'a' * 500}{end}") for end in "xy")
    assert len(one) < 100
    assert one != two


def test_a_title_counts_without_case_punctuation_and_spaces():
    titles = ["„Grüne  Dächer“: Schule spart", "Grüne Dächer – Schule spart!", "GRÜNE DÄCHER SCHULE SPART"]
    assert len({identity.of_title(title, AT, BERLIN) for title in titles}) == 1


def test_a_title_without_letters_is_its_signs():
    assert identity.normalised_title(" 🎉  +++ ") == "🎉 +++"


def test_an_identity_that_is_stored_stays_the_same_with_every_version():
    late = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)
    stored = "title:4461a6b704a9a5531d1eb67f@2026-03-12"
    assert identity.of_title("Der Hafen ist frei!", late, BERLIN) == stored
    long = "url:sha256:c7e17b53116f7f8ec9a83bda633b69e512801c51bebbd7485aa03024ace0f828"
    assert identity.of_link(f"https://e.org/{'x' * 400}") == long


def test_the_same_title_on_another_day_is_another_line():
    late = datetime(2026, 3, 11, 23, 30, tzinfo=UTC)  # the 12th in Berlin
    assert identity.of_title("Das Wetter", AT, BERLIN) != identity.of_title("Das Wetter", late, BERLIN)
    assert identity.of_title("Das Wetter", None, BERLIN).endswith("@undated")


def test_a_title_may_be_known_under_an_earlier_day():
    own = identity.of_title("Das Wetter", AT, BERLIN)
    days = identity.earlier_days(own)
    assert days[0] == own.replace("@2026-03-11", "@2026-03-10")
    assert len(days) == 7
    for other in (
        "id:FGLMPQRSWXFG",
        "url:example.org/@2026-03-11",
        identity.of_title("Das Wetter", None, BERLIN),
    ):
        assert identity.earlier_days(other) == []


def test_a_guid_that_is_an_address_counts_as_one():
    assert identity.of_guid("https://www.example.org/a/") == "url:example.org/a"
    assert identity.of_guid(" tag:example.org,2026:1 ") == "guid:tag:example.org,2026:1"


def test_a_link_beside_different_titles_identifies_none():
    rows = [("https://e.org/live", "Eins"), ("https://e.org/live", "Zwei"), ("https://e.org/a", "Drei"),
            ("https://e.org/a", "DREI!"), ("", "Vier"), ("", "Fünf"),
            ("https://e.org/articles/x/FGLMPQRSWXFG", "Sechs"),
            ("https://e.org/articles/x/FGLMPQRSWXFG", "Sieben")]  # fmt: skip
    assert identity.shared_links(rows) == {"https://e.org/live"}


PIECES = st.sampled_from(
    ["a", "amp", "print", "index.html", "b.amp.html", "für", "%C3%BC", "%FC", "x=1", "", "m", "€%"]
)
HOSTS = st.sampled_from(
    ["e.org", "www.e.org", "m.e.org", "amp.m.e.org", "xn--mller-kva.example", "e.org:80", "e.org:8443"]
)


@given(HOSTS, st.lists(PIECES, max_size=4), st.lists(st.tuples(PIECES, PIECES), max_size=3))
def test_an_address_that_is_normalised_already_stays_as_it_is(host, path, query):
    """Else an identity would depend on how often an address was passed on."""
    link = f"https://{host}/{'/'.join(path)}?{'&'.join(f'{name}={value}' for name, value in query)}"
    once = identity.normalised_url(link)
    assert identity.normalised_url(f"https://{once}") == once


@given(st.text())
def test_any_text_gives_an_identity_that_can_be_stored(text):
    for link in (text, f"https://{text}", f"https://e.org/{text}"):
        assert identity.of_link(link).encode()
        assert identity.of_guid(link).encode()

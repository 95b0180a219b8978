"""What makes a headline the same one when it is seen again."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

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

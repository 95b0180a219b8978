"""Which addresses are further pages of an article."""

import pytest

from bot.sources.articles.parts import part_number

ARTICLE = "https://example.org/news/fluss"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        (f"{ARTICLE}/seite-2", 2),
        (f"{ARTICLE}/2/", 2),
        (f"{ARTICLE}-3", 3),
        (f"{ARTICLE},page-4", 4),
        (f"{ARTICLE}-s2", 2),
        (f"{ARTICLE}?seite=5", 5),
        (f"{ARTICLE}?page=12#text", 12),
        (f"{ARTICLE}/komplettansicht", 0),
        (f"{ARTICLE}2", 0),
        (f"{ARTICLE}-123", 0),
        (f"{ARTICLE}?page=2&sort=neu", 0),
        (f"{ARTICLE}?page=2#comments", 0),
        ("https://example.org/news/meer/seite-2", 0),
        ("https://example.com/news/fluss/seite-2", 0),
        ("https://[::1", 0),
        (ARTICLE, 0),
    ],
)
def test_a_further_page_is_the_same_address_but_for_its_number(address, number):
    assert part_number(ARTICLE, address) == number


@pytest.mark.parametrize(
    ("first", "address", "number"),
    [
        ("https://example.org/a-1.html", "https://example.org/a-1-2.html", 2),
        ("https://example.org/news/41", "https://example.org/news/42", 0),
        ("https://example.org/?p=1", "https://example.org/?p=2", 0),
        ("https://example.org/?p=1", "https://example.org/?p=1&page=2", 2),
        ("https://example.org/", "https://example.org/2", 0),
    ],
)
def test_an_article_that_is_itself_a_number_has_no_neighbours_as_further_pages(first, address, number):
    assert part_number(first, address) == number

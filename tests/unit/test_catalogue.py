"""sources.toml: what it declares, and how an error names the line."""

from datetime import timedelta

import pytest

from bot import catalogue
from bot.catalogue import CatalogueError, load, packaged, parse
from bot.domain.catalogue import OTHER

GOOD = """\
[[topics]]
slug = "sport"
emoji = "⚽"
name = { de = "Sport", en = "Sports" }
sections = ["sport", "fussball"]
keywords = ["Weltmeisterschaft"]

[[sources]]
name = "Blatt"
url = "https://blatt.example/"
kind = "ticker"
every = "90s"
topic = "sport"

[[sources]]
name = "Feed"
url = "https://feed.example/rss"
"""


def test_topics_and_sources_are_read():
    read = parse(GOOD, "here")
    assert [topic.slug for topic in read.topics] == ["sport", "other"]
    assert read.topics[-1] is OTHER
    assert read.source("Blatt").every == timedelta(seconds=90)
    assert read.source("Feed").every is None
    assert read.source("Feed").kind == "auto"
    assert read.topic("sport").title("fr") == "Sport"


def test_the_packaged_file_is_sound():
    read = load(None)
    assert read.source("Walaw Press").every == timedelta(seconds=60)
    assert len(read.topics) >= 10
    for topic in read.topics:
        assert set(topic.name) >= {"de", "en", "fr", "ar"}, topic.slug
    assert "[[sources]]" in packaged()


@pytest.mark.parametrize(
    ("before", "after", "line", "said"),
    [
        ('kind = "ticker"', 'kind = "blog"', 11, "kind holds 'blog'"),
        ('every = "90s"', 'every = "soon"', 12, '"auto" or a time'),
        ('every = "90s"', 'every = "0s"', 12, '"auto" or a time'),
        ('topic = "sport"', 'topic = "spott"', 13, "'spott' is not declared; there are sport, other"),
        ('url = "https://feed.example/rss"', 'url = "feed.example"', 17, "https://example.org/"),
        ('slug = "sport"', 'slug = "other"', 2, "expected another slug, for this one is reserved"),
        ('slug = "sport"', 'slug = "Der Sport"', 2, "expected 1 to 30 of a-z 0-9 -"),
        ('name = { de = "Sport", en = "Sports" }', "name = {}", 4, "expected at least 1 item"),
        ('name = "Feed"', 'name = "Blatt"', 16, "given twice"),
        ('name = "Feed"\n', "", 15, "'name' is missing"),
        ('emoji = "⚽"', 'emojy = "⚽"', 3, "'emojy' is unknown"),
        ('kind = "ticker"', 'timezone = "Berlin"', 11, "Europe/Berlin"),
    ],
)
def test_a_fault_is_named_with_its_line(before, after, line, said):
    with pytest.raises(CatalogueError) as caught:
        parse(GOOD.replace(before, after), "sources.toml")
    assert f"sources.toml, line {line}: " in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("*", "3 letters"),
        ("KI*", "3 letters"),
        ("Fuß*ball", "at the start or the end of a word"),
        ("**ball", "at the start or the end of a word"),
        ("&", "at least one word"),
    ],
)
def test_a_keyword_that_cannot_be_is_named_with_its_topic_and_line(rule, said):
    text = GOOD.replace('["Weltmeisterschaft"]', f'[\n  "Weltmeisterschaft",\n  "{rule}",\n]')
    with pytest.raises(CatalogueError) as caught:
        parse(text, "sources.toml")
    assert str(caught.value).startswith(f"sources.toml, line 6: keywords of 'sport' hold {rule!r}: expected ")
    assert said in str(caught.value)


@pytest.mark.parametrize("rule", ["*", "a*", "–"])
def test_a_section_that_cannot_be_is_named_with_its_topic(rule):
    with pytest.raises(CatalogueError, match="line 5: sections of 'sport' hold"):
        parse(GOOD.replace('"fussball"', f'"{rule}"'), "sources.toml")


def test_hints_and_unless_are_read():
    text = GOOD.replace('keywords = ["Weltmeisterschaft"]', 'hints = ["Verein"]\nunless = ["Kunstverein"]')
    sport = parse(text, "here").topic("sport")
    assert (sport.hints, sport.unless) == (("Verein",), ("Kunstverein",))


def test_broken_toml_is_named_with_its_line():
    with pytest.raises(CatalogueError, match="line 2"):
        parse('[[topics]]\nslug = "a', "sources.toml")


def test_an_unknown_table_is_named():
    with pytest.raises(CatalogueError, match=r"line 1: 'feeds' is unknown"):
        parse("[[feeds]]\n", "sources.toml")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(CatalogueError, match="SOURCES_FILE holds"):
        load(tmp_path / "missing.toml")


def test_a_file_that_is_no_text_is_named(tmp_path):
    (tmp_path / "sources.toml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CatalogueError, match="not UTF-8"):
        catalogue.load(tmp_path / "sources.toml")


def test_a_file_of_ones_own_is_read(tmp_path):
    file = tmp_path / "sources.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert [source.name for source in load(file).sources] == ["Blatt", "Feed"]

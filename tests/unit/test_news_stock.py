"""What the sample site has to publish, and in which order. No server."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.news.edition import KEPT, Edition
from bot.demo.news.site import HERE
from bot.demo.news.stock import ContentError, load_stock, read_text
from bot.domain.headline import Block

TEN = {
    *("politik", "wirtschaft", "sport", "gesellschaft", "kultur"),
    *("wissen", "marokko", "afrika", "deutschland", "welt"),
}
START = datetime(2026, 11, 24, 16, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def stock():
    return load_stock()


@pytest.fixture
def edition(stock):
    return Edition(stock, lambda: START)


def length(story):
    return sum(len(block.text) + sum(map(len, block.items)) for block in story.blocks)


def test_there_are_enough_stories_for_every_topic_and_some_for_none(stock):
    counts = Counter(story.section.topic for story in stock.stories)
    assert len(stock.stories) >= 48
    assert set(counts) == TEN | {"other"}
    assert min(counts.values()) >= 4


def test_sixteen_articles_are_full_and_two_of_them_long(stock):
    full = [story for story in stock.stories if length(story) > 1500]
    assert len(full) >= 16
    assert all(story.picture and story.caption for story in full)
    assert all({"heading", "quote", "paragraph"} <= {block.kind for block in story.blocks} for story in full)
    assert sum(length(story) > 9000 for story in full) == 2


def test_no_article_is_too_short_to_read(stock):
    assert all(sum(block.kind == "paragraph" for block in story.blocks) >= 2 for story in stock.stories)


def test_every_picture_that_is_named_exists_and_none_lies_about_unused(stock):
    named = {story.picture for story in stock.stories if story.picture}
    assert named == {path.stem for path in (HERE / "media").glob("*.jpg")}


def test_the_titles_hold_the_traps_of_real_tickers(stock):
    titles = [story.title for story in stock.stories]
    for trap in ("&", "<", "„", "–", "2030: ", "2:1 ", "EXKLUSIV ", " | ", "21:47 Uhr", "ü", "é"):
        assert any(trap in title for title in titles), trap


def test_the_notation_yields_headings_quotes_lists_and_paragraphs():
    text = "Eins\nzwei.\n\n## Drei\n\n> Vier.\n> — Fünf\n\n- a\n- b\n\n1. c\n2. d\n"
    assert read_text(text) == (
        Block("paragraph", "Eins zwei."),
        Block("heading", "Drei"),
        Block("quote", "Vier.\n— Fünf"),
        Block("list", items=("a", "b")),
        Block("list", items=("c", "d"), ordered=True),
    )


@pytest.mark.parametrize(
    ("plan", "section", "complaint"),
    [
        ('"a", "b"', "", "b"),
        ('"a", "a"', "", "twice"),
        ('"a"', "typo = 1", "typo"),
        ('"a"', "lead = ", "s.toml"),
    ],
)
def test_faulty_content_is_refused_by_name(tmp_path, plan, section, complaint):
    (tmp_path / "edition.toml").write_text(f'sections = ["s"]\nopening = []\nqueue = [{plan}]\n')
    story = 'name = "S"\nslug = "s"\nid = "F"\ntopic = "t"\n[[story]]\nkey = "a"\ntitle = "A"\ntext = "x"\n'
    lead = "" if section.startswith("lead") else 'lead = "L"\n'
    (tmp_path / "s.toml").write_text(story + lead + section)
    with pytest.raises(ContentError, match=complaint):
        load_stock(tmp_path)


def test_the_opening_is_of_the_past_hours_newest_first_and_two_share_a_minute(edition):
    times = [article.published for article in edition.articles]
    assert len(times) == 15
    assert times == sorted(times, reverse=True)
    assert START - timedelta(hours=6) < times[-1] < times[0] < START
    assert len(set(times)) < len(times)


def test_it_never_runs_dry_and_no_id_comes_twice(stock, edition):
    total = len(stock.stories)
    brought = [edition.publish() for _ in range(3 * total)]
    assert len({article.id for article in (*brought, *edition.articles)}) == 3 * total + 15
    assert not any(article.title.startswith("Update") for article in brought[: total - 15])
    again = brought[total - 15]
    assert again.title == f"Update: {stock.stories[0].title}"
    assert brought[2 * total - 15].title == f"Update 2: {stock.stories[0].title}"


def test_ids_are_twelve_of_the_ten_letters(edition):
    assert all(len(a.id) == 12 and set(a.id) <= set("FGLMPQRSWX") for a in edition.articles)


def test_a_site_started_later_gives_other_ids(stock, edition):
    later = Edition(stock, lambda: START + timedelta(seconds=1))
    assert not {a.id for a in edition.articles} & {a.id for a in later.articles}


def test_old_articles_leave_the_site(edition):
    oldest = edition.articles[-1]
    for _ in range(KEPT):
        edition.publish()
    assert len(edition.articles) == KEPT
    assert edition.find(oldest.id) is None


def test_a_correction_keeps_the_id_and_the_place_and_changes_the_slug(edition):
    old = edition.articles[3]
    new = edition.correct(old.id, "Ein anderer Titel für Köln")
    assert edition.articles[3] == new
    assert (new.id, new.published) == (old.id, old.published)
    assert new.path == f"/articles/ein-anderer-titel-fuer-koeln/{old.id}"


def test_an_unknown_article_cannot_be_corrected(edition):
    with pytest.raises(KeyError, match="FFFF"):
        edition.correct("FFFF", "x")

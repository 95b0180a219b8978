"""What holds of every history of a list: each headline is news exactly once, whatever a source does with its list."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.headline import Headline
from bot.domain.identity import normalised_title, of_guid, of_link, of_title
from bot.domain.plan import candidates, plan, unknown
from bot.domain.recognition import look_back

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
# Unlike one another: none could be another one, corrected
TITLES = [
    "Neue Brücke über den Fluss ist frei", "Sturm reißt Dächer in Küstenorten ab", "Haushalt der Stadt beschlossen",
    "Kletterer erreicht den Gipfel allein", "Museum zeigt frühe Landkarten", "Zugverkehr ruht bis Montag",
    "Handballerinnen gewinnen in Lyon", "Preis für Kakao so hoch wie nie", "Ein Wal verirrt sich im Hafen",
    "Gericht bestätigt Urteil zum Lärmschutz", "Chor singt hundert Jahre alte Messe", "Forscher finden warme Quelle",
]  # fmt: skip
NASTY = ["Das Wetter", "Das Wetter", "Wetter", "Das Wetter am Abend", "Das Wetter am Abend!", "Das Wetter am Morgen",
         "2:1 in der 80. Minute", "2:2 in der 81. Minute", "🎉", "+++", ""]  # fmt: skip
KINDS = st.sampled_from(["link", "guid", "title"])
# In minutes; some are dated ahead
AGES = st.one_of(
    st.none(), st.integers(0, 10), st.integers(0, 300), st.integers(0, 8000), st.integers(-3000, 0)
)


@dataclass
class Row:
    """A stored article."""

    id: int
    identity: str
    title: str
    link: str
    published: datetime
    lead: str = ""
    blocks: tuple = ()


class Source:
    """What is stored of one source, poll after poll, as the storage does it."""

    def __init__(self):
        self.rows, self.news = [], Counter()

    def poll(self, lines, now, whole=True):
        known = {row.identity: row for row in self.rows if row.identity in candidates(lines)}
        since = look_back(unknown(lines, known), now)
        lately = [] if since is None else [row for row in self.rows if row.published >= since]
        lately.sort(key=lambda row: (row.published, row.id), reverse=True)
        changes = plan(lines, known, now, lately[:300], whole=whole)
        before = {normalised_title(row.title) for row in self.rows}
        self._apply(changes, now)
        self._check(lines, changes, now, before)
        return changes

    def _apply(self, changes, now):
        by_id = {row.id: row for row in self.rows}
        for article_id, identity in changes.renamed:
            by_id[article_id].identity = identity
        for article_id, line in changes.corrected:
            by_id[article_id].title, by_id[article_id].link = line.title, line.link or by_id[article_id].link
        for line in (*changes.backfill, *changes.new):
            self.rows.append(
                Row(len(self.rows) + 1, line.identity, line.title, line.link, line.published or now)
            )
            self.news[line.title] += 1

    def _check(self, lines, changes, now, before):
        """What must hold after every poll."""
        identities = [row.identity for row in self.rows]
        assert len(set(identities)) == len(identities)
        assert {article_id for article_id, _ in changes.corrected} <= set(changes.seen)
        here = {row.identity for row in self.rows}
        titles = before | {normalised_title(line.title) for line in (*changes.new, *changes.backfill)}
        assert all(line.identity in here or normalised_title(line.title) in titles for line in lines)
        for part in (changes.new, changes.backfill):
            dated = [line.published for line in part if line.published]
            assert all(one <= other for one, other in pairwise(dated))
            assert all(at <= now + timedelta(minutes=15) for at in dated)


def headline(number, title, kind, age):
    published = None if age is None else NOW - timedelta(minutes=age)
    link = f"https://e.org/{number}" if kind != "title" else ""
    identity = {
        "link": lambda: of_link(link),
        "guid": lambda: of_guid(f"tag:e.org,{number}"),
        "title": lambda: of_title(title, published, BERLIN),
    }
    return Headline(identity[kind](), title, link, published)


@st.composite
def pools(draw, titles):
    """Some headlines that a source will list, and take off, and list again."""
    chosen = draw(
        st.lists(st.sampled_from(titles), min_size=1, max_size=12, unique=len(set(titles)) == len(titles))
    )
    kind = draw(KINDS)
    return [headline(at, title, draw(st.just(kind) | KINDS), draw(AGES)) for at, title in enumerate(chosen)]


@st.composite
def histories(draw, titles=tuple(TITLES)):
    """Lists of one source, each with the minutes since the last: permuted, shortened, emptied, refilled, doubled."""
    pool = draw(pools(titles))
    lists = st.lists(st.sampled_from(pool), max_size=len(pool) + 2)
    return draw(
        st.lists(st.tuples(lists | st.just(pool), st.sampled_from([0, 1, 7, 60, 1440, 4000])), max_size=8)
    )


def polled(history, source=None, whole=True):
    source, now = source or Source(), NOW
    for lines, pause in history:
        now += timedelta(minutes=pause)
        source.poll(lines, now, whole)
    return source, now


@given(histories())
def test_every_headline_is_news_exactly_once_in_any_history(history):
    """Permuted, taken off, listed again, the list emptied and refilled."""
    source, _ = polled(history)
    assert source.news == Counter({line.title for lines, _ in history for line in lines})


@given(histories())
def test_a_part_of_a_list_pushes_each_headline_once_too(history):
    source, _ = polled(history, whole=False)
    assert source.news == Counter({line.title for lines, _ in history for line in lines})


@given(histories(), st.sampled_from([0, 1, 1440]))
def test_the_same_list_once_more_changes_nothing(history, pause):
    source, now = polled(history)
    if history:
        again = source.poll(history[-1][0], now + timedelta(minutes=pause))
        assert (again.new, again.backfill, again.corrected, again.renamed) == ((), (), (), ())
        assert len(again.seen) == len({line.identity for line in history[-1][0]})


@given(histories(NASTY))
def test_no_identity_is_news_twice_however_alike_the_titles(history):
    polled(history)  # `Source` checks every step


@given(histories(NASTY), st.sampled_from([0, 1, 5]))
def test_a_list_of_titles_alike_brings_nothing_new_the_second_time(history, pause):
    source, now = polled(history)
    if history:
        again = source.poll(history[-1][0], now + timedelta(minutes=pause))
        assert (again.new, again.backfill) == ((), ())


@given(pools(TITLES), st.randoms(), st.sampled_from(["guid", "link", "both", "host"]), st.integers(0, 3000))
def test_a_list_under_new_guids_or_addresses_is_no_news(pool, random, changed, pause):
    """Each line keeps its title and time, or its link and title. Not so one dated ahead: it is stored without its time,
    and the title alone may be that of another day."""
    pool = [replace(line, published=min(line.published or NOW, NOW)) for line in pool]
    source, now = polled([(pool, 0)])
    random.shuffle(pool)
    renewed = [
        replace(
            line,
            identity=f"guid:new-{at}" if changed != "link" else of_link(f"https://neu.example/{at}"),
            link=line.link if changed == "guid" else f"https://neu.example/{at}",
        )
        for at, line in enumerate(pool)
    ]
    again = source.poll(renewed, now + timedelta(minutes=pause))
    assert (again.new, again.backfill) == ((), ())
    assert len(again.renamed) == len(pool)
    assert source.poll(renewed, now + timedelta(minutes=pause + 1)).renamed == ()


@given(pools(TITLES), st.data())
def test_a_changed_title_under_its_identity_is_a_correction_and_no_news(pool, data):
    pool = [replace(line, identity=f"guid:{at}") for at, line in enumerate(pool)]
    source, now = polled([(pool, 0)])
    changed = [
        replace(line, title=data.draw(st.sampled_from([line.title, f"{line.title} – Update"])))
        for line in pool
    ]
    again = source.poll(changed, now + timedelta(minutes=5))
    assert (again.new, again.backfill, again.renamed) == ((), (), ())
    assert {line.title for _, line in again.corrected} == {
        line.title for line, old in zip(changed, pool, strict=True) if line.title != old.title
    }


@given(pools(TITLES), st.randoms())
def test_the_order_of_a_list_does_not_decide_what_is_news(pool, random):
    shuffled = random.sample(pool, len(pool))
    one, other = (plan(lines, {}, NOW) for lines in (pool, shuffled))
    assert set(one.new) == set(other.new)
    assert not one.backfill


@given(st.lists(st.integers(0, 600), min_size=2, max_size=12, unique=True), st.integers(1, 11))
def test_older_lines_below_the_known_are_never_pushed_and_newer_ones_above_always_are(ages, count):
    lines = [headline(age, TITLES[at], "link", age) for at, age in enumerate(sorted(ages))]
    count = min(count, len(lines) - 1)
    source, now = polled([(lines[count - 1 : count], 0)])
    again = source.poll(lines, now + timedelta(minutes=1))
    assert {line.title for line in again.new} == {line.title for line in lines[: count - 1]}
    assert {line.title for line in again.backfill} == {line.title for line in lines[count:]}


@pytest.mark.parametrize("days", range(1, 8))
@settings(max_examples=20)
@given(st.lists(st.sampled_from(TITLES), min_size=1, max_size=8, unique=True), st.integers(0, 1439))
def test_a_ticker_that_stands_still_is_no_news_on_any_day(days, titles, minute):
    """Its lines are dated anew each midnight."""
    ages = [minute + 3 * at for at in range(len(titles))]
    source, now = polled(
        [([headline(0, title, "title", age) for title, age in zip(titles, ages, strict=True)], 0)]
    )
    later = [headline(0, title, "title", age - 1440 * days) for title, age in zip(titles, ages, strict=True)]
    again = source.poll(later, now + timedelta(days=days))
    assert (again.new, again.backfill) == ((), ())


def test_a_second_address_of_an_article_that_is_dated_ahead_is_no_news():
    """It was pushed at the next poll: what is dated ahead is stored with the time at which it was seen."""
    lines = [headline(at, TITLES[0], "link", -90) for at in range(2)]
    source, _ = polled([(lines, 0), (lines, 5), (lines[::-1], 60), (lines, 120)])
    assert source.news == {TITLES[0]: 1}

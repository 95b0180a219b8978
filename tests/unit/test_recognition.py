"""Articles that come again under another identity are no news."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.headline import Block, Headline
from bot.domain.plan import plan, unknown
from bot.domain.recognition import look_back

NOW = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Stored:
    id: int
    identity: str
    title: str
    link: str
    published: datetime
    lead: str = ""
    blocks: tuple[Block, ...] = ()


def line(number, title=None, minutes=None, guid="guid:{}", link="https://e.org/a/{}"):
    title = title or f"Meldung Nummer {number} aus dem Rathaus"
    published = NOW - timedelta(minutes=10 * number if minutes is None else minutes)
    return Headline(guid.format(number), title, link.format(number), published)


def stored(lines):
    return [Stored(n, one.identity, one.title, one.link, one.published) for n, one in enumerate(lines, 1)]


def planned(lines, before, **how):
    lately = stored(before)
    known = {one.identity: one for one in lately}
    return plan(
        lines,
        {one.identity: known[one.identity] for one in lines if one.identity in known},
        NOW,
        lately,
        **how,
    )


FIVE = [line(n) for n in range(1, 6)]


def titles(found):
    return sorted(one.title for one in found.new)


def test_all_guids_changed_at_once_and_links_kept_is_nothing_new():
    again = [line(n, guid="guid:neu-{}") for n in range(1, 6)]
    found = planned(again, FIVE)
    assert not found.new
    assert not found.backfill
    assert not found.corrected
    assert dict(found.renamed) == {n: f"guid:neu-{n}" for n in range(1, 6)}
    assert sorted(found.seen) == [1, 2, 3, 4, 5]


def test_guids_and_links_changed_at_once_with_one_that_is_new():
    again = [line(n, guid="guid:neu-{}", link="https://neu.example/{}") for n in range(6)]
    assert titles(planned(again, FIVE)) == ["Meldung Nummer 0 aus dem Rathaus"]


def test_guids_links_and_times_changed_at_once():
    again = [line(n, guid="guid:neu-{}", link="https://neu.example/{}", minutes=0) for n in range(1, 6)]
    assert not planned(again, FIVE).new
    undated = [replace(one, published=None) for one in again]
    assert not planned(undated, FIVE).new


def test_another_guid_and_title_with_the_same_link_and_time_is_a_correction():
    again = [replace(FIVE[0], identity="guid:v2", title="Ganz anders überschrieben"), *FIVE[1:]]
    found = planned(again, FIVE)
    assert not found.new
    assert [(at, one.title) for at, one in found.corrected] == [(1, "Ganz anders überschrieben")]


def test_a_link_that_many_share_is_no_sign():
    home = [line(n, link="https://e.org/live") for n in range(1, 4)]
    new = line(0, "Etwas ganz Neues geschieht", link="https://e.org/live", minutes=10)
    assert titles(planned([new, *home], home)) == ["Etwas ganz Neues geschieht"]
    assert titles(planned([new], [home[0]])) == []
    other = replace(new, published=NOW)
    assert titles(planned([other], [home[0]])) == ["Etwas ganz Neues geschieht"]


def test_a_second_address_listed_beside_the_first_is_the_same_article():
    twin = replace(FIVE[0], identity="url:e.org/sport/1", link="https://e.org/sport/1")
    found = planned([twin, *FIVE], FIVE)
    assert not found.new
    assert not found.renamed
    assert not found.corrected


def test_two_addresses_of_one_new_article_are_stored_once():
    twin = replace(FIVE[0], identity="url:e.org/sport/1", link="https://e.org/sport/1")
    assert len(planned([FIVE[0], twin], []).new) == 1
    heading = replace(FIVE[0], title="Das Wetter")
    assert len(planned([heading, replace(twin, title="Das Wetter")], []).new) == 2


def test_the_same_heading_on_the_next_day_is_news():
    yesterday = line(1, "Das Wetter im Norden am Abend", minutes=24 * 60)
    today = replace(yesterday, identity="guid:b", link="https://e.org/b", published=NOW)
    assert titles(planned([today], [yesterday])) == ["Das Wetter im Norden am Abend"]
    assert titles(planned([today, yesterday], [yesterday])) == ["Das Wetter im Norden am Abend"]


def at(title, minutes=0, day="2026-03-11"):
    return Headline(f"title:{abs(hash(title))}@{day}", title, "", NOW - timedelta(minutes=minutes))


OLD = at("Drei Verletzte bei Unfall in Jena", 5)
REST = [at("Der Hafen ist wieder frei", 20), at("Ein Chor singt im Regen", 30)]


def test_a_line_put_right_is_a_correction():
    new = at("Fünf Verletzte bei Unfall in Jena", 5)
    found = planned([new, *REST], [OLD, *REST])
    assert [(number, one.title) for number, one in found.corrected] == [(1, new.title)]
    assert not found.new


def test_a_line_of_another_minute_or_another_matter_is_news():
    for new in (at("Fünf Verletzte bei Unfall in Jena", 4), at("Neue Orgel für den Dom", 5)):
        assert titles(planned([new, *REST], [OLD, *REST])) == [new.title]


def test_a_line_beside_its_old_title_is_news():
    new = at("Fünf Verletzte bei Unfall in Jena", 5)
    assert titles(planned([new, OLD, *REST], [OLD, *REST])) == [new.title]


def test_where_two_lines_could_be_meant_both_are_news():
    two = [at("Fünf Verletzte bei Unfall in Jena", 5), at("Vier Verletzte bei Unfall in Jena", 5)]
    assert len(planned([*two, *REST], [OLD, *REST]).new) == 2


def test_a_part_of_the_list_says_nothing_of_what_is_gone():
    new = at("Fünf Verletzte bei Unfall in Jena", 5)
    assert titles(planned([new], [OLD, *REST], whole=False)) == [new.title]


def test_how_far_back_is_looked():
    assert look_back([], NOW) is None
    assert look_back([line(1)], NOW) == NOW - timedelta(days=1, minutes=10)
    assert look_back([replace(line(1), published=None)], NOW) == NOW - timedelta(days=14)
    assert look_back([line(1, minutes=-600)], NOW) == NOW - timedelta(days=1)
    assert look_back([line(1, minutes=200 * 24 * 60)], NOW) == NOW - timedelta(days=60)


def test_what_is_known_by_identity_needs_no_look_back():
    known = {one.identity: one for one in stored(FIVE)}
    assert unknown(FIVE, known) == []
    assert unknown([line(9), *FIVE], known) == [line(9)]


def test_a_heading_of_late_at_another_time_is_no_second_address():
    new = replace(FIVE[0], identity="guid:b", link="https://e.org/b", published=NOW + timedelta(hours=3))
    assert titles(planned([new, *FIVE], FIVE)) == [FIVE[0].title]


def test_of_a_list_renewed_at_once_each_article_is_taken_once():
    before = [line(n, minutes=600 + n) for n in range(1, 6)]
    again = [line(n, guid="guid:neu-{}", link="https://neu.example/{}", minutes=5) for n in range(1, 6)]
    double = replace(again[0], identity="guid:noch", link="https://neu.example/noch")
    assert titles(planned([*again, double], before)) == [double.title]


def test_a_short_heading_of_the_same_time_beside_the_first_is_news():
    heading = replace(FIVE[0], title="Das Wetter")
    twin = replace(heading, identity="guid:b", link="https://e.org/b")
    assert titles(planned([twin, heading], [heading])) == ["Das Wetter"]


COLUMNS = ["Das Wetter am Morgen", "Verkehr in der Region", "Sport in Kürze", "Was heute stattfindet"]


def test_columns_that_recur_are_news_every_day():
    yesterday = [line(n, title, 1440 + 5 * n) for n, title in enumerate(COLUMNS, 1)]
    guid, link = "guid:heute-{}", "https://e.org/heute/{}"
    today = [line(n, title, 7 * n, guid, link) for n, title in enumerate(COLUMNS, 1)]
    assert titles(planned(today, yesterday)) == sorted(COLUMNS)


def test_a_list_renewed_with_its_times_in_another_zone_is_nothing_new():
    again = [
        line(n, minutes=10 * n + 120, guid="guid:neu-{}", link="https://neu.e.org/{}") for n in range(1, 6)
    ]
    assert not planned(again, FIVE).new


def test_an_item_dated_ahead_under_another_address_is_the_same():
    ahead = line(1, "Neues Freibad im Osten der Stadt", minutes=-120)
    before = [replace(ahead, published=NOW - 5 * MINUTE), *FIVE]
    moved = replace(ahead, identity="url:e.org/neu", link="https://e.org/neu")
    found = planned([moved, *FIVE], before)
    assert not found.new
    assert dict(found.renamed) == {1: "url:e.org/neu"}
    short = replace(moved, title="Das Wetter")
    before = [replace(ahead, title="Das Wetter", published=NOW - 300 * MINUTE), *FIVE]
    assert titles(planned([short, *FIVE], before)) == ["Das Wetter"], "a heading tells too little"

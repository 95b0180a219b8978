"""What holds of every identity: one article keeps it however it is linked, two articles never share one."""

import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.domain import identity
from tests.fixtures.hostile_text import LINKS, PIECES

ZONES = st.sampled_from(["Europe/Berlin", "Africa/Casablanca", "Pacific/Apia", "UTC"]).map(ZoneInfo)
MOMENTS = st.integers(1_500_000_000, 1_900_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
HOSTS = st.sampled_from(["e.org", "news.example", "müller.example", "نيوز.example", "a.b.co.example"])
SEGMENTS = st.sampled_from(
    [
        "politik",
        "2026",
        "12345",
        "brücke-wieder-frei",
        "Brücke",
        "a b",
        "x,y",
        "قطار",
        "a+b",
        "50%",
        "id;1",
        "~me",
        "a:b",
    ]
)
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4)
NAMES = st.sampled_from(["id", "p", "article", "seite", "größe", "q", "ref", "view"])
VALUES = st.sampled_from(["1", "2", "", "ü", "a b", "a+b", "a&b", "x=y", "100%", "قطار", "RABAT"])
QUERIES = st.lists(st.tuples(NAMES, VALUES), max_size=4)
TRACKING = st.lists(
    st.sampled_from(
        ["utm_source=rss", "utm_medium=x&utm_campaign=y", "fbclid=AbC-1", "gclid=1", "UTM_Source=a", "mc_cid=1",
         "xtor=RSS-1", "wt_mc=x", "at_medium=y", "_ga=1.2", "igshid=1", "cmpid=3",
         "ref=rss", "print=1", "outputType=amp", "s_cid=0"]
    ),
    max_size=4,
)  # fmt: skip
ANYTHING = st.one_of(
    st.lists(st.sampled_from([*PIECES, *LINKS]), max_size=12).map("".join), st.text(max_size=60)
)


def address(host, path, pairs, scheme="https"):
    """An address as a browser writes it."""
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{scheme}://{host}/{'/'.join(map(quote, path))}{query}"


def mixed(text, random):
    return "".join(random.choice([char.lower(), char.upper()]) for char in text)


@given(HOSTS, PATHS, QUERIES, TRACKING, st.randoms())
def test_tracking_order_case_of_the_host_and_where_the_link_stood_change_nothing(
    host, path, pairs, tracking, random
):
    plain = address(host, path, pairs)
    parameters = [*tracking, *(urlencode([pair]) for pair in random.sample(pairs, len(pairs)))]
    random.shuffle(parameters)
    start = mixed(
        f"{random.choice(['http', 'https'])}://{random.choice(['', 'www.', 'm.', 'amp.'])}{host}", random
    )
    query = f"?{'&'.join(parameters)}" if parameters else ""
    other = f" {start}/{'/'.join(map(quote, path))}{random.choice(['', '/'])}{query}{random.choice(['', '#top'])}\n"
    assert identity.of_link(other) == identity.of_guid(other) == identity.of_link(plain)


@given(HOSTS, PATHS, QUERIES, st.randoms())
def test_the_spelling_of_the_same_letters_changes_nothing(host, path, pairs, random):
    """Escaped or not, in capitals or not, composed or not: browsers, feeds and servers differ in that."""
    spellings = [
        quote,
        lambda text: quote(text).lower() if "%" in quote(text) and text.islower() else quote(text),
        lambda text: quote(unicodedata.normalize("NFD", text)),
        lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
        lambda text: text.replace("%", "%25"),
    ]
    other = "/".join(random.choice(spellings)(part) for part in path)
    query = address(host, path, pairs).partition("?")[2]
    assert identity.of_link(f"https://{host}/{other}?{query}") == identity.of_link(address(host, path, pairs))


@given(HOSTS, PATHS, QUERIES, HOSTS, PATHS, QUERIES)
def test_addresses_that_differ_in_host_path_or_parameters_are_different(
    host, path, pairs, host2, path2, pairs2
):
    same = (host, path, sorted(pairs)) == (host2, path2, sorted(pairs2))
    assert (
        identity.of_link(address(host, path, pairs)) == identity.of_link(address(host2, path2, pairs2))
    ) == same


@given(
    HOSTS,
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    st.sampled_from(["/a/{}", "/a-{}.html", "/?p={}", "/#!{}"]),
)
def test_two_numbers_are_two_articles(host, one, other, form):
    links = [f"https://{host}{form.format(number)}" for number in (one, other)]
    assert (identity.of_link(links[0]) == identity.of_link(links[1])) == (one == other)


@given(ANYTHING, ANYTHING)
@example("tag:e.org,2026:1", "TAG:e.org,2026:1")
def test_two_ids_that_are_no_addresses_are_two(one, other):
    kept = [guid.strip().encode("utf-8", "replace") for guid in (one, other)]
    assume(not any(guid.startswith(b"http") for guid in kept))
    assert (identity.of_guid(one) == identity.of_guid(other)) == (kept[0] == kept[1])


@given(ANYTHING)
def test_an_identity_is_short_stable_and_has_its_kind_before_it(text):
    for made in (identity.of_link(text), identity.of_guid(text)):
        made.encode()
        assert made.split(":")[0] in ("url", "id", "guid")
        assert len(made) <= 310
    assert identity.of_link(text) == identity.of_link(f"  {text}\t") or text != text.strip()


@given(ANYTHING)
def test_a_very_long_address_keeps_apart_what_stands_at_its_end(text):
    long = "https://e.org/" + "x" * 400
    assert identity.of_link(f"{long}-1") != identity.of_link(f"{long}-2")
    assert len(identity.of_link(long + text)) <= 310


@given(ANYTHING)
def test_a_normalised_title_stays_as_it_is_and_is_words_if_there_are_any(text):
    once = identity.normalised_title(text)
    assert once == " ".join(once.split())
    assert identity.normalised_title(once) == once
    if any(char.isalnum() for char in once):
        assert all(char == " " or char == "_" or char.isalnum() for char in once)


@given(
    st.lists(st.sampled_from(["Brücke", "frei", "ÅLAND", "Straße", "2:1", "قطار", "Z\u0142oty"]), min_size=1),
    st.randoms(),
)
def test_case_punctuation_blanks_and_composition_do_not_make_another_title(words, random):
    other = "".join(
        random.choice([word, word.upper(), unicodedata.normalize("NFD", word)])
        + random.choice([" ", " – ", ", ", "! „", "\n"])
        for word in words
    )
    assert identity.normalised_title(other) == identity.normalised_title(" ".join(words))


@given(ANYTHING, MOMENTS, ZONES, st.integers(0, 86_399))
def test_a_line_is_the_same_all_day_and_another_the_next(title, moment, zone, second):
    start = moment.astimezone(zone).replace(hour=0, minute=0, second=0, fold=0)
    later = (start + timedelta(seconds=second)).astimezone(UTC)
    assume(later.astimezone(zone).date() == start.date())
    one = identity.of_title(title, start, zone)
    assert identity.of_title(title, later, zone) == one
    tomorrow = identity.of_title(title, start + timedelta(days=1), zone)
    assert tomorrow != one
    assert identity.of_title(title, None, zone) not in (one, tomorrow)


@given(ANYTHING, MOMENTS, st.integers(1, 10))
def test_a_line_is_found_under_each_of_the_seven_days_before(title, moment, back):
    zone = ZoneInfo("UTC")
    earlier = identity.of_title(title, moment - timedelta(days=back), zone)
    days = identity.earlier_days(identity.of_title(title, moment, zone))
    assert len(set(days)) == 7
    assert (days.index(earlier) + 1 == back) if back <= 7 else earlier not in days


@given(ANYTHING, ANYTHING)
@example("+++", "???")
@example("🎉", "😢")
def test_two_titles_are_one_line_only_if_their_words_are(one, other):
    """Or, where a title has no words, its signs."""
    moment, zone = datetime(2026, 3, 11, tzinfo=UTC), ZoneInfo("UTC")
    words = [identity.normalised_title(title).encode("utf-8", "replace") for title in (one, other)]
    same = identity.of_title(one, moment, zone) == identity.of_title(other, moment, zone)
    assert same == (words[0] == words[1])
    assert words[0] or not one.strip()


@given(
    st.lists(st.tuples(st.sampled_from(LINKS), st.sampled_from(["Eins", "EINS!", "Zwei", ""])), max_size=12)
)
def test_a_shared_link_is_one_that_stands_beside_two_titles(rows):
    expected = {
        link
        for link, _ in rows
        if link and len({identity.normalised_title(title) for other, title in rows if other == link}) > 1
    }
    assert identity.shared_links(rows) == expected


def test_titles_of_signs_alone_are_lines_of_their_own():
    """They had no words and so were all the same: only the first of a day was news."""
    titles = ["🎉", "😢", "+++", "???", "\ud83d"]
    lines = {identity.of_title(title, None, ZoneInfo("UTC")) for title in titles}
    assert len(lines) == len(titles)


def test_an_address_in_capitals_is_an_address_as_a_guid_too():
    assert identity.of_guid("HTTPS://E.ORG/a") == identity.of_link("https://e.org/a")

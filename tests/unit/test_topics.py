"""Which topics an article belongs to."""

import pytest

from bot.catalogue import load
from bot.domain.catalogue import OTHER, Topic
from bot.domain.topics import Decision, decide, names_topic, path_parts

TOPICS = (
    Topic("sport", "⚽", {}, ("sport", "Fußball"), ("WM 2030", "Handball")),
    Topic("wirtschaft", "💶", {}, ("wirtschaft", "Wirtschaft & Finanzen", "économie"), ("Dax", "Tourismus")),
    Topic("marokko", "🇲🇦", {}, ("المغرب", "marokko"), ("Marokko", "المغرب")),
    OTHER,
)


def topics_of(topics, **known):
    return decide(topics, **known).topics


def test_the_sources_setting_decides_alone():
    assert topics_of(TOPICS, setting="marokko", categories=["Sport"], title="Dax steigt") == ("marokko",)


def test_the_first_of_category_section_url_and_keywords_that_hits_decides():
    every = {"section": "Wirtschaft", "link": "https://e.org/marokko/x", "title": "Handball"}
    assert topics_of(TOPICS, categories=["Sport"], **every) == ("sport",)
    assert topics_of(TOPICS, categories=["Lokales"], **every) == ("wirtschaft",)
    assert topics_of(TOPICS, **every | {"section": ""}) == ("marokko",)
    assert topics_of(TOPICS, **every | {"section": "", "link": "https://e.org/x"}) == ("sport",)


def test_a_part_of_an_address_with_four_words_is_a_title():
    parts = path_parts("https://lokal.e.org/stadt-und-land//bruecke-ist-wieder-frei/")
    assert parts == ["lokal", "stadt-und-land"]


def test_several_topics_of_one_level_apply():
    assert topics_of(TOPICS, categories=["marokko", "SPORT"]) == ("sport", "marokko")
    assert topics_of(TOPICS, title="Marokko: Tourismus wächst vor WM 2030") == (
        "sport",
        "wirtschaft",
        "marokko",
    )


def test_where_nothing_hits_it_is_other():
    assert topics_of(TOPICS, categories=["Lokales"], title="Neue Bänke am Ufer") == ("other",)
    assert topics_of((OTHER,)) == ("other",)


@pytest.mark.parametrize("section", ["FUSSBALL", "fußball", " Fussball "])
def test_a_section_is_compared_without_case(section):
    assert topics_of(TOPICS, section=section) == ("sport",)


@pytest.mark.parametrize("section", ["wirtschaft-finanzen", "Wirtschaft &  Finanzen", "economie", "ÉCONOMIE"])
def test_a_section_is_compared_without_accents_and_signs(section):
    assert topics_of(TOPICS, section=section) == ("wirtschaft",)


@pytest.mark.parametrize("section", ["Sportpolitik", "Transport", "Sport am Abend", ""])
def test_a_section_hits_as_a_whole_only(section):
    assert topics_of(TOPICS, section=section) == ("other",)


@pytest.mark.parametrize(
    "link",
    [
        "https://e.org/sport/x",
        "https://e.org/a/Sport",
        "https://sport.e.org/de/x",
        "https://e.org/fu%C3%9Fball/1",
    ],
)
def test_a_part_of_the_address_is_a_section(link):
    assert topics_of(TOPICS, link=link) == ("sport",)


@pytest.mark.parametrize(
    "link", ["https://e.org/sport-news/x", "https://sport.org/x", "https://e.org/?r=sport", ""]
)
def test_a_piece_of_a_part_is_none(link):
    assert topics_of(TOPICS, link=link) == ("other",)


@pytest.mark.parametrize("title", ["wm 2030: Plan steht", "Plan für „WM  2030“", "Der Plan (WM 2030)"])
def test_a_keyword_is_found_whatever_its_case(title):
    assert topics_of(TOPICS, title=title) == ("sport",)


@pytest.mark.parametrize("title", ["WM 20301", "Handballer ziehen um", "Beachhandball"])
def test_a_keyword_is_a_whole_word(title):
    assert topics_of(TOPICS, title=title) == ("other",)


def test_a_keyword_in_the_lead_counts():
    assert topics_of(TOPICS, title="Neuer Plan", lead="Der Dax gibt nach.") == ("wirtschaft",)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("Wirtschaft & Sport", ("sport", "wirtschaft")),
        ("Sport/Lokales", ("sport",)),
        ("Sport - Tennis", ("sport",)),
        ("Sport und Spiel", ("sport",)),
        ("Wirtschaft: Marokko", ("wirtschaft", "marokko")),
        ("Wirtschaft & Finanzen", ("wirtschaft",)),
        ("Wirtschaft und Finanzen", ("wirtschaft",)),
        ("wirtschaft-und-marokko", ("wirtschaft", "marokko")),
        ("Spiel und Spaß", ("other",)),
    ],
)
def test_a_combined_section_counts_as_a_whole_else_by_its_parts(section, expected):
    assert topics_of(TOPICS, section=section) == expected
    assert topics_of(TOPICS, categories=[section]) == expected


OPEN = (
    Topic("sport", "", {}, ("*-liga", "fußball-*"), ("Fußball*", "Champions League*"), ("Bank", "Verein*")),
    Topic(
        "politik",
        "",
        {},
        ("*politik",),
        ("*minister", "*wahlrecht*", "*verein ins"),
        ("Präsident*", "Bank"),
        ("von der Bank",),
    ),
    OTHER,
)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("3. Liga", "sport"),
        ("Fußball-WM", "sport"),
        ("Innenpolitik", "politik"),
        ("Politiker", "other"),
        ("Ligaliga", "other"),
    ],
)
def test_a_star_in_a_section_stands_for_anything(section, expected):
    assert topics_of(OPEN, section=section) == (expected,)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Fußballer feiern", ("sport",)),
        ("Beachfußball am See", ("other",)),
        ("Der Außenminister reist", ("politik",)),
        ("Ministerin reist", ("other",)),
        ("Das Bundeswahlrechtsgesetz", ("politik",)),
        ("Champions-League-Abend", ("sport",)),
        ("Champions am Abend", ("other",)),
        ("Vom Heimatverein ins Stadion", ("politik",)),
        ("Vom Heimatverein zum Stadion", ("other",)),
        ("Ein Abend der Champions", ("other",)),
    ],
)
def test_a_star_in_a_keyword_stands_for_any_letters(title, expected):
    assert topics_of(OPEN, title=title) == expected


def test_hints_count_where_no_keyword_of_any_topic_hits():
    assert topics_of(OPEN, title="Der Präsident geht") == ("politik",)
    assert topics_of(OPEN, title="Der Präsident geht zum Fußball") == ("sport",)
    assert topics_of(OPEN, title="Präsident des Vereins") == ("sport", "politik")


def test_unless_rules_a_topic_out():
    assert topics_of(OPEN, title="Die Bank am Markt") == ("sport", "politik")
    assert topics_of(OPEN, title="Minister kommt von der Bank") == ("sport",)


def test_a_decision_names_its_rule_and_its_words():
    assert decide(TOPICS, setting="sport") == Decision(("sport",), "setting", ("sport",))
    assert decide(TOPICS, categories=["Netz", "Sport/Fußball"]) == Decision(
        ("sport",), "category", ("Sport/Fußball",)
    )
    assert decide(TOPICS, section="SPORT") == Decision(("sport",), "section", ("SPORT",))
    assert decide(TOPICS, link="https://e.org/sport/x") == Decision(("sport",), "url", ("sport",))
    assert decide(TOPICS, title="dax und Tourismus, Marokko") == Decision(
        ("wirtschaft", "marokko"), "keyword", ("Dax", "Marokko")
    )
    assert decide(OPEN, title="Vereine am See") == Decision(("sport",), "hint", ("Verein*",))
    assert decide(TOPICS, title="Bunte Steine") == Decision(("other",), "nothing")


def test_a_name_decides_or_not():
    assert names_topic(TOPICS, "Sport/Fußball")
    assert not names_topic(TOPICS, "Lokales")


def test_the_title_in_an_address_is_no_section():
    link = "https://e.org/die-grosse-liga-3-liga"
    assert topics_of(OPEN, link=link) == ("other",)
    assert topics_of(OPEN, link="https://e.org/3-liga/die-grosse") == ("sport",)


def test_arabic_words_are_words():
    assert topics_of(TOPICS, title="أخبار المغرب اليوم") == ("marokko",)
    assert topics_of(TOPICS, section="المغرب") == ("marokko",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("WM 2030: Neue Karte soll das Reisen vereinfachen", {"sport"}),
        ("Marokko und Kenia vereinbaren engere Zusammenarbeit", {"marokko", "afrika"}),
        ("Forschende entwickeln KI-Modell für Wettervorhersagen", {"wissen"}),
        ("Bundestag berät über den Haushalt", {"politik", "deutschland"}),
        ("Neue Ausstellung im Museum am Hafen", {"kultur"}),
        ("Schulen bekommen mehr Lehrkräfte", {"gesellschaft"}),
        ("Japan eröffnet längsten Tunnel", {"welt"}),
        ("Bunte Steine am Ufer", {"other"}),
    ],
)
def test_the_packaged_topics_fit_their_source(title, expected):
    assert set(topics_of(load(None).topics, title=title)) == expected


def test_the_packaged_topics_are_named_in_four_languages():
    topics = load(None).topics[:-1]
    assert len(topics) == 10
    assert all(topic.emoji and set(topic.name) == {"de", "en", "fr", "ar"} for topic in topics)

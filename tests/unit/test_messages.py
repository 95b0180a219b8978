"""Headlines as pushes and in ticker form: within Telegram's limits, in order, nothing lost, nothing unescaped."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.telegram.text import Texts as Parser
from bot.domain.headline import Article
from bot.render.markup import Html
from bot.render.messages import View, alert, headlines, ticker, title_of, view_of
from bot.render.texts import Texts
from storage.models import Chat
from tests.fixtures.talking import CATALOGUE

NOW = datetime(2026, 11, 24, 16, 39, tzinfo=UTC)
TEXTS = Texts.load()
PARSER = Parser(lambda _id: None)
PARSER.load()
HOSTILE = 'Tor & <b>Jubel</b> „wie nie“ "x" 🎉 مرحبا'


def view(**changes):
    given = {"language": "de", "zone": ZoneInfo("Europe/Berlin"), "form": "card", "silent": False, "now": NOW}
    return View(**{**given, "bot_username": "ticker_bot", **changes})


def article(number=1, **changes):
    given = {
        "id": number,
        "title": f"Schlagzeile {number}",
        "link": f"https://news.example/a/{number}?x=1&y=2",
        "published": NOW - timedelta(minutes=number),
        "first_seen": NOW,
        "topics": ("sport",),
        "source": "Walaw Press",
    }
    return Article(**{**given, **changes})


def sent(articles, **changes):
    """The messages as Telegram would show them."""
    parcels = headlines(articles, view(**changes), TEXTS, CATALOGUE)
    shown = [PARSER.parse(parcel.outgoing.text, "html") for parcel in parcels]
    for parcel, message in zip(parcels, shown, strict=True):
        assert len(parcel.outgoing.text.encode()) <= 32_768
        assert len(message.entities) <= 100
        limit = 1024 if parcel.outgoing.picture else 4096
        assert len(message.text.encode("utf-16-le")) // 2 <= limit
    return parcels, shown


def test_one_headline_is_a_card_with_lead_and_buttons():
    ((parcel,), (shown,)) = sent([article(lead="Der Vorspann.")])
    assert shown.text == "Schlagzeile 1\nDer Vorspann.\n\n17:38 · Sport · Walaw Press"
    assert [[(b.text, b.data or b.url) for b in row] for row in parcel.outgoing.keyboard] == [
        [("📖 Lesen", "r:1"), ("🔗 Quelle", "https://news.example/a/1?x=1&y=2")]
    ]
    assert parcel.article_ids == (1,)


def test_in_a_channel_reading_happens_in_private():
    ((parcel,), _) = sent([article()], private=False)
    assert parcel.outgoing.keyboard[0][0].url == "https://t.me/ticker_bot?start=a1"


def test_while_the_bots_name_is_unknown_a_channel_gets_the_source_only():
    ((parcel,), _) = sent([article()], private=False, bot_username="")
    assert [button.text for button in parcel.outgoing.keyboard[0]] == ["🔗 Quelle"]


def test_a_line_is_a_line():
    ((parcel,), (shown,)) = sent([article(lead="Der Vorspann.")], form="line")
    assert shown.text == "17:38 Schlagzeile 1"
    assert parcel.outgoing.keyboard == ()


def test_a_picture_is_sent_with_a_caption_that_fits():
    given = article(picture="https://news.example/p.jpg", title="T" * 600, lead="Wort " * 300)
    ((parcel,), _) = sent([given], form="picture")
    assert parcel.outgoing.picture == "https://news.example/p.jpg"
    assert parcel.outgoing.without_picture().send(1)[0] == "sendMessage"


@pytest.mark.parametrize("picture", ["", "data:image/png;base64,x", "/p.jpg"])
def test_without_a_usable_picture_it_is_a_card(picture):
    ((parcel,), _) = sent([article(picture=picture)], form="picture")
    assert parcel.outgoing.picture == ""


def test_silence_is_the_chats_choice():
    assert headlines([article()], view(silent=True), TEXTS, CATALOGUE)[0].outgoing.silent


def test_several_come_in_ticker_form_newest_last_grouped_by_day():
    given = [
        article(1),
        article(2),
        article(3, published=NOW - timedelta(days=1)),
        article(4, published=NOW - timedelta(days=2)),
    ]
    ((parcel,), (shown,)) = sent(given)
    assert shown.text == (
        "Sonntag, 22. November\n① 17:39 Schlagzeile 4\n\nGestern\n② 17:39 Schlagzeile 3\n\n"
        "Heute\n③ 17:37 Schlagzeile 2\n④ 17:38 Schlagzeile 1"
    )
    assert parcel.article_ids == (4, 3, 2, 1)
    assert [button.data for button in parcel.outgoing.keyboard[0]] == ["r:4", "r:3", "r:2", "r:1"]


def test_a_day_begins_at_midnight_in_the_chats_zone():
    given = [
        article(1, published=datetime(2026, 11, 23, 22, 59, tzinfo=UTC)),
        article(2, published=datetime(2026, 11, 23, 23, 1, tzinfo=UTC)),
    ]
    _, (shown,) = sent(given)
    assert shown.text == "Gestern\n① 23:59 Schlagzeile 1\n\nHeute\n② 00:01 Schlagzeile 2"


def test_more_than_ten_have_links_instead_of_numbers():
    ((parcel,), (shown,)) = sent([article(number) for number in range(1, 13)])
    assert parcel.outgoing.keyboard == ()
    assert "17:38 Schlagzeile 1" in shown.text
    assert "①" not in shown.text
    assert shown.entities[1]["url"] == "https://t.me/ticker_bot?start=a12"


@pytest.mark.parametrize("link", ["https://x.example/", "https://x.example/" + "a" * 1900])
def test_a_long_list_is_as_many_messages_as_the_limits_need(link):
    given = [article(number, title="Wort " * 12, link=link) for number in range(1, 200)]
    parcels, _ = sent(given, bot_username="")
    assert [one for parcel in parcels for one in parcel.article_ids] == list(range(199, 0, -1))
    assert 3 <= len(parcels) <= 14


def test_nothing_is_no_message():
    assert headlines([], view(), TEXTS, CATALOGUE) == []


def test_without_a_web_address_there_is_no_source_button():
    ((parcel,), _) = sent([article(link="urn:x")])
    assert [button.text for button in parcel.outgoing.keyboard[0]] == ["📖 Lesen"]


def test_a_hostile_title_stays_text():
    _, (card,) = sent([article(title=HOSTILE, source="A & B <i>")])
    _, (line,) = sent([article(title=HOSTILE)], form="line")
    assert card.text.startswith(HOSTILE)
    assert card.text.endswith("A & B <i>")
    assert line.text == f"17:38 {HOSTILE}"


def test_an_article_without_title_shows_its_link():
    assert title_of(article(title=" \n ")) == "https://news.example/a/1?x=1&y=2"


def test_a_lead_that_repeats_the_title_is_left_out():
    _, (shown,) = sent([article(lead="Schlagzeile  1")])
    assert shown.text.count("Schlagzeile 1") == 1


TITLES = st.one_of(
    st.text(min_size=1, max_size=700), st.just(HOSTILE), st.text("<>&\"'", min_size=1, max_size=700)
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(TITLES, st.integers(0, 5000)), min_size=2, max_size=250),
    st.booleans(),
    st.sampled_from([0, 1500]),
)
def test_any_bundle_fits_is_in_order_and_leaves_nothing_out(lines, private, long_link):
    given = [
        article(
            number,
            title=title,
            published=NOW - timedelta(minutes=ago),
            link="https://x.example/" + "a" * long_link,
        )
        for number, (title, ago) in enumerate(lines)
    ]
    parcels, shown = sent(given, private=private, bot_username="")
    ids = [one for parcel in parcels for one in parcel.article_ids]
    expected = [one.id for one in sorted(given, key=lambda one: (one.published, one.id))]
    assert ids == expected
    assert sum(message.text.count("\n17:") + message.text.count("\n") > 0 for message in shown) == len(shown)


@settings(max_examples=60, deadline=None)
@given(TITLES, st.text(max_size=1500), st.sampled_from(["line", "card", "picture"]))
def test_any_push_fits(title, lead, form):
    sent([article(title=title, lead=lead, picture="https://news.example/p.jpg")], form=form)


def test_the_ticker_of_a_page_needs_no_links():
    html = ticker([article()], view(), TEXTS, numbered=True, linked=False)
    assert html == "<b>Heute</b>\n① 17:38 Schlagzeile 1"


def test_an_alert_is_a_text_with_its_arguments():
    outgoing = alert({"key": "setup-gone", "args": {"title": "A & B"}}, view(), TEXTS)
    assert "„A &amp; B“" in outgoing.text


def test_a_chat_is_seen_as_it_wishes_and_an_unknown_zone_is_utc():
    chat = Chat(
        id=-5, kind="channel", language="en", timezone="Mars/Olympus", form="line", silent=True, created=NOW
    )
    seen = view_of(chat, NOW, "ticker_bot")
    assert (seen.language, seen.form, seen.silent, seen.private) == ("en", "line", True, False)
    assert seen.clock(NOW) == "16:39"


def test_html_knows_its_own_length():
    assert Html('<b>„ä“</b> &amp; <a href="x">🎉</a>').length() == len("„ä“ & ") + 2


@pytest.mark.parametrize("end", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_a_time_at_an_end_of_all_years_is_shown_in_every_zone(end):
    for zone in ("America/New_York", "Pacific/Kiritimati"):
        assert view(zone=ZoneInfo(zone)).clock(end)

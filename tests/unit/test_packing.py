"""What is owed to a chat, as messages."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery import packing
from bot.delivery.packing import Load, Packer
from bot.delivery.state import TelegramState
from bot.domain.catalogue import Catalogue, CurrentCatalogue
from bot.domain.headline import Article
from bot.render.outgoing import Button, Outgoing
from bot.render.texts import Texts
from storage.models import Chat
from storage.outbox import Owed

TEXTS = Texts.load()
NOON = datetime(2026, 7, 1, 12, 0, 30, tzinfo=UTC)


class Clock:
    now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def catalogue():
    return CurrentCatalogue(Catalogue())


@pytest.fixture
def packer(clock, catalogue):
    return Packer(TEXTS, catalogue, TelegramState(), clock)


def chat(chat_id=1, **settings):
    return Chat(id=chat_id, kind="private", title="Lena", created=NOON, since=NOON, **settings)


def article(number, title=None):
    return Article(
        number, title or f"Meldung {number}", "https://news.example/a", NOON, NOON, source="Walaw Press"
    )


def owed(*numbers, thread_id=0):
    return [Owed(1, thread_id, number, 1) for number in numbers]


def stored(*numbers):
    return {number: article(number) for number in numbers}


def test_several_headlines_of_a_thread_are_one_message_and_each_thread_has_its_own(packer):
    loads = packer.pack(chat(), [*owed(1, 2), *owed(3, thread_id=9)], stored(1, 2, 3))
    assert [(load.thread_id, [one.article_id for one in load.owed]) for load in loads] == [
        (0, [1, 2]),
        (9, [3]),
    ]


def test_what_is_owed_of_an_article_that_is_no_more_is_in_no_message(packer):
    (load,) = packer.pack(chat(), owed(1, 2), stored(2))
    assert [one.article_id for one in load.owed] == [2]


def test_alerts_come_first(packer):
    notice = Owed(1, 0, None, 1, 5, "alert", {"key": "alert-may-not", "args": {"title": "Kanal"}})
    first, second = packer.pack(chat(), [*owed(1), notice], stored(1))
    assert first.owed == (notice,)
    assert "Kanal" in first.outgoing.text
    assert second.owed == tuple(owed(1))


def test_chats_that_see_the_same_share_one_rendering(packer):
    one = packer.pack(chat(1), owed(1), stored(1))
    other = packer.pack(chat(2), owed(1), stored(1))
    assert one[0].outgoing is other[0].outgoing
    english = packer.pack(chat(3, language="en"), owed(1), stored(1))
    assert english[0].outgoing is not one[0].outgoing


def test_a_correction_a_new_catalogue_and_the_next_minute_are_rendered_anew(packer, catalogue, clock):
    before = packer.pack(chat(), owed(1), stored(1))[0].outgoing
    corrected = packer.pack(chat(), owed(1), {1: article(1, "Berichtigt")})[0].outgoing
    assert "Berichtigt" in corrected.text
    catalogue.now = Catalogue()
    reloaded = packer.pack(chat(), owed(1), stored(1))[0].outgoing
    clock.now += timedelta(minutes=1)
    later = packer.pack(chat(), owed(1), stored(1))[0].outgoing
    assert len({id(outgoing) for outgoing in (before, reloaded, later)}) == 3


def test_the_cache_is_bounded(packer):
    for number in range(packing._CACHED + 50):
        packer.pack(chat(), owed(number), stored(number))
    assert len(packer._cache) == packing._CACHED


def test_halves_of_a_list_settle_each_headline_once(packer):
    (load,) = packer.pack(chat(), owed(1, 2, 3), stored(1, 2, 3))
    halves = packer.halves(chat(), load)
    assert [[one.article_id for one in half.owed] for half in halves] == [[1], [2, 3]]


def test_a_text_is_cut_and_its_last_piece_settles_it_and_has_the_buttons(packer):
    keyboard = ((Button("Lesen", data="r:1"),),)
    said = "<b>Ein Satz.</b>" + " Noch ein Satz." * 30
    load = Load(Outgoing(said, keyboard, picture="https://x.example/b.jpg"), (owed(1)[0],))
    *first, last = packer.halves(chat(), load)
    assert first
    assert all(piece.owed == () and piece.outgoing.keyboard == () for piece in first)
    assert (last.owed, last.outgoing.keyboard) == (load.owed, keyboard)
    assert " ".join(piece.outgoing.text for piece in [*first, last]) == "Ein Satz." + " Noch ein Satz." * 30
    assert not any(piece.outgoing.markup or piece.outgoing.picture for piece in [*first, last])


@pytest.mark.parametrize("text", ["Kurz und gut. " * 10, "x" * 256, ""])
def test_what_is_short_is_not_cut_whatever_the_server_says(packer, text):
    assert packer.halves(chat(), Load(Outgoing(text), ())) == []


def test_the_plain_form_has_no_markup_and_a_plain_message_has_no_plainer_one():
    load = Load(Outgoing("<b>a &amp; b</b>"), ())
    bare = packing.plain(load)
    assert bare == replace(load, outgoing=Outgoing("a & b", markup=False))
    assert packing.plain(bare) is None


def test_without_its_picture_a_message_is_text():
    load = Load(Outgoing("x", picture="https://x.example/b.jpg"), ())
    assert packing.without_picture(load).outgoing == Outgoing("x")
    assert packing.without_picture(Load(Outgoing("x"), ())) is None

"""Each answer of Telegram, over real HTTP, and what it does to what is owed."""

import asyncio

import pytest

from bot.demo.telegram import faults
from bot.demo.telegram.refusals import CHAT_NOT_FOUND, Refusal, bad, conflict
from tests.flow.delivery import Office

TOO_LONG = bad("message is too long")
CANT_PARSE = bad("can't parse entities: Can't find end tag corresponding to start tag \"b\"")


async def test_a_headline_goes_out_and_its_message_id_is_kept(office):
    _, chat = await office.reader()
    await office.headlines("Stadtbad öffnet wieder")
    office.new_sender()
    await office.all_settled()
    (text,) = office.texts(chat)
    assert text.startswith("Stadtbad öffnet wieder")
    (delivery,) = await office.deliveries()
    (message,) = office.standin.bot_messages(chat)
    assert (delivery.message_id, delivery.lease, delivery.attempt) == (message["message_id"], None, 1)


async def blocked(office):
    user, chat = await office.reader()
    office.standin.block(user)
    return chat


async def deactivated(office):
    user, chat = await office.reader()
    office.standin.deactivate(user)
    return chat


async def never_started(office):
    _, chat = await office.reader()
    chat.started = False
    return chat


async def unknown(office):
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, bad(CHAT_NOT_FOUND))
    return chat


async def kicked(office):
    owner, chat = await office.channel()
    office.standin.remove(chat, owner)
    return chat


async def no_member(office):
    owner, chat = await office.channel()
    office.standin.remove(chat, owner, banned=False)
    return chat


async def deleted(office):
    chat = office.standin.add_group("Runde", bot="member")
    await office.follow(chat)
    office.standin.delete_group(chat)
    return chat


@pytest.mark.parametrize("how", [blocked, deactivated, never_started, unknown, kicked, no_member, deleted])
async def test_a_chat_that_is_gone_gets_nothing_any_more_and_keeps_its_settings(office, how):
    chat = await how(office)
    await office.headlines("Eins", "Zwei")
    office.new_sender()
    counts = await office.all_settled()
    assert (counts.dead, counts.done) == (0, 0)
    row = await office.chat_row(chat)
    assert row.state == "gone"
    assert row.reason
    await office.headlines("Drei")
    assert (await office.counts()).owed == 0


async def test_a_group_that_moved_gets_its_headlines_under_its_new_id_in_order(office):
    group = office.standin.add_group("Runde", supergroup=False, bot="member")
    await office.follow(group)
    await office.headlines("Eins", "Zwei")
    moved = office.standin.upgrade(group)
    office.new_sender()
    await office.all_settled()
    (text,) = office.texts(moved)
    assert text.index("Eins") < text.index("Zwei")
    assert await office.chat_row(group) is None
    assert [d.attempt for d in await office.deliveries()] == [1, 1]


async def test_markup_that_telegram_cannot_parse_goes_as_plain_text_and_the_admins_are_told(
    sessions, standin
):
    office = Office(sessions, standin)
    admin, admin_chat = await office.reader("Admin", follows=False)
    office.options["admins"] = [admin.id]
    _, chat = await office.reader()
    standin.faults.chat(chat.id, CANT_PARSE, times=1)
    await office.headlines("Lärm & Licht")
    office.new_sender()
    await standin.wait_for(lambda: office.texts(admin_chat))
    await office.all_settled()
    (message,) = standin.bot_messages(chat)
    assert message["text"].startswith("Lärm & Licht")
    assert "entities" not in message
    assert "end tag" in office.texts(admin_chat)[0]
    await office.close()


async def test_a_list_that_is_too_long_goes_in_halves_in_order_each_headline_once(office):
    _, chat = await office.reader()
    titles = [f"Meldung Nummer {number}." for number in range(1, 6)]
    office.standin.faults.chat(chat.id, TOO_LONG, times=2)
    ids = await office.headlines(*titles)
    office.new_sender()
    await office.all_settled()
    texts = office.texts(chat)
    assert len(texts) == 3
    joined = "\n".join(texts)
    assert [joined.count(title) for title in titles] == [1] * 5
    assert sorted(titles, key=joined.index) == titles
    assert [d.article_id for d in await office.deliveries() if d.message_id] == ids


async def test_one_headline_that_is_too_long_goes_in_pieces_and_is_done_with_the_last(office):
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, TOO_LONG, times=1)
    await office.headlines("Ein langer Titel", lead="Und ein Satz dazu. " * 20)
    office.new_sender()
    await office.all_settled()
    messages = office.standin.bot_messages(chat)
    assert len(messages) >= 2
    words = " ".join(office.texts(chat)).split()
    assert " ".join(words[:83]) == "Ein langer Titel" + " Und ein Satz dazu." * 20
    assert ["reply_markup" in message for message in messages] == [False] * (len(messages) - 1) + [True]
    (delivery,) = await office.deliveries()
    assert delivery.message_id == messages[-1]["message_id"]


def _is_whole(_method, params):
    """Whether this is the text of the next test, not yet in pieces."""
    return len(params.get("text", "")) > 250


@pytest.mark.parametrize(
    ("fault", "times", "reason"),
    [
        (faults.gateway(502, delivers=True), 2, "unknown"),
        (bad("WEBPAGE_MEDIA_EMPTY"), 0, "Bad Request: WEBPAGE_MEDIA_EMPTY"),
    ],
)
async def test_a_text_in_pieces_of_which_the_first_does_not_go_is_dead_as_a_whole(
    office, fault, times, reason
):
    _, chat = await office.reader()
    office.standin.faults.where(_is_whole, TOO_LONG)
    office.standin.faults.where(
        lambda _, params: params.get("text", "").startswith("Ein langer Titel"), fault
    )
    await office.headlines("Ein langer Titel", lead="Und ein Satz dazu. " * 20)
    office.new_sender()
    await office.all_settled()
    assert [notice.reason for notice in await office.notices()] == [reason]
    assert len(office.texts(chat)) == times


@pytest.mark.parametrize(
    "refusal", [TOO_LONG, CANT_PARSE, bad("TOPIC_CLOSED"), Refusal(404, "Not Found: method not found")]
)
async def test_what_is_refused_in_every_form_is_dead_after_few_tries(office, refusal):
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, refusal)
    await office.headlines("Eins", "Zwei")
    office.new_sender()
    counts = await office.all_settled()
    assert (counts.dead, counts.done) == (2, 0)
    assert len(office.standin.called("sendMessage")) <= 3
    assert {notice.reason for notice in await office.notices()} == {refusal.description}


async def test_a_flood_at_the_first_question_is_waited_for(office):
    _, chat = await office.reader()
    office.standin.faults.method("getMe", faults.too_many(1), times=1)
    await office.headlines("Eins")
    office.new_sender()
    await asyncio.sleep(0.7)
    assert len(office.standin.called("getMe")) == 1
    await office.all_settled()
    assert len(office.texts(chat)) == 1


@pytest.mark.parametrize("refusal", ["message thread not found", "TOPIC_CLOSED"])
async def test_what_cannot_go_to_its_thread_goes_to_the_main_one_and_the_owner_is_told_once(office, refusal):
    owner, owners_chat = await office.reader("Redakteurin", follows=False)
    group = office.standin.add_group("Forum", bot="administrator", forum=True)
    await office.follow(group, owner_id=owner.id)
    thread = office.standin.add_thread(group, "Sport")
    await office.to_thread(group, thread)
    office.standin.faults.where(lambda _, params: "message_thread_id" in params, bad(refusal))
    office.new_sender()
    for title in ("Eins", "Zwei"):
        await office.headlines(title)
        office.sender.wake()
        await office.all_settled()
    assert [text.splitlines()[0] for text in office.texts(group)] == ["Eins", "Zwei"]
    assert len(await office.standin.wait_for(lambda: office.texts(owners_chat))) == 1


@pytest.mark.parametrize("kind", ["channel", "group"])
async def test_where_the_bot_may_not_write_it_stops_and_tells_the_owner(office, kind):
    if kind == "channel":
        owner, chat = await office.channel("Stadtkanal")
        chat.can_post = False
    else:
        owner, _ = await office.reader("Redakteurin", follows=False)
        chat = office.standin.add_group("Stadtkanal", bot="member")
        await office.follow(chat, owner_id=owner.id)
        office.standin.mute(chat)
    await office.headlines("Eins")
    office.new_sender()
    owners_chat = office.standin.private(owner)
    (alert,) = await office.standin.wait_for(lambda: office.texts(owners_chat))
    assert "Stadtkanal" in alert
    assert (await office.chat_row(chat)).state == "barred"
    await office.all_settled()


@pytest.mark.parametrize(
    "refusal",
    [
        bad("failed to get HTTP URL content"),
        bad("wrong type of the web page content"),
        bad("not enough rights to send photos to the chat"),
        Refusal(404, "Not Found: method not found"),
    ],
)
async def test_a_picture_that_cannot_be_sent_is_left_out(office, refusal):
    _, chat = await office.reader(form="picture")
    office.standin.faults.method("sendPhoto", refusal)
    await office.headlines("Mit Bild", picture="https://news.example/bild.jpg")
    office.new_sender()
    await office.all_settled()
    (message,) = office.standin.bot_messages(chat)
    assert message["text"].startswith("Mit Bild")
    assert (await office.chat_row(chat)).state == "active"


async def test_a_message_of_poison_is_dead_and_visible_and_the_next_goes_out(office):
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, bad("BUTTON_DATA_INVALID"), times=1)
    office.new_sender()
    await office.headlines("Gift")
    office.sender.wake()
    await office.all_settled()
    await office.headlines("Gesund")
    office.sender.wake()
    await office.all_settled()
    assert [text.splitlines()[0] for text in office.texts(chat)] == ["Gesund"]
    (notice,) = await office.notices()
    assert (notice.due, notice.reason) == (None, "Bad Request: BUTTON_DATA_INVALID")


async def test_a_revoked_token_stops_the_sending_and_keeps_the_queue_until_it_works_again(office):
    _, chat = await office.reader()
    await office.reader("Nora")
    office.new_sender()
    await office.until(lambda: asyncio.sleep(0, office.state.ready))
    office.standin.revoke_token()
    await office.headlines("Eins")
    office.sender.wake()
    await office.until(lambda: asyncio.sleep(0, office.state.revoked))

    async def given_back():
        counts = await office.counts()
        return (counts.owed, counts.in_doubt, counts.dead) == (2, 0, 0)

    await office.until(given_back)
    assert not office.state.ready
    calls = len(office.standin.called("sendMessage"))
    await asyncio.sleep(0.6)
    assert len(office.standin.called("sendMessage")) == calls <= 2
    office.standin.accept_token()
    await office.all_settled()
    assert office.state.ready
    assert len(office.texts(chat)) == 1
    assert [d.attempt for d in await office.deliveries()] == [1, 1]


async def test_a_conflict_is_said_and_the_message_goes_out_later(office, monkeypatch):
    monkeypatch.setattr("bot.delivery.flight._CONFLICT_PAUSE", 0.1)
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, conflict("terminated by other getUpdates request"), times=1)
    await office.headlines("Eins")
    office.new_sender()
    await office.all_settled()
    assert office.state.conflict
    assert len(office.texts(chat)) == 1


DOUBTFUL = [
    faults.drop_before(),
    faults.restarting(),
    faults.gateway(502),
    faults.gateway(504),
    faults.garbage(),
]
DOUBTFUL += [faults.not_ok_with_200()]


@pytest.mark.parametrize("fault", DOUBTFUL, ids=["cut", "500", "502", "504", "garbage", "ok false"])
async def test_what_is_in_doubt_is_sent_once_more(office, fault):
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, fault, times=1)
    await office.headlines("Eins", "Zwei")
    office.new_sender()
    await office.all_settled()
    assert len(office.texts(chat)) == 1
    assert [(d.attempt, d.message_id is not None) for d in await office.deliveries()] == [(2, True)] * 2


async def test_what_is_in_doubt_twice_is_dead_with_reason_unknown_and_never_comes_a_third_time(office):
    _, chat = await office.reader()
    office.standin.faults.chat(chat.id, faults.drop_after(), method="sendMessage", times=3)
    await office.headlines("Eins")
    office.new_sender()
    await office.all_settled()
    await asyncio.sleep(0.3)
    assert len(office.texts(chat)) == 2
    (notice,) = await office.notices()
    assert (notice.due, notice.reason) == (None, "unknown")

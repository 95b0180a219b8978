"""Chats, their settings and subscriptions, and what happens when one moves."""

import pytest

from storage import chats, corrections, outbox, subscriptions
from storage.chats import Seen
from tests.storage import made
from tests.storage.made import BEFORE, NOW, claim, later, settle


def seen(**more):
    return Seen(
        **{"id": 1, "kind": "private", "title": "Wiebke", "username": "wiebke"} | more,
        timezone="Europe/Berlin",
    )


async def test_a_new_chat_starts_with_what_the_update_shows(sessions):
    async with sessions.write() as session:
        made_now = await chats.ensure(session, seen(language="en"), NOW)
    async with sessions.read() as session:
        stored = await chats.get(session, 1)
    assert stored == made_now
    assert (stored.language, stored.state, stored.form, stored.paused) == ("en", "active", "card", False)
    assert stored.created == stored.since == NOW


async def test_the_language_follows_until_somebody_chooses_one(sessions):
    async with sessions.write() as session:
        await chats.ensure(session, seen(language="en"), NOW)
        await chats.ensure(session, seen(language="de", title="Wiebke H."), NOW)
        await chats.change(session, 1, language="en", language_chosen=True)
        chat = await chats.ensure(session, seen(language="de"), NOW)
    assert (chat.language, chat.title) == ("en", "Wiebke")


async def test_a_gone_chat_that_writes_is_back_with_its_subscriptions(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport")
        await chats.disable(session, 1, "gone", "Forbidden: bot was blocked by the user")
    async with sessions.write() as session:
        assert (await chats.get(session, 1)).reason == "Forbidden: bot was blocked by the user"
        chat = await chats.ensure(session, seen(language="de"), NOW)
        assert (chat.state, chat.reason) == ("active", None)
        assert await subscriptions.of(session, 1) == {"sport"}


async def test_a_barred_channel_is_back_only_when_it_is_enabled(sessions):
    async with sessions.write() as session:
        await made.chat(session, -1)
        await chats.disable(
            session, -1, "barred", "Bad Request: need administrator rights in the channel chat"
        )
        await made.chat(session, -1)
        assert (await chats.get(session, -1)).state == "barred"
        assert await chats.enable(session, -1, NOW)
        assert not await chats.enable(session, -1, NOW)
        assert (await chats.get(session, -1)).state == "active"


@pytest.mark.parametrize("unknown", ["colour", "id"])
async def test_a_setting_that_does_not_exist_is_refused(sessions, unknown):
    async with sessions.write() as session:
        await made.chat(session, 1)
        with pytest.raises(ValueError, match=unknown):
            await chats.change(session, 1, **{unknown: 3})


async def test_many_chats_are_found_by_id(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1)
        await made.chat(session, -7)
        assert set(await chats.many(session, [1, -7, 99])) == {1, -7}
        assert await chats.many(session, []) == {}


async def test_a_persons_channels_are_the_active_ones_by_title(sessions):
    async with sessions.write() as session:
        for chat_id, owner, kind in [
            (-1, 5, "channel"),
            (-2, 5, "supergroup"),
            (-3, 6, "channel"),
            (-4, 5, "channel"),
        ]:
            await made.chat(session, chat_id, kind=kind, owner_id=owner)
        await made.chat(session, 5, owner_id=5)
        await chats.disable(session, -4, "gone", "kicked")
        assert [chat.id for chat in await chats.owned_by(session, 5)] == [-1, -2]


async def test_topics_are_followed_once_and_left_singly_or_all(sessions):
    async with sessions.write() as session:
        await made.chat(session, 1, "sport", "kultur")
        await subscriptions.add(session, 1, ["sport", "afrika"], NOW)
        await subscriptions.add(session, 1, [], NOW)
        assert await subscriptions.of(session, 1) == {"sport", "kultur", "afrika"}
        await subscriptions.remove(session, 1, ["kultur", "welt"])
        assert await subscriptions.of(session, 1) == {"sport", "afrika"}
        assert await subscriptions.clear(session, 1) == 2
        assert await subscriptions.clear(session, 1) == 0
        assert await subscriptions.of(session, 1) == set()


OLD, NEW = -55, -1_000_000_000_055


async def test_a_group_that_moves_takes_everything_with_it(sessions):
    async with sessions.write() as session:
        ids = await made.owed(session, [OLD], 3)
        await chats.change(
            session, OLD, kind="group", language="en", language_chosen=True, owner_id=7, silent=True
        )
        await settle(session, "sent", *await claim(session, per_chat=1), message_id=4)
        await settle(session, "dead", *await claim(session, per_chat=1), reason="poison")
        await outbox.owe_alert(session, OLD, {"key": "a", "args": {}}, NOW)
        await chats.migrate(session, OLD, NEW)
    async with sessions.write() as session:
        assert await chats.get(session, OLD) is None
        chat = await chats.get(session, NEW)
        assert (chat.kind, chat.language, chat.owner_id, chat.silent) == ("supergroup", "en", 7, True)
        assert await subscriptions.of(session, NEW) == {"sport"}
        alerts = await claim(session)
        assert [(one.chat_id, one.kind) for one in alerts] == [(NEW, "alert")]
        await settle(session, "sent", *alerts)
        assert [(one.chat_id, one.article_id) for one in await claim(session)] == [(NEW, ids[2])]
        assert [(one.chat_id, one.reason) for one in await outbox.listing(session, 9)] == [(NEW, "poison")]
        assert (await outbox.counts(session)).done == 1


async def test_messages_of_the_old_group_are_not_edited_in_the_new_one_where_ids_begin_anew(sessions):
    async with sessions.write() as session:
        (article,) = await made.owed(session, [OLD])
        await settle(session, "sent", *await claim(session), message_id=12)
        await chats.migrate(session, OLD, NEW)
        assert (await outbox.counts(session)).done == 1
        assert not await corrections.note(session, article, NOW)


async def test_what_was_on_the_wire_to_the_old_group_is_owed_to_the_new_one(sessions):
    async with sessions.write() as session:
        (article,) = await made.owed(session, [OLD])
        claimed = await claim(session)
        await settle(session, "again", *claimed)
        await chats.migrate(session, OLD, NEW)
        assert [(one.chat_id, one.article_id) for one in await claim(session)] == [(NEW, article)]


async def test_a_group_whose_new_self_is_known_already_is_merged_and_nothing_is_owed_twice(sessions):
    async with sessions.write() as session:
        source = await made.source(session)
        await made.chat(session, OLD, "sport", "kultur")
        first = await made.article(session, source, "a1")
        await outbox.fan_out(session, first, ["sport"])
        await settle(session, "sent", *await claim(session), message_id=4)
        await made.chat(session, NEW, "sport", "afrika")
        second = await made.article(session, source, "a2")
        for article in (first, second):
            await outbox.fan_out(session, article, ["sport"])
        await chats.migrate(session, OLD, NEW)
        assert await subscriptions.of(session, NEW) == {"sport", "kultur", "afrika"}
        assert [(one.chat_id, one.article_id) for one in await claim(session)] == [(NEW, second)]


async def test_the_settings_of_the_one_that_was_set_up_stay(sessions):
    async with sessions.write() as session:
        await made.chat(session, OLD, "sport", form="line", owner_id=7)
        await made.chat(session, NEW, kind="supergroup", now=NOW)
        await chats.migrate(session, OLD, NEW)
        chat = await chats.get(session, NEW)
        assert (chat.form, chat.owner_id, chat.created, chat.title) == ("line", 7, BEFORE, f"Chat {NEW}")
        await made.chat(session, OLD, "kultur", form="card", owner_id=8)
        await chats.migrate(session, OLD, NEW)
        chat = await chats.get(session, NEW)
        assert (chat.form, chat.owner_id) == ("line", 7)


async def test_a_group_that_is_not_known_moves_without_trace(sessions):
    async with sessions.write() as session:
        await chats.migrate(session, OLD, NEW)
        assert await chats.many(session, [OLD, NEW]) == {}


async def test_a_headline_that_failed_before_the_move_is_not_owed_beside_the_same_one(sessions):
    async with sessions.write() as session:
        (article,) = await made.owed(session, [OLD])
        await settle(session, "later", *await claim(session), due=NOW)
        await made.chat(session, NEW, "sport")
        await outbox.fan_out(session, article, ["sport"])
        await chats.migrate(session, OLD, NEW)
        assert [(one.chat_id, one.notice_id) for one in await claim(session)] == [(NEW, None)]
        assert await claim(session, later(days=1)) == []

"""Verdicts in mid-run, with the handlers at work: who comes back, who moves, and who else uses the token."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.demo.telegram import faults
from storage import chats, outbox, subscriptions
from tests.fixtures.running import declared
from tests.flow.delivery import now
from tests.flow.test_command_line import until


@pytest.fixture
def news_clock():
    """The site's clock goes with the bot's."""
    return now


async def moving(office):
    """A group and the supergroup it will become, both known and both owed; the group has one message already."""
    group = office.standin.add_group("Runde", supergroup=False, bot="member")
    await office.follow(group)
    _, other = await office.reader()
    await office.headlines("Vorher")
    office.new_sender()
    await office.all_settled()
    await office.sender.stop()
    return group, other


async def test_a_group_that_moves_in_mid_queue_merges_with_its_known_successor(office):
    group, other = await moving(office)
    await office.headlines("Eins", "Zwei")
    moved = office.standin.upgrade(group)
    await office.follow(moved)  # it wrote there before we sent to the old one
    await office.headlines("Drei")  # owed to both
    office.new_sender()
    await office.all_settled()
    text = "\n".join(office.texts(moved))
    assert [text.count(title) for title in ("Vorher", "Eins", "Zwei", "Drei")] == [0, 1, 1, 1]
    assert text.index("Eins") < text.index(
        "Zwei"
    )  # until Telegram says so, nobody knows that the two are one
    assert await office.chat_row(group) is None
    assert (await office.chat_row(moved)).state == "active"
    counts = await office.counts()
    assert (counts.dead, counts.done) == (0, 8)  # four for each of two, what it got as a group included
    assert "Drei" in "\n".join(office.texts(other))


async def test_a_group_moves_while_its_message_is_on_the_wire_and_another_update_tells_of_it(office):
    group, _ = await moving(office)
    await office.headlines("Eins", "Zwei")
    moved = office.standin.upgrade(group)
    office.standin.faults.chat(group.id, faults.slow(0.3), method="sendMessage")
    office.new_sender()
    await office.standin.wait_for(
        lambda: [c for c in office.standin.called("sendMessage")[-3:] if c.params["chat_id"] == group.id]
    )
    async with office.sessions.write() as session:  # what the handler does with migrate_to_chat_id
        await chats.migrate(session, group.id, moved.id)
    await office.all_settled()
    text = "\n".join(office.texts(moved))
    assert [text.count(title) for title in ("Eins", "Zwei")] == [1, 1]
    assert await office.chat_row(group) is None
    assert (await office.counts()).dead == 0


@pytest.fixture
async def life(standin, newssite, run_bot, database, database_url):
    """The whole bot with one reader who follows everything; `life.publish()` brings news."""

    class Life:
        sessions = database.sessions

        async def state(self, chat_id):
            async with self.sessions.read() as session:
                return (await chats.get(session, chat_id)).state

        async def until_state(self, chat_id, state):
            await until(lambda: self._is(chat_id, state))

        async def _is(self, chat_id, state):
            return await self.state(chat_id) == state

        async def reader(self, name):
            user = standin.add_user(name)
            await standin.open_link(user)
            await standin.wait_for(lambda: standin.bot_messages(user.id), 20)
            async with self.sessions.write() as session:
                await subscriptions.add(session, user.id, ["all"], now())
            return user

        async def counts(self):
            async with self.sessions.read() as session:
                return await outbox.counts(session)

        async def nothing_in_flight(self):
            await until(self._all_written)

        async def _all_written(self):
            return (await self.counts()).in_doubt == 0

        def copies(self, user, article):
            return sum(article.title in str(message) for message in standin.bot_messages(user.id))

        async def arrives(self, article, *users):
            await standin.wait_for(lambda: all(self.copies(user, article) for user in users), 20)

    async with run_bot(database_url, declared(newssite)) as running:
        life = Life()
        life.running = running
        await standin.wait_for(lambda: ("/", 304) in newssite.hits, 20)
        yield life


@pytest.mark.parametrize("back", ["/start", "unblocked"])
async def test_who_blocked_the_bot_and_comes_back_gets_what_appears_from_then_on(
    life, standin, newssite, back
):
    anna, ben = await life.reader("Anna"), await life.reader("Ben")
    standin.updates.choose(["message"])  # Telegram does not always tell of a block before we send
    standin.block(anna)
    missed = newssite.publish()
    await life.arrives(missed, ben)
    await life.until_state(anna.id, "gone")
    await life.nothing_in_flight()  # Ben has his before that is written down
    assert (await life.counts()).owed == 0
    standin.updates.choose(["message", "my_chat_member"])
    if back == "/start":
        standin.updates.choose(["message"])
        await standin.open_link(anna)
    else:
        standin.unblock(anna)
    await life.until_state(anna.id, "active")
    later = newssite.publish()
    await life.arrives(later, anna, ben)
    assert (life.copies(anna, missed), life.copies(anna, later)) == (0, 1)


async def test_a_block_that_an_update_tells_of_cancels_the_queue_at_once(life, standin, newssite):
    anna, ben = await life.reader("Anna"), await life.reader("Ben")
    before = len(standin.called("sendMessage"))
    standin.block(anna)
    await life.until_state(anna.id, "gone")
    article = newssite.publish()
    await life.arrives(article, ben)
    asked = [call.params["chat_id"] for call in standin.called("sendMessage")[before:]]
    assert anna.id not in asked


async def test_a_token_revoked_in_mid_run_keeps_the_queue_and_all_goes_out_when_it_is_good_again(
    life, standin, newssite
):
    readers = [await life.reader(f"Leserin {number}") for number in range(5)]
    standin.revoke_token()
    articles = [newssite.publish(), newssite.publish()]

    async def owed():
        return (await life.counts()).owed == 10

    await until(owed)
    await asyncio.sleep(1)
    assert (await life.counts()).dead == 0
    assert not life.running.task.done()
    standin.accept_token()
    for article in articles:
        await life.arrives(article, *readers)
    await standin.say(readers[0], readers[0].id, "/help")  # and it listens again
    heard = len(standin.bot_messages(readers[0].id))
    await standin.wait_for(lambda: len(standin.bot_messages(readers[0].id)) > heard, 40)
    assert {life.copies(user, article) for user in readers for article in articles} == {1}


async def test_a_second_poller_is_said_loudly_and_headlines_go_out_all_the_same(
    life, standin, newssite, bot_api
):
    anna = await life.reader("Anna")
    standin.updates.conflict_pause = 0.2
    with capture_logs() as logs:
        await bot_api("getUpdates", timeout=1)  # ends the bot's own poll
        await standin.wait_for(lambda: 409 in [call.status for call in standin.called("getUpdates")], 10)
        article = newssite.publish()
        await life.arrives(article, anna)
        await standin.wait_for(
            lambda: any("another process uses the same token" in one["event"] for one in logs), 10
        )
        heard = len(standin.bot_messages(anna.id))
        await standin.say(anna, anna.id, "/help")
        await standin.wait_for(lambda: len(standin.bot_messages(anna.id)) > heard, 20)
        await standin.wait_for(lambda: any("no other process" in one["event"] for one in logs), 70)
    assert life.copies(anna, article) == 1

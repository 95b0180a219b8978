"""What is expected of the bot in words that a reader of the table understands, each with the look that proves it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.faults.house import AFTERWARDS, BOTES, BOTES_NEWS, EVERY, KNOWN, MEANWHILE, House


@dataclass(frozen=True)
class Expectation:
    """`check` fails where it is not so."""

    words: str
    check: Callable[[House], Awaitable[None]]
    reason: str = ""  # what the source says, for those who look from outside


def expected(words):
    """Makes an expectation of a check."""
    return lambda check: Expectation(words, check)


# While the fault lasts


def says(part):
    """The source's row gives the reason."""

    async def check(house):
        error = (await house.row()).error
        assert error is not None, f"nobody sees it; expected {part!r}"
        assert part in error, error

    return Expectation(f"the source says “{part}”", check, part)


def waits(**span):
    """Is not asked again before that."""
    least = timedelta(**span)

    async def check(house):
        row = await house.row()
        # Some seconds of the clock run on between the poll and this look
        assert row.next_poll - house.now() > least - timedelta(seconds=10), row.next_poll - house.now()

    (name, number), *_ = span.items()
    return Expectation(f"it is not asked again for {number} {name if number > 1 else name[:-1]}", check)


@expected("each poll comes later than the one before")
async def later(house):
    assert (await house.row()).next_poll - house.now() > 1.5 * EVERY


@expected("it is polled on as usual")
async def as_usual(house):
    row = await house.row()
    assert (row.error, row.failures) == (None, 0)
    assert row.next_poll - house.now() <= EVERY


@expected("the news comes all the same")
async def brings_it(house):
    assert await house.arrives(MEANWHILE)


@expected("nothing is sent")
async def sends_nothing(house):
    assert house.copies(MEANWHILE) == [0] * len(house.readers)


@expected("an admin is told once")
async def told(house):
    async def one():
        return house.words(house.admin)

    await house.until(one)
    await house.settled()
    assert len(house.words(house.admin)) == 1, house.words(house.admin)
    assert "„Blatt“" in house.words(house.admin)[0]


@expected("the source is quarantined, an admin is told")
async def quarantined(house):
    assert ((await house.row()).error or "").startswith("quarantined: ")
    await waits(minutes=15).check(house)
    await told.check(house)


@expected("it is polled no more, until its address in the file is another one")
async def stops(house):
    assert (await house.row()).stopped == "HTTP 410 Gone, for a day or longer"
    before = len(house.site.requests)
    await house.poll(2)
    assert len(house.site.requests) == before


@expected("what others bring is sent meanwhile")
async def others_go_on(house):
    assert await house.arrives(BOTES_NEWS)


@expected("other readers get everything meanwhile")
async def yusuf_gets_it(house):
    assert await house.arrives(MEANWHILE, house.readers[1:])
    assert await house.arrives(BOTES_NEWS, house.readers[1:])


@expected("the bot knows that the token is refused, and is not ready")
async def knows_it_is_revoked(house):
    async def revoked():
        return house.state.revoked and not house.state.ready

    await house.until(revoked)


@expected("the queue is kept")
async def keeps_the_queue(house):
    assert (await house.counts()).owed > 0


def ends_at_once(part):
    """The process ends with exit status 2."""

    async def check(machine):
        assert machine.bot.process.returncode == 2
        await machine.bot.reading
        assert part in machine.bot.log.splitlines()[-1], machine.bot.log[-3000:]

    return Expectation(f"it says “{part}” and ends with exit status 2", check)


@expected("the bot says that another one uses its token")
async def says_contested(house):
    async def contested():
        return house.state.conflict

    await house.until(contested)


@expected("no source waits for the clock to catch up: all are polled on at their pace")
async def polled_at_their_pace(house):
    assert await house.poller.poll_due() == 0
    assert await house.poll() == 2
    assert house.jumped < timedelta(minutes=-50)


# When it is over


@expected("every reader gets it once, nothing is lost, nothing twice")
async def once(house):
    assert await house.arrives(MEANWHILE)
    assert await house.arrives(BOTES_NEWS)
    await well_again(house)
    assert (house.copies(MEANWHILE), house.copies(BOTES_NEWS)) == ([1, 1], [1, 1])


@expected("what its new address lists from then on reaches every reader once")
async def read_anew_where_it_went(house):
    assert await house.arrives(BOTES_NEWS)
    await house.declare("neu")
    await house.poll()
    assert house.copies(MEANWHILE) == [0, 0]
    house.site.publish(AFTERWARDS)
    await house.poll()
    assert await house.arrives(AFTERWARDS)
    await well_again(house)
    assert (house.copies(AFTERWARDS), house.copies(BOTES_NEWS)) == ([1, 1], [1, 1])


@expected("nothing is lost; what may have arrived comes once more, never a third time")
async def at_most_twice(house):
    assert await house.arrives(MEANWHILE)
    await well_again(house)
    assert set(house.copies(MEANWHILE)) <= {1, 2}
    assert set(house.copies(BOTES_NEWS)) <= {1, 2}


async def well_again(house):
    """Nothing old was sent, nothing is owed or given up, and both sources are well."""
    await house.settled()
    counts = await house.counts()
    assert (counts.owed, counts.in_doubt, counts.dead) == (0, 0, 0)
    assert [row.error for row in await house.rows()] == [None, None]
    old = {title: house.copies(title) for title in (*KNOWN, *BOTES)}
    assert not any(sum(copies) for copies in old.values()), old


@expected("that chat gets nothing until it writes again, and keeps its settings; all others get it once")
async def only_yusuf(house):
    lena, yusuf = house.readers
    assert await house.arrives(MEANWHILE, [yusuf])
    await well_again(house)
    assert house.copies(MEANWHILE) == [0, 1]
    assert (await house.chat(lena)).state == "gone"


@expected("the message goes as plain text, once, and an admin is told")
async def plain_and_told(house):
    await once.check(house)

    async def told_why():
        return any("end tag" in text for text in house.words(house.admin))

    await house.until(told_why)


@expected("the message is put down as dead with the reason, for an admin to see and to send again")
async def dead_and_visible(house):
    await house.settled()
    dead = [one for one in await house.notices() if one.due is None]
    assert {one.chat_id for one in dead} == {house.readers[0].id}
    assert all("method not found" in one.reason for one in dead)
    assert (await house.counts()).dead == len(dead) == 2
    assert (house.copies(MEANWHILE), house.copies(BOTES_NEWS)) == ([0, 1], [0, 1])


@expected("both questions of a reader are answered, each once")
async def answered_once(desk):
    await desk.two_answers()

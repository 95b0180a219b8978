"""How things are made to go wrong in the house: each a function of it; `healed` sets all right again."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

from bot.demo.telegram.refusals import bad
from storage import chats
from tests.faults.answers import always
from tests.faults.expectations import expected, once
from tests.faults.house import MEANWHILE


def answers(answer):
    """The site answers this."""

    def strike(house):
        house.site.answer = answer

    return strike


async def healed(house):
    """Whatever went wrong is over."""
    house.names.answer = "127.0.0.1"
    house.forget_names()
    house.standin.faults.clear()
    house.standin.accept_token()
    await house.standin.online()
    if house.site.tls is not house.tls:
        await _restart(house.site, house.tls)
    await house.site.heal()


# Network


def name_is(address):
    """The name server has another answer, or none."""

    def strike(house):
        house.names.answer = address
        house.forget_names()

    return strike


async def nobody_listens(house):
    await house.site.stop()


async def suddenly_tls(house):
    await _restart(house.site, house.certificates.context("good"))


def certificate(kind):
    """The site shows another certificate."""

    async def strike(house):
        await _restart(house.site, house.certificates.context(kind))

    return strike


async def _restart(site, tls):
    await site.stop()
    site.tls = tls
    await site.start()


# HTTP


def until_a_date(house):
    """503 with a Retry-After in two hours and a bit."""

    async def answer(site, request, out):
        until = format_datetime(site.now() + timedelta(hours=2, minutes=1), usegmt=False)
        await out.answer(status="503 Service Unavailable", Retry_After=until)

    house.site.answer = answer


def gone(**apart):
    """410 at a poll, and still so much later."""

    async def strike(house):
        house.site.answer = always(status="410 Gone")
        await house.poll()
        house.jump(**apart)

    return strike


def pages_hang(house):
    """The list is well, and no article's page ever comes."""

    async def never(site, request, out):
        await asyncio.sleep(3600)

    house.site.articles = never


def pages_fail(house):
    async def fails(site, request, out):
        await out.answer(b"<h1>Fehler</h1>", "500 Internal Server Error")

    house.site.articles = fails


# Telegram


def lena(fault, times=None):
    """Calls that name Lena's chat go wrong."""
    return lambda house: house.standin.faults.chat(house.readers[0].id, fault, times, "sendMessage")


def both(fault, times=1):
    """The first call for each of two readers goes wrong."""

    def strike(house):
        for user in house.readers:
            house.standin.faults.chat(user.id, fault, times, "sendMessage")

    return strike


def everything(fault, times=None):
    """Each call goes wrong."""
    return lambda house: house.standin.faults.add(fault, times)


def lena_blocks(house):
    house.standin.block(house.readers[0])


def lena_deletes_her_account(house):
    house.standin.deactivate(house.readers[0])


def markup_refused(house):
    refusal = bad("can't parse entities: Can't find end tag corresponding to start tag")
    house.standin.faults.chat(house.readers[0].id, refusal, 1, "sendMessage")


def token_revoked(house):
    house.standin.revoke_token()


async def offline(house):
    await house.standin.offline()


async def restarts(house):
    """Gone for a moment, then back."""
    await house.standin.offline()
    asyncio.get_running_loop().call_later(0.5, lambda: asyncio.ensure_future(house.standin.online()))


def group_moves(house):
    """A group follows too, and becomes a supergroup before the next headline."""
    house.group = house.standin.add_group("Runde", supergroup=False, bot="member")
    house.moved = house.standin.upgrade(house.group)
    return house.knows(house.group, "group")


@expected("the supergroup gets it once, all others too")
async def moved_group_has_it_once(house):
    await once.check(house)
    assert house.copies(MEANWHILE, [house.moved]) == [1]
    assert await house.chat(house.group) is None


# Clock


def jumps(**by):
    """The clock of the machine is set, and the sites with it."""
    return lambda house: house.jump(**by)


def bot_only(**by):
    """The clock of the bot is set; the world goes on as it was."""

    def strike(house):
        before = house.jumped
        house.jump(**by)
        house.site.now = lambda: house.now() - house.jumped + before

    return strike


async def waits_in_the_future(house):
    """Telegram said 429 for a chat just before the clock of the bot was set, and the bot was started again since."""
    async with house.sessions.write() as session:
        await chats.change(session, house.readers[0].id, wait_until=house.now() + timedelta(seconds=30))
    bot_only(hours=-1)(house)


def source_is_off(**by):
    """The source's clock is wrong."""

    def strike(house):
        house.site.now = lambda: house.now() + timedelta(**by)

    return strike

"""An answer's body as it streams in: what is just within its bounds is read, and what is beyond is not."""

import gzip
import random

import pytest

from bot.sources.errors import FetchError
from bot.sources.fetching import body
from bot.sources.fetching.budget import Budget, Room

MIB = 1024 * 1024


class Sent:
    """A stream that has these pieces, and learns only after the last that it is at its end."""

    def __init__(self, chunks):
        self._left = [*chunks, b""]

    def at_eof(self):
        return not self._left

    async def readany(self):
        return self._left.pop(0)


async def read(*chunks, encoding="gzip", most=body.MOST):
    with Room(Budget()) as room:
        return await body.read(Sent(chunks), encoding, room, most)


@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_a_body_may_be_as_large_as_is_allowed_and_no_larger(encoding):
    def sent(size):
        letters = random.Random(1).randbytes(size)
        return gzip.compress(letters) if encoding else letters

    assert len(await read(sent(999), encoding=encoding, most=1100)) == 999
    for size in (1101, 5000):
        with pytest.raises(FetchError, match="larger than"):
            await read(sent(size), encoding=encoding, most=1100)
    assert len(await read(b"x" * 1100, encoding="", most=1100)) == 1100


async def test_what_is_larger_packed_than_allowed_is_refused_however_small_it_unpacks():
    with pytest.raises(FetchError, match="larger than"):
        await read(gzip.compress(b"") * 60, most=1100)


async def test_a_large_page_that_is_packed_as_text_is_comes_through_and_a_bomb_does_not():
    text = b" ".join(str(number).encode() for number in range(300_000))
    packed = gzip.compress(text)
    assert MIB < len(text) < 5 * len(packed)
    assert await read(packed[:1000], packed[1000:]) == text
    with pytest.raises(FetchError, match="more than 200 times its size"):
        await read(gzip.compress(bytes(3 * MIB)))


async def test_a_small_body_may_be_packed_however_well():
    assert await read(gzip.compress(bytes(MIB))) == bytes(MIB)


async def test_an_empty_body_is_empty_whatever_it_is_said_to_be_packed_by():
    assert await read() == await read(b"") == b""


async def test_several_parts_are_one_body_and_a_thousand_and_one_are_refused():
    part = gzip.compress(b"ab")
    assert await read(*[part] * 3) == await read(part * 3) == b"ababab"
    assert len(await read(part * 1000)) == 2000
    with pytest.raises(FetchError, match="more than 1000 parts"):
        await read(part * 1001)


async def test_what_ends_in_the_middle_or_is_not_packed_is_told_so():
    with pytest.raises(FetchError, match="ended in the middle"):
        await read(gzip.compress(b"x" * 100)[:-1])
    with pytest.raises(FetchError, match="says it is gzip and is not"):
        await read(b"<rss/>")
    with pytest.raises(FetchError, match="packed by 'br'"):
        await read(b"", encoding=" BR ")

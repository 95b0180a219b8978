"""The data of buttons."""

from dataclasses import fields
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.press import Latest, Press, Read, SetupTopic, encode, parse

SLUGS = st.from_regex(r"[a-z0-9-]{1,30}", fullmatch=True)
NUMBERS = st.integers(0, 2**31 - 1)
VALUES = {int: NUMBERS, bool: st.booleans(), str: SLUGS}
SMALL = {"page": st.integers(0, 99), "count": st.integers(1, 50), "chat": st.integers(-(10**16), 10**16)}


@st.composite
def presses(draw):
    kind = draw(st.sampled_from(get_args(Press)))
    return kind(**{one.name: draw(SMALL.get(one.name, VALUES[one.type])) for one in fields(kind)})


@given(presses())
def test_every_press_is_read_as_it_was_written_and_fits(press):
    data = encode(press)
    assert 1 <= len(data.encode()) <= 64
    assert parse(data) == press


ALIKE = st.tuples(
    st.sampled_from(["r", "p", "g", "t", "l", "ct"]), st.text("0123456789abcxyz:.*-", max_size=40)
).map(":".join)


@given(st.one_of(st.none(), st.text(max_size=70), ALIKE))
def test_anything_else_is_no_press_and_no_error(data):
    press = parse(data)
    assert press is None or parse(encode(press)) == press


def test_codes_are_unique():
    codes = [kind.code for kind in get_args(Press)]
    assert len(set(codes)) == len(codes)


def test_what_would_be_too_long_for_telegram_is_refused_when_it_is_written():
    with pytest.raises(ValueError, match="64 bytes"):
        encode(SetupTopic(-1001234567890, True, "x" * 60))


@pytest.mark.parametrize(
    "data",
    [
        "r:",
        "r:1:2",
        "r:１",
        "t:2:sport",
        "t:1:",
        "r:" + "9" * 30,
        "zz:1",
        ":",
        "r:-1",
        "l:*:-5:0:0",
        f"r:{2**31}",
    ],
)
def test_near_misses_are_refused(data):
    assert parse(data) is None


def test_the_scopes_of_latest_survive():
    assert parse(encode(Latest(".", 20, 7, 1))) == Latest(".", 20, 7, 1)
    assert parse("r:12") == Read(12)

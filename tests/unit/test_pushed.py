"""What hubs say: signatures, leases, and what of a push is news."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain import pushed
from bot.domain.headline import Headline
from bot.domain.plan import Plan

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BODY = "<feed>Küste</feed>".encode()


def signature(method, body=BODY, secret="geheim"):
    return f"{method}={hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()}"


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
def test_a_signature_holds_for_this_body_and_secret_alone(method):
    right = signature(method)
    assert pushed.is_signed(right, "geheim", BODY)
    assert pushed.is_signed(right.upper().replace("SHA", "sha"), "geheim", BODY)
    assert not pushed.is_signed(right, "geheim", BODY + b" ")
    assert not pushed.is_signed(right, "Geheim", BODY)
    assert not pushed.is_signed(right[:-1], "geheim", BODY)


def test_the_signature_of_the_standard_is_known():
    # RFC 2202, test case 2 of HMAC-SHA-1
    right = "sha1=effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    assert pushed.is_signed(right, "Jefe", b"what do ya want for nothing?")


@pytest.mark.parametrize(
    "header", ["", "=", "sha256", "sha256=", "md5=00", "sha256=é", "sha256=\udcff", "geheim"]
)
def test_what_is_no_signature_never_holds(header):
    assert not pushed.is_signed(header, "geheim", BODY)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("3600", 3600), (" 60 ", 60), ("9" * 40, 10 * 365 * 86400)]
    + [(text, 864000) for text in (None, "", "0", "00", "-5", "bald", "1.5", "٣")],
)
def test_a_lease_is_what_the_hub_grants_else_what_was_asked_for(said, seconds):
    assert pushed.granted(said) == timedelta(seconds=seconds)


def test_a_lease_is_renewed_after_three_quarters_of_it():
    assert pushed.renewal(HOUR * 4) == HOUR * 3
    assert pushed.renewal(timedelta(seconds=4)) == timedelta(minutes=1), "never in a hurry"
    assert pushed.renewal(timedelta(days=3650)) == timedelta(days=30)


def test_retries_come_ever_later_up_to_six_hours():
    pauses = [pushed.retry(attempts, 0.5).total_seconds() / 60 for attempts in range(12)]
    assert pauses == [1, 1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert pushed.retry(1, 0) == timedelta(seconds=45)
    assert pushed.retry(10_000, 1) == HOUR * 7.5


def line(name, ago):
    return Headline(name, name, "", NOW - ago if ago is not None else None)


def test_of_a_push_only_what_is_of_the_last_day_is_news():
    fresh, undated, old = line("neu", HOUR), line("ohne Zeit", None), line("alt", HOUR * 25)
    corrected = ((7, line("bekannt", HOUR * 100)),)
    believed, rest = pushed.split(Plan((old, fresh, undated), (), corrected, (7,)), NOW)
    assert believed == Plan((fresh, undated), (), corrected, (7,))
    assert rest


def test_what_stands_below_all_known_lines_is_left_to_the_list():
    believed, rest = pushed.split(Plan((line("neu", HOUR),), (line("darunter", HOUR),)), NOW)
    assert (believed.backfill, rest) == ((), True)
    assert pushed.split(Plan((line("neu", HOUR),)), NOW) == (Plan((line("neu", HOUR),)), False)

"""Which addresses may be fetched, before anything is looked up."""

import socket

import pytest

from bot.sources.errors import AddressRefused
from bot.sources.fetching.addresses import ANYWHERE, PUBLIC, PrivateAddressError


@pytest.mark.parametrize(
    ("address", "fetched"),
    [
        (" https://Blatt.example/a?b=1#teil ", "https://blatt.example/a?b=1"),
        ("http://blatt.example:80/", "http://blatt.example/"),
        ("http://blatt.example:443/", "http://blatt.example:443/"),
        (f"https://blatt.example/{'x' * 3978}", f"https://blatt.example/{'x' * 3978}"),
    ],
)
def test_an_address_is_fetched_as_it_is_without_its_fragment(address, fetched):
    assert str(PUBLIC.checked(address)) == fetched


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (f"https://blatt.example/{'x' * 3979}", "an address of 4001 letters"),
        ("http://[::1", "is not a URL"),
        ("ftp://blatt.example/", "is not an http or https address"),
        ("https:///a", "is not an http or https address|is not a URL"),
        ("/a", "is not an http or https address"),
        ("https://anna@blatt.example/", "with a login in it"),
        ("https://:geheim@blatt.example/", "with a login in it"),
        ("http://blatt.example:8080/", "port 8080 of blatt.example is not 80 or 443"),
    ],
)
def test_another_address_is_refused_with_its_reason(address, reason):
    with pytest.raises(AddressRefused, match=reason):
        PUBLIC.checked(address)


def test_on_ones_own_network_any_port_may_be_asked_and_any_number():
    assert ANYWHERE.checked("http://blatt.example:8080/").port == 8080
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))
    ANYWHERE.socket(info).close()
    with pytest.raises(PrivateAddressError, match=r"127\.0\.0\.1 is not a public address"):
        PUBLIC.socket(info)

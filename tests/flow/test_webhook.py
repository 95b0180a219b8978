"""The webhook's door: what is no proof of the secret is refused, whatever it is made of."""

import asyncio

import pytest

from bot.web.server import serving
from bot.web.webhook import Webhook


async def posted(port, secret):
    """The status line for a post that shows these bytes as its secret."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = b"POST /telegram HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 16\r\n"
    writer.write(head + b"X-Telegram-Bot-Api-Secret-Token: " + secret + b'\r\n\r\n{"update_id": 7}')
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    return line


@pytest.mark.parametrize("secret", [b"\xff\xfe", "größer".encode(), b"", b"wrong"])
async def test_a_wrong_secret_is_refused_even_when_it_is_no_text(secret):
    kept = []

    async def keep(update_id, body):
        kept.append(update_id)

    async with serving("127.0.0.1", 0, Webhook("/telegram", "right", keep).routes()) as port:
        assert b" 403 " in await posted(port, secret)
        assert kept == []
        assert b" 200 " in await posted(port, b"right")
    assert kept == [7]

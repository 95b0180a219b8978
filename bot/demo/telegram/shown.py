"""Messages for the chat page: Telegram's, with addresses from which the page can load their pictures."""

from typing import Any
from urllib.parse import quote

from bot.demo.telegram.media import url_of
from bot.demo.telegram.world import Message

MEDIA_BLOCKS = ("photo", "video", "audio")


def shown_message(message: Message) -> Message:
    """The message with `photo_url` and, in the blocks of a rich message, `url`."""
    if "photo" in message:
        address = _address(message["photo"][-1]["file_id"])
        sizes = [size | {"photo_url": address} for size in message["photo"]]
        return message | {"photo": sizes, "photo_url": address}
    if "rich_message" in message:
        rich = message["rich_message"]
        return message | {"rich_message": rich | {"blocks": [_block(block) for block in rich["blocks"]]}}
    return message


def _block(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] == "photo":
        return block | {"url": _address(block["photo"][-1]["file_id"])}
    if block["type"] in MEDIA_BLOCKS:
        return block | {"url": url_of(block[block["type"]]["file_id"])}
    if "blocks" in block:
        return block | {"blocks": [_block(inner) for inner in block["blocks"]]}
    if "items" in block:
        items = [item | {"blocks": [_block(inner) for inner in item["blocks"]]} for item in block["items"]]
        return block | {"items": items}
    return block


def _address(file_id: str) -> str:
    url = url_of(file_id)
    return f"/ui/photo?url={quote(url, safe='')}" if url else f"/ui/file?id={quote(file_id, safe='')}"

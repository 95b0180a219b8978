"""Pictures and files. A picture sent by URL has the URL in its file id, so that nothing about it must be remembered."""

import base64
import binascii
import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from bot.demo.telegram.params import Upload
from bot.demo.telegram.refusals import Refusal, bad

KEPT_UPLOADS = 50
WIDTH, HEIGHT = 1280, 720
BY_URL = "url-"


@dataclass(slots=True)
class Files:
    """Uploaded files by file id; only the last ones are kept."""

    uploads: OrderedDict[str, Upload] = field(default_factory=OrderedDict)

    def keep(self, upload: Upload) -> str:
        """Stores an upload and returns its file id."""
        file_id = f"upload-{hashlib.sha256(upload.content).hexdigest()[:32]}"
        self.uploads[file_id] = upload
        while len(self.uploads) > KEPT_UPLOADS:
            self.uploads.popitem(last=False)
        return file_id


def file_id_of(url: str) -> str:
    """The file id of what lies at a URL."""
    return BY_URL + base64.urlsafe_b64encode(url.encode()).decode().rstrip("=")


def url_of(file_id: str) -> str:
    """The URL in a file id; empty when there is none."""
    if not file_id.startswith(BY_URL):
        return ""
    code = file_id.removeprefix(BY_URL)
    try:
        return base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def is_web(url: str) -> bool:
    """True for http and https."""
    return url.startswith(("http://", "https://"))


def source(given: Upload | str, files: Files, bad_media: dict[str, Refusal], kind: str) -> str:
    """The file id for a file given as upload, URL or file id; Refusal when it is nothing of these."""
    if isinstance(given, Upload):
        if not given.content:
            raise bad("file must be non-empty")
        return files.keep(given)
    if not given:
        raise bad(f"there is no {kind} in the request")
    if is_web(given):
        return by_url(given, bad_media)
    if given in files.uploads or is_web(url_of(given)):
        return given
    raise bad("wrong file identifier/HTTP URL specified")


def by_url(url: str, bad_media: dict[str, Refusal]) -> str:
    """The file id for a URL; the refusal when this one is known to fail."""
    if (refusal := bad_media.get(url)) is not None:
        raise refusal.again()
    return file_id_of(url)


def unique(file_id: str) -> str:
    """The file_unique_id."""
    return hashlib.blake2b(file_id.encode(), digest_size=8).hexdigest()


def file_fields(file_id: str) -> dict[str, Any]:
    """The two ids every file has."""
    return {"file_id": file_id, "file_unique_id": unique(file_id)}


def photo(file_id: str) -> list[dict[str, Any]]:
    """A photo in its one size. Its real size is not looked up: 16 to 9 is what news pictures have."""
    return [{**file_fields(file_id), "width": WIDTH, "height": HEIGHT}]

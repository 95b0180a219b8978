"""What a time zone's name must be, in the settings as in sources.toml."""

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("a time zone's name, such as Europe/Berlin") from error
    return name


ZoneName = Annotated[str, AfterValidator(_known)]

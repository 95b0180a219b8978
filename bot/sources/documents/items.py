"""One bad item never costs the good ones."""

from collections.abc import Callable, Iterable
from typing import TypeVar

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


def each(read: Callable[[_Item], _Found | None], items: Iterable[_Item]) -> list[_Found]:
    """What `read` makes of the items, without those that are nothing and those that it stumbles over. Where it
    stumbles over all of them the fault is not an item's: then its last error is raised."""
    found: list[_Found] = []
    trouble: Exception | None = None
    for item in items:
        try:
            made = read(item)
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, the other items are readable
            trouble = error
            continue
        if made is not None:
            found.append(made)
    if trouble is not None and not found:
        raise trouble
    return found

"""What a chat follows after it asked for topics or left some."""

from collections.abc import Collection

from bot.domain.catalogue import ALL


def joined(followed: Collection[str], wanted: Collection[str]) -> frozenset[str]:
    """What is followed once `wanted` came: `all` stands alone and covers every topic."""
    if ALL in followed or ALL in wanted:
        return frozenset({ALL})
    return frozenset(followed) | frozenset(wanted)


def left(followed: Collection[str], unwanted: Collection[str], every: Collection[str]) -> frozenset[str]:
    """What is followed once `unwanted` went. Who leaves one topic of `all` follows the rest of `every` by name."""
    if ALL in unwanted:
        return frozenset()
    rest = frozenset(every) if ALL in followed else frozenset(followed)
    return rest - frozenset(unwanted)

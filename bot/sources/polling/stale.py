"""What was corrected a moment ago: a list that still has it as it was comes out of a cache, and corrects nothing."""

from datetime import datetime, timedelta

FOR = timedelta(minutes=10)
"""So long a cache may lag behind what a hub or another of the source's servers has told already."""


class Stale:
    """The titles that articles had before their last corrections, for ten minutes each. Not kept over a restart: then a
    cache may cost an edit."""

    def __init__(self) -> None:
        self._before: dict[int, tuple[str, datetime]] = {}

    def corrected(self, article_id: int, before: str, now: datetime) -> None:
        """Notes the title that an article had until now."""
        self._before = {key: one for key, one in self._before.items() if now < one[1]}
        self._before[article_id] = (before, now + FOR)

    def is_stale(self, article_id: int, title: str, now: datetime) -> bool:
        """Whether it is the title from before a correction of late."""
        before, until = self._before.get(article_id, ("", now))
        return now < until and title == before

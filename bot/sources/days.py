"""Days that stand as headings between the lines of a list."""

import re
from datetime import date, timedelta

_LONGEST = 40
_DATE = re.compile(r"\b(\d{1,2})\.\s?(?:(\d{1,2})\.|([A-Za-zä]{3,9}))\s?(\d{4})?")
_MONTHS = ("jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez")
_DAYS = {"vorgestern": 2, "gestern": 1, "yesterday": 1, "hier": 1, "ayer": 1, "heute": 0, "today": 0}


def day_of(text: str, today: date) -> date | None:
    """The day that a short text alone in its row names ("Gestern", "17. Februar 2025"); None for other texts."""
    if not text or len(text) > _LONGEST:
        return None
    for word, back in _DAYS.items():
        # Alone or before a date: "hier" is yesterday in French and "here" in German
        if re.match(rf"{word}\s*(?:$|[,:(–-])", text, re.IGNORECASE):
            return today - timedelta(days=back)
    found = _DATE.search(text)
    return _date(found, today) if found else None


def _date(found: re.Match[str], today: date) -> date | None:
    """The date of a match of `_DATE`; without a year, the latest one."""
    month = int(found[2]) if found[2] else _month(found[3])
    try:
        day = date(int(found[4] or today.year), month, int(found[1]))
        return day if found[4] or day <= today else day.replace(year=today.year - 1)
    except ValueError:
        return None


def _month(name: str) -> int:
    """The number of a German month, 0 for another word."""
    return next((at for at, month in enumerate(_MONTHS, 1) if name.casefold().startswith(month)), 0)

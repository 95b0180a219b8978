"""Days as pages write them: headings between the lines of a list, a column of a table, dates before a time."""

import re
from datetime import date, timedelta

_LONGEST = 40
_MONTHS = (
    "januar jänner january janvier jan", "februar february février feb fév", "märz march mars mär mrz mar",
    "april avril apr avr", "mai may", "juni june juin jun", "juli july juillet jul juil", "august août aug aoû",
    "september septembre sept sep", "oktober october octobre okt oct", "november novembre nov",
    "dezember december décembre dez dec déc",
)  # fmt: skip
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(sorted(_MONTH, key=len, reverse=True))
_WEEKDAY = (
    r"(?:(?:mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\w{0,8}[.,]{0,2}\s+(?:de[nr]\s+|the\s+|le\s+)?)?"
)
_DATE = (
    r"(?:(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.(?:\s?(?P<y>(?:\d{4}|\d{2})\b(?!:)))?"
    rf"|(?P<dn>\d{{1,2}})\.?\s?(?P<n>{_NAME})\b\.?(?:\s?(?P<yn>\d{{4}}))?"
    rf"|(?P<ne>{_NAME})\.?\s(?P<de>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<ye>\d{{4}}))?"
    r"|(?P<yi>\d{4})-(?P<mi>\d\d)-(?P<di>\d\d))"
)
_ANYWHERE = re.compile(rf"(?<![\w.-]){_DATE}", re.IGNORECASE)
_ALONE = re.compile(rf"\W{{0,3}}{_WEEKDAY}{_DATE}\W{{0,3}}", re.IGNORECASE)
_BEFORE_TIME = re.compile(
    rf"(?<![\w.-]){_WEEKDAY}{_DATE}[\s,|·•–—T-]{{0,4}}(?:(?:um|at|à)\s)?[\s(]?$", re.IGNORECASE
)
_IN_SENTENCE = re.compile(r"\w.*\b(?:am|vom|bis|ab|zum|de[nrm]|on|du|le|au)\s*$", re.IGNORECASE)
_DAYS = {"vorgestern": 2, "gestern": 1, "yesterday": 1, "hier": 1, "ayer": 1, "heute": 0, "today": 0}


def day_of(text: str, today: date) -> date | None:
    """The day that a short text alone in its row names ("Gestern", "17. Februar 2025"); None for other texts."""
    if not text or len(text) > _LONGEST:
        return None
    for word, back in _DAYS.items():
        # Alone or before a date: "hier" is yesterday in French and "here" in German
        if re.match(rf"{word}\s*(?:$|[,:(–-])", text, re.IGNORECASE):
            return today - timedelta(days=back)
    found = _ANYWHERE.search(text)
    return _date(found, today) if found else None


def only_day(text: str, today: date) -> date | None:
    """The day of a text that is a date and nothing else (the cell of a table)."""
    found = _ALONE.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    return _date(found, today) if found else None


def day_before(text: str, end: int, today: date) -> tuple[int, date] | None:
    """The date that stands right before a time which begins at `end`, and where it begins itself."""
    start = max(0, end - _LONGEST)
    found = _BEFORE_TIME.search(text[start:end])
    if found is None or _IN_SENTENCE.search(text[start : start + found.start()]):
        return None
    day = _date(found, today)
    return (start + found.start(), day) if day else None


def _date(found: re.Match[str], today: date) -> date | None:
    """The date of a match of `_DATE`; without a year, the latest one."""
    part = found.groupdict()
    day = int(part["d"] or part["dn"] or part["de"] or part["di"])
    name = part["n"] or part["ne"]
    month = _MONTH[name.lower()] if name else int(part["m"] or part["mi"])
    year = int(part["y"] or part["yn"] or part["ye"] or part["yi"] or 0)
    try:
        if year:
            return date(year + 2000 if year < 100 else year, month, day)
        latest = date(today.year, month, day)
        return latest if latest <= today else latest.replace(year=today.year - 1)
    except ValueError:
        return None

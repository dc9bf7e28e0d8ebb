"""Days as people and spreadsheets write them, the day before the month; and financial quarters."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from localarea.measures.calendar import quarters_between
from localarea.tables.plain_values import shown_day

NO_DAY: Final = "no date"
_FIRST, _LAST = 1990, 2100  # years; others are mistyped
_TIME: Final = re.compile(
    r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm]|Z)?$"
)
_ISO: Final = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_BRITISH: Final = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})([01][0-9])([0-3][0-9])")
_WORDS: Final = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]*(?:of )?([A-Za-z]{3,9})[-/., ]*([0-9]{4}|[0-9]{2})"
)
_WEEKDAY: Final = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? ", re.I
)
_SERIAL: Final = re.compile(r"[2-7][0-9]{4}(?:\.[0-9]+)?")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)


def read_day(text: str) -> int | None:
    """
    Read one day.

    ``text``: ``31/03/2026``, ``2026-03-31``, ``31-Mar-26``, ``31 March 2026``, ``20260331`` or the
    number by which Excel counts it, with or without a time of day. Its ordinal, as
    ``date.toordinal``; None if it is not a day of 1990 to 2100.

    Examples
    --------
    >>> [date.fromordinal(read_day(t)).isoformat() for t in ("1/4/26", "46113", "1-Apr-2026")]
    ['2026-04-01', '2026-04-01', '2026-04-01']
    >>> read_day("04/31/2026") is None  # the day is first
    True
    """
    plain = _WEEKDAY.sub("", _TIME.sub("", " ".join(text.split())))
    if _SERIAL.fullmatch(plain):
        return _in_range(datetime.fromisoformat(shown_day(float(plain))).date())
    for pattern, order in ((_ISO, "ymd"), (_BRITISH, "dmy"), (_COMPACT, "ymd"), (_WORDS, "dmy")):
        found = pattern.fullmatch(plain)
        if found:
            parts = dict(zip(order, found.groups(), strict=True))
            return _day(parts["y"], parts["m"], parts["d"])
    return None


def _day(year: str, month: str, day: str) -> int | None:
    number = int(month) if month.isdecimal() else _month(month)
    full = int(year) if len(year) == 4 else 2000 + int(year)
    try:
        return _in_range(date(full, number, int(day)))
    except ValueError:
        return None


def _month(name: str) -> int:
    """Return the number of a month by its name or the start of it; 0 if there is none."""
    plain = name.casefold()
    return next((i for i, month in enumerate(_MONTHS, 1) if month.startswith(plain)), 0)


def _in_range(day: date) -> int | None:
    return day.toordinal() if _FIRST <= day.year <= _LAST else None


@lru_cache(maxsize=1 << 12)
def quarter_of(ordinal: int) -> str:
    """
    Name the quarter of the financial year, from 1 April, that a day is in.

    ``ordinal``: of a day; 0 for none, whose quarter is ``no date``.

    Examples
    --------
    >>> quarter_of(date(2026, 4, 1).toordinal()), quarter_of(date(2026, 3, 31).toordinal())
    ('2026-27 Q1', '2025-26 Q4')
    """
    return quarters_between(ordinal, ordinal)[0][0] if ordinal else NO_DAY

"""Quarters of the financial year by their names."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from localarea.errors import InputError
from localarea.measures.calendar import quarters_between

_NAME: Final = re.compile(r"(20\d\d)-(\d\d) Q([1-4])", re.ASCII)
_MONTHS: Final = 3


def quarter_days(name: str) -> tuple[date, date]:
    """
    Return the first and last day of a quarter.

    ``name``: name such as ``2026-27 Q1``, which begins on 1 April 2026. InputError if it is not the
    name of a quarter.

    Examples
    --------
    >>> [day.isoformat() for day in quarter_days("2026-27 Q4")]
    ['2027-01-01', '2027-03-31']
    """
    found = _NAME.fullmatch(name)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise InputError(
            f"{name!r} is not a quarter of the financial year; write it as 2026-27 Q1, which is "
            "April to June 2026",
            parameter="quarter",
        )
    at = int(found[1]) * 12 + int(found[3]) * _MONTHS
    first = date(at // 12, at % 12 + 1, 1)
    after = at + _MONTHS
    return first, date(after // 12, after % 12 + 1, 1) - timedelta(days=1)


def quarters_of(first: date, last: date) -> list[str]:
    """
    List the quarters that a period overlaps.

    Examples
    --------
    >>> quarters_of(date(2026, 6, 30), date(2026, 7, 1))
    ['2026-27 Q1', '2026-27 Q2']
    """
    return quarters_between(first.toordinal(), last.toordinal())[0]

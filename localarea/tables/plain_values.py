"""
The form in which values of saved files are compared, whatever program saved them.

Numbers, days and times are compared as numbers, truth values as words, and everything else as
text. Formats do not matter.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Final

_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_EXACT: Final = 1e15  # whole numbers below this are exact in every program
_LONGEST_NUMBER: Final = 40  # characters
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- spreadsheets know no time zone
_DAY_S: Final = 86_400


def plain_value(text: str) -> str:
    """
    Return the form in which a value is compared.

    Decimal numbers to twelve digits without a zero at the end, truth values in capitals, line ends
    as one character; any other text as it is.

    Examples
    --------
    >>> plain_value("12.50"), plain_value("true"), plain_value("007"), plain_value("CO1 1JB")
    ('12.5', 'TRUE', '007', 'CO1 1JB')
    """
    if not text:
        return text
    if text[0] in "-0123456789" and ("." in text or "e" in text or "E" in text):
        if len(text) < _LONGEST_NUMBER and _DECIMAL.fullmatch(text):
            return plain_number(float(text))
    elif len(text) < 6 and text.casefold() in ("true", "false"):
        return text.upper()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def plain_number(value: float) -> str:
    """Return the form in which a number is compared: whole in full, others to twelve digits."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return f"{value:.12g}"


def day_number(text: str) -> str:
    """
    Convert an ISO day or time to the number that a spreadsheet counts it by.

    ``text``: such as ``2025-04-01`` or ``2025-04-01T13:37:11``. Returns days since 30 December
    1899; a time of day without a day stays as it is.

    Examples
    --------
    >>> day_number("2024-01-05")
    '45296'
    """
    if "-" not in text:
        return plain_value(text)
    moment = datetime.fromisoformat(text).replace(tzinfo=None)
    return plain_number((moment - _EPOCH).total_seconds() / _DAY_S)


def shown_day(number: float) -> str:
    """
    Convert the number of a day to the day or moment that a spreadsheet shows.

    ``number``: days since 30 December 1899. Returns ISO day, with the time of day if there is one.

    Examples
    --------
    >>> shown_day(45296.5)
    '2024-01-05 12:00:00'
    """
    try:
        moment = _EPOCH + timedelta(days=number)
    except OverflowError:
        return plain_number(number)
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    return moment.date().isoformat() if number == int(number) else moment.isoformat(" ")


def without_end(cells: list[str]) -> list[str]:
    """Drop the blank cells at the end of a row, which is changed."""
    while cells and not cells[-1]:
        cells.pop()
    return cells

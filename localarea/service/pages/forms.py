"""Dates as forms send them: day, month and year in three boxes."""

from __future__ import annotations

from datetime import date

from localarea.errors import InputError


def read_day(day: str, month: str, year: str, what: str) -> date | None:
    """
    Read a day.

    Raises
    ------
    InputError
        If it is no day of the calendar, or only part of one.
    """
    parts = [part.strip() for part in (day, month, year)]
    if not any(parts):
        return None
    try:
        return date.fromisoformat(f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}")
    except ValueError:
        raise InputError(f"{what} must be a date such as 1 4 2026") from None


def require_day(day: str, month: str, year: str, what: str) -> date:
    """
    Read a day that has to be stated.

    Raises
    ------
    InputError
        If it is blank or no day of the calendar.
    """
    found = read_day(day, month, year, what)
    if found is None:
        raise InputError(f"enter {what}")
    return found

"""When a newer postcode directory should be out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

EDITIONS: Final = (2, 5, 8, 11)  # months in which the ONS publishes a postcode directory


def age_in_months(directory_date: str, today: date) -> int:
    """
    Return the age of a directory.

    ``directory_date``: month of the directory, ``YYYY-MM``. Returns whole months between the two
    months; 0 for a directory of this month or a later one.

    Examples
    --------
    >>> from datetime import date
    >>> age_in_months("2025-11", date(2026, 3, 1))
    4
    """
    year, month = map(int, directory_date.split("-"))
    return max((today.year - year) * 12 + today.month - month, 0)


def edition_due(directory_date: str, today: date) -> str | None:
    """
    Return the newest edition that should be out and is not here.

    An edition is published within its month, so it is due from the first day of the next.
    ``directory_date``: month of the directory in use, ``YYYY-MM``. Returns month of the edition,
    ``YYYY-MM``; None if the one in use is the newest.

    Examples
    --------
    >>> from datetime import date
    >>> edition_due("2025-11", date(2026, 3, 1))
    '2026-02'
    >>> edition_due("2025-11", date(2026, 2, 28)) is None
    True
    """
    ended = [m for m in EDITIONS if m < today.month]
    newest = f"{today.year}-{ended[-1]:02d}" if ended else f"{today.year - 1}-{EDITIONS[-1]:02d}"
    return newest if newest > directory_date else None

"""Count days and quarters. 29 February is left out, so that every year has 365 counted days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

YEAR_DAYS: Final = 365
QUARTER_DAYS: Final = 92  # of the longest quarter
WEEK_DAYS: Final = 7
_LEAP_DAYS: Final = np.array(
    [date(y, 2, 29).toordinal() for y in range(1904, 2200) if y % 4 == 0 and y != 2100]
)


def counted_days(ordinals: NDArray[Any]) -> NDArray[np.int64]:
    """
    Convert ordinals to counted days, which leave out 29 February.

    Parameters
    ----------
    ordinals : numpy.ndarray of int
        Ordinals of dates, as returned by ``date.toordinal``.

    Returns
    -------
    numpy.ndarray of int64
        Number of counted days up to and including each date.

    Examples
    --------
    >>> first, last = date(2024, 1, 1).toordinal(), date(2024, 12, 31).toordinal()
    >>> int(np.diff(counted_days(np.array([first - 1, last])))[0])
    365
    """
    days = np.asarray(ordinals, np.int64)
    return days - np.searchsorted(_LEAP_DAYS, days, side="right")


def quarters_between(first: int, last: int) -> tuple[list[str], NDArray[np.int64]]:
    """
    Return the quarters of the financial year (from 1 April) that a period overlaps.

    Parameters
    ----------
    first, last : int
        Ordinals of the first and last day.

    Returns
    -------
    names : list of str
        Names of the quarters, such as ``2025-26 Q1``.
    edges : numpy.ndarray of int64, shape (n_quarters + 1,)
        Ordinals of the first day of each, and of the day after the last.

    Examples
    --------
    >>> quarters_between(date(2026, 3, 31).toordinal(), date(2026, 4, 1).toordinal())[0]
    ['2025-26 Q4', '2026-27 Q1']
    """
    day = date.fromordinal(first)
    year, quarter = day.year, (day.month - 1) // 3
    names: list[str] = []
    edges: list[int] = []
    while True:
        start = date(year, quarter * 3 + 1, 1).toordinal()
        edges.append(start)
        if start > last:
            return names, np.array(edges, np.int64)
        opens = year if quarter else year - 1
        names.append(f"{opens}-{(opens + 1) % 100:02d} Q{(quarter - 1) % 4 + 1}")
        year, quarter = (year, quarter + 1) if quarter < 3 else (year + 1, 0)

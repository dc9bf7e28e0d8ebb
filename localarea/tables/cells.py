"""Cell values as text."""

from __future__ import annotations

import datetime as dt


def cell_text(value: object) -> str:
    """
    Convert the value of a cell, from openpyxl, to the text that a person sees.

    Examples
    --------
    >>> cell_text(12.0), cell_text(None), cell_text("CO1 1JB")
    ('12', '', 'CO1 1JB')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)

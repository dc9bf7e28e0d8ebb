"""Tell what of a sheet is checked although nobody sees it: hidden rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from localarea.tables.sheet_layout import Grid


def hidden_notes(grid: Grid, rows: int, columns: Collection[int]) -> tuple[str, ...]:
    """
    Return notes for the reader, that what is hidden was checked all the same, as it is counted.

    ``rows``: number of filled rows below the header that are hidden, by a filter or by hand.
    ``columns``: hidden columns, from 0.

    Examples
    --------
    >>> from localarea.tables.sheet_layout import Grid
    >>> hidden_notes(Grid(0, ("Firm", "Postcode"), (1,)), 1, {0})
    ('1 row is hidden, by a filter or by hand, and was read like the others',)
    """
    notes = []
    if rows:
        many = "1 row is" if rows == 1 else f"{rows:,} rows are"
        verb = "was" if rows == 1 else "were"
        notes.append(f"{many} hidden, by a filter or by hand, and {verb} read like the others")
    read = [column for column in grid.columns if column in columns]
    if read:
        named = ", ".join(repr(grid.name_of(column)[:60]) for column in read)
        verb = "is a hidden column" if len(read) == 1 else "are hidden columns"
        notes.append(f"{named} {verb}, and read like the others")
    return tuple(notes)

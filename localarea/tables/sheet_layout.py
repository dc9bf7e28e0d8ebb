"""Detect the layout of a sheet: titles above the header, the header and the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.errors import ColumnNotFoundError
from localarea.tables.columns import choose_column, has_postcode, header_rank

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE_ROWS: Final = 30  # rows at the top that are searched for the header


@dataclass(frozen=True, slots=True)
class Grid:
    """
    The layout of a sheet.

    Attributes
    ----------
    header : int
        Row of the header, from 0; -1 if there is none.
    headers : tuple of str
        The headers; empty texts if there is no header.
    columns : tuple of int
        Columns of postcodes, from 0, in order of preference.
    notes : tuple of str
        Notes for the user on how the sheet was read.
    own : tuple of int
        Columns that an earlier check added, from 0, which this one replaces.
    """

    header: int
    headers: tuple[str, ...]
    columns: tuple[int, ...]
    notes: tuple[str, ...] = ()
    own: tuple[int, ...] = ()


def read_grid(rows: Sequence[Sequence[str]], *, wanted: Sequence[str] = ()) -> Grid:
    """
    Detect the layout of a sheet from its first rows.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first few hundred rows, including blank ones.
    wanted : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.

    Returns
    -------
    Grid
        The row of the header, and the columns.

    Raises
    ------
    ColumnNotFoundError
        If there is no such column, or none holds postcodes.
    """
    width = max((len(row) for row in rows), default=0)
    even = [[*row, *([""] * (width - len(row)))] for row in rows]
    header = _header_row(even, wanted)
    headers = tuple(even[header]) if header >= 0 else ("",) * width
    sample = [row for row in even[header + 1 :] if any(cell.strip() for cell in row)]
    if not wanted:
        choice = choose_column(headers, sample)
        return Grid(header, headers, (choice.index,), (choice.note,) if choice.note else ())
    chosen = [choose_column(headers, sample, wanted=name) for name in wanted]
    notes = tuple(choice.note for choice in chosen if choice.note)
    return Grid(header, headers, tuple(dict.fromkeys(c.index for c in chosen)), notes)


def _header_row(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> int:
    """
    Return the first row that names a column of postcodes, otherwise the first full row.

    A title such as "Suppliers by postcode" is alone in its row, so the header of a wide sheet
    must have a second non-blank cell.
    """
    for number, row in enumerate(rows[:TITLE_ROWS]):
        if has_postcode(row):
            break
        filled = [cell for cell in row if cell.strip()]
        alone = len(filled) == 1 and len(row) > 1 and _is_fuller(rows, number)
        if any(map(header_rank, filled)) and not alone:
            return number
        if wanted and _names_all(row, wanted):
            return number
    return _first_full(rows[:TITLE_ROWS])


def _is_fuller(rows: Sequence[Sequence[str]], number: int) -> bool:
    """Check whether any row below has more than one non-blank cell."""
    return any(sum(bool(cell.strip()) for cell in row) > 1 for row in rows[number + 1 :])


def _names_all(row: Sequence[str], wanted: Sequence[str]) -> bool:
    try:
        for name in wanted:
            choose_column(list(row), [], wanted=name)
    except ColumnNotFoundError:
        return False
    return not all(name.isdecimal() for name in wanted)


def _first_full(rows: Sequence[Sequence[str]]) -> int:
    """
    Return the first row with a second non-blank cell; -1 if it has a postcode, so is data.

    A row of empty cells before it is a header without names.
    """
    for least in (2, 1):
        for number, row in enumerate(rows):
            if sum(bool(cell.strip()) for cell in row) < least:
                continue
            if not has_postcode(row):
                return number
            return number - 1 if number and not any(c.strip() for c in rows[number - 1]) else -1
    return -1

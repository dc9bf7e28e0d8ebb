"""How a sheet is laid out as a table: titles above the header, the header, the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from localarea.classify.columns import choose_column, has_postcode, header_rank
from localarea.errors import ColumnNotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE_ROWS: Final = 30  # rows at the top among which the header is looked for


@dataclass(frozen=True, slots=True)
class Grid:
    """
    The layout of a sheet.

    Attributes
    ----------
    header : int
        Row of the header, counted from 0; -1 where there is none.
    headers : tuple of str
        The headers; empty texts where there is none.
    columns : tuple of int
        Columns of postcodes, counted from 0, the one to be preferred first.
    notes : tuple of str
        What a person should know of how it was read.
    """

    header: int
    headers: tuple[str, ...]
    columns: tuple[int, ...]
    notes: tuple[str, ...] = ()


def read_grid(rows: Sequence[Sequence[str]], *, wanted: Sequence[str] = ()) -> Grid:
    """
    Tell the layout of a sheet from its first rows.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first rows, blank ones among them; some hundreds are enough.
    wanted : sequence of str
        Headers, or numbers from 1, of the columns asked for, the preferred one first.

    Returns
    -------
    Grid
        The header's row, and the columns.

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
    Find the header: the first row that names a column of postcodes, else the one before them.

    A title such as "Suppliers by postcode" stands alone in its row, so a header in a wide
    sheet must have a second cell filled.
    """
    top = rows[:TITLE_ROWS]
    for number, row in enumerate(top):
        filled = [cell for cell in row if cell.strip()]
        if has_postcode(row):
            return _row_above(top, number)
        alone = len(filled) == 1 and len(row) > 1 and number + 1 < len(rows)
        if any(map(header_rank, filled)) and not (alone and _is_fuller(rows, number)):
            return number
        if wanted and _names_all(row, wanted):
            return number
    return _first_filled(top)


def _is_fuller(rows: Sequence[Sequence[str]], number: int) -> bool:
    """Tell whether the rows below fill more cells than one."""
    return any(sum(bool(cell.strip()) for cell in row) > 1 for row in rows[number + 1 :])


def _names_all(row: Sequence[str], wanted: Sequence[str]) -> bool:
    try:
        for name in wanted:
            choose_column(list(row), [], wanted=name)
    except ColumnNotFoundError:
        return False
    return not all(name.isdecimal() for name in wanted)


def _row_above(rows: Sequence[Sequence[str]], number: int) -> int:
    """Give the row before the first postcode, if it fills as many cells: then it is a header."""
    for above in range(number - 1, -1, -1):
        filled = sum(bool(cell.strip()) for cell in rows[above])
        if filled:
            body = sum(bool(cell.strip()) for cell in rows[number])
            return above if filled >= min(body, 2) else -1
    return -1


def _first_filled(rows: Sequence[Sequence[str]]) -> int:
    for number, row in enumerate(rows):
        if any(cell.strip() for cell in row):
            return number
    return -1

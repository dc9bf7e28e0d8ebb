"""Detect the layout of a sheet: titles above the header, the header and the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.errors import ColumnNotFoundError
from localarea.tables.columns import choose_column, has_postcode, header_rank
from localarea.tables.finding.grid import Grid
from localarea.tables.finding.groups import told_apart
from localarea.tables.finding.own_columns import own_columns
from localarea.tables.finding.sources import find_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TITLE_ROWS", "Grid", "read_grid", "read_unplaced"]

TITLE_ROWS: Final = 30  # rows at the top that are searched for the header


def read_grid(
    rows: Sequence[Sequence[str]], *, wanted: Sequence[str] = (), above: Sequence[str] = ()
) -> Grid:
    """
    Detect the layout of a sheet from its first rows.

    Parameters
    ----------
    rows : sequence of sequence of str
        The first few hundred rows, including blank ones.
    wanted : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.
    above : sequence of str
        Row above the first of them, where titles may stand.

    Raises
    ------
    ColumnNotFoundError
        If there is no such column, or none holds postcodes.
    """
    width = max((len(row) for row in rows), default=0)
    even = [[*row, *([""] * (width - len(row)))] for row in rows]
    header = _header_row(even, wanted)
    headers = tuple(even[header]) if header >= 0 else ("",) * width
    own = own_columns(headers) if not _wants_own(headers, wanted) else ()
    known = [("" if i in own else name) for i, name in enumerate(headers)]
    sample = [blank_own(row, own) for row in even[header + 1 :] if any(c.strip() for c in row)]
    # A requested column is asked for by its own header.
    names = known if wanted else told_apart(known, even[header - 1] if header > 0 else above)
    found = find_sources(names, sample, wanted=wanted)
    columns = tuple(dict.fromkeys(c for source in found.sources for c in source.columns))
    notes = found.notes
    if own:
        notes = (*notes, f"the {len(own)} columns of an earlier check were replaced")
    return Grid(
        header,
        headers,
        columns,
        notes,
        own,
        found.sources,
        found.country,
        found.state,
        tuple(names),
    )


def read_unplaced(rows: Sequence[Sequence[str]]) -> Grid:
    """
    Detect the header of a sheet in which no column holds postcodes.

    ``rows``: the first few hundred rows, including blank ones.
    """
    width = max((len(row) for row in rows), default=0)
    even = [[*row, *([""] * (width - len(row)))] for row in rows]
    header = _header_row(even, ())
    headers = tuple(even[header]) if header >= 0 else ("",) * width
    return Grid(header, headers, (), own=own_columns(headers))


def blank_own(row: Sequence[str], own: Sequence[int]) -> list[str]:
    """Return the cells of a row, with those of an earlier check blank."""
    return [("" if i in own else cell) for i, cell in enumerate(row)] if own else list(row)


def _wants_own(headers: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether a requested column is one that an earlier check added."""
    ours = {headers[i].strip().casefold() for i in own_columns(headers)}
    return any(name.strip().casefold() in ours for name in wanted)


def _header_row(rows: Sequence[Sequence[str]], wanted: Sequence[str]) -> int:
    """
    Return the first row that names a column of postcodes, otherwise the first full row.

    A title such as "Suppliers by postcode" is alone in its row, so the header of a wide sheet
    must have a second non-blank cell; without such a row, one that stands above postcodes will do.
    """
    lone = -1
    for number, row in enumerate(rows[:TITLE_ROWS]):
        if has_postcode(row):
            if lone >= 0:
                return lone
            break
        filled = [cell for cell in row if cell.strip()]
        alone = len(filled) == 1 and len(row) > 1 and _is_fuller(rows, number)
        if any(map(header_rank, filled)):
            if not alone:
                return number
            if _heads_postcodes(rows, number):
                lone = number
        if wanted and _names_all(row, wanted):
            return number
    return _first_full(rows[:TITLE_ROWS])


def _is_fuller(rows: Sequence[Sequence[str]], number: int) -> bool:
    """Check whether any row below has more than one non-blank cell."""
    return any(sum(bool(cell.strip()) for cell in row) > 1 for row in rows[number + 1 :])


def _heads_postcodes(rows: Sequence[Sequence[str]], number: int) -> bool:
    """Check whether the column of the only non-blank cell of a row holds a postcode below it."""
    column = next(i for i, cell in enumerate(rows[number]) if cell.strip())
    return any(has_postcode(row[column : column + 1]) for row in rows[number + 1 :])


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

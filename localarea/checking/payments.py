"""
Read a file of payments: choose the columns of postcodes and amounts, and parse them.

Supports CSV, TSV, XLSX, ODS and Parquet, detected by content.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from localarea.checking.workbook import is_archive
from localarea.errors import FileFormatError, InputError
from localarea.tables.columns import choose_column
from localarea.tables.encoding import inner_codec, read_bytes
from localarea.tables.file_kinds import refuse_other_kinds
from localarea.tables.finding.amounts import choose_amounts
from localarea.tables.finding.reading import read_row
from localarea.tables.layout import read_layout
from localarea.tables.money import read_amounts, require_amounts
from localarea.tables.sheet_layout import Grid, read_grid
from localarea.tables.workbook_rows import is_parquet, parquet_rows, workbook_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

POSTCODE, AMOUNT = "postcode", "amount"
_SAMPLED: Final = 200  # rows used to judge a column

Rows = list[list[str]]


@dataclass(frozen=True, slots=True, eq=False)
class SpendFile:
    """
    Payments with the postcodes of their payees.

    Attributes
    ----------
    name : str
        Name of the file, without the folder.
    frame : pandas.DataFrame
        Columns ``postcode`` (original text, or what was read where several columns may hold
        it) and ``amount`` (NaN if not a number); no ``amount`` if the file has no such column.
    postcode_header, amount_header : str
        Headers of the chosen columns; empty if there is none.
    unread : int
        Number of amounts that could not be read; blank cells do not count.
    """

    name: str
    frame: pd.DataFrame
    postcode_header: str
    amount_header: str
    unread: int

    @classmethod
    def open(cls, path: Path, *, column: str | None = None, amount: str | None = None) -> SpendFile:
        """
        Read a file.

        Parameters
        ----------
        path : pathlib.Path
            CSV or TSV in any common encoding, XLSX, ODS (the first visible sheet) or
            Parquet.
        column : str, optional
            Header or number of the postcode column; detected if left out.
        amount : str, optional
            Header of the column of amounts; defaults to a numeric column whose header refers
            to an amount, without VAT where there are several.

        Returns
        -------
        SpendFile
            Every row of the file.

        Raises
        ------
        InputError
            If the file or the column of amounts is missing, or the column has no amounts.
        FileFormatError
            If it is not a table, or has no rows below its header.
        ColumnNotFoundError
            If the postcode column is missing, or no column holds postcodes.
        """
        try:
            headers, rows, grid = _table(path, () if column is None else (column,))
        except OSError as error:
            why = error.strerror or error
            raise InputError(f"{path} cannot be read: {why}; name another file") from error
        if not rows:
            raise FileFormatError(path, "it has no row below the header", hint="check the export")
        where = _amount_column(headers, rows, amount)
        frame = pd.DataFrame({POSTCODE: [_postcode(row, grid) for row in rows]}, dtype=str)
        unread = 0
        if where is not None:
            texts = pd.Series([_cell(row, where) for row in rows], dtype=str)
            frame[AMOUNT] = read_amounts(texts)
            unread = require_amounts(frame[AMOUNT], texts, headers[where])
        return cls(
            name=path.name,
            frame=frame,
            postcode_header=grid.described(),
            amount_header="" if where is None else headers[where],
            unread=unread,
        )


def _table(path: Path, wanted: Sequence[str]) -> tuple[Sequence[str], Rows, Grid]:
    """Return the headers, the rows below them and how their postcodes are read."""
    refuse_other_kinds(path)
    if is_parquet(path):
        return _parquet(path, wanted)
    if is_archive(path):
        rows = workbook_rows(path)
        grid = read_grid(rows[:500], wanted=wanted)
        return grid.headers, _filled(rows[grid.header + 1 :]), grid
    layout = read_layout(path, columns=wanted)
    codec = inner_codec(layout.encoding)
    content = b"".join(bytes(piece) for piece in read_bytes(path, layout.encoding))
    text = content[layout.preamble :].decode(codec, "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter.decode("ascii"))
    try:
        rows = _filled(reader)
    except csv.Error as error:
        raise FileFormatError(path, f"it is not a table: {error}", hint="save it as CSV") from error
    below = rows[layout.titles + 1 :] if layout.has_header else rows
    own = {at for first, last in layout.own for at in range(first, last + 1)}
    if own:  # the layout is that of the file without them
        below = [[cell for at, cell in enumerate(row) if at not in own] for row in below]
    return layout.headers, below, layout.rows_read_by


def _parquet(path: Path, wanted: Sequence[str]) -> tuple[Sequence[str], Rows, Grid]:
    headers, *rows = parquet_rows(path)
    choice = choose_column(headers, rows[:_SAMPLED], wanted=wanted[0] if wanted else None)
    return headers, rows, Grid(0, tuple(headers), (choice.index,))


def _postcode(row: Sequence[str], grid: Grid) -> str:
    """Return the postcode of a row, or what its first column has instead."""
    found = read_row(grid, row).text if grid.says_column else ""
    return found or _cell(row, grid.columns[0])


def _filled(rows: Iterable[list[str]]) -> Rows:
    return [row for row in rows if any(cell.strip() for cell in row)]


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _amount_column(headers: Sequence[str], rows: Rows, wanted: str | None) -> int | None:
    if wanted is not None:
        found = [i for i, h in enumerate(headers) if h.casefold() == wanted.strip().casefold()]
        if not found:
            have = ", ".join(repr(h[:60]) for h in headers if h) or "none"
            raise InputError(
                f"there is no column {wanted!r}; the columns are {have}; name one",
                parameter="amount",
            )
        return found[0]
    choice = choose_amounts(headers, rows[:_SAMPLED])
    return None if choice is None else choice.index

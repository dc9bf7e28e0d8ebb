"""
Read a file of payments: choose the columns of postcodes and amounts, and parse them.

Supports CSV, TSV, XLSX, XLS, XLSB, ODS and Parquet, detected by content.
"""

from __future__ import annotations

import csv
import io
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pandas as pd

from localarea.checking.workbooks.own_sheets import is_own_sheet
from localarea.checking.workbooks.workbook import is_archive
from localarea.errors import FileFormatError, InputError
from localarea.tables.columns import choose_column
from localarea.tables.delimited.encoding import inner_codec, read_bytes
from localarea.tables.delimited.layout import read_layout
from localarea.tables.file_kinds import refuse_other_kinds
from localarea.tables.finding.amounts import choose_amounts
from localarea.tables.finding.reading import RowReading, cell_at, read_row
from localarea.tables.money import read_amounts, require_amounts
from localarea.tables.parquet_rows import is_parquet, parquet_rows
from localarea.tables.sheet_layout import Grid, blank_own
from localarea.tables.workbooks.old_workbooks import readable_workbook
from localarea.tables.workbooks.sheet_choice import SAMPLE_ROWS, choose_sheets
from localarea.tables.workbooks.sheet_samples import sheet_samples
from localarea.tables.workbooks.sheet_texts import sheet_texts

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from localarea.tables.delimited.layout import Layout

POSTCODE, AMOUNT = "postcode", "amount"
_SAMPLED: Final = 200  # rows used to judge a column

# A row as its postcode is read, and as its amount is: a cell that is merged over several rows
# holds one amount.
_Row = tuple[list[str], list[str]]


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
    codes, numbers : numpy.ndarray, shape (n_rows,)
        What was read from each row, as `localarea.geo.addresses.read_cell_or_address`.
    sheet : str
        Sheet of a workbook; empty for other files.
    not_payments : int
        Rows left out because they hold no payment: totals, footers and the header again.
    """

    name: str
    frame: pd.DataFrame
    postcode_header: str
    amount_header: str
    unread: int
    codes: NDArray[np.uint8]
    numbers: NDArray[np.uint32]
    sheet: str = ""
    not_payments: int = 0

    @classmethod
    def open(cls, path: Path, *, column: str | None = None, amount: str | None = None) -> SpendFile:
        """
        Read a file.

        Parameters
        ----------
        path : pathlib.Path
            CSV or TSV in any common encoding, XLSX, XLS, XLSB, ODS or Parquet. Sheet, header,
            columns and rows without a payment are found as by a check of the file.
        column : str, optional
            Header or number of the postcode column; detected if left out.
        amount : str, optional
            Header of the column of amounts; defaults to a numeric column whose header refers
            to an amount, without VAT where there are several.

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
            table = _table(path, () if column is None else (column,))
        except OSError as error:
            why = error.strerror or error
            raise InputError(f"{path} cannot be read: {why}; name another file") from error
        with closing(table.rows):
            first = list(islice(table.rows, _SAMPLED))
            where = _amount_column(table.headers, [own for _, own in first], amount)
            kept = _Kept(table.grid, where)
            kept.add(chain(first, table.rows))
        if not kept.readings:
            raise FileFormatError(path, "it has no row below the header", hint="check the export")
        frame = pd.DataFrame({POSTCODE: kept.postcodes}, dtype=str)
        unread = 0
        if where is not None:
            amounts = pd.Series(kept.amounts, dtype=str)
            frame[AMOUNT] = read_amounts(amounts)
            unread = require_amounts(frame[AMOUNT], amounts, table.headers[where])
        codes, numbers = zip(*kept.readings, strict=True)
        return cls(
            name=path.name,
            frame=frame,
            postcode_header=table.grid.described(),
            amount_header="" if where is None else table.headers[where],
            unread=unread,
            codes=np.array(codes, np.uint8),
            numbers=np.array(numbers, np.uint32),
            sheet=table.sheet,
            not_payments=kept.not_payments,
        )


class _Kept:
    """What is kept of each row; the others of its cells are not held."""

    def __init__(self, grid: Grid, amount: int | None) -> None:
        self._grid, self._amount = grid, amount
        self.postcodes: list[str] = []
        self.amounts: list[str] = []
        self.readings: list[tuple[int, int]] = []
        self.not_payments = 0

    def add(self, rows: Iterable[_Row]) -> None:
        for texts, own in rows:
            reading = read_row(self._grid, texts)
            if reading.no_payment:
                self.not_payments += 1
                continue
            self.postcodes.append(_postcode(texts, reading, self._grid))
            self.readings.append((reading.code, reading.number))
            if self._amount is not None:
                self.amounts.append(cell_at(own, self._amount))


class _Table(NamedTuple):
    """The headers of a table, the filled rows below them, and how their postcodes are read."""

    headers: Sequence[str]
    rows: Generator[_Row]
    grid: Grid
    sheet: str = ""


def _table(path: Path, wanted: Sequence[str]) -> _Table:
    refuse_other_kinds(path)
    if is_parquet(path):
        return _parquet(path, wanted)
    if is_archive(path):
        return _workbook(path, wanted)
    layout = read_layout(path, columns=wanted)
    return _Table(layout.headers, _text_rows(path, layout), layout.rows_read_by)


def _text_rows(path: Path, layout: Layout) -> Generator[_Row]:
    codec = inner_codec(layout.encoding)
    content = b"".join(bytes(piece) for piece in read_bytes(path, layout.encoding))
    text = content[layout.preamble :].decode(codec, "replace")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter.decode("ascii"))
    own = {at for first, last in layout.own for at in range(first, last + 1)}
    above = layout.titles + 1 if layout.has_header else 0
    try:
        for row in islice((row for row in reader if _is_filled(row)), above, None):
            # The layout is that of the file without the columns of an earlier check.
            cells = [cell for at, cell in enumerate(row) if at not in own] if own else row
            yield cells, cells
    except csv.Error as error:
        raise FileFormatError(path, f"it is not a table: {error}", hint="save it as CSV") from error


def _workbook(path: Path, wanted: Sequence[str]) -> _Table:
    """Choose the sheet of a workbook that a check would choose."""
    with _readable(path) as readable:
        found = sheet_samples(readable, most=SAMPLE_ROWS)
    samples = {
        name: sample.rows for name, sample in found.items() if not is_own_sheet(name, sample.rows)
    }
    hidden = [name for name, sample in found.items() if sample.hidden]
    choice = choose_sheets(samples, None, columns=wanted, hidden=hidden, source=path)
    ((sheet, grid),) = choice.sheets
    header = found[sheet].numbers[grid.header] if grid.header >= 0 else -1
    rows = _sheet_rows(path, sheet, header, grid)
    return _Table(blank_own(grid.headers, grid.own), rows, grid, sheet)


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    with (
        TemporaryDirectory() as folder,
        readable_workbook(path, Path(folder) / "read.xlsx") as (readable, _),
    ):
        yield readable


def _sheet_rows(path: Path, sheet: str, header: int, grid: Grid) -> Generator[_Row]:
    with _readable(path) as readable:
        for row in sheet_texts(readable, sheet, header=header, columns=grid.columns):
            if _is_filled(row.texts):
                yield blank_own(row.texts, grid.own), blank_own(row.own, grid.own)


def _parquet(path: Path, wanted: Sequence[str]) -> _Table:
    headers, *rows = parquet_rows(path)
    choice = choose_column(headers, rows[:_SAMPLED], wanted=wanted[0] if wanted else None)
    pairs = ((row, row) for row in rows)
    return _Table(headers, pairs, Grid(0, tuple(headers), (choice.index,)))


def _postcode(row: Sequence[str], reading: RowReading, grid: Grid) -> str:
    """Return the postcode of a row, or what its first column has instead."""
    found = reading.text if grid.says_column else ""
    return found or cell_at(row, grid.columns[0])


def _is_filled(row: Iterable[str]) -> bool:
    return any(cell.strip() for cell in row)


def _amount_column(
    headers: Sequence[str], rows: Sequence[Sequence[str]], wanted: str | None
) -> int | None:
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

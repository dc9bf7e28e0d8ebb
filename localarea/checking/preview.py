"""Show how a file would be read, before it is checked."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

from localarea.checking.check_file import kind_of
from localarea.errors import ColumnNotFoundError, FileFormatError
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import WHOLE
from localarea.tables.cells import cell_text
from localarea.tables.encoding import detect_encoding, inner_codec, read_bytes
from localarea.tables.sheet_choice import SAMPLE_ROWS, choose_sheets
from localarea.tables.sheet_layout import Grid
from localarea.tables.workbook_rows import parquet_rows

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# What a column is read for.
ColumnUse = Literal["postcode", "outward", "inward", "address", "country", "own", ""]
# Which of a supplier's addresses a column is of, best first.
AddressKind = Literal["site", "plain", "billing", "registered", ""]


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """
    A sheet of a workbook.

    Attributes
    ----------
    name : str
        Name of the sheet.
    postcodes : int
        Number of its first rows in which a postcode would be read.
    rows : int
        Number of filled rows among those, below the header.
    chosen : bool
        Whether it would be checked.
    hidden : bool
        Whether it is hidden in the workbook.
    """

    name: str
    postcodes: int
    rows: int
    chosen: bool
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """
    A column of the sheet or file.

    Attributes
    ----------
    number : int
        Number of the column, from 1, which ``--column`` takes.
    header : str
        Header as written; empty if there is none.
    use : str
        What it would be read for; empty if it would not be read.
    kind : str
        Which address it is of: ``site``, ``plain``, ``billing`` or ``registered``; empty for
        other columns.
    order : int
        1 for the column that is tried first in each row, and so on; 0 if it is not tried.
    postcodes : int
        Number of the first rows in which it holds a postcode.
    """

    number: int
    header: str
    use: ColumnUse = ""
    kind: AddressKind = ""
    order: int = 0
    postcodes: int = 0


@dataclass(frozen=True, slots=True)
class RowPreview:
    """
    One of the first rows below the header.

    Attributes
    ----------
    number : int
        Number of the row as a spreadsheet shows it, from 1.
    cells : tuple of str
        Texts of its cells.
    read : str
        Postcode or outward code that would be read; empty if there is none.
    column : str
        Header or number of the column that it would be read from.
    note : str
        Whatever was special about the row, such as that it is a total; empty as a rule.
    """

    number: int
    cells: tuple[str, ...]
    read: str
    column: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """
    How a file would be read.

    Attributes
    ----------
    kind : {'text', 'workbook', 'parquet'}
        Type of the file.
    sheets : tuple of SheetPreview
        Sheets in the order of the workbook; empty for other types.
    sheet : str or None
        Sheet that the columns and rows are of.
    columns : tuple of ColumnPreview
        Every column, in order.
    rows : tuple of RowPreview
        The first five filled rows below the header.
    notes : tuple of str
        Notes for the user on how the file was read.
    fault : str
        Why it cannot be checked as asked, such as that no column holds postcodes; empty if it can.
    """

    kind: Literal["text", "workbook", "parquet"]
    sheets: tuple[SheetPreview, ...]
    sheet: str | None
    columns: tuple[ColumnPreview, ...]
    rows: tuple[RowPreview, ...]
    notes: tuple[str, ...] = ()
    fault: str = ""


def preview(source: Path, *, columns: Sequence[str] = (), sheet: str | None = None) -> Preview:
    """
    Read the start of a file and show how it would be read.

    Parameters
    ----------
    source : pathlib.Path
        A text file, workbook or Parquet file.
    columns : sequence of str
        Headers or numbers, from 1, of the requested columns, in order of preference.
    sheet : str, optional
        Requested sheet.

    Returns
    -------
    Preview
        Sheets, columns and the first five rows. Where no column holds postcodes, or a requested
        sheet or column is missing, `Preview.fault` says so and the rest is as far as known.

    Raises
    ------
    FileFormatError
        If the file cannot be read as a table.
    """
    kind = kind_of(source)
    samples, hidden = _samples(source, kind)
    fault, notes = "", ()
    try:
        choice = choose_sheets(samples, sheet, columns=columns, hidden=hidden, source=source)
        (name, grid), notes = choice.sheets[0], choice.notes
    except (ColumnNotFoundError, FileFormatError) as error:
        fault = "no column was found that holds postcodes; choose the sheet and the column"
        if isinstance(error, FileFormatError):
            fault = error.why
        name = next((n for n in samples if n == sheet), next(iter(samples)))
        width = max((len(r) for r in samples[name]), default=0)
        at = next((i for i, r in enumerate(samples[name]) if sum(map(bool, r)) > 1), 0)
        head = tuple(samples[name][at]) if samples[name] else ()
        grid = Grid(at, (*head, *[""] * (width - len(head))), ())
    rows = samples[name]
    sheets = tuple(
        SheetPreview(n, _count(r), sum(1 for x in r if any(x)), n == name, n in hidden)
        for n, r in samples.items()
    )
    body = [(i, row) for i, row in enumerate(rows) if i > grid.header and any(row)]
    found = tuple(
        ColumnPreview(
            i + 1,
            header,
            "postcode" if i in grid.columns else "",
            "plain" if i in grid.columns else "",
            grid.columns.index(i) + 1 if i in grid.columns else 0,
            sum(_whole(row[i]) for _, row in body if i < len(row)),
        )
        for i, header in enumerate(grid.headers)
    )
    first = []
    for i, row in body[:5]:
        at = next((c for c in grid.columns if c < len(row) and row[c]), None)
        read = "" if at is None else row[at]
        head = "" if at is None else grid.headers[at]
        first.append(RowPreview(i + 1, tuple(row), read, head))
    return Preview(
        kind,
        sheets if kind == "workbook" else (),
        name if kind == "workbook" else None,
        found,
        tuple(first),
        (*notes, *grid.notes),
        fault,
    )


def _whole(text: str) -> bool:
    return read_cell_or_address(text)[0] == WHOLE


def _count(rows: list[list[str]]) -> int:
    return sum(any(map(_whole, row)) for row in rows)


def _samples(source: Path, kind: str) -> tuple[dict[str, list[list[str]]], set[str]]:
    if kind == "workbook":
        import openpyxl

        with source.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            hidden = {p.title for p in book.worksheets if p.sheet_state != "visible"}
            return {
                p.title: [
                    [cell_text(c) for c in row]
                    for row in islice(p.iter_rows(values_only=True), SAMPLE_ROWS)
                ]
                for p in book.worksheets
            }, hidden
    if kind == "parquet":
        return {"": parquet_rows(source)[:SAMPLE_ROWS]}, set()
    encoding = detect_encoding(source)
    text = b"".join(bytes(x) for x in islice(read_bytes(source, encoding), 1)).decode(
        inner_codec(encoding), "replace"
    )
    lines = text.splitlines()[:SAMPLE_ROWS]
    delimiter = max(",;\t|", key=lambda d: lines[0].count(d)) if lines else ","
    return {"": list(csv.reader(lines, delimiter=delimiter))}, set()

"""Read the rows of a file of returns as text, whatever its type."""

from __future__ import annotations

import csv
import io
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from localarea.checking.workbooks.workbook import is_archive
from localarea.errors import FileFormatError
from localarea.tables.cell_limits import MOST_HELD, require_cells
from localarea.tables.delimited.encoding import detect_encoding
from localarea.tables.sheet_layout import TITLE_ROWS
from localarea.tables.workbooks.old_workbooks import readable_workbook
from localarea.tables.workbooks.saved_values import saved_sheets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NumberedRow = tuple[int, list[str]]  # number, from 1, and cells


@contextmanager
def return_rows(path: Path) -> Iterator[Iterable[tuple[str, Iterator[NumberedRow]]]]:
    """
    Open the tables of a file.

    Name of each table, of the file and the sheet, and its rows, which are to be read before the
    next one. Empty rows may be left out. FileFormatError if it cannot be read, or has too many
    cells. The message does not quote its cells.
    """
    with _open(path) as sheets:
        yield ((_name(path, sheet), _counted(path, rows)) for sheet, rows in sheets)


@contextmanager
def _open(path: Path) -> Iterator[Iterable[tuple[str, Iterator[NumberedRow]]]]:
    """Open the tables of a file; a text file is one without a name."""
    if not is_archive(path):
        yield [("", iter(_text(path)))]
        return
    with (
        TemporaryDirectory() as folder,
        readable_workbook(path, Path(folder) / "read.xlsx") as (readable, _),
        closing(saved_sheets(readable, shown=True)) as sheets,
    ):
        yield sheets


def _counted(path: Path, rows: Iterator[NumberedRow]) -> Iterator[NumberedRow]:
    """Count the cells of a sheet: one far to the right makes every row as long."""
    cells = 0
    for number, row in rows:
        cells += len(row)
        if cells > MOST_HELD:
            require_cells(path, number, -(-cells // number))
        yield number, row


def _name(path: Path, sheet: str) -> str:
    return path.name + (f" [{sheet}]" if sheet else "")


def _text(path: Path) -> list[NumberedRow]:
    encoding = detect_encoding(path)
    text = path.read_bytes().decode(encoding.codec, "replace").lstrip("\ufeff")
    first = "".join(text.splitlines(keepends=True)[:TITLE_ROWS])
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(1 << 20)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return list(enumerate(rows, start=1))
    except csv.Error:
        raise FileFormatError(path, "it is not a CSV or TSV file") from None

"""Read every row below the header of a sheet, as the check reads it."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.tables.cell_limits import most_cells, require_cells
from localarea.tables.columns import LONGEST_HEADER
from localarea.tables.sheet_layout import TITLE_ROWS
from localarea.tables.workbooks.saved_values import friendly_errors
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_HEAD: Final = TITLE_ROWS + LONGEST_HEADER + 1  # rows that show how tall the header is


class SheetText(NamedTuple):
    """
    A row of a sheet.

    Attributes
    ----------
    number : int
        Its number, from 0.
    texts : list of str
        What a person sees in each column: cells merged over several rows count in each of them.
    own : list of str
        The same, but such a cell counts in its first row only.
    """

    number: int
    texts: list[str]
    own: list[str]


def sheet_texts(
    path: Path, name: str, *, header: int, columns: Collection[int]
) -> Iterator[SheetText]:
    """
    Read every row below the header of a sheet.

    Parameters
    ----------
    name : str
        Name of the sheet, as `sheet_samples` returns it.
    header : int
        First row of the header, from 0; -1 if there is none.
    columns : collection of int
        Columns of postcodes, which tell how tall a header of merged cells is.

    Yields
    ------
    SheetText
        Each row up to the last filled one, in order; an .xlsx need not have every row.

    Raises
    ------
    FileFormatError
        If it is not such a workbook, or exceeds the limits. The message does not quote its cells.
    """
    kind, sizes = open_safely(path)
    with friendly_errors(path):
        if kind == "ods":
            yield from _of_ods(path, name, header)
        else:
            yield from _of_xlsx(path, sizes, name, header, columns)


def _of_xlsx(
    path: Path, sizes: dict[str, int], name: str, header: int, columns: Collection[int]
) -> Iterator[SheetText]:
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.parts.package import Package
    from localarea.tables.xlsx.row_batch import BatchReader, batch_size
    from localarea.tables.xlsx.sheet_scan import header_end, scan_sheet, sheet_rows
    from localarea.tables.xlsx.sheet_stream import CellReader

    with Package(path) as package:
        book = Book(package)
        strings = book.strings()
        page = next(page for page in book.sheets if page.name == name)
        scan = scan_sheet(book, page, strings, most=_HEAD)
        require_cells(path, scan.height, scan.width, most=most_cells(sizes[page.part]))
        last = header_end(scan.skeleton.merged(), header, columns, scan.first)
        merged, rows = scan.merged(), sheet_rows(book, scan)
        reader = BatchReader(CellReader(strings, scan.prefix), scan.width)
        while batch := list(islice(rows, batch_size(scan.width))):
            read = reader.read([row.content for row in batch])
            for row, own in zip(batch, read.texts, strict=True):
                texts = merged.fill(row.number, own)
                if row.number > last:
                    yield SheetText(row.number, texts, own)


def _of_ods(path: Path, name: str, header: int) -> Iterator[SheetText]:
    from localarea.tables.ods._cells import texts_of
    from localarea.tables.ods._sheet_rows import SheetRows
    from localarea.tables.ods.survey import SheetPlaces, survey

    with closing(survey(path, rows=_HEAD)) as found, found.content() as content:
        sheet = next(sheet for sheet in found.sheets if sheet.name == name)
        places, rows, number = SheetPlaces(), SheetRows(), 0
        first = sheet.first_data(header)
        for piece in content:
            if places.place(piece) != sheet.number or piece.kind != b"table:table-row":
                continue
            row = rows.read(piece.tag, piece.inner)
            own = texts_of(row.cells)
            for at in range(max(number, first), min(number + row.times, sheet.height)):
                yield SheetText(at, row.texts, own)
            number += row.times

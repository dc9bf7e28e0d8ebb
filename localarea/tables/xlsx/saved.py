"""Read the values of a saved .xlsx workbook in the form in which they are compared."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from localarea.tables.xlsx.book import Book
from localarea.tables.xlsx.parts.package import Package
from localarea.tables.xlsx.row_values import RowValues
from localarea.tables.xlsx.sheet_stream import SheetStream
from localarea.tables.xlsx.xml_stream import NotPlainError, checked_blocks

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from localarea.tables.xlsx.book import BookSheet


def sheet_parts(path: Path) -> dict[str, str]:
    """
    List the sheets of a workbook.

    ``path``: the workbook, within the limits of `open_safely`. Returns the name of the part of each
    sheet by the name of the sheet, in order.
    """
    with Package(path) as package:
        return {sheet.name: sheet.part for sheet in Book(package).sheets}


def saved_xlsx(
    path: Path, *, shown: bool, truths: bool = True
) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """
    Read the sheets of a workbook, one after the other.

    Parameters
    ----------
    path : pathlib.Path
        The workbook, within the limits of `open_safely`.
    shown : bool
        Whether days are to be shown as people read them.
    truths : bool
        Whether ``TRUE()`` and ``FALSE()`` are truth values in a cell of a number too.

    Yields
    ------
    tuple of str and iterator
        Name of each sheet; number and values of each of its filled rows.
    """
    with Package(path) as package:
        book = Book(package)
        strings = book.strings()
        days = day_styles(package) if shown else frozenset()

        def make_reader(prefix: bytes) -> RowValues:
            return RowValues(strings, prefix, days, truths=truths)

        for sheet in book.sheets:
            # Rows that nobody reads to the end would keep the file open behind the archive.
            with closing(_rows(book, sheet, make_reader)) as rows:
                yield sheet.name, rows


def _rows(
    book: Book, sheet: BookSheet, make_reader: Callable[[bytes], RowValues]
) -> Generator[tuple[int, list[str]]]:
    """Read the rows by their bytes, and where that cannot go on, from there in plain form."""
    last = -1
    for plain in (True, False):
        reader: RowValues | None = None
        try:
            # An error keeps whatever was being read, so the part is closed and not left to it.
            with closing(book.blocks(sheet.part)) as blocks:
                stream = SheetStream(checked_blocks(blocks, plain=plain))
                for row in stream.rows():
                    reader = reader or make_reader(stream.prefix)
                    if row.number <= last:
                        continue
                    last = row.number
                    cells = reader.cells(row.content)
                    if cells:
                        yield row.number + 1, cells
        except NotPlainError:
            if not plain:
                raise ValueError("the rows of a sheet cannot be told apart") from None
            continue
        return


def day_styles(package: Package) -> frozenset[bytes]:
    """Return the numbers of the cell styles that show a number as a day."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    targets = [t for _, kind, t in package.relations(package.workbook) if kind == "styles"]
    if not targets or not package.has(targets[0]):
        return frozenset()
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles: list[str] = []
    for element in package.tree(targets[0]).iter():
        kind = str(element.tag).rpartition("}")[2]
        if kind == "numFmt":
            codes[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif kind == "cellXfs":
            styles = [style.get("numFmtId", "0") for style in element]
    return frozenset(
        str(at).encode() for at, number in enumerate(styles) if is_date_format(codes.get(number))
    )

"""Read the first rows of every sheet of a workbook, as the check reads them."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from localarea.tables.workbooks.saved_values import friendly_errors
from localarea.tables.workbooks.workbook_limits import open_safely

if TYPE_CHECKING:
    from pathlib import Path


class SheetSample(NamedTuple):
    """
    The first rows of a sheet.

    Attributes
    ----------
    rows : list of list of str
        Texts of the rows, with blank rows between, of which long gaps are shortened.
    numbers : list of int
        Number of each row, from 0.
    shown : list of list of str
        The rows as people see them: days as days, and not as their numbers.
    """

    rows: list[list[str]]
    numbers: list[int]
    hidden: bool
    shown: list[list[str]]


def sheet_samples(path: Path, *, most: int) -> dict[str, SheetSample]:
    """
    Read the first rows of every sheet.

    Every sheet by its name, in order, hidden ones too. FileFormatError if it is not such a
    workbook, or exceeds the limits. The message does not quote its cells.
    """
    kind, _ = open_safely(path)
    with friendly_errors(path):
        return _of_ods(path, most) if kind == "ods" else _of_xlsx(path, most)


def _of_ods(path: Path, most: int) -> dict[str, SheetSample]:
    from localarea.tables.ods.survey import survey

    with closing(survey(path, rows=most)) as found:
        return {
            each.name: SheetSample(
                each.sample, list(range(len(each.sample))), each.hidden, each.sample
            )
            for each in found.sheets
        }


def _of_xlsx(path: Path, most: int) -> dict[str, SheetSample]:
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.parts.package import Package
    from localarea.tables.xlsx.saved import day_styles
    from localarea.tables.xlsx.sheet_scan import scan_sheet

    with Package(path) as package:
        book = Book(package)
        strings = book.strings()
        scans = {page: scan_sheet(book, page, strings, most=most) for page in book.sheets}
        days = frozenset(map(int, day_styles(package)))
        return {
            page.name: SheetSample(*scan.sample(), page.hidden, scan.sample(days)[0])
            for page, scan in scans.items()
        }

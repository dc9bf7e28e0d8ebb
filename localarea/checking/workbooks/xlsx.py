"""
Check the rows of an .xlsx workbook, and change the workbook in place.

Rows are streamed from the sheet to its copy with the verdicts added; every part of the workbook
that need not change is copied byte for byte. Each sheet is read twice: first for its extent, its
header and its columns, then to be written.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile
from zlib import error as BadStreamError  # noqa: N812 -- zlib calls it just "error"

from localarea.checking.rows.paid_columns import paid_of
from localarea.checking.workbooks.own_sheets import is_own_sheet
from localarea.checking.workbooks.sheet_columns import SheetColumns
from localarea.checking.workbooks.summary_sheet import SUMMARY_SHEET, summary_lines
from localarea.checking.workbooks.summary_xlsx import SummaryLooks
from localarea.checking.workbooks.unresolved_sheet import UnresolvedSheet
from localarea.checking.workbooks.written_rows import WrittenRows
from localarea.errors import FileFormatError, InputError
from localarea.tables.cell_limits import most_cells, require_cells
from localarea.tables.workbooks.sheet_choice import ALL, SAMPLE_ROWS, choose_sheets
from localarea.tables.xlsx.references import rows_across
from localarea.tables.xlsx.row_writer import is_hidden

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from localarea.checking.workbooks.rows import CheckedSheet, RowChecker, WorkbookRequest
    from localarea.classify.classifier import Classifier
    from localarea.tables.sheet_layout import Grid
    from localarea.tables.xlsx.book import Book, BookSheet
    from localarea.tables.xlsx.parts.styles import Styles
    from localarea.tables.xlsx.sheet_scan import SheetScan
    from localarea.tables.xlsx.sheet_stream import Row
    from localarea.tables.xlsx.texts import SharedStrings

_FAULT_SHOWN: Final = 300  # characters of a library's message that an error quotes
_ADDED_BYTES: Final = 1_200  # of a row's added cells, about
# What a damaged workbook raises in the libraries that read it.
_FAULTS: Final = (
    *(LookupError, ValueError, TypeError, AttributeError, SyntaxError),
    *(EOFError, BadZipFile, BadStreamError, OverflowError, ExpatError),
)


def check_xlsx(
    source: Path, out: Path, sizes: dict[str, int], asked: WorkbookRequest
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    """
    Check a workbook and write it with the verdicts added.

    ``sizes``: size of each part in bytes, from ``open_safely``. FileFormatError if it cannot be
    read as a workbook, has no rows or has no such sheet. ColumnNotFoundError if the column is
    missing, or no column holds postcodes.
    """
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.parts.list_objects import total_areas
    from localarea.tables.xlsx.parts.package import Package
    from localarea.tables.xlsx.parts.styles import Styles

    with _friendly_errors(source), Package(source) as package:
        package.call_workbook()
        book = Book(package)
        strings = book.strings()
        scans, samples, numbers, unread = _read(source, book, strings, sizes, asked.sheet)
        hidden = {page.name for page in book.sheets if page.hidden}
        chosen = choose_sheets(
            samples, asked.sheet, columns=asked.columns, hidden=hidden, source=source
        )
        styles = Styles(package)
        checks = []
        for name, grid in chosen.sheets:
            scan = scans[name]
            at = numbers[name][grid.header] if grid.header >= 0 else -1
            paid = paid_of(grid, samples[name])
            areas = total_areas(package, scan.sheet.part)
            totals = {row + 1 for row in rows_across(areas, grid.columns)}
            checker = asked.checker(replace(grid, header=at), scan.rows, paid, totals)
            checks.append(_SheetCheck(book, strings, styles, scan, checker, asked))
        _add_summaries(book, strings, styles, checks, asked.classifier)
        package.write(out)
    sheets = tuple(check.result() for check in checks)
    return sheets, (*chosen.notes, *unread, *_signature_notes(package.archive.namelist()))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Keep Python from looking for circles among the many small values of a batch: it has none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def _friendly_errors(path: Path) -> Iterator[None]:
    """Raise a `FileFormatError` for any error on a damaged workbook; pass on our own."""
    try:
        yield
    except InputError:
        raise
    except _FAULTS as error:
        why = f"it cannot be read as a workbook ({type(error).__name__}: {error})"[:_FAULT_SHOWN]
        hint = "open it in Excel or LibreOffice and save it again"
        raise FileFormatError(path, why, hint=hint) from error


def _read(
    source: Path, book: Book, strings: SharedStrings, sizes: dict[str, int], wanted: str | None
) -> tuple[dict[str, SheetScan], dict[str, list[list[str]]], dict[str, list[int]], tuple[str, ...]]:
    """
    Read the sheets that may be checked: the named one, or else the visible ones.

    A sheet with too many cells is refused, or told in a note if it was not asked for and there is
    another.
    """
    from localarea.tables.xlsx.sheet_scan import scan_sheet

    named = any(_is_named(page, wanted) for page in book.sheets)
    asked = wanted is None or wanted.casefold() == ALL
    scans: dict[str, SheetScan] = {}
    samples: dict[str, list[list[str]]] = {}
    numbers: dict[str, list[int]] = {}
    faults = []
    for page in book.sheets:
        samples[page.name], numbers[page.name] = [], []
        if _is_named(page, wanted) if named else not page.hidden and asked:
            scan = scans[page.name] = scan_sheet(book, page, strings, most=SAMPLE_ROWS)
            most = most_cells(sizes[page.part])
            try:
                require_cells(source, scan.height, scan.width, most=most)
            except FileFormatError as fault:
                faults.append(fault)
                continue
            samples[page.name], numbers[page.name] = scan.sample()
            if not named and is_own_sheet(page.name, samples[page.name]):
                del samples[page.name]
    if faults and (wanted is not None or not any(map(any, samples.values()))):
        raise faults[0]
    return scans, samples, numbers, tuple(f"a sheet was not read: {fault.why}" for fault in faults)


def _is_named(page: BookSheet, wanted: str | None) -> bool:
    return wanted is not None and page.name.casefold() == wanted.casefold()


class _SheetCheck:
    """One sheet, checked while its part is written."""

    def __init__(
        self,
        book: Book,
        strings: SharedStrings,
        styles: Styles,
        scan: SheetScan,
        checker: RowChecker,
        asked: WorkbookRequest,
    ) -> None:
        from localarea.tables.xlsx.row_batch import BatchReader
        from localarea.tables.xlsx.saved import day_styles
        from localarea.tables.xlsx.sheet_stream import CellReader

        self.name, self.checker = scan.sheet.name, checker
        self._book, self._scan, self._styles = book, scan, styles
        self._progress = asked.progress
        self._cells = CellReader(strings, scan.prefix)
        self._columns = SheetColumns(book, styles, scan, checker, self._cells)
        unresolved, days = None, frozenset[bytes]()
        if asked.unresolved is not None:
            unresolved = UnresolvedSheet(self.name, asked.unresolved)
            asked.unresolved[self.name] = unresolved
            days = day_styles(book.package)
        self._written_rows = WrittenRows(
            self.name, self._columns, strings, scan.prefix, days, unresolved
        )
        self._merged = scan.merged()
        values, model = self._written_rows.values, self._columns.model
        self._reader = BatchReader(self._cells, scan.width, values, model)
        self._waiting = self._unseen = 0
        self._columns.change_surroundings()
        package = book.package
        expected = package.archive.getinfo(scan.sheet.part).file_size + _ADDED_BYTES * scan.rows
        package.stream(scan.sheet.part, self._blocks, expected)

    @property
    def grid(self) -> Grid:
        return self.checker.grid

    def result(self) -> CheckedSheet:
        found = self.checker.result(self.name)
        notes = (*found.notes, *self._columns.notes(self._waiting, self._unseen))
        return replace(found, notes=notes, digest=self._written_rows.digest())

    def _blocks(self) -> Iterator[bytes]:
        before, after = self._scan.skeleton.bytes()
        prefix = self._scan.prefix
        yield b"%b<%bsheetData>" % (before, prefix)
        yield from self._rows()
        yield b"</%bsheetData>%b" % (prefix, after)

    def _rows(self) -> Iterator[bytes]:
        """Write the rows above the body as they come, and those of the body in batches."""
        from localarea.tables.xlsx.row_batch import batch_size
        from localarea.tables.xlsx.sheet_scan import sheet_rows

        columns, header = self._columns, self._columns.header
        most = batch_size(self._scan.width)
        batch: list[Row | None] = []  # None stands for a row that the sheet does not have
        headed, before = header < 0, header
        for row in sheet_rows(self._book, self._scan):
            if not headed and row.number > header:
                yield self._new_header()
            headed = headed or row.number >= header
            if row.number <= columns.header_end:
                yield self._above(row)
                continue
            for _ in range(row.number - before - 1):
                batch.append(None)
                if len(batch) >= most:
                    yield self._checked(batch)
            before = row.number
            batch.append(row)
            if len(batch) >= most:
                yield self._checked(batch)
        if not headed:
            yield self._new_header()
        yield self._checked(batch)

    def _above(self, row: Row) -> bytes:
        read = self._reader.read([row.content])
        self._as_seen(row, read.texts[0])
        written = self._columns.above(row, read.lasts[0])
        self._written_rows.add_written(row.number, written)
        return written

    def _new_header(self) -> bytes:
        written = self._columns.new_header()
        self._written_rows.add_written(self._columns.header, written)
        return written

    def _awaits_postcode(self, row: Row, texts: Sequence[str]) -> bool:
        """Return whether a row has no postcode because its formula was never calculated."""
        columns = [column for column in self.grid.columns if column < len(texts)]
        if any(texts[column] for column in columns):
            return False
        return any(c.waiting and c.column in columns for c in self._cells.cells(row.content))

    def _as_seen(self, row: Row, texts: list[str]) -> list[str]:
        """Return the texts of a row that a person sees, without those of an earlier check."""
        own = self._columns.without_own(texts)
        filled, paid = self._merged.fill(row.number, own), self.checker.paid
        if filled is not own and paid is not None and paid.amount < len(own):
            filled[paid.amount] = own[paid.amount]  # what is merged over rows was paid once
        return filled

    @_without_collection()
    def _checked(self, batch: list[Row | None]) -> bytes:
        """Check and write the rows of a batch, and empty it."""
        present = [row for row in batch if row is not None]
        read = self._reader.read([row.content for row in present])
        seen = list(map(self._as_seen, present, read.texts))
        for row, texts, waits in zip(present, seen, read.waiting, strict=True):
            self._waiting += waits and self._awaits_postcode(row, texts)
            self._unseen += is_hidden(row.tag) and any(texts)
        rows = iter(seen)
        try:
            answers = self.checker.check([[] if row is None else next(rows) for row in batch])
        except _FAULTS as error:  # no fault of the workbook: never call it one
            raise RuntimeError("rows could not be checked") from error
        told = [answer for row, answer in zip(batch, answers, strict=True) if row is not None]
        written = list(map(self._columns.body, present, told, read.styles, read.lasts))
        for each in zip(present, read.values, told, read.lasts, written, strict=True):
            self._written_rows.add(*each)
        batch.clear()
        if self._progress:
            self._progress(len(written))
        return b"".join(written)


def _add_summaries(
    book: Book,
    strings: SharedStrings,
    styles: Styles,
    checks: Sequence[_SheetCheck],
    classifier: Classifier,
) -> None:
    """Add a summary of each sheet, in place of that of an earlier check."""
    looks = SummaryLooks(styles)
    earlier = _earlier_summaries(book, strings, checks)
    for check in checks:

        def content(check: _SheetCheck = check) -> bytes:
            checker = check.checker
            lines = summary_lines(
                checker.tally,
                classifier,
                source=check.name,
                column=checker.column,
                spend=checker.spend,
            )
            return looks.sheet(book.package.namespace, lines)

        if check.name in earlier:
            book.package.replace(earlier[check.name], content)
        else:
            book.add_sheet(book.free_name(SUMMARY_SHEET), content)


def _earlier_summaries(
    book: Book, strings: SharedStrings, checks: Sequence[_SheetCheck]
) -> dict[str, str]:
    """Return the part of the summary that an earlier check wrote of each sheet."""
    from localarea.tables.xlsx.book import numbered_names
    from localarea.tables.xlsx.sheet_scan import scan_sheet

    again = [check for check in checks if check.grid.own]
    if not again:
        return {}
    found: dict[str, str] = {}
    for page in book.sheets:
        if not numbered_names(SUMMARY_SHEET).fullmatch(page.name):
            continue
        scan = scan_sheet(book, page, strings, most=SAMPLE_ROWS)
        texts = {cell.text for _, cells in scan.first for cell in cells if cell.column == 1}
        for check in again:
            if check.name in texts and check.name not in found and page.part not in found.values():
                found[check.name] = page.part
    return found


def _signature_notes(names: Sequence[str]) -> tuple[str, ...]:
    if any(name.startswith("_xmlsignatures/") for name in names):
        return ("the workbook was signed; the signature does not hold for the checked one",)
    return ()

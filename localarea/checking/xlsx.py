"""
Check the rows of an Excel workbook.

A workbook of normal size is edited as a whole: its formats, formulas, widths and other sheets
stay. A very large one is read and written row by row, which keeps only the values and the
formats of numbers and dates.
"""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from localarea.checking.rows import CheckedSheet, RowChecker
from localarea.checking.summary_sheet import SUMMARY_SHEET, Line, summary_lines
from localarea.errors import FileFormatError, InputError
from localarea.tables.cell_limits import (
    MOST_STREAMED,
    counted_rows,
    require_cells,
    without_blank_end,
)
from localarea.tables.cells import cell_text
from localarea.tables.sheet_choice import SAMPLE_ROWS, choose_sheets
from localarea.tables.workbook_losses import losses_note, losses_of_workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.tables.sheet_choice import SheetChoice
    from localarea.tables.sheet_layout import Grid

ORDINARY: Final = 30 << 20  # bytes of the sheets' XML; openpyxl needs some fifty times more
MAX_COLUMNS: Final = 16_384
_FAULT_SHOWN: Final = 300  # characters of a library's message that an error quotes
_BATCH: Final = 5_000  # rows checked at a time


def check_xlsx(
    source: Path,
    out: Path,
    classifier: Classifier,
    sizes: dict[str, int],
    *,
    columns: Sequence[str] = (),
    sheet: str | None = None,
    progress: Callable[[int], None] | None = None,
    evidence: RowEvidence | None = None,
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    """
    Check a workbook and write it with the verdicts added.

    Parameters
    ----------
    source, out : pathlib.Path
        File to read and file to write.
    classifier : Classifier
        The classifier to use.
    sizes : dict of str to int
        Size of each part in bytes, from ``open_safely``.
    columns : sequence of str
        Headers or 1-based numbers of the postcode columns, in order of preference.
    sheet : str, optional
        Name of the sheet, or ``all``; defaults to the visible one that holds postcodes.
    progress : callable, optional
        Called with the number of rows just checked.
    evidence : RowEvidence, optional
        Supplies the evidence of each row.

    Returns
    -------
    tuple of CheckedSheet
        What came of each sheet.
    tuple of str
        Notes on the workbook.

    Raises
    ------
    FileFormatError
        If it cannot be read as a workbook, has no rows or has no such sheet.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    """
    weight = sum(n for name, n in sizes.items() if name.startswith("xl/worksheets/"))
    work = _check_whole if weight <= ORDINARY else _check_streamed
    with _FriendlyErrors(source), losses_of_workbook() as lost:
        found = work(source, out, classifier, columns, sheet, progress, evidence)
    sheets, notes = found
    return sheets, (*notes, *losses_note(lost))


class _FriendlyErrors:
    """Convert any error of openpyxl on a damaged workbook to a `FileFormatError`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        """Enter the context."""

    def __exit__(self, kind: type[BaseException] | None, error: Any, _trace: object) -> None:
        """Raise a `FileFormatError` for other errors; pass on our own."""
        from zipfile import BadZipFile
        from zlib import error as BadStreamError  # noqa: N812 -- zlib calls it just "error"

        faults = (
            *(KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError),
            *(EOFError, BadZipFile, BadStreamError, OverflowError),
        )
        if kind is not None and issubclass(kind, faults) and not isinstance(error, InputError):
            raise FileFormatError(
                self.path,
                f"it cannot be read as a workbook ({kind.__name__}: {error})"[:_FAULT_SHOWN],
                hint="open it in Excel or LibreOffice and save it again",
            ) from error


def _check_whole(
    source: Path,
    out: Path,
    classifier: Classifier,
    columns: Sequence[str],
    sheet: str | None,
    progress: Callable[[int], None] | None,
    evidence: RowEvidence | None,
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    import openpyxl

    with source.open("rb") as file:  # as a stream, because openpyxl checks the name of a path
        book = openpyxl.load_workbook(file)
    chosen = _choose(source, book, sheet, columns)
    checked = []
    for title, grid in chosen.sheets:
        page = book[title]
        checker = _check_page(source, page, grid, classifier, progress, evidence)
        checked.append(checker.result(title))
        lines = summary_lines(checker.tally, classifier, source=title, column=checker.column)
        _write_summary(book.create_sheet(_free_name(book)), lines)
    book.save(out)
    return tuple(checked), chosen.notes


def _check_page(
    source: Path,
    page: Worksheet,
    grid: Grid,
    classifier: Classifier,
    progress: Callable[[int], None] | None,
    evidence: RowEvidence | None,
) -> RowChecker:
    values = _shown_values(source, page)
    height, width = _extent(values)
    texts = [[cell_text(value) for value in row[:width]] for row in values[:height]]
    checker = RowChecker(classifier, grid, expected=height, evidence=evidence)
    _write_headers(page, checker, width)
    for start in range(grid.header + 1, height, _BATCH):
        batch = texts[start : start + _BATCH]
        for number, added in enumerate(checker.check(batch), start=start):
            for offset, value in enumerate(added):
                _write_text(page.cell(number + 1, width + 1 + offset), value)
        if progress:
            progress(len(batch))
    return checker


def _choose(source: Path, book: Workbook, sheet: str | None, columns: Sequence[str]) -> SheetChoice:
    samples = {}
    for page in book.worksheets:
        rows = page.iter_rows(max_row=SAMPLE_ROWS, values_only=True)
        samples[page.title] = [
            [cell_text(value) for value in without_blank_end(row)] for row in rows
        ]
    hidden = {page.title for page in book.worksheets if page.sheet_state != "visible"}
    return choose_sheets(samples, sheet, columns=columns, hidden=hidden, source=source)


def _shown_values(source: Path, page: Worksheet) -> list[tuple[Any, ...]]:
    """Return the values of a sheet; for formulas, the last calculated values."""
    require_cells(source, page.max_row, page.max_column)
    rows = [without_blank_end(row) for row in page.iter_rows(values_only=True)]
    if not any(cell.data_type == "f" for row in page.iter_rows() for cell in row):
        return rows
    import openpyxl

    with source.open("rb") as file:
        shown = openpyxl.load_workbook(file, data_only=True)
    return [without_blank_end(row) for row in shown[page.title].iter_rows(values_only=True)]


def _extent(rows: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """Return the filled extent, as formats alone may reach the end of the sheet."""
    height = width = 0
    for number, row in enumerate(rows, start=1):
        for place in range(len(row), 0, -1):
            if row[place - 1] not in (None, ""):
                height, width = number, max(width, place)
                break
    return height, width


def _new_headers(checker: RowChecker, width: int) -> list[str]:
    known = checker.grid.headers[:width]
    names = checker.headers(known, min(width, len(known)))
    if width + len(names) > MAX_COLUMNS:
        raise InputError(f"no room: a sheet has {MAX_COLUMNS:,} columns, and {width:,} are filled")
    return names


def _write_headers(page: Worksheet, checker: RowChecker, width: int) -> None:
    from openpyxl.utils import get_column_letter

    names, grid = _new_headers(checker, width), checker.grid
    if grid.header < 0:
        return
    model = page.cell(grid.header + 1, max(width, 1))
    for offset, name in enumerate(names):
        cell = page.cell(grid.header + 1, width + 1 + offset)
        _write_text(cell, name)
        for look in ("font", "fill", "border", "alignment"):
            setattr(cell, look, copy(getattr(model, look)))
        wide = 60 if name.startswith("local_explanation") else max(12, len(name) + 2)
        page.column_dimensions[get_column_letter(width + 1 + offset)].width = wide


def _write_text(cell: Any, value: str) -> None:
    """Write text as text, so that nothing we add is evaluated as a formula."""
    if value in ("true", "false"):
        cell.value = value == "true"
    elif value.replace(".", "", 1).isdecimal():  # minutes, metres, counts
        cell.value = _number(value)
    elif value:
        cell.value = value
        cell.data_type = "s"


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)


def _free_name(book: Workbook) -> str:
    taken = {name.casefold() for name in book.sheetnames}
    name, again = SUMMARY_SHEET, 1
    while name.casefold() in taken:
        again += 1
        name = f"{SUMMARY_SHEET} {again}"
    return name


def _write_summary(page: Any, lines: Iterable[Line]) -> None:
    from openpyxl.styles import Font

    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 38, 44
    for number, (label, count, share) in enumerate(lines, start=1):
        heading = count == "Rows"
        for place, value in ((1, label), (2, count), (3, share if not heading else "Share")):
            if value in (None, ""):
                continue
            cell = page.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"
            if heading:
                cell.font = Font(bold=True)
            elif place > 1 and not isinstance(value, str):
                cell.number_format = "#,##0" if place == 2 else "0.0%"


def _check_streamed(
    source: Path,
    out: Path,
    classifier: Classifier,
    columns: Sequence[str],
    sheet: str | None,
    progress: Callable[[int], None] | None,
    evidence: RowEvidence | None,
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    import openpyxl

    with source.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for page in book.worksheets:
            page.reset_dimensions()
        found = _choose(source, book, sheet, columns)
        grids = dict(found.sheets)
        written = openpyxl.Workbook(write_only=True)
        checked = []
        for page in book.worksheets:
            target = written.create_sheet(page.title)
            if page.title not in grids:
                for row in page.iter_rows():
                    target.append([_copy_value(target, cell) for cell in row])
                continue
            grid, width = grids[page.title], _widest(source, page)
            grid = replace(grid, headers=(*grid.headers, *[""] * (width - len(grid.headers))))
            checker = RowChecker(classifier, grid, expected=1 << 20, evidence=evidence)
            _stream_checked(page, target, checker, progress)
            checked.append(checker.result(page.title))
        for each in checked:
            lines = summary_lines(each.tally, classifier, source=each.name, column=each.column)
            _append_summary(written.create_sheet(_free_name(written)), lines)
        written.save(out)
    note = "the workbook is very large, so only values were kept: formulas became their values"
    return tuple(checked), (*found.notes, note)


def _widest(path: Path, page: Any) -> int:
    """Read the sheet once to find its widest row; added cells come after it."""
    rows = counted_rows(page.iter_rows(values_only=True), path, most=MOST_STREAMED)
    return max(map(len, rows), default=0)


def _stream_checked(
    page: Any,
    target: Any,
    checker: RowChecker,
    progress: Callable[[int], None] | None,
) -> None:
    grid = checker.grid
    width = len(grid.headers)
    names = _new_headers(checker, width)
    waiting: list[Any] = []
    for number, row in enumerate(page.iter_rows()):
        waiting.append(row)
        if number == grid.header:
            _flush(target, waiting[:-1], [], width)
            _flush(target, waiting[-1:], [names], width)
            waiting = []
        elif number > grid.header and len(waiting) == _BATCH:
            _check_batch(target, waiting, checker)
            waiting = []
            if progress:
                progress(_BATCH)
    _check_batch(target, waiting, checker)
    if progress:
        progress(len(waiting))


def _check_batch(target: Any, rows: list[Any], checker: RowChecker) -> None:
    texts = [[cell_text(cell.value) for cell in row] for row in rows]
    _flush(target, rows, checker.check(texts), len(checker.grid.headers))


def _flush(target: Any, rows: Sequence[Any], added: Sequence[Sequence[str]], width: int) -> None:
    for number, row in enumerate(rows):
        cells = [_copy_value(target, cell) for cell in row]
        more = added[number] if added else ()
        if more:
            cells += [None] * (width - len(cells))
        cells += [_plain_value(target, value) for value in more]
        target.append(cells)


def _plain_value(target: Any, value: str) -> Any:
    """Return added text as a plain value, which is faster, unless it looks like a formula."""
    if value.startswith(("=", "#")):
        from openpyxl.cell import WriteOnlyCell

        cell = WriteOnlyCell(target)
        _write_text(cell, value)
        return cell
    if value in ("true", "false"):
        return value == "true"
    return _number(value) if value.replace(".", "", 1).isdecimal() else value or None


def _copy_value(target: Any, cell: Any) -> Any:
    """Copy a value; only values that need a format, such as dates, get a cell."""
    from openpyxl.cell import WriteOnlyCell

    value = cell.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if not value.startswith("="):
            return value
        made = WriteOnlyCell(target, value)
        made.data_type = "s"
        return made
    made = WriteOnlyCell(target, value)
    made.number_format = cell.number_format
    return made


def _append_summary(page: Any, lines: Iterable[Line]) -> None:
    for label, count, share in lines:
        page.append([label or None, count, share if count != "Rows" else "Share"])

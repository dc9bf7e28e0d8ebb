"""
Check the rows of an OpenDocument spreadsheet, as written by LibreOffice.

The document itself is edited, so formats, formulas and other sheets stay. In the file, one
element can stand for many repeated cells or rows; those that get a verdict are expanded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.checking.rows import CheckedSheet, RowChecker
from localarea.checking.summary_sheet import SUMMARY_SHEET, summary_lines
from localarea.errors import FileFormatError
from localarea.tables.ods_limits import MAX_COLUMNS, require_ods_cells
from localarea.tables.sheet_choice import SAMPLE_ROWS, choose_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier
    from localarea.tables.finding.own_columns import Wording
    from localarea.tables.sheet_layout import Grid

MAX_CONTENT: Final = 200 << 20  # bytes of content.xml, which odfpy loads into objects
MAX_ROWS: Final = 1_048_576
_FAULT_SHOWN: Final = 300  # characters of a library's message that an error quotes
_BATCH: Final = 5_000  # rows checked at a time


def check_ods(
    source: Path,
    out: Path,
    classifier: Classifier,
    sizes: dict[str, int],
    *,
    columns: Sequence[str] = (),
    sheet: str | None = None,
    progress: Callable[[int], None] | None = None,
    evidence: RowEvidence | None = None,
    wording: Wording = "codes",
) -> tuple[tuple[CheckedSheet, ...], tuple[str, ...]]:
    """
    Check a spreadsheet and write it with the verdicts added.

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
        Name of the sheet, or ``all``; defaults to the one that holds postcodes.
    progress : callable, optional
        Called with the number of rows just checked.
    evidence : RowEvidence, optional
        Supplies the evidence of each row.
    wording : {'codes', 'people'}
        Whether the added columns hold codes, or words and names for people.

    Returns
    -------
    tuple of CheckedSheet
        What came of each sheet.
    tuple of str
        Notes on the workbook.

    Raises
    ------
    FileFormatError
        If it is too large, cannot be read, has no rows or has no such sheet.
    ColumnNotFoundError
        If the column is missing, or no column holds postcodes.
    """
    weight = sizes.get("content.xml", 0)
    if weight > MAX_CONTENT:
        raise FileFormatError(
            source,
            f"its content of {weight >> 20:,} MB is too large for an .ods file",
            hint="save it as .xlsx or .csv",
        )
    require_ods_cells(source)
    document = _load(source)
    tables = _tables(source, document)
    samples = {}
    for name, each in tables.items():
        samples[name] = [[_text(c) for c in cells] for cells in _first_rows(each)]
    found = choose_sheets(samples, sheet, columns=columns, source=source)
    checked = []
    for title, grid in found.sheets:
        checker = _check_table(source, tables[title], grid, classifier, progress, evidence, wording)
        checked.append(checker.result(title))
        lines = summary_lines(checker.tally, classifier, source=title, column=checker.column)
        document.spreadsheet.addElement(_summary(document, lines))
    document.save(str(out))
    return tuple(checked), found.notes


def _check_table(
    source: Path,
    table: Any,
    grid: Grid,
    classifier: Classifier,
    progress: Callable[[int], None] | None,
    evidence: RowEvidence | None,
    wording: Wording,
) -> RowChecker:
    rows = _expanded_rows(source, table)
    texts = [[_text(cell) for cell in cells] for _, cells in rows]
    height, width = _extent(texts)
    checker = RowChecker(classifier, grid, expected=height, evidence=evidence, wording=wording)
    first = grid.header + 1
    if first:
        known = grid.headers[:width]
        _append(rows[grid.header], checker.headers(known, len(known)), width)
    for start in range(first, height, _BATCH):
        batch = texts[start : min(start + _BATCH, height)]
        for row, added in zip(rows[start:], checker.check(batch), strict=False):
            if added:
                _append(row, added, width)
        if progress:
            progress(len(batch))
    return checker


def _load(path: Path) -> Any:
    from xml.sax import SAXException

    from odf.opendocument import load

    try:
        return load(str(path))
    except (SAXException, KeyError, ValueError, AttributeError, TypeError, IndexError) as error:
        raise FileFormatError(
            path,
            f"it cannot be read as a spreadsheet ({type(error).__name__}: {error})"[:_FAULT_SHOWN],
            hint="open it in LibreOffice and save it again",
        ) from error


def _tables(path: Path, document: Any) -> dict[str, Any]:
    from odf.table import Table

    tables = document.spreadsheet.getElementsByType(Table)
    if not tables:
        raise FileFormatError(path, "it has no sheet", hint="save it again")
    return {str(table.getAttribute("name")): table for table in tables}


def _first_rows(table: Any) -> list[list[Any]]:
    """Return the cells of the first rows of a sheet, which stay as they are."""
    from odf.table import TableRow

    found: list[list[Any]] = []
    for row in table.getElementsByType(TableRow):
        times = int(row.getAttribute("numberrowsrepeated") or 1)
        found += [_cells(row)] * min(times, SAMPLE_ROWS - len(found))
        if len(found) >= SAMPLE_ROWS:
            break
    return found


def _expanded_rows(path: Path, table: Any) -> list[tuple[Any, list[Any]]]:
    """Expand every row to its own element with its cells, except the blank end of the sheet."""
    from odf.table import TableRow

    found: list[tuple[Any, list[Any]]] = []
    for row in table.getElementsByType(TableRow):
        times = int(row.getAttribute("numberrowsrepeated") or 1)
        cells = _cells(row)
        if times > 1 and any(_text(cell) for cell in cells):
            found += [(twin, _cells(twin)) for twin in _split_repeats(path, row, times, len(found))]
        else:  # one element still stands for all of its blank rows
            found += [(row, cells)] * min(times, MAX_ROWS - len(found))
    return found


def _split_repeats(path: Path, row: Any, times: int, before: int) -> list[Any]:
    """Expand a repeated row to separate rows."""
    if before + times > MAX_ROWS:
        raise FileFormatError(
            path, f"it has more than {MAX_ROWS:,} rows", hint="save it as a CSV file"
        )
    row.removeAttribute("numberrowsrepeated")
    twins = [row]
    for _ in range(times - 1):
        twin = _copy(row)
        row.parentNode.insertBefore(twin, row)
        twins.append(twin)
    return twins


def _copy(element: Any) -> Any:
    from odf.element import Element, Text

    if not isinstance(element, Element):
        return Text(str(element))
    twin = Element(qname=element.qname, qattributes=dict(element.attributes), check_grammar=False)
    for child in element.childNodes:
        twin.appendChild(_copy(child))
    return twin


def _cells(row: Any) -> list[Any]:
    """Return a row's cells, repeated ones as often as they repeat, except the blank end."""
    from odf.namespaces import TABLENS

    found: list[Any] = []
    for cell in row.childNodes:
        if getattr(cell, "qname", None) not in (
            (TABLENS, "table-cell"),
            (TABLENS, "covered-table-cell"),
        ):
            continue
        times = int(cell.getAttribute("numbercolumnsrepeated") or 1)
        found += [cell] * min(times, MAX_COLUMNS - len(found))
    while found and not _text(found[-1]):
        found.pop()
    return found


def _text(cell: Any) -> str:
    from odf import teletype
    from odf.text import P

    return "\n".join(teletype.extractText(p) for p in cell.getElementsByType(P))


def _extent(rows: Sequence[Sequence[str]]) -> tuple[int, int]:
    height = width = 0
    for number, row in enumerate(rows, start=1):
        if row:
            height, width = number, max(width, len(row))
    return height, width


def _append(row: tuple[Any, list[Any]], values: Sequence[str], width: int) -> None:
    """Append cells to a row, from the column after the widest row."""
    from odf.table import TableCell

    element, cells = row
    _cut_blank_end(element)
    missing = width - len(cells)
    if missing:
        element.addElement(TableCell(numbercolumnsrepeated=missing))
    for value in values:
        element.addElement(_cell(value))


def _cut_blank_end(row: Any) -> None:
    for cell in reversed(list(row.childNodes)):
        if _text(cell):
            return
        row.removeChild(cell)


def _cell(value: str) -> Any:
    from odf.table import TableCell
    from odf.text import P

    if value in ("true", "false"):
        cell = TableCell(valuetype="boolean", booleanvalue=value)
    elif value.replace(".", "", 1).isdecimal():
        cell = TableCell(valuetype="float", value=value)
    else:
        cell = TableCell(valuetype="string")
    cell.addElement(P(text=value))
    return cell


def _summary(document: Any, lines: Sequence[tuple[str, int | str | None, float | None]]) -> Any:
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    taken = {str(t.getAttribute("name")) for t in document.spreadsheet.getElementsByType(Table)}
    name, again = SUMMARY_SHEET, 1
    while name in taken:
        again += 1
        name = f"{SUMMARY_SHEET} {again}"
    table = Table(name=name)
    for label, count, share in lines:
        row = TableRow()
        row.addElement(_cell(label))
        if isinstance(count, int):
            cell = TableCell(valuetype="float", value=count)
            cell.addElement(P(text=f"{count:,}"))
            row.addElement(cell)
        else:
            row.addElement(_cell(count or ""))
        if share is not None:
            cell = TableCell(valuetype="percentage", value=share)
            cell.addElement(P(text=f"{share:.1%}"))
            row.addElement(cell)
        table.addElement(row)
    return table

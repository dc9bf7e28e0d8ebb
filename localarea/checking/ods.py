"""
Check the rows of an OpenDocument spreadsheet, as written by LibreOffice.

The document itself is edited, so formats, formulas and other sheets stay. In the file, one
element can stand for many repeated cells or rows; those that get a verdict are expanded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from localarea.checking.csv_checker import added_headers
from localarea.checking.summary_sheet import SUMMARY_SHEET, summary_lines
from localarea.checking.text_checker import TextChecker, choose_text
from localarea.errors import FileFormatError
from localarea.tables.ods_limits import MAX_COLUMNS, require_ods_cells
from localarea.tables.sheet_layout import Grid, read_grid

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from localarea.checking.row_evidence import RowEvidence
    from localarea.classify.classifier import Classifier

MAX_CONTENT: Final = 200 << 20  # bytes of content.xml, which odfpy loads into objects
MAX_ROWS: Final = 1_048_576
_SAMPLE: Final = 400  # rows used to choose the header and the columns
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
) -> tuple[Grid, str, Counter[int], tuple[str, ...]]:
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
        Name of the sheet; defaults to the first.
    progress : callable, optional
        Called with the number of rows just checked.
    evidence : RowEvidence, optional
        Supplies the evidence of each row.

    Returns
    -------
    Grid
        How the sheet was read.
    str
        Name of the sheet.
    collections.Counter
        Number of rows by verdict code.
    tuple of str
        Notes for the reader.

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
    table = _table(source, document, sheet)
    rows = _expanded_rows(source, table)
    texts = [[_text(cell) for cell in cells] for _, cells in rows]
    height, width = _extent(texts)
    if not height:
        raise FileFormatError(
            source, "the sheet has no rows", hint="choose another", parameter="sheet"
        )
    texts = [[*row[:width], *[""] * (width - len(row))] for row in texts[:height]]
    grid = read_grid(texts[:_SAMPLE], wanted=columns)
    checker = TextChecker(classifier, expected=height, evidence=evidence)
    if grid.header >= 0:
        several = len(grid.columns) > 1
        known = grid.headers[:width]
        firm = evidence is not None
        names = added_headers(known, len(known), several=several, evidence=firm)
        _append(rows[grid.header], names, width)
    filled = [k for k, row in enumerate(texts) if k > grid.header and any(c.strip() for c in row)]
    for start in range(0, len(filled), _BATCH):
        _check_batch(rows, texts, filled[start : start + _BATCH], grid, checker)
        if progress:
            progress(len(filled[start : start + _BATCH]))
    name = ", then ".join(_name(grid, column) for column in grid.columns)
    title = table.getAttribute("name")
    lines = summary_lines(checker.tally, classifier, source=title, column=name)
    document.spreadsheet.addElement(_summary(document, lines))
    document.save(str(out))
    return grid, title, checker.tally, grid.notes


def _check_batch(
    rows: list[tuple[Any, list[Any]]],
    texts: list[list[str]],
    which: list[int],
    grid: Grid,
    checker: TextChecker,
) -> None:
    width = len(texts[0])
    chosen = []
    for k in which:
        cells = [texts[k][column] for column in grid.columns]
        at = choose_text(cells) if len(cells) > 1 else 0
        chosen.append((cells[at], _name(grid, grid.columns[at])))
    answers = checker.cells([text for text, _ in chosen])
    for k, values, (_, name) in zip(which, answers, chosen, strict=True):
        _append(rows[k], values if len(grid.columns) == 1 else [*values, name], width)


def _name(grid: Grid, column: int) -> str:
    return grid.headers[column].strip() or f"column {column + 1}"


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


def _table(path: Path, document: Any, wanted: str | None) -> Any:
    from odf.table import Table

    tables = document.spreadsheet.getElementsByType(Table)
    names = [str(table.getAttribute("name")) for table in tables]
    if wanted is None:
        if not tables:
            raise FileFormatError(path, "it has no sheet", hint="save it again")
        return tables[0]
    for table, name in zip(tables, names, strict=True):
        if name.casefold() == wanted.casefold():
            return table
    raise FileFormatError(
        path, f"there is no sheet {wanted!r}", hint=f"the sheets are {', '.join(names)}"
    )


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

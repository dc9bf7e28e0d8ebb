"""
Read the values of a saved workbook or text file in one form, whatever program saved it.

Numbers, dates and times are compared as numbers, truth values as words, and everything else as
text. Formats, widths, formulas and the order of parts do not matter: a formula counts by its last
result. So a workbook that is opened and saved again without a change reads the same.
"""

from __future__ import annotations

import csv
import re
import zipfile
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.etree import ElementTree as ET

from localarea.errors import FileFormatError
from localarea.tables.layout import read_form
from localarea.tables.workbook_limits import open_safely

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_DECIMAL: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?", re.ASCII)
_DURATION: Final = re.compile(r"(-?)PT?(?:([0-9.]+)H)?(?:([0-9.]+)M)?(?:([0-9.]+)S)?", re.ASCII)
_EXACT: Final = 1e15  # whole numbers below this are exact in every program
_LONGEST_CELL: Final = 8 << 20
_MOST_REPEATED: Final = 16_384  # cells or spaces that one element may stand for
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 -- spreadsheets know no time zone
_DAY_S: Final = 86_400


class SavedSheet(NamedTuple):
    """A sheet: its name, and its rows as number (from 1) and values without a blank end."""

    name: str
    rows: Iterator[tuple[int, list[str]]]


def plain_value(text: str) -> str:
    """
    Return the form in which a value is compared.

    Parameters
    ----------
    text : str
        Text of a cell.

    Returns
    -------
    str
        Decimal numbers to twelve digits without a zero at the end, truth values in capitals,
        line ends as one character; any other text as it is.

    Examples
    --------
    >>> plain_value("12.50"), plain_value("true"), plain_value("007"), plain_value("CO1 1JB")
    ('12.5', 'TRUE', '007', 'CO1 1JB')
    """
    if not text:
        return text
    if text[0] in "-0123456789" and ("." in text or "e" in text or "E" in text):
        if len(text) < 40 and _DECIMAL.fullmatch(text):
            return plain_number(float(text))
    elif len(text) < 6 and text.casefold() in ("true", "false"):
        return text.upper()
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def plain_number(value: float) -> str:
    """
    Return the form in which a number is compared.

    Parameters
    ----------
    value : float
        The number.

    Returns
    -------
    str
        Whole numbers in full, others to twelve digits.
    """
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return f"{value:.12g}"


def saved_sheets(path: Path, *, shown: bool = False) -> Iterator[SavedSheet]:
    """
    Read the sheets of a workbook, one after the other.

    Parameters
    ----------
    path : pathlib.Path
        An XLSX or ODS workbook, within the limits of `open_safely`.
    shown : bool
        Whether days are to be shown as people read them, and not as they are compared.

    Yields
    ------
    SavedSheet
        Every sheet in order, hidden ones too. Its rows must be read before the next sheet.

    Raises
    ------
    FileFormatError
        If it is not such a workbook. The message does not quote its cells.
    """
    kind, _ = open_safely(path)
    with _friendly_errors(path), zipfile.ZipFile(path) as archive:
        yield from _xlsx(archive, shown=shown) if kind == "xlsx" else _ods(archive, shown=shown)


def saved_rows(path: Path, *, shown: bool = False) -> Iterator[tuple[int, list[str]]]:
    """
    Read the rows of a delimited text file.

    Parameters
    ----------
    path : pathlib.Path
        The file; encoding and delimiter are detected.
    shown : bool
        Whether numbers and words are to be shown as written, and not as they are compared.

    Yields
    ------
    tuple of int and list of str
        Number of the row, from 1, and its values without a blank end.

    Raises
    ------
    FileFormatError
        If it is empty or not text.
    """
    encoding, delimiter = read_form(path)
    csv.field_size_limit(_LONGEST_CELL)
    errors = "surrogatepass" if encoding.wide else "surrogateescape"
    with path.open(encoding=encoding.codec, errors=errors, newline="") as file:
        if encoding.mark:
            file.read(1)
        reader = csv.reader(file, delimiter=delimiter.decode("ascii"))
        try:
            for number, row in enumerate(reader, start=1):
                yield number, without_end(row if shown else [plain_value(cell) for cell in row])
        except (csv.Error, UnicodeError) as error:
            raise FileFormatError(
                path,
                f"it cannot be read as rows ({type(error).__name__})",
                hint="check that it is whole",
            ) from error


def without_end(cells: list[str]) -> list[str]:
    """
    Drop the blank cells at the end of a row.

    Parameters
    ----------
    cells : list of str
        The row, which is changed.

    Returns
    -------
    list of str
        The same list.
    """
    while cells and not cells[-1]:
        cells.pop()
    return cells


@contextmanager
def _friendly_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except FileFormatError:
        raise
    except (
        *(ET.ParseError, KeyError, ValueError, IndexError, TypeError, EOFError),
        *(zipfile.BadZipFile, OverflowError),
    ) as error:
        raise FileFormatError(
            path,
            f"it cannot be read as a workbook ({type(error).__name__})",
            hint="open it in Excel or LibreOffice and save it again",
        ) from error


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str | None:
    """Return an attribute whatever its namespace."""
    for key, value in element.attrib.items():
        if _local(key) == name:
            return value
    return None


def xlsx_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """
    List the sheets of an XLSX package.

    Parameters
    ----------
    archive : zipfile.ZipFile
        The open package.

    Returns
    -------
    list of (str, str)
        Name of each worksheet and the name of its part, in order.
    """
    book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 -- open_safely refused entities
    rels = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 -- as above
    targets = {
        each.get("Id"): each.get("Target", "")
        for each in rels
        if each.get("Type", "").endswith("/worksheet")
    }
    found = []
    for sheet in book.iter():
        if _local(sheet.tag) != "sheet":
            continue
        target = targets.get(_attribute(sheet, "id"))
        if target:
            part = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            found.append((sheet.get("name", ""), part))
    return found


def _xlsx(archive: zipfile.ZipFile, *, shown: bool) -> Iterator[SavedSheet]:
    shared = _shared_strings(archive)
    days = _day_styles(archive) if shown else frozenset()
    for name, part in xlsx_parts(archive):
        with archive.open(part) as stream:
            yield SavedSheet(name, _xlsx_rows(stream, shared, days))


def _day_styles(archive: zipfile.ZipFile) -> frozenset[str]:
    """Return the numbers of the cell styles that show a number as a day."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    sheet = ET.fromstring(archive.read("xl/styles.xml"))  # noqa: S314 -- open_safely refused entities
    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    styles: list[str] = []
    for element in sheet.iter():
        kind = _local(element.tag)
        if kind == "numFmt":
            codes[element.get("numFmtId", "")] = element.get("formatCode", "")
        elif kind == "cellXfs":
            styles = [style.get("numFmtId", "0") for style in element]
    return frozenset(
        str(at) for at, number in enumerate(styles) if is_date_format(codes.get(number))
    )


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    part = next((n for n in archive.namelist() if n.casefold() == "xl/sharedstrings.xml"), None)
    if part is None:
        return []
    found = []
    with archive.open(part) as stream:
        for item in _ends(stream, "si"):
            found.append(plain_value(_string(item)))
            item.clear()
    return found


def _string(item: ET.Element) -> str:
    """Return the text of a string item, without its phonetic guide."""
    text = "".join(_texts(item))
    return _unescaped(text)


def _unescaped(text: str) -> str:
    """Drop the returns that Excel writes as a sequence; other sequences differ by program."""
    if "_x00" not in text:
        return text
    return text.replace("_x000D_", "").replace("_x005F_", "_")


def _texts(item: ET.Element) -> Iterator[str]:
    for child in item:
        kind = _local(child.tag)
        if kind == "t":
            yield child.text or ""
        elif kind == "r":
            yield from _texts(child)


def _ends(stream: Any, *names: str) -> Iterator[ET.Element]:
    """Yield the elements of these names as they end, and drop what was yielded before."""
    events = ET.iterparse(stream, events=("start", "end"))  # noqa: S314 -- open_safely refused entities
    parents: list[ET.Element] = []
    for event, element in events:
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if _local(element.tag) in names:
            yield element
            if parents:
                parents[-1].clear()


def _xlsx_rows(
    stream: Any, shared: Sequence[str], days: frozenset[str]
) -> Iterator[tuple[int, list[str]]]:
    number = 0
    for row in _ends(stream, "row"):
        number = int(row.get("r") or number + 1)
        cells: list[str] = []
        for cell in row:
            at = _column(cell.get("r"), len(cells))
            value = _xlsx_value(cell, shared)
            if value:
                if cell.get("s") in days and cell.get("t", "n") == "n":
                    value = _day(float(value))
                cells += [""] * (at - len(cells))
                cells.append(value)
        if cells:
            yield number, cells


def _column(reference: str | None, following: int) -> int:
    if not reference:
        return following
    column = 0
    for letter in reference:
        if not letter.isalpha():
            break
        column = column * 26 + ord(letter.upper()) - 64
    return column - 1


def _xlsx_value(cell: ET.Element, shared: Sequence[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return next((plain_value(_string(c)) for c in cell if _local(c.tag) == "is"), "")
    text = next((c.text for c in cell if _local(c.tag) == "v"), None)
    if not text:
        return ""
    reading = _READINGS.get(kind)
    if kind == "s":
        return shared[int(text)]
    return plain_value(text) if reading is None else reading(text)


_READINGS: Final[dict[str, Callable[[str], str]]] = {
    "n": lambda text: plain_number(float(text)),
    "b": lambda text: "TRUE" if text in ("1", "true") else "FALSE",
    "str": lambda text: plain_value(_unescaped(text)),
    "d": lambda text: _serial(text),
}


def _serial(text: str) -> str:
    """Return an ISO date or time as the number that a spreadsheet counts it by."""
    moment = datetime.fromisoformat(text) if "T" in text or "-" in text else None
    if moment is None:
        return plain_value(text)
    return plain_number((moment.replace(tzinfo=None) - _EPOCH).total_seconds() / _DAY_S)


def _ods(archive: zipfile.ZipFile, *, shown: bool) -> Iterator[SavedSheet]:
    # One pass: the rows of a sheet are gathered, because all sheets share one stream.
    rows: list[tuple[int, list[str]]] = []
    number = 0
    with archive.open("content.xml") as stream:
        for element in _ods_elements(stream):
            kind = _local(element.tag)
            if kind == "table-row":
                times = int(_attribute(element, "number-rows-repeated") or 1)
                cells = _ods_cells(element, shown=shown)
                if cells:
                    rows += [(number + 1 + again, cells) for again in range(times)]
                number += times
            else:
                yield SavedSheet(_attribute(element, "name") or "", iter(rows))
                rows, number = [], 0


def _ods_elements(stream: Any) -> Iterator[ET.Element]:
    """Yield each row of a sheet and then the sheet; tables inside drawings do not count."""
    depth = 0
    events = ET.iterparse(stream, events=("start", "end"))  # noqa: S314 -- open_safely refused entities
    for event, element in events:
        kind = _local(element.tag)
        if kind in ("table", "tracked-changes", "shapes"):
            depth += 1 if event == "start" else -1
        if event == "end" and (kind, depth) in (("table-row", 1), ("table", 0)):
            yield element
            element.clear()


def _ods_cells(row: ET.Element, *, shown: bool) -> list[str]:
    cells: list[str] = []
    blank = 0
    for cell in row:
        if _local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        times = int(_attribute(cell, "number-columns-repeated") or 1)
        value = _ods_value(cell, shown=shown)
        if not value:
            blank += times
            continue
        cells += [""] * blank + [value] * min(times, _MOST_REPEATED)
        blank = 0
    return cells


def _ods_value(cell: ET.Element, *, shown: bool) -> str:
    about = {_local(key): value for key, value in cell.attrib.items()}
    kind = about.get("value-type", "string")
    if kind in ("float", "currency", "percentage"):
        return plain_number(float(about["value"]))
    if kind == "boolean":
        # LibreOffice writes the truth values of Excel's workbooks as numbers the first time.
        return "1" if about["boolean-value"] == "true" else "0"
    if kind == "date":
        return about["date-value"] if shown else _serial(about["date-value"])
    if kind == "time":
        return _duration(about["time-value"])
    lines = [_paragraph(child) for child in cell if _local(child.tag) == "p"]
    return plain_value("\n".join(lines) or about.get("string-value", ""))


def _duration(text: str) -> str:
    found = _DURATION.fullmatch(text)
    if found is None:
        return text
    hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    days = (hours * 3600 + minutes * 60 + seconds) / _DAY_S
    return plain_number(-days if found[1] else days)


def _paragraph(element: ET.Element) -> str:
    """Return the text of a paragraph, with the spaces and line breaks that elements stand for."""
    text = element.text or ""
    for child in element:
        kind = _local(child.tag)
        if kind == "s":
            text += " " * min(int(_attribute(child, "c") or 1), _MOST_REPEATED)
        elif kind == "tab":
            text += "\t"
        elif kind == "line-break":
            text += "\n"
        elif kind not in ("annotation", "note"):
            text += _paragraph(child)
        text += child.tail or ""
    return text


def _day(serial: float) -> str:
    """Return the day or moment that a spreadsheet shows for a number."""
    try:
        moment = _EPOCH + timedelta(days=serial)
    except OverflowError:
        return plain_number(serial)
    moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    return moment.date().isoformat() if serial == int(serial) else moment.isoformat(" ")

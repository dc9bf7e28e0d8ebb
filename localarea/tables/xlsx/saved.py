"""Read the values of a saved .xlsx workbook in the form in which they are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.tables.plain_values import day_number, plain_number, plain_value, shown_day
from localarea.tables.xlsx.book import Book
from localarea.tables.xlsx.package import Package
from localarea.tables.xlsx.references import column_of
from localarea.tables.xlsx.sheet_stream import Row, SheetStream, cell_pattern
from localarea.tables.xlsx.texts import plain_text, rich_text
from localarea.tables.xlsx.xml_stream import NotPlainError, checked_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from localarea.tables.xlsx.book import BookSheet
    from localarea.tables.xlsx.texts import SharedStrings

_TYPE: Final = re.compile(rb' t="([A-Za-z]+)"')
_STYLE: Final = re.compile(rb' s="([0-9]+)"')
_KNOWN: Final = 1 << 16  # values that stay converted


def sheet_parts(path: Path) -> dict[str, str]:
    """
    List the sheets of a workbook.

    Parameters
    ----------
    path : pathlib.Path
        The workbook, within the limits of `open_safely`.

    Returns
    -------
    dict of str to str
        Name of the part of each sheet by the name of the sheet, in order.
    """
    with Package(path) as package:
        return {sheet.name: sheet.part for sheet in Book(package).sheets}


def saved_xlsx(path: Path, *, shown: bool) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """
    Read the sheets of a workbook, one after the other.

    Parameters
    ----------
    path : pathlib.Path
        The workbook, within the limits of `open_safely`.
    shown : bool
        Whether days are to be shown as people read them.

    Yields
    ------
    tuple of str and iterator
        Name of each sheet; number and values of each of its filled rows.
    """
    with Package(path) as package:
        book = Book(package)
        strings = book.strings()
        days = _day_styles(package) if shown else frozenset()
        for sheet in book.sheets:
            yield sheet.name, _rows(book, sheet, strings, days)


def _rows(
    book: Book, sheet: BookSheet, strings: SharedStrings, days: frozenset[bytes]
) -> Iterator[tuple[int, list[str]]]:
    """Read the rows by their bytes, and where that cannot go on, from there in plain form."""
    last = -1
    for plain in (True, False):
        stream = SheetStream(checked_blocks(book.blocks(sheet.part), plain=plain))
        reader: _Values | None = None
        try:
            for row in stream.rows():
                reader = reader or _Values(strings, stream.prefix, days)
                if row.number <= last:
                    continue
                last = row.number
                cells = reader.cells(row)
                if cells:
                    yield row.number + 1, cells
        except NotPlainError:
            if not plain:
                raise ValueError("the rows of a sheet cannot be told apart") from None
            continue
        return


def _day_styles(package: Package) -> frozenset[bytes]:
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


class _Values:
    """Reads the cells of rows; what recurs is converted once."""

    def __init__(self, strings: SharedStrings, prefix: bytes, days: frozenset[bytes]) -> None:
        self._pattern = cell_pattern(prefix)
        self._strings, self._days = strings, days
        self._kinds: dict[bytes, tuple[bytes, bool]] = {}
        self._columns: dict[bytes, int] = {}
        self._known: dict[tuple[bytes, bool, bytes], str] = {}
        self._value = re.compile(rb"<%bv(?: [^<>]*)?>([^<]*)</%bv>" % (prefix, prefix))
        self._inline = re.compile(rb"<%bis[ />].*" % prefix, re.DOTALL)

    def cells(self, row: Row) -> list[str]:
        """Return the values of a row, without a blank end."""
        cells: list[str] = []
        kinds, columns, known = self._kinds, self._columns, self._known
        at = -1
        for letters, attributes, value, other in self._pattern.findall(row.content):
            if letters:
                place = columns.get(letters)
                at = self._place(letters) if place is None else place
            else:
                at += 1
            if not value and not other:
                continue
            kind = kinds.get(attributes) or self._kind(attributes)
            text = known.get((*kind, value or other))
            if text is None:
                text = self._text(*kind, value) if value else self._other(*kind, other)
            if text:
                if at > len(cells):
                    cells += [""] * (at - len(cells))
                cells.append(text)
        return cells

    def _place(self, letters: bytes) -> int:
        self._columns[letters] = column_of(letters.decode())
        return self._columns[letters]

    def _kind(self, attributes: bytes) -> tuple[bytes, bool]:
        named, styled = _TYPE.search(attributes), _STYLE.search(attributes)
        day = styled is not None and styled[1] in self._days
        found = (named[1] if named else b"n", day)
        if len(self._kinds) < _KNOWN:
            self._kinds[attributes] = found
        return found

    def _text(self, kind: bytes, day: bool, value: bytes) -> str:
        text = self._converted(kind, value)
        if day and kind == b"n":
            text = shown_day(float(text))
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known[kind, day, value] = text
        return text

    def _converted(self, kind: bytes, value: bytes) -> str:
        if kind == b"s":
            return plain_value(self._strings[value])
        text = plain_text(value)
        if kind == b"n":
            return plain_number(float(text)) if text.strip() else ""
        if kind == b"b":
            return "TRUE" if text.strip() in ("1", "true") else "FALSE"
        return day_number(text) if kind == b"d" else plain_value(text)

    def _other(self, kind: bytes, day: bool, content: bytes) -> str:
        """Read a cell with a formula, an inline string or attributes of its value."""
        inline = self._inline.search(content)
        if inline is not None:
            text = plain_value(rich_text(inline[0]))
            if len(self._known) < _KNOWN:  # what a check adds recurs
                self._known[kind, day, content] = text
            return text
        found = self._value.search(content)
        return self._text(kind, day, found[1]) if found is not None and found[1] else ""

"""Read a sheet once before it is written: its extent, first rows and merged cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from localarea.tables.columns import LONGEST_HEADER
from localarea.tables.plain_values import shown_day
from localarea.tables.xlsx.parts.skeleton import Skeleton
from localarea.tables.xlsx.references import MAX_COLUMNS, CellRange, column_of
from localarea.tables.xlsx.row_forms import RowForms
from localarea.tables.xlsx.sheet_stream import Cell, CellReader, Row, SheetStream, plain_row
from localarea.tables.xlsx.xml_stream import NotPlainError, checked_blocks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from localarea.tables.xlsx.book import Book, BookSheet
    from localarea.tables.xlsx.texts import SharedStrings

_DAY: Final = re.compile(r"[1-7]?[0-9]{4}(?:\.[0-9]+)?", re.ASCII)  # to the year 2119
MOST_BLANK: Final = 5  # rows of a gap that are told; longer gaps are as good as this


@dataclass(slots=True)
class SheetScan:
    """
    A sheet, read once.

    Attributes
    ----------
    plain : bool
        Whether its XML is in the plain form.
    prefix : bytes
        Prefix of its elements with a colon, or nothing.
    height, width : int
        Rows and columns up to the last filled ones.
    first : list of (int, list of Cell)
        Number and cells of its first rows.
    """

    sheet: BookSheet
    plain: bool
    skeleton: Skeleton
    prefix: bytes
    height: int = 0
    width: int = 0
    rows: int = 0
    first: list[tuple[int, list[Cell]]] = field(default_factory=list)

    def merged(self) -> MergedTexts:
        """Return its merged cells of several rows, as before the first row."""
        return MergedTexts(self.skeleton.merged())

    def sample(self, days: Collection[int] = ()) -> tuple[list[list[str]], list[int]]:
        """
        Return the texts of the first rows.

        Parameters
        ----------
        days : collection of int
            Styles whose numbers are to be shown as days; by default all are as they are compared.

        Returns
        -------
        list of list of str
            Texts, with blank rows between, of which long gaps are shortened.
        list of int
            Number of each row, from 0.
        """
        merged = self.merged()
        texts: list[list[str]] = []
        numbers: list[int] = []
        for number, cells in self.first:
            row = [""] * (max((cell.column for cell in cells if cell.filled), default=-1) + 1)
            for cell in cells:
                if cell.filled:
                    day = cell.style in days and _DAY.fullmatch(cell.text)
                    row[cell.column] = shown_day(float(cell.text)) if day else cell.text
            gap = number - (numbers[-1] + 1 if numbers else 0)
            for missing in range(number - min(gap, MOST_BLANK), number):
                texts.append([])
                numbers.append(missing)
            texts.append(merged.fill(number, row))
            numbers.append(number)
        return texts, numbers


def scan_sheet(book: Book, sheet: BookSheet, strings: SharedStrings, *, most: int) -> SheetScan:
    """
    Read a sheet once.

    ``most``: number of first rows whose cells are kept. Returns extent, first rows and what stands
    around the rows.
    """
    try:
        return _scan(book, sheet, strings, most, plain=True)
    except NotPlainError:
        pass
    try:
        return _scan(book, sheet, strings, most, plain=False)
    except NotPlainError:
        raise ValueError(f"the rows of sheet {sheet.name!r} cannot be told apart") from None


def _scan(
    book: Book, sheet: BookSheet, strings: SharedStrings, most: int, *, plain: bool
) -> SheetScan:
    stream = SheetStream(checked_blocks(book.blocks(sheet.part), plain=plain), known=True)
    first: list[tuple[int, list[Cell]]] = []
    rows = height = width = 0
    reader = last_filled = None
    for row in stream.rows():
        if reader is None or last_filled is None:
            reader = CellReader(strings, stream.prefix)
            last_filled = _LastFilled(reader, stream.prefix)
        last = last_filled(row)
        rows += 1
        if len(first) < most:
            first.append((row.number, reader.cells(row.content)))
        if last >= 0:
            height, width = row.number + 1, max(width, last + 1)
    skeleton = Skeleton(stream.head, stream.tail, stream.prefix, sheet.part)
    return SheetScan(sheet, plain, skeleton, stream.prefix, height, width, rows, first)


class _LastFilled:
    """Find the last filled column of a row, held to the plain form: by its form or its end."""

    def __init__(self, reader: CellReader, prefix: bytes) -> None:
        self._reader = reader
        self._forms, self._is_plain = RowForms(reader.pattern), plain_row(prefix)
        self._start = b"<%bc " % prefix
        self._named = re.compile(rb'<%bc r="([A-Z]+)' % prefix)
        self._value = re.compile(rb"<%bv(?: [^<>]*)?>[^<]|<%b(?:is|f)[ />]" % (prefix, prefix))

    def __call__(self, row: Row) -> int:
        known = self._forms.read(row.content)
        if known is not None:
            return known[0].last_filled
        if not self._is_plain(row.content):
            raise NotPlainError
        end = len(row.content)
        while end > 0:
            at = row.content.rfind(self._start, 0, end)
            found = self._named.match(row.content, at) if at >= 0 else None
            if found is None:
                cells = self._reader.cells(row.content[:end]) if end else []
                return max((cell.column for cell in cells if cell.filled), default=-1)
            if self._value.search(row.content, at, end):
                return column_of(found[1].decode())
            end = at
        return -1


def width_without(scan: SheetScan, rows: Iterator[Row], reader: CellReader, own: set[int]) -> int:
    """Return the width of a sheet without some columns, up to the last filled one of the others."""
    width = 0
    for row in rows:
        for cell in reader.cells(row.content):
            if cell.filled and cell.column >= width and cell.column not in own:
                width = cell.column + 1
    return min(width, scan.width)


def sheet_rows(book: Book, scan: SheetScan) -> Iterator[Row]:
    """Read the rows of a sheet again."""
    blocks: Iterator[bytes] = book.blocks(scan.sheet.part)
    if not scan.plain:
        blocks = checked_blocks(blocks, plain=False)
    yield from SheetStream(blocks, known=True).rows()


class MergedTexts:
    """Texts of cells that are merged over several rows: each row below the first shows them too."""

    def __init__(self, areas: Sequence[CellRange]) -> None:
        self._starts: dict[int, list[CellRange]] = {}
        for area in areas:
            if area.bottom > area.top:
                self._starts.setdefault(area.top, []).append(area)
        self._open: dict[int, tuple[str, int]] = {}

    def fill(self, number: int, row: list[str]) -> list[str]:
        """
        Fill the cells of a row that belong to merged cells above; rows come in order.

        ``number``: number of the row, from 0. ``row``: its texts. A row without any stays blank.
        Returns the texts that a person sees.
        """
        if not self._starts:
            return row
        filled = row
        if self._open and any(row):
            filled = list(row)
            for column, (text, bottom) in list(self._open.items()):
                if number > bottom:
                    del self._open[column]
                elif column < len(filled) and not filled[column]:
                    filled[column] = text
                elif column >= len(filled) and text:
                    filled += [""] * (column - len(filled)) + [text]
        for area in self._starts.get(number, ()):
            text = row[area.left] if area.left < len(row) else ""
            self._open[area.left] = (text, area.bottom)
        return filled


def clear_of_merged(
    areas: Sequence[CellRange], rows: tuple[int, int], width: int, columns: int
) -> int:
    """
    Return where columns can stand to the right of a table, clear of what is merged in its rows.

    What is written in a cell that another covers is seen by nobody.

    Parameters
    ----------
    rows : tuple of int
        First and last row of the table, from 0.
    width : int
        Its columns up to the last filled one.
    columns : int
        How many are to stand beside it.

    Returns
    -------
    int
        First of them, from 0. Cells merged over all of the sheet, to whose right there is no
        room, are left out of account.

    Examples
    --------
    >>> title, amount = CellRange.of("A1:K1"), CellRange.of("C3:E3")
    >>> clear_of_merged([title, amount], (2, 9), 3, 10)
    5
    """
    first, last = rows
    free = width
    for area in sorted(areas, key=lambda each: each.left):
        inside = area.top <= last and area.bottom >= first
        if inside and area.left < free + columns and area.right < MAX_COLUMNS - columns:
            free = max(free, area.right + 1)
    return free


def header_end(
    areas: Sequence[CellRange],
    header: int,
    columns: Collection[int],
    first: Sequence[tuple[int, Sequence[Cell]]] = (),
) -> int:
    """
    Return the last row of a header that is taller than a row.

    Parameters
    ----------
    header : int
        Row of the header, from 0.
    columns : collection of int
        Columns of postcodes. A cell of the header that is merged over several rows there makes
        all of them the header.
    first : sequence of (int, sequence of Cell)
        First rows of the sheet. One below the header is its second line where other cells of the
        header reach down to it, and all of its own stand below cells merged over several columns.

    Returns
    -------
    int
        Row, from 0; at most five below the header.
    """
    if header < 0:
        return header
    over = [area for area in areas if area.top <= header <= area.bottom]
    ends = [area.bottom for area in over if area.left in columns]
    lowest = min(max(ends, default=header), header + LONGEST_HEADER)
    rows = dict(first)
    for number in range(lowest + 1, header + LONGEST_HEADER + 1):
        filled = [cell.column for cell in rows.get(number, ()) if cell.filled]
        if not filled or not any(area.bottom >= number for area in over):
            break
        if not all(any(a.left < a.right and a.left <= c <= a.right for a in over) for c in filled):
            break
        lowest = number
    return lowest

"""Where the cells of a check go in a sheet, and how they look there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from localarea.checking.rows.hidden_parts import hidden_notes
from localarea.errors import InputError
from localarea.tables.xlsx.parts.list_objects import drawn_over, grow_tables, table_areas
from localarea.tables.xlsx.references import MAX_COLUMNS, column_letters
from localarea.tables.xlsx.row_writer import RowWriter, row_style
from localarea.tables.xlsx.sheet_scan import (
    clear_of_merged,
    header_end,
    sheet_rows,
    width_without,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.checking.workbooks.rows import RowChecker
    from localarea.tables.xlsx.book import Book
    from localarea.tables.xlsx.new_sheet import Value
    from localarea.tables.xlsx.parts.styles import Styles
    from localarea.tables.xlsx.sheet_scan import SheetScan
    from localarea.tables.xlsx.sheet_stream import CellReader, Row

_LOOKED_AT: Final = 30  # rows that show how the owner formats the body
_NARROWEST, _DEFINITION, _EXPLANATION = 12, 28, 60  # widths in characters
_ARROW: Final = 4  # characters beside a header, for the arrow of a filter
_DIGITS: Final = 15  # digits of a number that spreadsheets keep


def typed(text: str) -> Value:
    """
    Return the value of an added text, as `RowChecker.check` gives it.

    Examples
    --------
    >>> typed("true"), typed("8.2"), typed("120"), typed("007"), typed("=1+1")
    (True, 8.2, 120, '007', '=1+1')
    """
    if text in ("true", "false"):
        return text == "true"
    whole, point, part = text.partition(".")
    if not text.isascii() or not whole.isdigit() or (point and not part.isdigit()):
        return text
    if len(text) > _DIGITS or (len(whole) > 1 and whole.startswith("0")):
        return text
    return float(text) if point else int(text)


class SheetColumns:
    """
    The added columns of a sheet.

    Parameters
    ----------
    checker : RowChecker
        Checks its rows; its grid counts rows as the sheet does.

    Attributes
    ----------
    header, header_end : int
        First and last row of the header, from 0; -1 if there is none.
    model : int
        Column whose cells the added ones resemble.
    """

    def __init__(
        self,
        book: Book,
        styles: Styles,
        scan: SheetScan,
        checker: RowChecker,
        reader: CellReader,
    ) -> None:
        grid = checker.grid
        self._book, self._scan, self._styles, self._reader = book, scan, styles, reader
        self._grid = grid
        self._own = [column for column in grid.own if column < scan.width]
        self.header = grid.header
        merged = scan.skeleton.merged()
        self.header_end = header_end(merged, grid.header, grid.columns, scan.first)
        self._last = self._width() - 1
        headers = [*grid.headers[: scan.width], *[""] * (scan.width - len(grid.headers))]
        self._names = checker.headers(headers, scan.width)
        rows = max(grid.header, 0), scan.height - 1
        self._reach = clear_of_merged(merged, rows, self._last + 1, len(self._names)) - 1
        self._targets = self._places(headers)
        self._titles = self._names if grid.header >= 0 else []
        gone = set(self._own).difference(self._targets)
        parts = (reader.pattern, scan.prefix, typed)
        self._writer = RowWriter(self._targets, gone, *parts)
        self._adjoining = self._targets == list(
            range(self._targets[0], self._targets[0] + len(self._targets))
        )
        kept = self._headers_of_tables(gone)
        self._header_writer = RowWriter(self._targets, gone - kept, *parts)
        self.model = self._model()
        self._column_style = scan.skeleton.column_style(self.model)
        self._header_style = self._style_of_header()
        self._notes: list[str] = []

    def _width(self) -> int:
        """Return the number of columns up to the last filled one that is not ours."""
        if not self._own:
            return self._scan.width
        rows = sheet_rows(self._book, self._scan)
        return width_without(self._scan, rows, self._reader, set(self._own))

    def _places(self, headers: Sequence[str]) -> list[int]:
        """Put each column where an earlier check had it, and others after the last column."""
        known = {headers[column].strip().casefold(): column for column in reversed(self._own)}
        found = [known.get(name.casefold(), -1) for name in self._names]
        free = max([self._reach, *found]) + 1
        places = []
        for column in found:
            places.append(column if column >= 0 else free)
            free += column < 0
        if free > MAX_COLUMNS:
            name, last = self._scan.sheet.name, column_letters(self._reach)
            raise InputError(
                f"there is no room for the answers: {name!r} is filled up to column {last}; look "
                "there for a stray cell, delete it and check again"
            )
        return places

    def _headers_of_tables(self, gone: set[int]) -> set[int]:
        """Return columns that are no longer written, but whose table needs a header."""
        areas = table_areas(self._book.package, self._scan.sheet.part)
        return {
            column
            for column in gone
            for area in areas
            if area.left <= column <= area.right and area.top <= self.header <= area.bottom
        }

    def _model(self) -> int:
        """Return the rightmost column that looks as most columns of the body do."""
        own, looks = set(self._own), {}
        body = [cells for number, cells in self._scan.first if number > self.header_end]
        shown = [{c.column: c.style for c in cells} for cells in body if _is_filled(cells)]
        for column in range(self._last + 1):
            if column not in own:
                looks[column] = tuple(
                    self._styles.look(row.get(column, 0)) for row in shown[:_LOOKED_AT]
                )
        if not looks:
            return 0
        counted = Counter(looks.values())
        most = max(counted.values())
        return max(column for column, look in looks.items() if counted[look] == most)

    def _style_of_header(self) -> int:
        cells = next((cells for number, cells in self._scan.first if number == self.header), [])
        own = set(self._own)
        styles = [cell.style for cell in cells if cell.filled and cell.column not in own]
        return styles[-1] if styles else 0

    def change_surroundings(self) -> None:
        """Set widths, and extend what a person would extend: table, filter, formats of rows."""
        skeleton, sheet, package = self._scan.skeleton, self._scan.sheet, self._book.package
        right = max(self._targets)
        fresh = [k for k, column in enumerate(self._targets) if column not in self._own]
        skeleton.widen(max(self._scan.height - 1, self.header), right)
        if self.header >= 0:
            names = dict(zip(self._targets, self._names, strict=True))
            grow_tables(package, sheet.part, self.header, names)
        if not fresh:
            return
        if self.header >= 0:
            skeleton.set_widths({self._targets[k]: _width_of(self._names[k]) for k in fresh})
            area = skeleton.extend_filter(self.header_end, self._reach, right)
            if area is not None:
                self._book.set_filter(sheet.position, area)
        skeleton.extend_formats(self._reach, right)
        if drawn_over(package, sheet.part, [self._targets[k] for k in fresh]):
            self._notes.append(
                "a chart, picture or shape lies over the added columns: move it aside to read them"
            )

    def notes(self, waiting: int, hidden: int = 0) -> tuple[str, ...]:
        """
        Return notes for the reader.

        ``waiting``: number of rows whose postcode is a formula without a calculated value.
        """
        unseen = self._scan.skeleton.hidden_columns(self._grid.columns)
        told = (*self._notes, *hidden_notes(self._grid, hidden, unseen))
        if not waiting:
            return told
        rows = "1 row has a formula" if waiting == 1 else f"{waiting:,} rows have formulas"
        why = f"{rows} that no program has calculated, so no postcode: open the workbook in Excel "
        return (*told, f"{why}or LibreOffice, save it, and check it again")

    def without_own(self, texts: list[str]) -> list[str]:
        """
        Return the texts of a row without those of an earlier check.

        ``texts``: texts of the row, which are changed.
        """
        for column in self._own:
            texts[column] = ""
        return texts

    def above(self, row: Row, last: int) -> bytes:
        """
        Write a row above the body; the row of the header gets the headers.

        ``last``: its last column that has a cell.
        """
        if row.number == self.header and self._titles:
            return self._header_writer.add(row, tuple(self._titles), self._header_style, last)
        return self._writer.clear(row, -1, ())

    def new_header(self) -> bytes:
        """Write the row of the header where the sheet has none."""
        return self._header_writer.new_row(self.header, self._titles, self._header_style)

    def body(self, row: Row, values: tuple[str, ...], style: int, last: int) -> bytes:
        """
        Write a row of the body.

        Parameters
        ----------
        values : tuple of str
            What to add; empty for a row that gets nothing.
        style : int
            Style of the row's cell in the model column; -1 if it has no such cell.
        last : int
            Last column of the row that has a cell.
        """
        if not values:
            return self._writer.clear(row, last, self._own)
        if style < 0:
            style = row_style(row.tag)
        if style < 0:
            style = self._column_style
        styles = self._styles
        return self._writer.add(row, values, styles.plain(style), last, styles.truth(style))

    def added_at(self, row: Row, last: int, *, answers: bool) -> int:
        """
        Return where the added values of a row begin, if nothing else in it changes.

        ``last``: last column of the row that has a cell. ``answers``: whether it gets values.
        Returns the column, from 0; -1 if cells of the row itself change, or values go between them.
        """
        if not answers:
            return -1 if self._own else 0
        return self._targets[0] if self._adjoining and self._writer.appends(row, last) else -1


def _is_filled(cells: Sequence[object]) -> bool:
    return any(getattr(cell, "filled", False) for cell in cells)


def _width_of(name: str) -> float:
    if "explanation" in name.casefold():
        return _EXPLANATION
    if "definition" in name.casefold():
        return _DEFINITION
    return max(_NARROWEST, len(name) + _ARROW)

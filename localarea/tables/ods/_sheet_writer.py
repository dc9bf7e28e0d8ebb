"""Write the pieces of one sheet with cells added to its rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from localarea.errors import InputError
from localarea.tables.ods._cells import (
    attribute,
    blank_cells,
    cells_of,
    escaped,
    filled_to,
    placed,
    repeats,
    with_attribute,
)
from localarea.tables.ods._row_values import RowValues
from localarea.tables.ods._sheet_rows import SheetRows
from localarea.tables.ods._styles import TRUTH, characters_cm
from localarea.tables.ods.saved import MOST_ROWS
from localarea.tables.ods_limits import MAX_COLUMNS
from localarea.tables.plain_values import without_end
from localarea.tables.xlsx.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from localarea.tables.ods._cells import Cell
    from localarea.tables.ods._new_cells import NewCells
    from localarea.tables.ods._pieces import Piece
    from localarea.tables.ods._sheet_rows import SheetRow
    from localarea.tables.ods._styles import Styles
    from localarea.tables.ods.survey import Sheet

_BATCH: Final = 5_000  # rows checked at a time
_BATCH_CELLS: Final = 1_000_000
_BATCH_BYTES: Final = 16 << 20
_ROWS: Final = frozenset(
    [b"table:table-row", b"table:table-rows", b"table:table-header-rows", b"table:table-row-group"]
)
_TIMES: Final = b"table:number-rows-repeated"


@dataclass(slots=True)
class AddedColumns:
    """
    The columns to add to a sheet.

    Attributes
    ----------
    header : int
        Row of the header, from 0; -1 if there is none.
    column : int
        Place of the first of them, from 0.
    answer : callable
        Function that returns the cells to add to rows, given their texts; none for a row that gets
        none.
    own : tuple of int
        Columns of an earlier result, which are emptied or written over.
    exact : int or None
        Column whose numbers are read as they are and not as they are shown, and in the first row
        only where cells are merged over several.
    tell : callable, optional
        Takes the number of each row that is written, from 1, and its values as they are compared;
        None in their place if the sheet has to be read again for them. Last comes a function that
        returns the values as people read them.
    """

    sheet: Sheet
    header: int
    column: int
    names: list[str]
    answer: Callable[[Sequence[Sequence[str]]], Sequence[Sequence[str]]]
    own: tuple[int, ...] = ()
    exact: int | None = None
    tell: Callable[[int, list[str] | None, Callable[[], list[str]]], None] | None = None

    @property
    def replaced(self) -> int:
        """Return how many columns of an earlier result are where the new ones go."""
        return sum(column >= self.column for column in self.own)


def place_of(sheet: Sheet, header: int, own: Sequence[int], count: int) -> int:
    """Return the column from which new ones are written."""
    width = sheet.width(max(header, 0))
    if own and own[-1] - own[0] + 1 == len(own) and (own[-1] + 1 >= width or len(own) == count):
        width = own[0]
    if width + count > MAX_COLUMNS:
        raise InputError(
            f"there is no room for the answers: {sheet.name!r} is filled up to column "
            f"{column_letters(width - 1)}; look there for a stray cell, delete it and check again"
        )
    return width


class _Waiting(NamedTuple):
    """A row that waits for its answers, or bytes that wait for the rows before them."""

    piece: Piece
    row: SheetRow | None
    texts: list[str]
    asked: int


class SheetWriter:
    """Writes one sheet; its rows are answered some thousands at a time."""

    def __init__(self, added: AddedColumns, styles: Styles, cells: NewCells) -> None:
        self._added, self._styles, self._cells = added, styles, cells
        self._looks = {
            model: (styles.continued(model), styles.continued(model, TRUTH))
            for model in sorted(added.sheet.models())
        }
        self._widths = [styles.add_column(_width_cm(name)) for name in added.names]
        self._first = added.sheet.first_data(added.header)
        self._rows, self._values = SheetRows(), RowValues()
        self._shown = RowValues(shown=True)
        self._row = self._column = 0
        self._columns_done = False
        self._defaults = added.sheet.columns
        self._waiting: list[_Waiting] = []
        self._asked = self._asked_cells = self._bytes = 0

    def see(self, piece: Piece) -> Iterator[bytes]:
        """Yield the bytes of the sheet as far as they are known."""
        kind = piece.kind
        if kind == b"table:table-column":
            yield from self._see_column(piece)
            return
        ends = kind == b"/table:table"
        if (ends or kind in _ROWS) and not self._columns_done:
            self._columns_done = True
            yield self._missing_columns()
        if kind == b"table:table-row":
            self._take(piece)
        elif not self._waiting:
            yield piece.tag
            return
        else:
            self._waiting.append(_Waiting(piece, None, [], 0))
            self._bytes += len(piece.tag)
        full = self._asked_cells >= _BATCH_CELLS or self._bytes >= _BATCH_BYTES
        if ends or full or self._asked >= _BATCH:
            yield from self._flush()

    def _take(self, piece: Piece) -> None:
        row = self._rows.read(piece.tag, piece.inner)
        at, self._row = self._row, self._row + row.times
        asked = 0
        if at > self._added.header:
            asked = max(0, min(row.times, self._added.sheet.height - at))
        texts = row.texts if at >= self._first else []  # the header may be merged over rows
        exact = self._added.exact
        if asked and exact is not None and exact < len(texts):
            texts = [*texts[:exact], _exact(row.cells, exact, texts[exact]), *texts[exact + 1 :]]
        if self._added.own and asked:
            texts = [t if k not in self._added.own else "" for k, t in enumerate(texts)]
        self._waiting.append(_Waiting(piece, row, texts, asked))
        self._asked += asked
        self._asked_cells += len(texts)
        self._bytes += len(piece.inner)

    def _flush(self) -> Iterator[bytes]:
        rows = [texts for _, _, texts, asked in self._waiting for _ in range(asked)]
        answers: list[Sequence[str]] = []
        for start in range(0, len(rows), _BATCH):
            answers += self._added.answer(rows[start : start + _BATCH])
        at = 0
        parts: list[bytes] = []
        number = self._row - sum(w.row.times for w in self._waiting if w.row)
        for piece, row, _, asked in self._waiting:
            if row is None:
                parts.append(piece.tag)
                continue
            if number == self._added.header:
                parts += self._header(piece, row)
            elif not asked:
                parts += piece[1:]
                self._tell(number, row.times, piece.inner, row.cells)
            else:
                parts += self._answered(number, piece, row, answers[at : at + asked])
            at += asked
            number += row.times
        self._waiting.clear()
        self._asked = self._asked_cells = self._bytes = 0
        yield b"".join(parts)

    def _tell(
        self,
        number: int,
        times: int,
        inner: bytes,
        cells: Sequence[Cell] | None = None,
        answers: Sequence[str] = (),
    ) -> None:
        """Pass on the values of rows, from their cells or else from the bytes written."""
        tell = self._added.tell
        if tell is None:
            return

        def shown() -> list[str]:
            return self._shown.of(cells_of(inner))

        if b"<table:table " in inner or b"<table:table-row" in inner:
            tell(number + 1, None, shown)
            return
        if cells is None:
            values = self._values.of(cells_of(inner))
        else:
            values = self._values.of(cells)
            if answers:
                values += [""] * (self._added.column - len(values))
                values += [self._values.added(answer) for answer in answers]
                without_end(values)
        for again in range(min(times, MOST_ROWS) if values else 0):
            tell(number + 1 + again, list(values), shown)

    def _answered(
        self, number: int, piece: Piece, row: SheetRow, answers: Sequence[Sequence[str]]
    ) -> Iterator[bytes]:
        """Yield a row with its cells; one that stands for several is split where they differ."""
        groups = [(list(values), len([*group])) for values, group in groupby(answers)]
        blank = row.times - len(answers)
        if blank:
            groups.append(([], blank))
        for values, times in groups:
            tag = piece.tag
            if len(groups) > 1:
                tag = with_attribute(tag, _TIMES, str(times) if times > 1 else None)
            yield tag
            if not values:
                inner = _emptied(piece.inner, self._added.own)
            else:
                looks = self._looks.get(self._model(tag, row.cells) or "", (None, None))
                new = self._cells.row(values, *looks)
                inner = self._written(piece.inner, row.cells, new)
            kept = (
                None if self._added.own or filled_to(row.cells) > self._added.column else row.cells
            )
            self._tell(number, times, inner, kept, values)
            number += times
            yield inner
            yield piece.end

    def _header(self, piece: Piece, row: SheetRow) -> Iterator[bytes]:
        model = self._model(piece.tag, row.cells)
        new = self._cells.row(self._added.names, model)
        inner = self._written(piece.inner, row.cells, new)
        self._tell(self._added.header, row.times, inner)
        yield from (piece.tag, inner, piece.end)

    def _written(self, inner: bytes, cells: Sequence[Cell], new: bytes) -> bytes:
        first, count = self._added.column, len(self._added.names)
        inner = placed(inner, cells, first, count, new)
        return _emptied(inner, [k for k in self._added.own if not first <= k < first + count])

    def _model(self, tag: bytes, cells: Sequence[Cell]) -> str | None:
        """Return the style of the cell that the new ones continue."""
        wanted = self._added.column - 1
        for cell in reversed(cells):
            if cell.column <= wanted and (cell.column + cell.times > wanted or cell.content):
                return self._style(tag, cell, min(wanted, cell.column + cell.times - 1))
        return None

    def _style(self, tag: bytes, cell: Cell, column: int) -> str | None:
        own = attribute(cell.about, b"table:style-name") if b"style-name" in cell.about else None
        if own is None and b"default-cell-style-name" in tag:
            own = attribute(tag, b"table:default-cell-style-name")
        if own is not None:
            return own
        for first, times, default in self._defaults:
            if first <= column < first + times:
                return default
        return None

    def _see_column(self, piece: Piece) -> Iterator[bytes]:
        """Yield an element of columns, cut where the new ones begin and end."""
        start, times = self._column, repeats(piece.tag, b"table:number-columns-repeated")
        self._column = stop = start + times
        first = self._added.column
        last = first + len(self._added.names)
        if stop <= first or start >= last:
            yield from piece[1:]
            return
        if start < first:
            yield from _columns(piece, first - start)
        for column in range(max(start, first), min(stop, last)):
            yield from _columns(piece, 1, self._widths[column - first])
        if stop > last:
            yield from _columns(piece, stop - last)

    def _missing_columns(self) -> bytes:
        first = self._added.column
        parts = []
        if self._column < first:
            many = first - self._column
            times = b' table:number-columns-repeated="%d"' % many if many > 1 else b""
            parts.append(b"<table:table-column" + times + b"/>")
        for style in self._widths[max(self._column - first, 0) :]:
            parts.append(b'<table:table-column table:style-name="' + escaped(style) + b'"/>')
        return b"".join(parts)


def _exact(cells: Sequence[Cell], column: int, text: str) -> str:
    """Return the number that a cell holds, whatever of it is shown; its text if it is none."""
    for cell in cells:
        if cell.column <= column < cell.column + cell.times:
            if cell.covered:
                return ""
            if b"office:value" in cell.about:
                return attribute(cell.about, b"office:value") or text
    return text


def _emptied(inner: bytes, columns: Sequence[int]) -> bytes:
    """Return a row without the values of some columns."""
    for column in columns:
        cells = cells_of(inner)
        if cells and column < cells[-1].column + cells[-1].times:
            inner = placed(inner, cells, column, 1, blank_cells(1))
    return inner


def _columns(piece: Piece, times: int, style: str | None = None) -> Iterator[bytes]:
    many = str(times) if times > 1 else None
    tag = with_attribute(piece.tag, b"table:number-columns-repeated", many)
    if style:
        tag = with_attribute(tag, b"table:style-name", style)
        tag = with_attribute(tag, b"table:visibility", None)
    yield from (tag, piece.inner, piece.end)


def _width_cm(name: str) -> float:
    if name.startswith(("local_explanation", "Explanation")):
        return 12.0
    least = 28 if name.startswith(("local_definition", "Definition")) else 12  # of its reference
    return characters_cm(max(least, len(name) + 2))

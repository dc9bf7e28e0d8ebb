"""Read the cells of many rows at a time, column by column, which is faster than one by one."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from localarea.tables.xlsx.row_forms import RowForm, RowForms
from localarea.tables.xlsx.sheet_stream import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from localarea.tables.xlsx.row_values import KnownValues, RowValues
    from localarea.tables.xlsx.sheet_stream import CellReader, FoundCell

    Convert = Callable[[Sequence[bytes]], list[str]]

_ROWS: Final = 5_000  # read at a time
_CELLS: Final = 200_000  # of the rows read at a time
_MOST_FORMS: Final = 1 << 14  # of the attributes of cells that stay known


def batch_size(width: int) -> int:
    """Return how many rows to read at a time: enough to be fast, and few enough to be small."""
    return max(1, min(_ROWS, _CELLS // max(width, 1)))


class RowBatch(NamedTuple):
    """
    What rows hold, each list with one entry for a row.

    Attributes
    ----------
    texts : list of list of str
        Texts of the columns.
    values : list of list of str
        The same in the form in which saved files are compared; empty if not asked for.
    styles : list of int
        Style of the cell in the model column; -1 if the row has no such cell.
    lasts : list of int
        Last column, also of a blank cell; -1 if there is no cell.
    waiting : list of bool
        Whether a formula among the cells has no calculated value.
    """

    texts: list[list[str]]
    values: list[list[str]]
    styles: list[int]
    lasts: list[int]
    waiting: list[bool]


class BatchReader:
    """
    Read rows of a sheet.

    Parameters
    ----------
    width : int
        Number of columns to read; all that are filled.
    model : int
        Column whose style is asked for; -1 for none.
    """

    def __init__(
        self, reader: CellReader, width: int, values: RowValues | None = None, model: int = -1
    ) -> None:
        self._reader, self._values = reader, values
        self._width, self._model = width, model
        self._forms = RowForms(reader.pattern)
        self._other = _OtherRows(reader, width, values, model)

    def read(self, contents: Sequence[bytes]) -> RowBatch:
        """Read rows."""
        alike: dict[int, tuple[RowForm, list[int], list[tuple[bytes, ...]]]] = {}
        others = []
        for at, content in enumerate(contents):
            found = self._forms.read(content)
            if found is None:
                others.append(at)
                continue
            form, held = found
            if id(form) not in alike:
                alike[id(form)] = form, [], []
            alike[id(form)][1].append(at)
            alike[id(form)][2].append(held)
        parts = [(others, self._other.read([contents[at] for at in others]))]
        parts += [(places, self._of_form(form, held)) for form, places, held in alike.values()]
        if len(parts) == 2 and not others:
            return parts[1][1]
        order = sorted(range(len(contents)), key=list(chain(*(p for p, _ in parts))).__getitem__)
        joined = (list(chain(*lists)) for lists in zip(*(read for _, read in parts), strict=True))
        return RowBatch(*([each[at] for at in order] if each else each for each in joined))

    def _of_form(self, form: RowForm, held: list[tuple[bytes, ...]]) -> RowBatch:
        count = len(held)
        columns = list(zip(*held, strict=True))
        blank = [""] * count
        texts, values = [blank] * self._width, [blank] * self._width
        for (column, attributes), those in zip(form.filled.items(), columns, strict=True):
            texts[column] = self._reader.table(self._reader.kinds[attributes][0])(those)
            if self._values is not None:
                values[column] = self._values.table(attributes).all(those)
        model = {**form.filled, **form.blank}.get(self._model)
        style = -1 if model is None else self._reader.kinds[model][1]
        return RowBatch(
            list(map(list, zip(*texts, strict=True))),
            [] if self._values is None else list(map(list, zip(*values, strict=True))),
            [style] * count,
            [form.last] * count,
            [False] * count,
        )


class _OtherRows:
    """Read rows of no known form."""

    def __init__(
        self, reader: CellReader, width: int, values: RowValues | None, model: int
    ) -> None:
        self._reader, self._values = reader, values
        self._width, self._model = width, model
        self._forms: dict[bytes, int] = {}  # numbers of the forms of attributes that cells have
        self._kinds: list[int] = []  # of each form, as the others
        self._styles: list[int] = []
        self._known: list[int] = []
        self._text_of = [reader.table(kind) for kind in range(KINDS)]
        self._value_of: dict[int, tuple[int, KnownValues]] = {}  # by identity

    def read(self, contents: Sequence[bytes]) -> RowBatch:
        found = list(map(self._reader.pattern.findall, contents))
        rows = np.repeat(np.arange(len(found)), list(map(len, found)))
        cells = list(chain.from_iterable(found))
        columns = self._columns(cells, rows)
        forms = self._forms_of([attributes for _, attributes, _, _ in cells])
        styles, lasts = np.full((2, len(found)), -1)
        own = columns == self._model
        styles[rows[own]] = np.array(self._styles, np.intp)[forms[own]]
        np.maximum.at(lasts, rows, columns)
        table = _Table(cells, rows, columns, (len(found), self._width))
        waiting = np.zeros(len(found), bool)

        def text(cell: FoundCell, row: int) -> str:
            text, _, waits = self._reader.other(self._reader.kinds[cell[1]][0], cell[3])
            waiting[row] |= waits
            return text

        return RowBatch(
            table.read(np.array(self._kinds, np.intp)[forms], self._text_of, text),
            self._compared(found, table, forms),
            styles.tolist(),
            lasts.tolist(),
            waiting.tolist(),
        )

    def _compared(
        self, found: list[list[FoundCell]], table: _Table, forms: NDArray[np.intp]
    ) -> list[list[str]]:
        values = self._values
        if values is None:
            return []
        if not table.is_in_order():
            return [values.of(cells) for cells in found]
        known = np.array(self._known, np.intp)[forms]
        converters = [each.all for _, each in self._value_of.values()]
        return table.read(known, converters, lambda cell, _: values.other(cell[1], cell[3]))

    def _columns(self, cells: list[FoundCell], rows: NDArray[np.intp]) -> NDArray[np.intp]:
        letters = [letters for letters, _, _, _ in cells]
        known = self._reader.columns
        if all(letters):
            return np.fromiter(map(known.__getitem__, letters), np.intp, len(letters))
        found = list[int]()
        column, before = -1, -1
        for name, row in zip(letters, rows.tolist(), strict=True):  # a cell may follow another
            column = -1 if row != before else column
            column, before = known[name] if name else column + 1, row
            found.append(column)
        return np.array(found, np.intp)

    def _forms_of(self, attributes: list[bytes]) -> NDArray[np.intp]:
        if len(self._forms) > _MOST_FORMS:
            for each in (self._forms, self._kinds, self._styles, self._known):
                each.clear()
        forms = self._forms
        for new in sorted(set(attributes).difference(forms)):
            kind, style = self._reader.kinds[new]
            forms[new] = len(self._kinds)
            self._kinds.append(kind)
            self._styles.append(style)
            if self._values is not None:
                known = self._values.table(new)
                place, _ = self._value_of.setdefault(id(known), (len(self._value_of), known))
                self._known.append(place)
        return np.fromiter(map(forms.__getitem__, attributes), np.intp, len(attributes))


class _Table(NamedTuple):
    """Cells with the row and the column of each, and the shape of what is to be read."""

    cells: list[FoundCell]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    shape: tuple[int, int]

    def is_in_order(self) -> bool:
        return bool(np.all((np.diff(self.columns) > 0) | (np.diff(self.rows) > 0)))

    def read(
        self,
        which: NDArray[np.intp],
        converters: Sequence[Convert],
        other: Callable[[FoundCell, int], str],
    ) -> list[list[str]]:
        """Convert each plain value by one of the converters, and other cells one by one."""
        table = np.full(self.shape, "", object)
        inside = self.columns < self.shape[1]
        filled = inside & np.fromiter((len(c[2]) > 0 for c in self.cells), bool, len(inside))
        for number in np.unique(which[filled]).tolist():
            at = np.flatnonzero(filled & (which == number))
            texts = np.empty(len(at), object)
            texts[:] = converters[number]([self.cells[place][2] for place in at.tolist()])
            table[self.rows[at], self.columns[at]] = texts
        for place in np.flatnonzero(inside & ~filled).tolist():
            if self.cells[place][3]:
                row = int(self.rows[place])
                table[row, self.columns[place]] = other(self.cells[place], row)
        found: list[list[str]] = table.tolist()
        return found

"""Read the rows of a sheet in order, with what is merged over several of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from localarea.tables.ods._cells import Cell, cells_of, repeats, text_of, texts_of
from localarea.tables.ods_limits import MAX_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence


class SheetRow(NamedTuple):
    """
    A row, or several alike.

    ``texts`` holds what a person sees in each column; it is empty where the row holds nothing but
    the lower part of merged cells.
    """

    times: int
    cells: list[Cell]
    texts: list[str]
    headed: int  # rows over which one of its cells is merged


class SheetRows:
    """Reads rows from their bytes."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[str, int]] = {}  # by column: text, rows still to come

    def read(self, tag: bytes, inner: bytes) -> SheetRow:
        """Return the row of a start tag and its content."""
        times = repeats(tag, b"table:number-rows-repeated") if b"rows-repeated" in tag else 1
        cells = cells_of(inner)
        texts = texts_of(cells)
        if not self._open and b"rows-spanned" not in inner:
            return SheetRow(times, cells, texts, 1)
        own = bool(texts)
        if self._open:
            self._fill(cells, texts)
            self._open = {k: (t, n - times) for k, (t, n) in self._open.items() if n > times}
        headed = self._begin(cells)
        return SheetRow(times, cells, texts if own else [], headed)

    def _fill(self, cells: Sequence[Cell], texts: list[str]) -> None:
        for cell in cells:
            if not cell.covered:
                continue
            for column in range(cell.column, min(cell.column + cell.times, MAX_COLUMNS)):
                text = self._open.get(column, ("", 0))[0]
                if text:
                    texts += [""] * (column + 1 - len(texts))
                    texts[column] = text

    def _begin(self, cells: Sequence[Cell]) -> int:
        most = 1
        for cell in cells:
            if b"rows-spanned" not in cell.about or cell.covered:
                continue
            rows = repeats(cell.about, b"table:number-rows-spanned")
            text = text_of(cell)
            if rows > 1 and text:
                self._open[cell.column] = text, rows - 1
                most = max(most, rows)
        return most

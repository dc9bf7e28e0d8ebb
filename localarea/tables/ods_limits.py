"""Count the cells of an OpenDocument spreadsheet before it is loaded."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from localarea.errors import FileFormatError
from localarea.tables.cell_limits import MOST_HELD, require_cells

if TYPE_CHECKING:
    from pathlib import Path

MAX_COLUMNS: Final = 16_384
VALUES: Final = ("value", "string-value", "date-value", "time-value", "boolean-value", "formula")


def require_ods_cells(path: Path) -> None:
    """
    Raise an error if a spreadsheet has too many cells, counting each repetition.

    Parameters
    ----------
    path : pathlib.Path
        A spreadsheet within the limits of ``open_safely``.

    Raises
    ------
    FileFormatError
        If a sheet has too many.
    """
    counter = _CellCounter(path)
    with zipfile.ZipFile(path) as archive:
        try:
            with archive.open("content.xml") as part:
                counter.parser.ParseFile(part)
        except (KeyError, expat.ExpatError) as error:
            why = f"it cannot be read as a spreadsheet ({error})"
            raise FileFormatError(path, why, hint="open it, and save it again") from error


class _CellCounter:
    """Counts the cells of non-empty rows, up to the last value of each."""

    def __init__(self, path: Path) -> None:
        self.path, self.cells, self.rows = path, 0, 0
        self._times, self._width, self._filled, self._last = 1, 0, 0, 1
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _start(self, name: str, about: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if kind == "table":
            self.cells = self.rows = 0
        elif kind == "table-row":
            self._times = _repeats(about, "number-rows-repeated")
            self._width = self._filled = 0
        elif kind in ("table-cell", "covered-table-cell"):
            self._last = _repeats(about, "number-columns-repeated")
            self._width += self._last
            if any(key.rpartition(":")[2] in VALUES for key in about):
                self._filled = self._width

    def _text(self, text: str) -> None:
        if text.strip():
            self._filled = self._width

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] != "table-row" or not self._filled:
            return
        self.rows += self._times
        self.cells += self._times * min(self._filled, MAX_COLUMNS)
        if self.cells > MOST_HELD:
            require_cells(self.path, self.rows, -(-self.cells // self.rows))


def _repeats(about: dict[str, str], name: str) -> int:
    for key, value in about.items():
        if key.rpartition(":")[2] == name and value.isdecimal():
            return max(1, int(value[:9]))
    return 1

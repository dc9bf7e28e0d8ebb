"""Names of cells and ranges, such as ``B7`` and ``A1:E20``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MAX_COLUMNS: Final = 16_384
MAX_ROWS: Final = 1_048_576
_CELL: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")


def column_letters(column: int) -> str:
    """
    Return the letters of a column, numbered from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(16_383)
    ('A', 'Z', 'AA', 'XFD')
    """
    letters, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        letters = chr(65 + digit) + letters
    return letters


def column_of(letters: str) -> int:
    """
    Return the column of letters.

    Column, from 0. ValueError if no sheet has such a column.

    Examples
    --------
    >>> column_of("A"), column_of("XFD")
    (0, 16383)
    """
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= MAX_COLUMNS:
        raise ValueError(f"there is no column {letters}")
    return number - 1


@dataclass(frozen=True, slots=True)
class CellRange:
    """
    A range of cells.

    ``left``, ``top``, ``right``, ``bottom``: columns and rows, from 0, the last ones included.
    """

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, text: str) -> CellRange:
        """
        Read a range.

        ``text``: such as ``A1:E20``, ``$A$1`` or ``B7``. ValueError if it is none.

        Examples
        --------
        >>> CellRange.of("$A$3:E8")
        CellRange(left=0, top=2, right=4, bottom=7)
        """
        first, _, last = text.partition(":")
        corners = [_CELL.fullmatch(corner) for corner in (first, last or first)]
        if corners[0] is None or corners[1] is None:
            raise ValueError(f"{text!r} is no range of cells")
        columns = sorted(column_of(corner[1]) for corner in corners if corner)
        rows = sorted(int(corner[2]) - 1 for corner in corners if corner)
        return cls(columns[0], rows[0], columns[1], rows[1])

    def text(self, *, fixed: bool = False) -> str:
        """
        Write the range; one cell is written without a colon.

        Examples
        --------
        >>> CellRange(0, 2, 4, 7).text(), CellRange(0, 0, 0, 0).text()
        ('A3:E8', 'A1')
        >>> CellRange(0, 0, 1, 0).text(fixed=True)
        '$A$1:$B$1'
        """
        mark = "$" if fixed else ""
        corners = [
            f"{mark}{column_letters(column)}{mark}{row + 1}"
            for column, row in ((self.left, self.top), (self.right, self.bottom))
        ]
        return corners[0] if corners[0] == corners[1] else ":".join(corners)


def rows_across(areas: Iterable[CellRange], columns: Collection[int]) -> frozenset[int]:
    """
    Return the rows, from 0, of the areas that reach over any of some columns.

    ``areas``: such as the rows of totals of several tables. ``columns``: columns, from 0.

    Examples
    --------
    >>> sorted(rows_across([CellRange.of("A9:C10"), CellRange.of("E5:F5")], [2, 3]))
    [8, 9]
    """
    return frozenset(
        row
        for area in areas
        if any(area.left <= column <= area.right for column in columns)
        for row in range(area.top, area.bottom + 1)
    )


class ColumnsByLetters(dict[bytes, int]):
    """Columns, from 0, by their letters; what recurs is kept."""

    def __missing__(self, key: bytes) -> int:
        """Calculate a column."""
        self[key] = column_of(key.decode())
        return self[key]

"""Rows of a sheet as XML, written column by column: for sheets of very many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from localarea.tables.xlsx.new_sheet import cell_end
from localarea.tables.xlsx.references import column_letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_BLOCK: Final = 8192  # rows that are joined at a time
_CELL_BYTES: Final = 55  # of a cell with a word or two, to estimate a sheet's length


class WordColumn(NamedTuple):
    """
    A column of text with few different words.

    Attributes
    ----------
    words : sequence of str
        The different words; empty text for a blank cell.
    at : numpy.ndarray of int, shape (n_rows,)
        Position in ``words`` of the text of each row.
    """

    words: Sequence[str]
    at: NDArray[Any]


class NumberColumn(NamedTuple):
    """
    A column of numbers.

    Attributes
    ----------
    values : sequence of int or str, or numpy.ndarray of int, shape (n_rows,)
        Whole numbers, or numbers as a sheet writes them; None for a blank cell.
    style : int
        Number of their style in the workbook; 0 for the ordinary one.
    """

    values: Sequence[int | str | None] | NDArray[Any]
    style: int = 0


class ColumnRows:
    """
    Rows to write to a sheet.

    Parameters
    ----------
    columns : sequence of WordColumn or NumberColumn
        Its columns from the first on, all of one length.

    Raises
    ------
    ValueError
        If the columns differ in length.

    Examples
    --------
    >>> columns = [WordColumn(["yes", ""], np.array([0, 1])), NumberColumn(["1.5", None])]
    >>> print(b"".join(ColumnRows(columns, first=2)).decode())  # doctest: +NORMALIZE_WHITESPACE
    <row r="2"><c r="A2" t="inlineStr"><is><t>yes</t></is></c><c
    r="B2"><v>1.5</v></c></row><row r="3"></row>
    """

    def __init__(self, columns: Sequence[WordColumn | NumberColumn], *, first: int) -> None:
        self._columns = list(columns)
        self._first = first
        held = {len(one.at if isinstance(one, WordColumn) else one.values) for one in columns}
        if len(held) > 1:
            raise ValueError(f"columns of a sheet must have one length, not {sorted(held)}")
        self._count = held.pop() if held else 0
        self._ends = [_ends_of(one) for one in columns]

    @property
    def expected(self) -> int:
        """About how many bytes the rows have."""
        return self._count * len(self._columns) * _CELL_BYTES

    def __iter__(self) -> Iterator[bytes]:
        """Write them, some thousands at a time."""
        for start in range(0, self._count, _BLOCK):
            yield self._block(start, min(_BLOCK, self._count - start))

    def _block(self, start: int, size: int) -> bytes:
        first = self._first + start
        numbers = pa.array(np.arange(first, first + size)).cast(pa.string())
        parts: list[Any] = ['<row r="', numbers, '">']
        for place, (column, ends) in enumerate(zip(self._columns, self._ends, strict=True)):
            begins = f'<c r="{column_letters(place)}'
            if isinstance(column, WordColumn):
                at = pa.array(column.at[start : start + size])
                cells = [begins, numbers, '"', ends.take(at)]
            else:
                style = f' s="{column.style}"' if column.style else ""
                values = pa.array(column.values[start : start + size]).cast(pa.string())
                cells = [begins, numbers, f'"{style}><v>', values, "</v></c>"]
            parts.append(_joined(cells))
        rows = _joined([*parts, "</row>"])
        _, ends_at, text = rows.buffers()
        return bytes(text[: int(np.frombuffer(ends_at, np.int32)[size])])


def _ends_of(column: WordColumn | NumberColumn) -> Any:
    if not isinstance(column, WordColumn):
        return None
    return pa.array([cell_end(word) if word else None for word in column.words], pa.string())


def _joined(parts: Sequence[Any]) -> Any:
    """Join texts row by row; a row in which one is missing is empty."""
    return pc.coalesce(pc.binary_join_element_wise(*parts, ""), "")

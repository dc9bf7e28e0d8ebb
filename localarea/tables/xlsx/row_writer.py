"""Add cells to the rows of a sheet; whatever else is in a row stays byte for byte."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from localarea.tables.xlsx.new_sheet import Value, cell_end
from localarea.tables.xlsx.references import column_letters, column_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from localarea.tables.xlsx.sheet_stream import Row

_SPANS: Final = re.compile(rb' spans="([0-9]+):([0-9]+)"')
_HIDDEN: Final = re.compile(rb' hidden="(?:1|true)"')
_FORMATTED: Final = re.compile(rb' customFormat="(?:1|true)"')
_STYLE: Final = re.compile(rb' s="([0-9]+)"')
_KNOWN: Final = 1 << 15  # cells that are kept written


class _Ends(dict[tuple[str, int, int], bytes]):
    """Cells as XML from their style on, by text, style, and style of a truth value."""

    def __init__(self, prefix: str, convert: Callable[[str], Value]) -> None:
        super().__init__()
        self._prefix, self._convert = prefix, convert

    def __missing__(self, key: tuple[str, int, int]) -> bytes:
        if len(self) >= _KNOWN:
            self.clear()
        text, style, truth = key
        value = self._convert(text)
        look = truth if isinstance(value, bool) else style
        named = f'" s="{look}"' if look else '"'
        self[key] = f"{named}{cell_end(value, self._prefix)}".encode()
        return self[key]


class RowWriter:
    """
    Add cells to rows.

    Parameters
    ----------
    columns : sequence of int
        Column of each added value, from 0.
    pattern : re.Pattern
        From `cell_pattern`.
    prefix : bytes
        Prefix of the sheet's elements with a colon, or nothing.
    convert : callable
        Returns the value of a text, such as a number.
    """

    def __init__(
        self,
        columns: Sequence[int],
        cleared: Collection[int],
        pattern: re.Pattern[bytes],
        prefix: bytes = b"",
        convert: Callable[[str], Value] = str,
    ) -> None:
        self._order = sorted(range(len(columns)), key=columns.__getitem__)
        self._sorted = [columns[k] for k in self._order]
        self._in_order = self._order == list(range(len(columns)))
        self._taken = {*columns, *cleared}
        self._first = min(self._taken)
        self._right = max(columns) + 1
        self._pattern, self._prefix = pattern, prefix
        self._starts = [b'<%bc r="%b' % (prefix, column_letters(c).encode()) for c in self._sorted]
        self._ends = _Ends(prefix.decode(), convert)
        self._known: dict[tuple[tuple[str, ...], int, int], list[bytes]] = {}
        self._pieces: dict[bytes, bytes] = {}
        self._close, self._extra = b"</%brow>" % prefix, b"<%bextLst" % prefix

    def add(
        self, row: Row, values: tuple[str, ...], style: int, last: int, truth: int = 0
    ) -> bytes:
        """
        Write a row with added cells.

        ``values``: what to add; a blank value gets a cell if the style shows. All but the first
        recur. ``last``: last column of the row that has a cell.
        """
        number = b"%d" % (row.number + 1)
        tag = row.tag[:-2].rstrip() + b">" if row.tag.endswith(b"/>") else row.tag
        if b" spans=" in tag:
            tag = _SPANS.sub(self._span, tag)
        if not self.appends(row, last):
            made = self._cells(number, values, style, truth)
            return b"".join((tag, self._between(row, number, made, self._taken), self._close))
        if not self._in_order:
            made = self._cells(number, values, style, truth)
            return b"".join((tag, row.content, *(cell for _, cell in made), self._close))
        first: tuple[bytes, ...] = ()
        if values[0] or style:
            first = self._starts[0], number, self._ends[values[0], style, truth]
        key = values[1:], style, truth
        rest = number.join(self._known.get(key) or self._between_numbers(*key))
        return b"".join((tag, row.content, *first, rest, self._close))

    def _between_numbers(self, values: tuple[str, ...], style: int, truth: int) -> list[bytes]:
        """Write all cells but the first, in pieces between which the number of the row goes."""
        starts, ends = [], [b""]
        for start, value in zip(self._starts[1:], values, strict=True):
            if value or style:
                starts.append(start)
                ends.append(self._ends[value, style, truth])
        if len(self._known) >= _KNOWN:
            self._known.clear()
            self._pieces.clear()
        pieces = (end + start for end, start in zip(ends, [*starts, b""], strict=True))
        kept = [self._pieces.setdefault(piece, piece) for piece in pieces]  # each once
        self._known[values, style, truth] = kept
        return kept

    def appends(self, row: Row, last: int) -> bool:
        """
        Return whether the added cells of a row stand after all that it holds.

        ``last``: its last column that has a cell. Returns False if one has to go between its cells,
        or in place of one.
        """
        return last < self._first and self._extra not in row.content

    def clear(self, row: Row, last: int, own: Collection[int]) -> bytes:
        """Write a row without the cells of some columns; as it was if there is nothing to clear."""
        if row.tag.endswith(b"/>"):
            return row.tag
        if not own or last < min(own):
            return b"".join((row.tag, row.content, self._close))
        content = self._between(row, b"%d" % (row.number + 1), [], own)
        return b"".join((row.tag, content, self._close))

    def new_row(self, number: int, values: Sequence[str], style: int) -> bytes:
        """Write a row that the sheet does not have, numbered from 0."""
        name = b"%d" % (number + 1)
        cells = b"".join(cell for _, cell in self._cells(name, values, style))
        return b'<%brow r="%b">%b%b' % (self._prefix, name, cells, self._close)

    def _span(self, found: re.Match[bytes]) -> bytes:
        return b' spans="%b:%d"' % (found[1], max(int(found[2]), self._right))

    def _cells(
        self, number: bytes, values: Sequence[str], style: int, truth: int = 0
    ) -> list[tuple[int, bytes]]:
        ordered = values if self._in_order else [values[k] for k in self._order]
        return [
            (column, start + number + self._ends[value, style, truth])
            for column, start, value in zip(self._sorted, self._starts, ordered, strict=True)
            if style or value
        ]

    def _between(
        self, row: Row, number: bytes, made: list[tuple[int, bytes]], gone: Collection[int]
    ) -> bytes:
        """Insert cells among those of the row; a cell without a name gets one."""
        pieces, column, end = [], -1, 0
        waiting = list(reversed(made))
        for found in self._pattern.finditer(row.content):
            letters = found[1]
            column = column_of(letters.decode()) if letters else column + 1
            pieces.append(row.content[end : found.start()])
            end = found.end()
            while waiting and waiting[-1][0] <= column:
                pieces.append(waiting.pop()[1])
            if column in gone:
                continue
            cell = found[0]
            if not letters:
                named = b'%bc r="%b%b"' % (self._prefix, column_letters(column).encode(), number)
                cell = b"<" + named + cell[2 + len(self._prefix) :]
            pieces.append(cell)
        pieces += [cell for _, cell in reversed(waiting)]
        pieces.append(row.content[end:])
        return b"".join(pieces)


def row_style(tag: bytes) -> int:
    """Return the number of the style of a row's blank cells; -1 if the row has none of its own."""
    found = _STYLE.search(tag) if _FORMATTED.search(tag) else None
    return int(found[1]) if found else -1


def is_hidden(tag: bytes) -> bool:
    """
    Return whether nobody sees a row, which a filter or a person hid.

    Examples
    --------
    >>> is_hidden(b'<row r="2" hidden="1">'), is_hidden(b'<row r="2" hidden="0">')
    (True, False)
    """
    return b"hidden" in tag and _HIDDEN.search(tag) is not None

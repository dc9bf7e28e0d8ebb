"""Compiled search for the rows of delimited text, and addition of cells. See ``csv_rows``."""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from localarea.geo.postcodes import (
    FOURTH_SLOTS,
    INWARD_SLOTS,
    LETTER_PAIRS,
    OUTWARD,
    SECOND_SLOTS,
    THIRD_SLOTS,
    WHOLE,
)
from localarea.tables.delimited.csv_rows import (
    AddedCells,
    OpenQuoteError,
    Pool,
    Rows,
    rows_of_table,
)

_QUOTE: Final = ord('"')
_LF: Final = ord("\n")
_CR: Final = ord("\r")
_SPACE: Final = ord(" ")
_ZERO: Final = ord("0")
_LETTERS: Final = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
_THIRD: Final = np.frombuffer(b"0123456789RT", np.uint8)
_FOURTH: Final = np.frombuffer(b" 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", np.uint8)
# How many outward codes share a second and a first letter, see ``geo.postcodes.outward_number``.
_PER_SECOND: Final = THIRD_SLOTS * FOURTH_SLOTS
_PER_FIRST: Final = SECOND_SLOTS * _PER_SECOND


def find_rows(data: bytes, delimiter: bytes, column: int, *, final: bool) -> Rows:
    """Find the rows of a block; equivalent to ``csv_rows.find_rows``."""
    view = np.frombuffer(data, np.uint8)
    most = int(np.count_nonzero(view == _LF)) + int(np.count_nonzero(view == _CR)) + 1
    table = np.empty((6, most), np.int32)
    count, stop, open_at = _scan(view, delimiter[0], column, final, table)
    if open_at >= 0:
        raise OpenQuoteError(open_at)
    return rows_of_table(table[:, :count], stop)


@numba.njit(cache=True, nogil=True)
def _scan(data: Any, delimiter: int, column: int, final: bool, table: Any) -> tuple[int, int, int]:
    size = data.size
    count = 0
    position = 0
    while position < size:
        start = position
        at = position
        width = 0
        cell_start = start
        cell_end = start
        while True:
            end = _cell_end(data, at, size, delimiter)
            if end < 0:
                return (count, start, at) if final else (count, start, -1)
            if width == column:
                cell_start = at
                cell_end = end
            width += 1
            if end == size or data[end] != delimiter:
                break
            at = end + 1
        if end == size and not final:
            break
        after = min(end + 1, size)
        if end < size and data[end] == _CR:
            if after == size and not final:
                break
            if after < size and data[after] == _LF:
                after += 1
        table[0, count] = start
        table[1, count] = end
        table[2, count] = after
        table[3, count] = 0 if end == start else width
        table[4, count] = cell_start
        table[5, count] = cell_end
        count += 1
        position = after
    return count, position, -1


@numba.njit(cache=True, nogil=True)
def _cell_end(data: Any, at: int, size: int, delimiter: int) -> int:
    """Return the position after a cell; -1 if its quotation mark is not closed."""
    if at < size and data[at] == _QUOTE:
        at += 1
        while True:
            while at < size and data[np.uintp(at)] != _QUOTE:
                at += 1
            if at >= size:
                return -1
            if at + 1 < size and data[at + 1] == _QUOTE:
                at += 2
                continue
            at += 1
            break
    while at < size:
        byte = data[np.uintp(at)]
        if byte in (delimiter, _LF, _CR):
            break
        at += 1
    return at


def add_cells(
    data: bytes, rows: Rows, added: AddedCells, *, width: int, delimiter: bytes
) -> memoryview:
    """Add cells at the end of each row; equivalent to ``csv_rows.add_cells``."""
    pool = added.pool or Pool.of(added.pieces)
    narrow = np.maximum(width - np.maximum(rows.widths, 1), 0)
    room = len(data) + int(narrow.sum()) + _size(added.which, pool.begins) + 10 * rows.starts.size
    out = np.empty(room, np.uint8)
    places = np.stack([rows.starts, rows.ends, rows.nexts, rows.widths])
    view = np.frombuffer(data, np.uint8)
    readings = (added.codes, added.numbers, added.which)
    text, begins = pool.text, pool.begins
    size = _add(view, places, *readings, text, begins, width, delimiter[0], out)
    return out[:size].data


@numba.njit(cache=True, nogil=True)
def _size(which: Any, begins: Any) -> int:
    """Return the bytes of the pieces of all rows."""
    size = 0
    for row in range(which.shape[0]):
        for i in range(which.shape[1]):
            piece = which[row, i]
            size += begins[piece + 1] - begins[piece]
    return size


@numba.njit(cache=True, nogil=True)
def _add(
    data: Any,
    places: Any,
    codes: Any,
    numbers: Any,
    which: Any,
    pool: Any,
    begins: Any,
    width: int,
    delimiter: int,
    out: Any,
) -> int:
    to = 0
    for row in range(which.shape[0]):
        to = _copy(data, places[0, row], places[1, row], out, to)
        if places[3, row] > 0 or (places[3, row] == 0 and width == 1):
            for _ in range(width - max(places[3, row], 1) + 1):
                out[to] = delimiter
                to += 1
            to = _postcode(codes[row], numbers[row], out, to)
            for i in range(which.shape[1]):
                piece = which[row, i]
                if not piece:  # the empty piece
                    continue
                to = _copy(pool, begins[piece], begins[piece + 1], out, to)
        to = _copy(data, places[1, row], places[2, row], out, to)
    return to


@numba.njit(cache=True, nogil=True)
def _copy(source: Any, start: int, end: int, out: Any, to: int) -> int:
    # Unsigned indices need no check for negative values, which makes this fifteen times as fast.
    size, first, at = np.uintp(end - start), np.uintp(start), np.uintp(to)
    for i in range(size):
        out[at + i] = source[first + i]
    return to + (end - start)


@numba.njit(cache=True, nogil=True)
def _postcode(code: int, number: int, out: Any, to: int) -> int:
    if code == WHOLE:
        to = _outward(number // INWARD_SLOTS, out, to)
        slot = number % INWARD_SLOTS
        out[to] = _SPACE
        out[to + 1] = _ZERO + slot // LETTER_PAIRS
        out[to + 2] = _LETTERS[slot % LETTER_PAIRS // 26]
        out[to + 3] = _LETTERS[slot % 26]
        return to + 4
    return _outward(number, out, to) if code == OUTWARD else to


@numba.njit(cache=True, nogil=True)
def _outward(number: int, out: Any, to: int) -> int:
    fourth = number % FOURTH_SLOTS
    third = number // FOURTH_SLOTS % THIRD_SLOTS
    second = number // _PER_SECOND % SECOND_SLOTS
    out[to] = _LETTERS[number // _PER_FIRST]
    to += 1
    if second:
        out[to] = _LETTERS[second - 1]
        to += 1
    out[to] = _THIRD[third]
    to += 1
    if fourth:
        out[to] = _FOURTH[fourth]
        to += 1
    return to

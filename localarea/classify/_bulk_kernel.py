"""Convert cells of bytes to verdict codes in one compiled pass: parse, look up, answer."""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from localarea.classify.codes import BLANK_CELL, MALFORMED_CELL
from localarea.classify.index import DISTRICTS, LETTER_PAIRS
from localarea.geo._postcode_kernel import read_cell
from localarea.geo.postcodes import (
    BLANK,
    INWARD_LETTERS,
    INWARD_SLOTS,
    MALFORMED,
    OUTWARD,
    WHOLE,
)

PAIRS: Final = len(INWARD_LETTERS) ** 2  # pairs of letters that an inward code can end in
INWARDS: Final = 10 * PAIRS  # a digit and a pair of letters
_BATCH: Final = 512  # rows whose positions fit in the L1 cache
UNDECIDED: Final = 255  # left to the Python parser

BUCKET_BITS: Final = 10  # of the first hash, which chooses the multiplier of the second
SLOT_BITS: Final = 13  # of the second: 64 kB
_NO_CASE: Final = np.uint64(0xDFDFDFDFDFDFDFDF)
_ONES: Final = np.uint64(0x0101010101010101)
_WORD: Final = np.uint64(0xFFFFFFFF)
_BUCKET: Final = np.uint64(32 - BUCKET_BITS)
_SLOT: Final = np.uint64(32 - SLOT_BITS)
_BYTE, _TWO_BYTES = np.uint64(255), np.uint64(0xFFFF)
_ONE, _FIVE, _SIX, _EIGHT, _TEN = (np.uint64(n) for n in (1, 5, 6, 8, 10))
_INWARD, _GAP, _HALF = (np.uint64(n) for n in (24, 32, 32))  # bits of three bytes, and of four
_SPACE, _DIGIT_0, _PAIRS = (np.uint64(n) for n in (32, 48, PAIRS))


def fold(outward: str) -> int:
    """Pack the bytes of an outward code into one number, ignoring case."""
    return sum((ord(c) & 0xDF) << (8 * i) for i, c in enumerate(outward))


@numba.njit(cache=True, nogil=True, inline="always")
def _eight_bytes(data: Any, start: Any) -> Any:
    """Load eight bytes as one number; the compiler emits a single load."""
    at = np.uintp(start)  # unsigned: numba checks signed indices for negative values
    word = np.uint64(data[at])
    for i in range(1, 8):
        word |= np.uint64(data[at + np.uintp(i)]) << np.uint64(8 * i)
    return word


@numba.njit(cache=True, nogil=True)
def _find_positions(data: Any, starts: Any, ends: Any, base: int, quick: Any, places: Any) -> None:
    """
    Find the positions of the verdicts of some rows, for common spellings; -1 for all others.

    Branch-free: the text is parsed by arithmetic on one number, whatever it contains.
    """
    heads, multipliers, factor, pairs = quick
    multiplier = np.uint64(factor)
    last_whole = data.size - 8
    for i in range(places.size):
        row = np.uintp(base + i)
        start = np.int64(starts[row])
        size = np.int64(ends[row]) - start
        place = np.int32(-1)
        if 5 <= size <= 8 and start <= last_whole:
            word = _eight_bytes(data, start)
            bits = _EIGHT * np.uint64(size)
            tail = word >> (bits - _INWARD)
            gap = np.uint64(((word >> (bits - _GAP)) & _BYTE) == _SPACE)
            kept = (_ONE << (bits - _INWARD - _EIGHT * gap)) - _ONE
            raw = word & kept
            head = raw & _NO_CASE
            bucket = ((head * multiplier) & _WORD) >> _BUCKET
            known = heads[((head * np.uint64(multipliers[bucket])) & _WORD) >> _SLOT]
            digit = (tail & _BYTE) - _DIGIT_0
            pair = np.uint64(pairs[(tail >> _EIGHT) & _TWO_BYTES])
            # Letters and digits have bit 5 or 6 set; folding must not turn a control into one.
            legible = ((raw >> _FIVE) | (raw >> _SIX)) & _ONES
            if (
                ((known & _WORD) == head)
                & (legible == (_ONES & kept))
                & (digit < _TEN)
                & (pair < _PAIRS)
            ):
                place = np.int32((known >> _HALF) + digit * _PAIRS + pair)
        places[np.uintp(i)] = place


@numba.njit(cache=True, nogil=True)
def _parse_cell(data: Any, start: int, end: int, reader: Any, lookup: Any) -> Any:
    """Read one cell with the full grammar."""
    values, kinds, plausible = reader
    blocks, outward_codes, slot_codes, missing, pair_of = lookup
    code, number = read_cell(data, start, end, values, kinds, plausible)
    if code == WHOLE:
        outward = number // INWARD_SLOTS
        block = np.int64(blocks[outward])
        if block < 0:
            return missing[outward // DISTRICTS]
        digit, letters = divmod(number % INWARD_SLOTS, LETTER_PAIRS)
        return slot_codes[block * INWARDS + digit * PAIRS + pair_of[letters]]
    if code == OUTWARD:
        block = np.int64(blocks[number])
        return outward_codes[block] if block >= 0 else missing[number // DISTRICTS]
    if code == BLANK:
        return np.uint8(BLANK_CELL)
    return np.uint8(MALFORMED_CELL if code == MALFORMED else UNDECIDED)


@numba.njit(cache=True, nogil=True)
def verdicts_of(
    data: Any, starts: Any, ends: Any, reader: Any, lookup: Any, quick: Any, out: Any
) -> None:
    """
    Write the verdict code of each cell, or ``UNDECIDED``.

    Positions are found for a whole batch before its verdicts are fetched, so that the
    memory accesses overlap.

    Parameters
    ----------
    starts, ends : numpy.ndarray of int, shape (n,)
        Start and end of each cell in ``data``.
    reader : tuple of numpy.ndarray
        Tables of the parser.
    lookup : tuple of numpy.ndarray
        Block of each outward number, verdict code of each block's outward code and of each
        inward code of each block (4,000 each), verdict code of missing postcodes by area,
        and number of each pair of letters.
    quick : tuple of (numpy.ndarray, numpy.ndarray, int, numpy.ndarray)
        Folded outward codes with the position of their first inward code (in the upper half) by
        the second hash, its multipliers by the first, the multiplier of that, and number of each
        pair of letters by their two bytes.
    out : numpy.ndarray of uint8, shape (n,)
        Output: verdict codes.
    """
    slot_codes = lookup[2]
    places = np.empty(_BATCH, np.int32)
    for base in range(0, starts.size, _BATCH):
        count = min(_BATCH, starts.size - base)
        _find_positions(data, starts, ends, base, quick, places[:count])
        for i in range(count):
            place = places[np.uintp(i)]
            row = np.uintp(base + i)
            if place >= 0:
                out[row] = slot_codes[np.uintp(place)]
            else:
                out[row] = _parse_cell(data, starts[row], ends[row], reader, lookup)

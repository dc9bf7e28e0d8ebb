"""Cells of bytes to verdict codes, compiled: read, look up, answer, in one pass."""

from __future__ import annotations

from typing import Any, Final

import numba
import numpy as np

from localarea.classify.index import BLOCK
from localarea.classify.reasons import BLANK_CELL, MALFORMED_CELL
from localarea.geo._postcode_kernel import read_cell
from localarea.geo.postcodes import BLANK, INWARD_SLOTS, MALFORMED, OUTWARD, WHOLE

UNDECIDED: Final = 255  # for the Python parser

HASH_BITS: Final = 15
_NO_CASE: Final = np.uint64(0xDFDFDFDF)
_ONES: Final = np.uint64(0x01010101)
_WORD: Final = np.uint64(0xFFFFFFFF)
_SHIFT: Final = np.uint64(32 - HASH_BITS)
_BYTE: Final = np.uint64(255)
_UPPER: Final = np.uint64(0xDF)


def fold(outward: str) -> int:
    """Give the bytes of an outward code as one number, in which case does not count."""
    return sum((ord(c) & 0xDF) << (8 * i) for i, c in enumerate(outward))


@numba.njit(cache=True, nogil=True)
def verdicts_of(
    data: Any, starts: Any, ends: Any, reader: Any, lookup: Any, quick: Any, out: Any
) -> None:
    """
    Give the verdict code of each cell, or ``UNDECIDED``.

    Parameters
    ----------
    data : numpy.ndarray of uint8
        Bytes that hold every cell.
    starts, ends : numpy.ndarray of int, shape (n,)
        Where each cell lies.
    reader : tuple of numpy.ndarray
        Tables of the parser.
    lookup : tuple of numpy.ndarray
        Block of each outward number, code of each block's outward code, code of each slot of
        each block, and code of what is missing by area.
    quick : tuple of (numpy.ndarray, numpy.ndarray, int)
        Folded outward codes and blocks by hash, and the multiplier of the hash.
    out : numpy.ndarray of uint8, shape (n,)
        Where the codes go.
    """
    values, kinds, plausible = reader
    blocks, outward_codes, slot_codes, missing = lookup
    heads, head_blocks, factor = quick
    multiplier = np.uint64(factor)
    last_whole = data.size - 8
    for row in range(starts.size):
        start = starts[row]
        size = ends[row] - start
        if 5 <= size <= 8 and start <= last_whole:
            # The usual spellings, with no branch on their length: eight bytes in one register.
            word = np.uint64(0)
            for i in range(8):
                word |= np.uint64(data[start + i]) << np.uint64(8 * i)
            gap = np.int64(((word >> np.uint64(8 * (size - 4))) & _BYTE) == 32)
            kept = (np.uint64(1) << np.uint64(8 * (size - 3 - gap))) - np.uint64(1)
            raw = word & kept
            head = raw & _NO_CASE
            slot = ((head * multiplier) & _WORD) >> _SHIFT
            tail = word >> np.uint64(8 * (size - 3))
            digit = np.int64(tail & _BYTE) - 48
            l1 = np.int64((tail >> np.uint64(8)) & _UPPER) - 65
            l2 = np.int64((tail >> np.uint64(16)) & _UPPER) - 65
            # Letters and digits have bit 5 or 6 set; folding must not make one of a control.
            legible = ((raw >> np.uint64(5)) | (raw >> np.uint64(6))) & _ONES
            if (
                np.uint64(heads[slot]) == head
                and raw <= _WORD
                and legible == (_ONES & kept)
                and 0 <= digit < 10
                and 0 <= l1 < 26
                and 0 <= l2 < 26
                and kinds[l1 + 10] & kinds[l2 + 10] & 1
            ):
                place = head_blocks[slot] * BLOCK + digit * 676 + l1 * 26 + l2
                out[row] = slot_codes[place]
                continue
        code, number = read_cell(data, start, ends[row], values, kinds, plausible)
        if code == WHOLE:
            outward = number // INWARD_SLOTS
            block = np.int64(blocks[outward])
            if block >= 0:
                out[row] = slot_codes[block * BLOCK + number % INWARD_SLOTS]
            else:
                out[row] = missing[outward // 444]
        elif code == OUTWARD:
            block = np.int64(blocks[number])
            out[row] = outward_codes[block] if block >= 0 else missing[number // 444]
        elif code == BLANK:
            out[row] = BLANK_CELL
        elif code == MALFORMED:
            out[row] = MALFORMED_CELL
        else:
            out[row] = UNDECIDED

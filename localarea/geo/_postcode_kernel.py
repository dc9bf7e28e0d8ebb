"""
Compiled postcode parser: the same grammar, for millions of cells of bytes.

Rare cases (letters typed for digits, non-ASCII characters, unusual gaps) are
returned as ``ASK``, to be parsed by :func:`localarea.geo.postcodes.parse_postcode`.
That function is the specification: a property test compares the two.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np

from localarea.geo.postcodes import (
    AREAS,
    BLANK,
    DIGIT_FOR,
    DISTRICT_LETTERS,
    FOURTH_SLOTS,
    INWARD_LETTERS,
    INWARD_SLOTS,
    LETTER_DISTRICT_AREAS,
    LETTER_PAIRS,
    LETTERS_FOR,
    LONGEST_POSTCODE,
    MALFORMED,
    OUTWARD,
    OUTWARD_SLOTS,
    SECOND_SLOTS,
    SHORTEST_POSTCODE,
    THIRD_SLOTS,
    WHOLE,
    WHOLE_OUTWARDS,
    outward_number,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASK: Final = 4  # needs the Python parser

_SKIPPED: Final = 64  # an ASCII character that is neither letter nor digit
_FOREIGN: Final = 128  # not ASCII
_ALPHANUMERIC: Final = 36  # values below this are digits (0-9) and letters (10-35)
_IS_INWARD: Final = 1  # bits of the table of kinds
_IS_DIGIT_SLIP: Final = 2
_IS_LETTER_SLIP: Final = 4
_GIR: Final = (16 << 12) | (18 << 6) | 27  # six bits for each character
_NPT: Final = (23 << 12) | (25 << 6) | 29
_THIRD_R: Final = 10  # of GIR and NPT: places of R and T in the third slot of an outward number
_THIRD_T: Final = 11


@cache
def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]:
    """
    Build the lookup tables of the kernel.

    Returns
    -------
    tuple of numpy.ndarray
        Value of each byte (0-9 digits, 10-35 letters), shape (256,); kinds of
        each value, shape (36,); whether each outward number has a known area and a
        possible district, shape (311,688,).
    """
    values = np.full(256, _SKIPPED, np.uint8)
    values[128:] = _FOREIGN
    for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"):
        values[ord(character)] = values[ord(character.lower())] = value
    kinds = np.zeros(36, np.uint8)
    for kind, characters in (
        (_IS_INWARD, INWARD_LETTERS),
        (_IS_DIGIT_SLIP, DIGIT_FOR),
        (_IS_LETTER_SLIP, LETTERS_FOR),
    ):
        for character in characters:
            kinds[values[ord(character)]] |= kind
    plausible = np.zeros(OUTWARD_SLOTS, np.uint8)
    for outward in _plausible_outwards():
        plausible[outward_number(outward)] = 1
    return values, kinds, plausible


def _plausible_outwards() -> list[str]:
    digits = [*map(str, range(100))]
    lettered = [
        f"{area}{digit}{letter}"
        for area in LETTER_DISTRICT_AREAS
        for digit in range(10)
        for letter in DISTRICT_LETTERS
    ]
    return [*(a + d for a in AREAS for d in digits), *lettered, *WHOLE_OUTWARDS]


@numba.njit(cache=True, nogil=True, inline="always")
def read_cell(
    data: Any, start: int, end: int, values: Any, kinds: Any, plausible: Any
) -> tuple[int, Any]:
    """
    Parse one cell.

    Parameters
    ----------
    data : numpy.ndarray of uint8
        Bytes of an encoding that agrees with ASCII below 128.
    start, end : int
        Start and end of the cell in ``data``.
    values, kinds, plausible : numpy.ndarray
        From :func:`tables`.

    Returns
    -------
    tuple of int
        A code, with the key (``WHOLE``), the outward number (``OUTWARD``) or 0.
    """
    packed: Any = np.int64(0)
    count: Any = 0
    foreign = np.uint8(0)
    # No branch on the character: a skipped one shifts by zero bits and adds zero.
    for i in range(start, end):
        value = values[data[np.uintp(i)]]
        kept = np.int64(value < _ALPHANUMERIC)
        packed = (packed << (6 * kept)) | (np.int64(value) * kept)
        count += kept
        foreign |= value
        if count > LONGEST_POSTCODE:
            return ASK if foreign & _FOREIGN else MALFORMED, 0
    if foreign & _FOREIGN:
        return ASK, 0
    if count == 0:
        return BLANK, 0
    if count >= SHORTEST_POSTCODE:
        l2 = packed & 63
        l1 = (packed >> 6) & 63
        digit = (packed >> 12) & 63
        number = _number_of(packed >> 18, count - 3)
        if number >= 0 and digit < 10 and l1 >= 10 and l2 >= 10:
            if plausible[number] and kinds[l1] & kinds[l2] & _IS_INWARD:
                letters = (l1 - 10) * 26 + l2 - 10
                return WHOLE, number * INWARD_SLOTS + digit * LETTER_PAIRS + letters
            return ASK, 0
        return _slip_or_malformed(packed, count, digit, l1, l2, kinds), 0
    number = _number_of(packed, count)
    if number < 0:
        return MALFORMED, 0
    if _has_gap(data, start, end, count, values):  # "CO 1", or the sector "CO1 1"
        return ASK, 0
    return OUTWARD, number


@numba.njit(cache=True, nogil=True)
def _has_gap(data: Any, start: int, end: int, count: int, values: Any) -> bool:
    """Check whether something separates the first ``count`` letters and digits."""
    while values[data[start]] >= _ALPHANUMERIC:
        if data[start] in (43, 61, 64):  # + = @ may start a formula, such as =B2
            return True
        start += 1
    for i in range(start, min(start + count, end)):  # noqa: SIM110 -- no generators when compiled
        if values[data[i]] >= _ALPHANUMERIC:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _slip_or_malformed(packed: Any, count: int, digit: Any, l1: Any, l2: Any, kinds: Any) -> int:
    """Return ``ASK`` for text that a typing slip might explain, otherwise ``MALFORMED``."""
    head = packed >> (6 * (count - 1))
    if digit >= 10 and not kinds[digit] & _IS_DIGIT_SLIP:
        return MALFORMED
    for value in (head, l1, l2):
        if value < 10 and not kinds[value] & _IS_LETTER_SLIP:
            return MALFORMED
    return ASK


@numba.njit(cache=True, nogil=True)
def _number_of(packed: Any, count: int) -> Any:
    """Return the number of an outward code of two to four values, or -1 for any other shape."""
    if count < 2 or count > 4:
        return -1
    a = packed >> (6 * (count - 1))
    b = (packed >> (6 * (count - 2))) & 63
    if a < 10:
        return -1
    c = b
    rest = count - 2
    second = 0
    if b >= 10:
        if packed in (_GIR, _NPT):
            third = _THIRD_R if packed == _GIR else _THIRD_T
            second = b - 9
            return (((a - 10) * SECOND_SLOTS + second) * THIRD_SLOTS + third) * FOURTH_SLOTS
        if count == 2:
            return -1
        second = b - 9
        rest = count - 3
        c = (packed >> (6 * rest)) & 63
    if c >= 10 or rest > 1:
        return -1
    d = (packed & 63) + 1 if rest == 1 else 0
    return (((a - 10) * SECOND_SLOTS + second) * THIRD_SLOTS + c) * FOURTH_SLOTS + d


@numba.njit(cache=True, nogil=True)
def read_cells(
    data: Any, starts: Any, ends: Any, values: Any, kinds: Any, plausible: Any
) -> tuple[Any, Any]:
    """
    Parse many cells.

    Parameters
    ----------
    data : numpy.ndarray of uint8
        Bytes that hold all the cells.
    starts, ends : numpy.ndarray of int, shape (n,)
        Start and end of each cell in ``data``.

    Returns
    -------
    tuple of numpy.ndarray
        Codes (uint8) and keys or outward numbers (uint32), each of shape (n,).
    """
    codes = np.empty(starts.size, np.uint8)
    numbers = np.empty(starts.size, np.uint32)
    for row in range(starts.size):
        code, number = read_cell(data, starts[row], ends[row], values, kinds, plausible)
        codes[row] = code
        numbers[row] = number
    return codes, numbers

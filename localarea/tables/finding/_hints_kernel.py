"""Compiled search for words in the rows of a block. See ``hints``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.tables.finding.hints import Hints


def mentions(
    block: bytes, starts: NDArray[np.int32], ends: NDArray[np.int32], hints: Hints
) -> NDArray[np.bool_]:
    """Return which parts of a block have any of the words; equivalent to ``hints.mentions``."""
    found = np.zeros(len(starts), np.bool_)
    data = np.frombuffer(block, np.uint8)
    _search(data, starts, ends, hints.letters, hints.offsets, hints.first, found)
    return found


@numba.njit(cache=True, nogil=True)
def _search(
    data: Any, starts: Any, ends: Any, letters: Any, offsets: Any, first: Any, found: Any
) -> None:
    for row in range(starts.size):
        end = ends[row]
        after_letter = False
        for at in range(starts[row], end):
            byte = data[at]
            if 65 <= byte <= 90:
                byte += np.uint8(32)
            if not after_letter and _any_at(data, at, end, byte, letters, offsets, first):
                found[row] = True
                break
            after_letter = 97 <= byte <= 122


@numba.njit(cache=True, nogil=True, inline="always")
def _any_at(
    data: Any, at: Any, end: Any, byte: Any, letters: Any, offsets: Any, first: Any
) -> bool:
    for word in range(first[byte], first[np.int32(byte) + 1]):
        size = offsets[word + 1] - offsets[word]
        if at + size > end:
            continue
        same = True
        for i in range(1, size):
            other = data[at + i]
            if 65 <= other <= 90:
                other += np.uint8(32)
            if other != letters[offsets[word] + i]:
                same = False
                break
        if same:
            return True
    return False

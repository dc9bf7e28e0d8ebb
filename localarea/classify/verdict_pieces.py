"""
Pieces of text that verdicts share, from which rows of files and JSON are put together.

Millions of verdicts share few places, months, minutes and codes. Each piece is rendered once, and
a verdict is a list of positions of pieces. Cells of text (`localarea.checking.rows.row_text`) and
JSON (`verdict_json`) differ in what stands around the sentences, and in how pieces are joined.
"""

from __future__ import annotations

import mmap
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

import numpy as np

from localarea.classify.codes import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from localarea.classify.index import PostcodeIndex

Piece = TypeVar("Piece")

_MAPPED_FROM: Final = 1 << 14  # numbers; below that, to ask the machine costs more than noughts do

# Verdicts, by code, of postcodes that were withdrawn and of which it is not known where they were.
IS_NOWHERE: Final = np.array(
    [meaning.status == "unknown" and meaning.reason == "terminated" for meaning in MEANINGS]
)


class Pieces(Generic[Piece]):
    """
    Pieces so far, each known by its position.

    Parameters
    ----------
    first : str or bytes
        Piece to begin with, at position 0, which therefore stands for none in a look-up.
    """

    def __init__(self, first: Piece) -> None:
        self.texts = [first]
        self._lock = Lock()  # several threads answer requests

    def add(self, text: Piece) -> int:
        """Add a piece, and return its position."""
        self.texts.append(text)
        return len(self.texts) - 1

    def table(self, size: int, write: Callable[[int], Piece]) -> PieceTable[Piece]:
        """Return a look-up from keys below a size, which renders each piece on first use."""
        return PieceTable(self, size, write, self._lock)


class PieceTable(Generic[Piece]):
    """A look-up from keys to pieces, from :meth:`Pieces.table`."""

    def __init__(
        self, pieces: Pieces[Piece], size: int, write: Callable[[int], Piece], lock: Lock
    ) -> None:
        self._pieces, self._write, self._lock = pieces, write, lock
        self._known = untouched(size)  # see `Pieces`

    def __call__(self, keys: NDArray[np.integer]) -> NDArray[np.int32]:
        """Return the positions of the pieces of keys."""
        found: NDArray[np.int32] = self._known[keys]
        if len(found) and not found.all():
            self._render(_distinct(keys[found == 0]))
            found = self._known[keys]
        return found

    def one(self, key: int) -> Piece:
        """Return the piece of a key."""
        at = self._known.item(key)
        if not at:
            self._render([key])
            at = self._known.item(key)
        return self._pieces.texts[at]

    def _render(self, keys: list[int]) -> None:
        known, write, add = self._known, self._write, self._pieces.add
        with self._lock:
            for key in keys:
                if not known[key]:  # no other thread was quicker
                    known[key] = add(write(key))


def untouched(size: int) -> NDArray[np.int32]:
    """
    Return noughts that take memory, and time, only where they are looked at.

    ``numpy.zeros`` writes them all as soon as it is given memory that was used before.
    """
    if size < _MAPPED_FROM or not hasattr(mmap, "MAP_PRIVATE"):  # not on Windows
        return np.zeros(size, np.int32)
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS  # a process that is forked has its own
    return np.frombuffer(mmap.mmap(-1, 4 * size, flags=private), np.int32)


def _distinct(keys: NDArray[np.integer]) -> list[int]:
    """Return keys in order, each once; sorting is faster here than the hashing of NumPy."""
    ordered = np.sort(keys)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    found: list[int] = ordered[first].tolist()
    return found


class DistinctPlaces(NamedTuple):
    """
    The pairs of zone and district that occur.

    Attributes
    ----------
    of_row : numpy.ndarray of uint16, shape (n_postcodes,)
        Position of the pair of each postcode.
    """

    of_row: NDArray[np.uint16]
    codes: list[tuple[str | None, str | None]]


@lru_cache(maxsize=2)  # every boundary on one index has the same
def distinct_places(index: PostcodeIndex) -> DistinctPlaces:
    """Find the pairs of zone and district that occur in an index."""
    width = len(index.district_codes) + 1
    pairs = (index.zones.astype(np.int32) + 1) * width + index.districts + 1
    occurs = np.zeros((len(index.zone_codes) + 1) * width, bool)
    occurs[pairs] = True
    numbers = (np.cumsum(occurs) - 1).astype(np.uint16)
    zones, districts = (None, *index.zone_codes), (None, *index.district_codes)
    found = np.flatnonzero(occurs).tolist()
    return DistinctPlaces(
        numbers[pairs], [(zones[pair // width], districts[pair % width]) for pair in found]
    )

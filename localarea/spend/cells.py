"""Read the cells of many rows as numbers, each spelling once."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.spend.days import read_day
from localarea.spend.payments import (
    BAD_AMOUNT,
    BAD_DAY,
    BLANK_AMOUNT,
    BLANK_DAY,
    LARGE_AMOUNT,
    LARGEST,
    MILLIONTHS,
)
from localarea.tables.delimited.csv_rows import plain_cell
from localarea.tables.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

# An amount below the largest, with no more decimals than are kept.
_PLAIN: Final = re.compile(
    r"(-?)£?([0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,9})(?:\.([0-9]{1,6}))?", re.ASCII
)
_DECIMALS: Final = len(str(MILLIONTHS)) - 1
_MOST_KNOWN: Final = 1 << 17  # spellings that stay read


class ColumnReader:
    """Reads cells of one column as pairs of a value and a fault, each spelling once."""

    def __init__(self, read: Callable[[str], tuple[int, int]], codec: str) -> None:
        self._read, self._codec = read, codec
        self._known: dict[bytes, tuple[int, int]] = {}

    def read(self, cells: Sequence[bytes], kind: Any) -> tuple[NDArray[Any], NDArray[np.uint8]]:
        """
        Read cells.

        Returns
        -------
        tuple of numpy.ndarray
            Values, and faults as bits, each of shape (n_cells,).
        """
        known = self._known
        if len(known) > _MOST_KNOWN:
            known.clear()
        for cell in set(cells).difference(known):
            known[cell] = self._read(plain_cell(cell, self._codec).strip())
        both = np.array([known[cell] for cell in cells], np.int64).reshape(-1, 2)
        return both[:, 0].astype(kind), both[:, 1].astype(np.uint8)


class Vocabulary:
    """
    Numbers the texts of one column.

    ``positions``: position of each text, without spaces around it.
    """

    def __init__(self, codec: str) -> None:
        self.positions: dict[str, int] = {}
        self._codec = codec
        self._known: dict[bytes, int] = {}

    def read(self, cells: Sequence[bytes]) -> NDArray[np.int32]:
        """Return the position of the text of each cell."""
        known = self._known
        for cell in dict.fromkeys(cells):
            if cell not in known:
                text = " ".join(plain_cell(cell, self._codec).split())
                known[cell] = self.positions.setdefault(text, len(self.positions))
        return np.array([known[cell] for cell in cells], np.int32)


def amount_of(text: str) -> tuple[int, int]:
    """Read an amount in millionths of a pound; further decimals are rounded away."""
    plain = _PLAIN.fullmatch(text)
    if plain:  # most amounts; the others are read by the rule for all
        sign, whole, part = plain.groups("")
        millionths = int(whole.replace(",", "") + part.ljust(_DECIMALS, "0"))
        return -millionths if sign else millionths, 0
    if not text:
        return 0, BLANK_AMOUNT
    amount = read_amount(text)
    if amount is None:
        return 0, BAD_AMOUNT
    if abs(amount) >= LARGEST:
        return 0, LARGE_AMOUNT
    return int((amount * MILLIONTHS).to_integral_value()), 0


def day_of(text: str) -> tuple[int, int]:
    """Read a day as its ordinal, 0 for none."""
    if not text:
        return 0, BLANK_DAY
    day = read_day(text)
    return (0, BAD_DAY) if day is None else (day, 0)


def hashes_of(cells: Sequence[bytes], codec: str) -> NDArray[np.uint64]:
    """Return a number that stands for the text of each cell; 0 for a blank one."""
    texts = [plain_cell(cell, codec).strip().casefold().encode() for cell in cells]
    digests = b"".join(blake2b(text, digest_size=8).digest() for text in texts)
    filled = np.array([bool(text) for text in texts], bool)
    return np.where(filled, np.frombuffer(digests, "<u8") | np.uint64(1), np.uint64(0))

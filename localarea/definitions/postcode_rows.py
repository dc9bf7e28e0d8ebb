"""
Pack the postcodes of one outward code, with places and verdicts, into a few hundred bytes.

Columns are stored one after another. Slowly rising numbers are stored as differences, and the
bytes of each column are grouped from low to high, so that deflate finds repetitions.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.geo.postcodes import INWARD_SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_ROWS: Final = INWARD_SLOTS
NO_MINUTES: Final = 0xFFFF  # unknown
NO_ROAD: Final = 0xFFFE  # unreachable
_LEVEL: Final = 6  # 9 takes four times as long for a file 3% smaller
# Name, data type, and whether stored as differences. All little-endian.
_COLUMNS: Final = (
    ("slots", "<i2", True),
    ("codes", "<u1", False),
    ("zones", "<i2", False),
    ("districts", "<i2", False),
    ("ended", "<i2", False),
    ("eastings", "<i4", True),
    ("northings", "<i4", True),
    ("metres", "<i4", True),
    ("minutes", "<u2", False),
)
_ROW_BYTES: Final = sum(np.dtype(kind).itemsize for _, kind, _ in _COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class PostcodeRows:
    """
    Postcodes in the order of their keys; arrays of one length.

    Attributes
    ----------
    slots : numpy.ndarray of int16
        Inward code: the key modulo `INWARD_SLOTS`.
    codes : numpy.ndarray of uint8
        Verdict: a position in ``MEANINGS``.
    zones, districts, ended : numpy.ndarray of int16
        Positions in the definition's lists; -1 for none.
    eastings, northings : numpy.ndarray of int32
        Metres in EPSG:27700; -1 for none.
    metres : numpy.ndarray of int32
        Distance to the boundary (m); -1 for none.
    minutes : numpy.ndarray of uint16
        Tenths of minutes by road to the anchor; `NO_MINUTES` if unknown, `NO_ROAD` if
        unreachable.
    """

    slots: NDArray[np.int16]
    codes: NDArray[np.uint8]
    zones: NDArray[np.int16]
    districts: NDArray[np.int16]
    ended: NDArray[np.int16]
    eastings: NDArray[np.int32]
    northings: NDArray[np.int32]
    metres: NDArray[np.int32]
    minutes: NDArray[np.uint16]


def pack_rows(rows: PostcodeRows) -> bytes:
    """
    Pack the postcodes of an outward code.

    ``rows``: at most `MOST_ROWS`. Returns the packed rows; equal rows give equal bytes.
    """
    parts = []
    for name, kind, differences in _COLUMNS:
        column = getattr(rows, name)
        if differences:
            column = np.diff(column, prepend=column.dtype.type(0))
        stored = np.ascontiguousarray(column, kind)
        parts.append(stored.view(np.uint8).reshape(len(stored), -1).T.tobytes())
    return zlib.compress(b"".join(parts), _LEVEL)


def unpack_rows(blob: bytes) -> PostcodeRows:
    """
    Unpack the postcodes of an outward code.

    ValueError if the bytes are incomplete, or have more rows than an outward code can.
    """
    unpacker = zlib.decompressobj()
    try:
        data = unpacker.decompress(blob, MOST_ROWS * _ROW_BYTES + 1)
    except zlib.error as error:
        raise ValueError(f"postcodes cannot be unpacked ({error})") from error
    count, rest = divmod(len(data), _ROW_BYTES)
    if rest or not count or count > MOST_ROWS or not unpacker.eof or unpacker.unused_data:
        raise ValueError("the postcodes of an outward code are incomplete")
    columns: dict[str, Any] = {}
    at = 0
    for name, kind, differences in _COLUMNS:
        size = np.dtype(kind).itemsize * count
        shuffled = np.frombuffer(data, np.uint8, size, at).reshape(-1, count)
        column = np.ascontiguousarray(shuffled.T).view(kind).reshape(count)
        columns[name] = np.cumsum(column, dtype=kind) if differences else column
        at += size
    return PostcodeRows(**columns)

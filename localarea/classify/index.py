"""
The whole postcode directory in memory, made to be looked up by arithmetic.

A postcode's key is an outward number and one of 6,760 inward slots. Each outward
code that exists has a block of bits, one for each slot, set where the postcode
exists; counting the bits before one gives its row among the columns that say
where it lies. About 30 MB for the country.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.geo.postcodes import INWARD_SLOTS, OUTWARD_SLOTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem

WORDS: Final = -(-INWARD_SLOTS // 64)  # 64-bit words in a block
BLOCK: Final = WORDS * 64
_YEAR_0: Final = 1970  # no postcode was withdrawn before
_MONTHS: Final = 1024


@dataclass(frozen=True, slots=True, eq=False)
class PostcodeIndex:
    """
    Every postcode of the directory and where it lies.

    Attributes
    ----------
    blocks : numpy.ndarray of int16, shape (311_688,)
        Block of each outward number; -1 where none exists.
    outwards : numpy.ndarray of int32, shape (n_blocks,)
        Outward number of each block, in order.
    first_rows : numpy.ndarray of int32, shape (n_blocks,)
        Row of the first postcode of each block.
    bits : numpy.ndarray of uint64, shape (n_blocks * 106,)
        Which postcodes exist.
    ranks : numpy.ndarray of uint32, shape (n_blocks * 106,)
        Postcodes before each word.
    zones : numpy.ndarray of int16, shape (n_postcodes,)
        Position in ``zone_codes`` of each postcode's zone; -1 for none.
    zone_codes : tuple of str
        Codes of the zones.
    districts : numpy.ndarray of int16, shape (n_postcodes,)
        Position in ``district_codes``; -1 for none.
    district_codes : tuple of str
        Codes of the districts (``lad25cd``).
    ended : numpy.ndarray of int16, shape (n_postcodes,)
        Position in ``endings``; -1 for a live postcode.
    endings : tuple of (int, int)
        First and last month in which postcodes may have been withdrawn.
    zone_system : {'msoa11', 'msoa21'}
        System of the zones.
    """

    blocks: NDArray[np.int16]
    outwards: NDArray[np.int32]
    first_rows: NDArray[np.int32]
    bits: NDArray[np.uint64]
    ranks: NDArray[np.uint32]
    zones: NDArray[np.int16]
    zone_codes: tuple[str, ...]
    districts: NDArray[np.int16]
    district_codes: tuple[str, ...]
    ended: NDArray[np.int16]
    endings: tuple[tuple[int, int], ...]
    zone_system: ZoneSystem

    def rows_of(self, keys: NDArray[np.uint32]) -> NDArray[np.int32]:
        """
        Find the rows of postcodes.

        Parameters
        ----------
        keys : numpy.ndarray of uint32, shape (n,)
            Keys of postcodes.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Row of each; -1 for one that the directory does not have.
        """
        outward, slot = np.divmod(keys, np.uint32(INWARD_SLOTS))
        block = self.blocks[outward].astype(np.int32)
        place = np.where(block >= 0, block, 0) * WORDS + (slot >> np.uint32(6)).astype(np.int32)
        word = self.bits[place]
        bit = np.uint64(1) << (slot & np.uint32(63)).astype(np.uint64)
        row = self.ranks[place] + np.bitwise_count(word & (bit - np.uint64(1)))
        there = (block >= 0) & ((word & bit) != 0)
        return np.where(there, row.astype(np.int32), np.int32(-1))

    def spread(self, values: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """
        Lay a value of each postcode out by block and slot.

        Parameters
        ----------
        values : numpy.ndarray of uint8, shape (n_postcodes,)
            A value of each postcode.

        Returns
        -------
        numpy.ndarray of uint8, shape (n_blocks * 6_784,)
            The values, 0 where no postcode exists.
        """
        table = np.zeros(self.bits.size * 64, np.uint8)
        step = WORDS * 256
        row = 0
        for start in range(0, self.bits.size, step):  # in parts, for the memory of the mask
            part = self.bits[start : start + step].view(np.uint8)
            mask = np.unpackbits(part, bitorder="little").view(bool)
            count = int(np.count_nonzero(mask))
            table[start * 64 : start * 64 + mask.size][mask] = values[row : row + count]
            row += count
        return table


def read_index(system: ZoneSystem, *, store: DataStore | None = None) -> PostcodeIndex:
    """
    Read the national index.

    Parameters
    ----------
    system : {'msoa11', 'msoa21'}
        Zone system that decides.
    store : DataStore or None
        Where the tables are; None means those that came with the package.

    Returns
    -------
    PostcodeIndex
        Every postcode of the directory, live and terminated.
    """
    keys = _numbers(_column("key", store), np.uint32)
    zones, zone_codes = _coded(_column(f"{system}cd", store))
    districts, district_codes = _coded(_column("lad25cd", store))
    ended, endings = _endings(store)
    outward = keys // INWARD_SLOTS
    first_rows = np.flatnonzero(np.diff(outward, prepend=outward[:1] + np.uint32(1)) != 0)
    outwards = outward[first_rows]
    blocks = np.full(OUTWARD_SLOTS, -1, np.int16)
    blocks[outwards] = np.arange(len(outwards))
    flags = np.zeros(len(outwards) * BLOCK, bool)
    flags[blocks[outward].astype(np.int64) * BLOCK + keys % INWARD_SLOTS] = True
    bits = np.packbits(flags, bitorder="little").view(np.uint64)
    counts = np.bitwise_count(bits).astype(np.uint32)
    ranks = np.cumsum(counts, dtype=np.uint32) - counts
    return PostcodeIndex(
        blocks=blocks,
        outwards=outwards.astype(np.int32),
        first_rows=first_rows.astype(np.int32),
        bits=bits,
        ranks=ranks,
        zones=zones,
        zone_codes=zone_codes,
        districts=districts,
        district_codes=district_codes,
        ended=ended,
        endings=endings,
        zone_system=system,
    )


def read_points(store: DataStore | None = None) -> tuple[NDArray[Any], NDArray[Any]]:
    """
    Read the grid references of every postcode.

    Parameters
    ----------
    store : DataStore or None
        Where the tables are; None means those that came with the package.

    Returns
    -------
    tuple of numpy.ndarray of int32
        Eastings and northings in metres, EPSG:27700, in the order of the index;
        -1 where there is none.
    """
    east = _numbers(_column("easting", store), np.int32)
    return east, _numbers(_column("northing", store), np.int32)


def _column(name: str, store: DataStore | None) -> Any:
    """Read one column at a time: the table whole would take four times the memory."""
    from localarea.datasets.postcodes import read_postcodes

    return read_postcodes([name], store=store)[name]


def _numbers(column: Any, dtype: type) -> NDArray[Any]:
    import pyarrow.compute as pc

    filled = pc.fill_null(column, -1) if column.null_count else column
    return np.concatenate([_chunk_values(chunk, dtype) for chunk in filled.chunks])


def _chunk_values(chunk: Any, dtype: type) -> NDArray[Any]:
    whole: NDArray[Any] = np.frombuffer(chunk.buffers()[1], dtype)
    return whole[chunk.offset : chunk.offset + len(chunk)]


def _coded(column: Any) -> tuple[NDArray[np.int16], tuple[str, ...]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    unified = column.unify_dictionaries()
    codes = tuple(unified.chunk(0).dictionary.to_pylist()) if unified.num_chunks else ()
    parts = [pc.fill_null(chunk.indices.cast(pa.int16()), -1) for chunk in unified.chunks]
    return np.concatenate([_chunk_values(part, np.int16) for part in parts]), codes


def _endings(store: DataStore | None) -> tuple[NDArray[np.int16], tuple[tuple[int, int], ...]]:
    """Give intervals of months numbers by counting, many times faster than by sorting."""
    first = _month_numbers(_numbers(_column("terminated_from", store), np.int32))
    last = _month_numbers(_numbers(_column("terminated_to", store), np.int32))
    pairs = first * _MONTHS + last
    used = np.flatnonzero(np.bincount(pairs, minlength=1))
    used = used[used > 0]
    position = np.full(_MONTHS * _MONTHS, -1, np.int16)
    position[used] = np.arange(len(used))
    endings = tuple((_month(int(p) // _MONTHS), _month(int(p) % _MONTHS)) for p in used)
    return position[pairs], endings


def _month_numbers(months: NDArray[np.int32]) -> NDArray[np.int32]:
    """Count months from the year before postcodes covered the country; 0 for none."""
    counted = (months // 100 - _YEAR_0) * 12 + months % 100
    return np.where(months > 0, np.clip(counted, 1, _MONTHS - 1), 0).astype(np.int32)


def _month(number: int) -> int:
    return (_YEAR_0 + (number - 1) // 12) * 100 + (number - 1) % 12 + 1

"""
The whole postcode directory in memory, with look-up by arithmetic.

A postcode's key is an outward number and one of 6,760 inward slots. Each existing outward
code has a block of bits, one per slot, set if the postcode exists. The number of set bits
before a postcode is its row in the columns of zones and districts. About 30 MB for the
country.
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

# An outward number counts areas (one letter, and a second one or none), then districts (a digit,
# and a second digit, a letter or none).
AREAS: Final = 26 * 27
DISTRICTS: Final = OUTWARD_SLOTS // AREAS  # outward numbers of one area
LETTER_PAIRS: Final = 26 * 26  # of the letters that end an inward code
NO_PAIR: Final = np.uint16(0xFFFF)  # two letters that do not end an inward code
WORDS: Final = -(-INWARD_SLOTS // 64)  # 64-bit words in a block
BLOCK: Final = WORDS * 64
_YEAR_0: Final = 1970  # no postcode was withdrawn earlier
_MONTHS: Final = 1024  # months from `_YEAR_0`, as a power of two above any month number
_PART: Final = 1 << 18  # rows per batch, to limit the memory of intermediate arrays


@dataclass(frozen=True, slots=True, eq=False)
class PostcodeIndex:
    """
    Every postcode of the directory, with its zone and district.

    Attributes
    ----------
    blocks : numpy.ndarray of int16, shape (311_688,)
        Block of each outward number; -1 if it does not exist.
    outwards : numpy.ndarray of int32, shape (n_blocks,)
        Outward number of each block, in order.
    first_rows : numpy.ndarray of int32, shape (n_blocks,)
        Row of the first postcode of each block.
    bits : numpy.ndarray of uint64, shape (n_blocks * 106,)
        Bit set of the postcodes that exist.
    ranks : numpy.ndarray of uint32, shape (n_blocks * 106,)
        Number of postcodes before each word.
    zones : numpy.ndarray of int16, shape (n_postcodes,)
        Position of each postcode's zone in ``zone_codes``; -1 for none.
    districts : numpy.ndarray of int16, shape (n_postcodes,)
        Position in ``district_codes``; -1 for none.
    district_codes : tuple of str
        Codes of the districts (``lad25cd``).
    ended : numpy.ndarray of int16, shape (n_postcodes,)
        Position in ``endings``; -1 for a live postcode.
    endings : tuple of (int, int)
        First and last month (``yyyymm``) in which postcodes may have been withdrawn.
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
        Return the rows of postcodes.

        Parameters
        ----------
        keys : numpy.ndarray of uint32, shape (n,)
            Keys of postcodes.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Row of each; -1 if it is not in the directory.
        """
        outward, slot = np.divmod(keys, np.uint32(INWARD_SLOTS))
        block = self.blocks[outward].astype(np.int32)
        place = np.where(block >= 0, block, 0) * WORDS + (slot >> np.uint32(6)).astype(np.int32)
        word = self.bits[place]
        bit = np.uint64(1) << (slot & np.uint32(63)).astype(np.uint64)
        row = self.ranks[place] + np.bitwise_count(word & (bit - np.uint64(1)))
        there = (block >= 0) & ((word & bit) != 0)
        return np.where(there, row.astype(np.int32), np.int32(-1))

    def row_of(self, key: int) -> int:
        """Return the row of one postcode; -1 if it is not in the directory."""
        outward, slot = divmod(key, INWARD_SLOTS)
        block = int(self.blocks[outward])
        if block < 0:
            return -1
        place = block * WORDS + (slot >> 6)
        word, bit = int(self.bits[place]), 1 << (slot & 63)
        return int(self.ranks[place]) + (word & (bit - 1)).bit_count() if word & bit else -1

    def spread(
        self, values: NDArray[np.uint8], pair_of: NDArray[np.uint16], width: int
    ) -> NDArray[np.uint8]:
        """
        Spread a value of each postcode over a table of blocks and inward codes.

        Parameters
        ----------
        values : numpy.ndarray of uint8, shape (n_postcodes,)
            Value of each postcode.
        pair_of : numpy.ndarray of uint16, shape (676,)
            Number of each pair of letters; `NO_PAIR` if no inward code ends in it.
        width : int
            Ten times the number of pairs.

        Returns
        -------
        numpy.ndarray of uint8, shape (n_blocks * width,)
            The values, 0 where no postcode exists. Postcodes that end in other letters are
            left out; only the Python parser reads them.
        """
        table = np.zeros(len(self.outwards) * width, np.uint8)
        edges = [*self.first_rows.tolist(), len(values)]
        bits = self.bits.view(np.uint8).reshape(len(self.outwards), -1)
        for block, row in enumerate(bits):  # one at a time, to limit memory
            slots = np.flatnonzero(np.unpackbits(row, bitorder="little"))
            pair = pair_of[slots % LETTER_PAIRS]
            kept = pair < width // 10
            places = slots // LETTER_PAIRS * (width // 10) + pair
            part = table[block * width : (block + 1) * width]
            part[places[kept]] = values[edges[block] : edges[block + 1]][kept]
        return table


def read_index(system: ZoneSystem, *, store: DataStore | None = None) -> PostcodeIndex:
    """Read the national index, of every postcode of the directory, live and terminated."""
    names = ["key", f"{system}cd", "lad25cd", "terminated_from", "terminated_to"]
    columns = read_by_groups(names, store)
    keys = columns["key"].values.view(np.uint32)
    zones, zone_codes = columns[f"{system}cd"].positions()
    districts, district_codes = columns["lad25cd"].positions()
    ended, endings = _endings(columns["terminated_from"].values, columns["terminated_to"].values)
    del columns
    outward = keys // INWARD_SLOTS
    first_rows = np.flatnonzero(np.diff(outward, prepend=outward[:1] + np.uint32(1)) != 0)
    outwards = outward[first_rows]
    blocks = np.full(OUTWARD_SLOTS, -1, np.int16)
    blocks[outwards] = np.arange(len(outwards))
    bits = np.zeros(len(outwards) * WORDS, "<u8")
    places = blocks[outward].astype(np.int32) * BLOCK + (keys % INWARD_SLOTS).astype(np.int32)
    first = np.flatnonzero(np.diff(places >> 3, prepend=-1))  # keys are sorted
    ones = np.uint8(1) << (places & 7).astype(np.uint8)
    bits.view(np.uint8)[places[first] >> 3] = np.bitwise_or.reduceat(ones, first)
    del places, ones, first
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

    Returns
    -------
    tuple of numpy.ndarray of int32
        Eastings and northings in metres, EPSG:27700, in the order of the index; -1 if
        unknown.
    """
    columns = read_by_groups(["easting", "northing"], store)
    return columns["easting"].values, columns["northing"].values


class ColumnBuffer:
    """
    A column of the postcode table, filled one row group at a time.

    Parameters
    ----------
    kind : type
        Data type of ``values``: ``numpy.int16`` for text, ``numpy.int32`` for numbers.

    Attributes
    ----------
    values : numpy.ndarray, shape (size,)
        Numbers (int32), or positions in ``codes`` (int16); -1 for null.
    codes : dict of str to int
        Position of each distinct text; empty for numbers.
    """

    def __init__(self, size: int, kind: Any) -> None:
        self.values: NDArray[Any] = np.empty(size, kind)
        self.codes: dict[str, int] = {}

    def fill(self, start: int, chunk: Any) -> None:
        """
        Copy the values of one chunk.

        ``start``: row of the first value. ``chunk``: 32-bit integers, or dictionary-encoded text.
        """
        import pyarrow as pa

        part = slice(start, start + len(chunk))
        if not pa.types.is_dictionary(chunk.type):
            self.values[part] = _filled(chunk, -1)
            return
        texts = chunk.dictionary.to_pylist()
        known = [self.codes.setdefault(text, len(self.codes)) for text in texts]
        position = np.array([*known, -1], np.int16)
        self.values[part] = position[_filled(chunk.indices.cast(pa.int32()), len(known))]

    def positions(self) -> tuple[NDArray[np.int16], tuple[str, ...]]:
        """
        Return a text column as positions in its sorted distinct values.

        Positions (int16), -1 for null; and the sorted texts.
        """
        order = sorted(self.codes)
        rank = {text: number for number, text in enumerate(order)}
        ranks = np.array([rank[text] for text in self.codes] + [-1], np.int16)
        return ranks[self.values], tuple(order)


def read_by_groups(names: list[str], store: DataStore | None = None) -> dict[str, ColumnBuffer]:
    """Read columns of the postcode table with little memory overhead: columns by name."""
    import pyarrow as pa

    from localarea.datasets.store import default_store

    with (store or default_store()).open("postcodes") as file:
        rows, schema = file.metadata.num_rows, file.schema_arrow
        columns = {name: ColumnBuffer(rows, _kind_of(schema.field(name).type)) for name in names}
        start = 0
        for group in range(file.num_row_groups):
            table = file.read_row_group(group, columns=names, use_threads=False)
            for name, column in columns.items():
                at = start
                for chunk in table[name].chunks:
                    column.fill(at, chunk)
                    at += len(chunk)
            start += table.num_rows
    del table
    pa.default_memory_pool().release_unused()
    return columns


def _kind_of(kind: Any) -> type:
    import pyarrow as pa

    return np.int16 if pa.types.is_dictionary(kind) else np.int32


def _filled(chunk: Any, missing: int) -> NDArray[np.int32]:
    """Return 32-bit integers with a number for null; ``fill_null`` would import pandas."""
    valid, values = chunk.buffers()
    part = slice(chunk.offset, chunk.offset + len(chunk))
    whole: NDArray[np.int32] = np.frombuffer(values, np.int32)[part]
    if not chunk.null_count:
        return whole
    bits = np.unpackbits(np.frombuffer(valid, np.uint8), bitorder="little")
    return np.where(bits[part], whole, np.int32(missing))


def _endings(
    first_months: NDArray[np.int32], last_months: NDArray[np.int32]
) -> tuple[NDArray[np.int16], tuple[tuple[int, int], ...]]:
    """Assign numbers to distinct intervals of months by counting, which is faster than sorting."""
    pairs = np.empty(len(first_months), np.int32)
    for start in range(0, len(pairs), _PART):
        part = slice(start, start + _PART)
        pairs[part] = _month_numbers(first_months[part]) * _MONTHS
        pairs[part] += _month_numbers(last_months[part])
    tally = np.zeros(_MONTHS * _MONTHS, bool)
    tally[pairs] = True
    used = np.flatnonzero(tally)
    used = used[used > 0]
    position = np.full(_MONTHS * _MONTHS, -1, np.int16)
    position[used] = np.arange(len(used))
    endings = tuple((_month(int(p) // _MONTHS), _month(int(p) % _MONTHS)) for p in used)
    return position[pairs], endings


def _month_numbers(months: NDArray[np.int32]) -> NDArray[np.int32]:
    """Convert months to numbers from the year before postcodes covered the country; 0 for none."""
    counted = (months // 100 - _YEAR_0) * 12 + months % 100
    return np.where(months > 0, np.clip(counted, 1, _MONTHS - 1), 0).astype(np.int32)


def _month(number: int) -> int:
    return (_YEAR_0 + (number - 1) // 12) * 100 + (number - 1) % 12 + 1

"""Convert Arrow strings to verdict codes: tens of millions per second on one core."""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify._bulk_kernel import (
    BUCKET_BITS,
    INWARDS,
    SLOT_BITS,
    UNDECIDED,
    fold,
    verdicts_of,
)
from localarea.classify.codes import BLANK_CELL, MALFORMED_CELL
from localarea.classify.index import LETTER_PAIRS, NO_PAIR
from localarea.geo._postcode_kernel import ASK, read_cells, tables
from localarea.geo.addresses import read_cell_or_address
from localarea.geo.postcodes import BLANK, INWARD_LETTERS, MALFORMED, outward_of
from localarea.geo.unread import SHORTEST_UNREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa
    from numpy.typing import NDArray

    from localarea.classify.verdicts import VerdictIndex
_MULTIPLIERS: Final = 32  # tried for each bucket of outward codes, of which a few suffice
_NO_OUTWARD: Final = np.uint64(2**64 - 1)


def check_arrow(texts: pa.Array, verdicts: VerdictIndex) -> NDArray[np.uint8]:
    """
    Return the verdict codes of an array of strings.

    Parameters
    ----------
    texts : pyarrow.Array or pyarrow.ChunkedArray, shape (n,)
        Postcodes as typed; null counts as blank.

    Returns
    -------
    numpy.ndarray of uint8, shape (n,)
        Positions in ``MEANINGS``.
    """
    out = np.empty(len(texts), np.uint8)
    for chunk, part in _chunks(texts):
        _check_chunk(chunk, verdicts, out[part])
    return out


def rows_of_arrow(texts: pa.Array, verdicts: VerdictIndex) -> NDArray[np.int32]:
    """
    Find the postcodes of an array of strings in the index.

    Parameters
    ----------
    texts : pyarrow.Array or pyarrow.ChunkedArray, shape (n,)
        Postcodes as typed.

    Returns
    -------
    numpy.ndarray of int32, shape (n,)
        Rows of the index; -1 where there is no such postcode.
    """
    out = np.full(len(texts), -1, np.int32)
    for chunk, part in _chunks(texts):
        data, offsets = bytes_of(chunk)
        codes, numbers = read_cells(data, offsets[:-1], offsets[1:], *tables())
        long = (codes == MALFORMED) & (np.diff(offsets) >= SHORTEST_UNREAD)
        known: dict[bytes, tuple[int, int, bool]] = {}
        for row in np.flatnonzero(long | (codes == ASK)):
            raw = data[offsets[row] : offsets[row + 1]].tobytes()
            if raw not in known:
                known[raw] = read_cell_or_address(raw.decode("utf-8", "replace"))
            codes[row], numbers[row], _ = known[raw]
        codes[_nulls(chunk)] = BLANK
        out[part] = verdicts.look_up(codes, numbers)[1]
    return out


def _chunks(texts: pa.Array) -> Iterator[tuple[pa.Array, slice]]:
    """Yield the non-empty chunks of an array with their positions."""
    import pyarrow as pa

    at = 0
    for chunk in texts.chunks if hasattr(texts, "chunks") else [texts]:
        part = slice(at, at + len(chunk))
        at = part.stop
        if len(chunk):
            plain = not pa.types.is_dictionary(chunk.type) and _has_offsets(chunk.type)
            yield chunk if plain else chunk.cast(pa.large_string()), part


def bytes_of(chunk: pa.Array) -> tuple[NDArray[np.uint8], NDArray[Any]]:
    """
    Return the bytes of strings, without copying them.

    Parameters
    ----------
    chunk : pyarrow.Array, shape (n,)
        Strings with 32-bit or 64-bit offsets.

    Returns
    -------
    tuple of numpy.ndarray
        The bytes (uint8), and the offsets of the strings, shape (n + 1,).
    """
    import pyarrow as pa

    wide = pa.types.is_large_string(chunk.type)
    _, offset_buffer, data_buffer = chunk.buffers()
    offsets = np.frombuffer(offset_buffer, np.int64 if wide else np.int32)
    offsets = offsets[chunk.offset : chunk.offset + len(chunk) + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer else np.empty(0, np.uint8)
    return data, offsets


def _nulls(chunk: pa.Array) -> NDArray[np.bool_]:
    if not chunk.null_count:
        return np.zeros(len(chunk), bool)
    nulls = chunk.is_null()
    bits = np.frombuffer(nulls.buffers()[1], np.uint8)
    flags = np.unpackbits(bits, bitorder="little")[nulls.offset : nulls.offset + len(chunk)]
    return flags.view(bool)


def _check_chunk(chunk: pa.Array, verdicts: VerdictIndex, out: NDArray[np.uint8]) -> None:
    data, offsets = bytes_of(chunk)
    verdicts_of(data, offsets[:-1], offsets[1:], tables(), *_kernel_tables(verdicts), out)
    _parse_undecided(data, offsets, verdicts, out)
    if chunk.null_count:
        out[_nulls(chunk)] = BLANK_CELL


def _has_offsets(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _parse_undecided(
    data: NDArray[np.uint8],
    offsets: NDArray[Any],
    verdicts: VerdictIndex,
    out: NDArray[np.uint8],
) -> None:
    """Parse in Python what the kernel left undecided, each spelling once."""
    codes: dict[bytes, int] = {}
    # Text that the kernel finds malformed may be an address, or say that it was withheld.
    malformed = np.flatnonzero(out == MALFORMED_CELL)
    long = malformed[offsets[malformed + 1] - offsets[malformed] >= SHORTEST_UNREAD]
    for row in (*long, *np.flatnonzero(out == UNDECIDED)):
        raw = data[offsets[row] : offsets[row + 1]].tobytes()
        if raw not in codes:
            codes[raw] = code_of_text(raw.decode("utf-8", "replace"), verdicts)
        out[row] = codes[raw]


def code_of_text(text: str, verdicts: VerdictIndex) -> int:
    """Return the verdict code of one text, a position in ``MEANINGS``, by the Python parser."""
    code, number, _ = read_cell_or_address(text)
    codes = np.array([code], np.uint8)
    answers, _ = verdicts.look_up(codes, np.array([number], np.uint32))
    return int(answers[0])


@lru_cache(maxsize=4)
def _kernel_tables(verdicts: VerdictIndex) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """Build the kernel's look-up tables; cached, as this takes longer than a million answers."""
    index = verdicts.index
    by_bytes, by_letters = _pairs()
    # Empty slots stay 0, which is NOT_IN_DIRECTORY.
    slots = index.spread(verdicts.codes, by_letters, INWARDS)
    lookup = (index.blocks, verdicts.outward_codes, slots, verdicts.missing, by_letters)
    return lookup, (*_hash_outwards(index.outwards), by_bytes)


@cache
def _pairs() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """
    Assign a number to each pair of letters that an inward code can end in.

    By their two bytes in any case (shape (65,536,)) and by letters (shape (676,)); `NO_PAIR` for
    others.
    """
    by_bytes, by_letters = np.full(1 << 16, NO_PAIR), np.full(LETTER_PAIRS, NO_PAIR)
    letters = sorted(INWARD_LETTERS)
    for number, (first, second) in enumerate(product(letters, letters)):
        by_letters[(ord(first) - ord("A")) * 26 + ord(second) - ord("A")] = number
        for one, two in product((first, first.lower()), (second, second.lower())):
            by_bytes[ord(one) | ord(two) << 8] = number
    return by_bytes, by_letters


def _hash_outwards(
    outwards: NDArray[np.int32],
) -> tuple[NDArray[np.uint64], NDArray[np.uint32], int]:
    """
    Hash outward codes without collisions: a first hash chooses the multiplier of a second.

    Buckets of the first are served from the largest. Any multiplier is correct: a code that none
    places by itself is left out, and read by the slow path.
    """
    folded = np.array([fold(outward_of(int(o))) for o in outwards], np.uint64)
    entries = folded | np.arange(len(outwards), dtype=np.uint64) * np.uint64(INWARDS) << np.uint64(
        32
    )
    tries = np.random.default_rng(20_19).integers(1, 2**32, _MULTIPLIERS + 1, np.uint64) | 1
    factor, tries = int(tries[0]), tries[1:]
    heads = np.full(1 << SLOT_BITS, _NO_OUTWARD)
    multipliers = np.ones(1 << BUCKET_BITS, np.uint32)
    buckets = _hashed(folded, np.uint64(factor), BUCKET_BITS)
    order = np.argsort(buckets, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(buckets[order])) + 1)
    for part in sorted(parts, key=len, reverse=True):
        slots = np.sort(_hashed(folded[part], tries[:, None], SLOT_BITS), axis=1)
        apart = (heads[slots] == _NO_OUTWARD).all(axis=1) & (np.diff(slots, axis=1) > 0).all(axis=1)
        chosen = tries[apart.argmax()]
        multipliers[buckets[part[0]]] = chosen
        free = part if apart.any() else part[:0]
        heads[_hashed(folded[free], chosen, SLOT_BITS)] = entries[free]
    return heads, multipliers, factor


def _hashed(folded: NDArray[np.uint64], factor: Any, bits: int) -> NDArray[np.uint64]:
    """Return the upper bits of the lower half of a product."""
    hashed: NDArray[np.uint64] = ((folded * factor) & np.uint64(0xFFFFFFFF)) >> np.uint64(32 - bits)
    return hashed

"""The verdict code of every postcode under one boundary."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from localarea.classify.codes import (
    ABROAD_CELL,
    CODE_OF,
    MEANINGS,
    NEAR_BOUNDARY,
    NEAR_LIMIT,
    NOT_IN_DIRECTORY,
    UNREAD,
    Meaning,
    decide,
    decide_outward,
)
from localarea.classify.distance import BoundaryDistance
from localarea.classify.index import AREAS, DISTRICTS, PostcodeIndex, read_index, read_points
from localarea.datasets.store import default_store
from localarea.geo.postcodes import (
    ABROAD_AREAS,
    INWARD_SLOTS,
    NON_GEOGRAPHIC_AREAS,
    OUTWARD,
    WHOLE,
    outward_number,
)
from localarea.options.minutes.anchor_minutes import PostcodeMinutes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.datasets.store import DataStore
    from localarea.records import ZoneSystem


_UNREAD: Final = np.array(UNREAD, np.uint8)
_EVERY: Final = slice(None)
_COUNTED: Final = ("local", "not_local")  # statuses that decide an outward code
_HAS_STATUS: Final = {
    status: np.array([meaning.status == status for meaning in MEANINGS]) for status in _COUNTED
}


@dataclass(frozen=True, slots=True, eq=False)
class VerdictIndex:
    """
    The postcode index with the verdict of every postcode and outward code.

    Attributes
    ----------
    codes : numpy.ndarray of uint8, shape (n_postcodes,)
        Verdict code of each postcode: a position in ``MEANINGS``.
    outward_codes : numpy.ndarray of uint8, shape (n_blocks,)
        Verdict code of each outward code.
    outward_counts : numpy.ndarray of int32, shape (n_blocks, 2)
        Number of live postcodes with a location, local and not.
    missing : numpy.ndarray of uint8, shape (702,)
        Verdict code of postcodes that are not in the directory, by area: the outward number
        divided by `DISTRICTS`.
    near : numpy.ndarray of uint8, shape (n_postcodes,), or None
        Borderline flags: ``NEAR_BOUNDARY``, ``NEAR_LIMIT`` or their sum. None if only the
        distance applies.
    """

    index: PostcodeIndex
    codes: NDArray[np.uint8]
    outward_codes: NDArray[np.uint8]
    outward_counts: NDArray[np.int32]
    missing: NDArray[np.uint8]
    near: NDArray[np.uint8] | None = None

    def codes_of_outwards(self, numbers: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """
        Look up the verdict codes of outward codes.

        Parameters
        ----------
        numbers : numpy.ndarray of uint32, shape (n,)
            Numbers of outward codes.

        Returns
        -------
        numpy.ndarray of uint8, shape (n,)
            Verdict code of each.
        """
        block = self.index.blocks[numbers]
        missing = self.missing[numbers // np.uint32(DISTRICTS)]
        return np.where(block >= 0, self.outward_codes[block], missing)

    def look_up(
        self, codes: NDArray[np.uint8], numbers: NDArray[np.uint32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """
        Return the verdict codes of parsed cells, and their rows.

        Parameters
        ----------
        codes : numpy.ndarray of uint8, shape (n,)
            Result of parsing each cell: `WHOLE`, `OUTWARD`, `BLANK`, `MALFORMED`, `SEVERAL`,
            `WITHHELD` or `ABROAD`.
        numbers : numpy.ndarray of uint32, shape (n,)
            Key of the postcode, or number of the outward code.

        Returns
        -------
        tuple of numpy.ndarray
            Positions in ``MEANINGS`` (uint8), and rows of the index (int32), -1 where there
            is no such postcode; each of shape (n,).
        """
        rows = np.where(codes == WHOLE, self.index.rows_of(numbers), np.int32(-1))
        answers: NDArray[np.uint8] = self.codes[rows]
        others = np.flatnonzero(rows < 0)
        kinds, left = codes[others], numbers[others]
        found: NDArray[np.uint8] = _UNREAD[kinds]
        whole, outward = kinds == WHOLE, kinds == OUTWARD
        found[whole] = self.missing[left[whole] // np.uint32(INWARD_SLOTS * DISTRICTS)]
        found[outward] = self.codes_of_outwards(left[outward])
        answers[others] = found
        return answers, rows


def build_verdicts(
    boundary: Boundary,
    *,
    borderline: bool = True,
    store: DataStore | None = None,
) -> VerdictIndex:
    """
    Decide the verdict of every postcode of the directory.

    ``borderline``: whether to flag borderline postcodes; statuses do not depend on it.
    """
    index = shared_index(boundary.zone_system, store)
    inside = _inside(boundary, index)[index.zones]
    near = np.zeros(len(inside), np.uint8)
    if borderline:
        near = _near(boundary, index, inside, store)
    codes = _decide_rows(index, inside, near)
    return verdicts_of_codes(index, codes, near if borderline and boundary.drive else None)


def codes_of_cells(
    boundary: Boundary,
    kinds: NDArray[np.uint8],
    numbers: NDArray[np.uint32],
    *,
    store: DataStore | None = None,
) -> NDArray[np.uint8]:
    """
    Decide the verdicts of some cells alone, for a file that is checked under many boundaries.

    Parameters
    ----------
    kinds : numpy.ndarray of uint8, shape (n,)
        Result of parsing each cell, as in `VerdictIndex.look_up`.
    numbers : numpy.ndarray of uint32, shape (n,)
        Key of the postcode, or number of the outward code.

    Returns
    -------
    numpy.ndarray of uint8, shape (n,)
        Verdict codes as of `build_verdicts`, but none is borderline.
    """
    index = shared_index(boundary.zone_system, store)
    found = index.rows_of(numbers[kinds == WHOLE])
    blocks = np.unique(index.blocks[numbers[kinds == OUTWARD]])
    blocks = blocks[blocks >= 0]
    ends = np.append(index.first_rows[1:], len(index.zones))
    of_blocks = [np.arange(index.first_rows[block], ends[block]) for block in blocks]
    rows = np.unique(np.concatenate([found[found >= 0], *of_blocks]))
    codes = np.zeros(len(index.zones), np.uint8)
    codes[rows] = _decide_rows(index, _inside(boundary, index)[index.zones[rows]], rows=rows)
    counts = np.zeros((len(index.outwards), 2), np.int32)
    for block, part in zip(blocks, of_blocks, strict=True):
        live = codes[part][index.ended[part] < 0]
        counts[block] = [int(_HAS_STATUS[status][live].sum()) for status in _COUNTED]
    verdicts = VerdictIndex(index, codes, _outward_codes(counts), counts, _missing_codes())
    return verdicts.look_up(kinds, numbers)[0]


def _inside(boundary: Boundary, index: PostcodeIndex) -> NDArray[np.bool_]:
    """Return which zones are in the area; the last, at -1, is no zone."""
    return np.array([code in boundary.zones for code in index.zone_codes] + [False])


def _decide_rows(
    index: PostcodeIndex,
    inside: NDArray[np.bool_],
    near: NDArray[np.uint8] | None = None,
    *,
    rows: NDArray[np.intp] | slice = _EVERY,
) -> NDArray[np.uint8]:
    """Return the verdict codes of rows of the index; no ``near``, none is borderline."""
    case = np.where(index.zones[rows] < 0, np.int8(2), inside.astype(np.int8))
    flags = np.int8(0) if near is None else (near > 0).astype(np.int8)
    ended = (index.ended[rows] >= 0).astype(np.int8)
    codes: NDArray[np.uint8] = _code_table(index)[index.districts[rows], case, ended, flags]
    return codes


def shared_index(system: ZoneSystem, store: DataStore | None = None) -> PostcodeIndex:
    """Return the index of the directory in use; read once for every boundary on the same zones."""
    tables = store or default_store()
    file = tables.path("postcodes").stat()  # a table that was put in its place is read
    return _index_of(system, tables, (file.st_ino, file.st_size, file.st_mtime_ns))


@lru_cache(maxsize=2)  # one index of 40 MB serves every boundary on the same zones
def _index_of(system: ZoneSystem, store: DataStore, _file: tuple[int, ...]) -> PostcodeIndex:
    return read_index(system, store=store)


def verdicts_of_codes(
    index: PostcodeIndex, codes: NDArray[np.uint8], near: NDArray[np.uint8] | None = None
) -> VerdictIndex:
    """
    Derive the verdicts of outward codes from those of postcodes.

    Parameters
    ----------
    codes : numpy.ndarray of uint8, shape (n_postcodes,)
        Verdict code of each postcode.
    near : numpy.ndarray of uint8, shape (n_postcodes,), optional
        Borderline flags of each postcode.
    """
    counts = _outward_counts(index, codes)
    return VerdictIndex(index, codes, _outward_codes(counts), counts, _missing_codes(), near)


def _code_table(index: PostcodeIndex) -> NDArray[np.uint8]:
    """Tabulate `decide` by district (none last), inside (no, yes, no zone), ended and near."""
    countries = [code[0] for code in index.district_codes] + [""]
    known, of_district = np.unique(countries, return_inverse=True)
    table = np.empty((len(known), 3, 2, 2), np.uint8)
    for case in np.ndindex(*table.shape):
        country, inside = str(known[case[0]]), (False, True, None)[case[1]]
        meaning = decide(country, inside, ended=bool(case[2]), borderline=bool(case[3]))
        table[case] = CODE_OF[meaning]
    return table[of_district]


def _near(
    boundary: Boundary,
    index: PostcodeIndex,
    inside: NDArray[np.bool_],
    store: DataStore | None,
) -> NDArray[np.uint8]:
    near = _borderline(boundary, index, inside, store) * np.uint8(NEAR_BOUNDARY)
    if boundary.drive is not None:
        minutes = PostcodeMinutes(boundary.drive.anchor, store or default_store())
        near |= boundary.drive.near(minutes.all_tenths) * np.uint8(NEAR_LIMIT)
    return near


def _borderline(
    boundary: Boundary,
    index: PostcodeIndex,
    inside: NDArray[np.bool_],
    store: DataStore | None,
) -> NDArray[np.bool_]:
    distance = BoundaryDistance(boundary, store=store)
    west, south, east, north = distance.extent()
    eastings, northings = read_points(store)
    near = np.zeros(len(inside), bool)
    around = (eastings >= west) & (eastings <= east) & (northings >= south) & (northings <= north)
    rows = np.flatnonzero((around | inside) & (index.zones >= 0) & (eastings >= 0))
    near[rows] = distance.borderline(eastings[rows], northings[rows], inside[rows])
    return near


def _outward_counts(index: PostcodeIndex, codes: NDArray[np.uint8]) -> NDArray[np.int32]:
    live = index.ended < 0
    columns = []
    for status in _COUNTED:
        counted = _HAS_STATUS[status][codes] & live
        columns.append(np.add.reduceat(counted, index.first_rows, dtype=np.int32))
    return np.stack(columns, axis=1)


def _outward_codes(counts: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Apply `decide_outward`, which asks of each count only whether there is any."""
    table = [[CODE_OF[decide_outward(a, b)] for b in (0, 1)] for a in (0, 1)]
    some = (counts > 0).astype(np.int8)
    codes: NDArray[np.uint8] = np.array(table, np.uint8)[some[:, 0], some[:, 1]]
    return codes


def _missing_codes() -> NDArray[np.uint8]:
    """Return the verdict code of postcodes that are not in the directory, by area."""
    table = np.full(AREAS, NOT_IN_DIRECTORY, np.uint8)
    for area in NON_GEOGRAPHIC_AREAS:
        at = outward_number(f"{area}1") // DISTRICTS
        table[at] = CODE_OF[Meaning("unknown", "non_geographic")]
    for area in ABROAD_AREAS:
        table[outward_number(f"{area}1") // DISTRICTS] = ABROAD_CELL
    return table

"""The verdict code of every postcode under one boundary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from localarea.classify.codes import (
    BLANK_CELL,
    CODE_OF,
    MALFORMED_CELL,
    MEANINGS,
    NEAR_BOUNDARY,
    NEAR_LIMIT,
    NOT_IN_DIRECTORY,
    Meaning,
    decide,
    decide_outward,
)
from localarea.classify.distance import BoundaryDistance
from localarea.classify.index import PostcodeIndex, read_index, read_points
from localarea.datasets.store import default_store
from localarea.geo.postcodes import (
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


@dataclass(frozen=True, slots=True, eq=False)
class VerdictIndex:
    """
    The index with the verdict of every postcode and outward code.

    Attributes
    ----------
    index : PostcodeIndex
        Where every postcode lies.
    codes : numpy.ndarray of uint8, shape (n_postcodes,)
        Verdict code of each postcode: a position in ``MEANINGS``.
    outward_codes : numpy.ndarray of uint8, shape (n_blocks,)
        Verdict code of each outward code.
    outward_counts : numpy.ndarray of int32, shape (n_blocks, 2)
        Live postcodes with a place, local and not.
    missing : numpy.ndarray of uint8, shape (702,)
        Verdict code of what the directory has not, by outward number divided by 444.
    near : numpy.ndarray of uint8, shape (n_postcodes,), or None
        Why a postcode would be borderline: ``NEAR_BOUNDARY``, ``NEAR_LIMIT`` or their sum.
        None where it can only be the distance.
    """

    index: PostcodeIndex
    codes: NDArray[np.uint8]
    outward_codes: NDArray[np.uint8]
    outward_counts: NDArray[np.int32]
    missing: NDArray[np.uint8]
    near: NDArray[np.uint8] | None = None

    def codes_of_outwards(self, numbers: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """
        Look the verdict codes of outward codes up.

        Parameters
        ----------
        numbers : numpy.ndarray of uint32, shape (n,)
            Numbers of outward codes.

        Returns
        -------
        numpy.ndarray of uint8, shape (n,)
            Code of each.
        """
        block = self.index.blocks[numbers]
        missing = self.missing[numbers // np.uint32(444)]
        return np.where(block >= 0, self.outward_codes[block], missing)

    def look_up(
        self, codes: NDArray[np.uint8], numbers: NDArray[np.uint32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """
        Give the verdict codes of cells that have been read, and their rows.

        Parameters
        ----------
        codes : numpy.ndarray of uint8, shape (n,)
            How each was read.
        numbers : numpy.ndarray of uint32, shape (n,)
            Key of a postcode or number of an outward code.

        Returns
        -------
        tuple of numpy.ndarray
            Positions in ``MEANINGS`` (uint8), and rows of the index (int32), -1
            for what is no postcode of the directory; each of shape (n,).
        """
        rows = np.where(codes == WHOLE, self.index.rows_of(numbers), np.int32(-1))
        answers: NDArray[np.uint8] = self.codes[rows]
        others = np.flatnonzero(rows < 0)
        kinds, left = codes[others], numbers[others]
        unread = [NOT_IN_DIRECTORY, NOT_IN_DIRECTORY, BLANK_CELL, MALFORMED_CELL]
        found: NDArray[np.uint8] = np.array(unread, np.uint8)[kinds]
        whole, outward = kinds == WHOLE, kinds == OUTWARD
        found[whole] = self.missing[left[whole] // np.uint32(INWARD_SLOTS * 444)]
        found[outward] = self.codes_of_outwards(left[outward])
        answers[others] = found
        return answers, rows


def build_verdicts(
    boundary: Boundary,
    *,
    index: PostcodeIndex | None = None,
    borderline: bool = True,
    store: DataStore | None = None,
) -> VerdictIndex:
    """
    Decide every postcode of the directory.

    Parameters
    ----------
    boundary : Boundary
        The area.
    index : PostcodeIndex, optional
        The directory in the boundary's zone system; read where left out.
    borderline : bool, default True
        Whether to tell borderline postcodes; statuses do not need it.
    store : DataStore or None
        Folder of the tables; None means those shipped with the package.

    Returns
    -------
    VerdictIndex
        A verdict code for each postcode.
    """
    index = index or read_index(boundary.zone_system, store=store)
    inside = np.array([code in boundary.zones for code in index.zone_codes] + [False])[index.zones]
    near = np.zeros(len(inside), np.uint8)
    if borderline:
        near = _near(boundary, index, inside, store)
    case = np.where(index.zones < 0, np.int8(2), inside.astype(np.int8))
    codes = _code_table(index)[
        index.districts, case, (index.ended >= 0).astype(np.int8), (near > 0).astype(np.int8)
    ]
    return verdicts_of_codes(index, codes, near if borderline and boundary.drive else None)


def verdicts_of_codes(
    index: PostcodeIndex, codes: NDArray[np.uint8], near: NDArray[np.uint8] | None = None
) -> VerdictIndex:
    """
    Add what follows from the verdicts of postcodes: those of outward codes.

    Parameters
    ----------
    index : PostcodeIndex
        Where every postcode lies.
    codes : numpy.ndarray of uint8, shape (n_postcodes,)
        Verdict code of each.
    near : numpy.ndarray of uint8, shape (n_postcodes,), optional
        Why each would be borderline.

    Returns
    -------
    VerdictIndex
        The whole index.
    """
    counts = _outward_counts(index, codes)
    outward_codes = np.array([CODE_OF[decide_outward(a, b)] for a, b in counts.tolist()], np.uint8)
    return VerdictIndex(index, codes, outward_codes, counts, _missing_codes(), near)


def _code_table(index: PostcodeIndex) -> NDArray[np.uint8]:
    """Put every case to `decide`: district (none last), inside (no, yes, no zone), ended, near."""
    countries = [code[0] for code in index.district_codes] + [""]
    table = np.empty((len(countries), 3, 2, 2), np.uint8)
    for case in np.ndindex(*table.shape):
        country, inside = countries[case[0]], (False, True, None)[case[1]]
        meaning = decide(country, inside, ended=bool(case[2]), borderline=bool(case[3]))
        table[case] = CODE_OF[meaning]
    return table


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
    for status in ("local", "not_local"):
        counted = np.array([meaning.status == status for meaning in MEANINGS])[codes] & live
        columns.append(np.add.reduceat(counted, index.first_rows, dtype=np.int32))
    return np.stack(columns, axis=1)


def _missing_codes() -> NDArray[np.uint8]:
    """Give the verdict code of postcodes that the directory has not, by area."""
    table = np.full(702, NOT_IN_DIRECTORY, np.uint8)
    for area in NON_GEOGRAPHIC_AREAS:
        table[outward_number(f"{area}1") // 444] = CODE_OF[Meaning("unknown", "non_geographic")]
    return table

"""
What is known of a postcode under one boundary: one row, whichever source it comes from.

The tables on disk (`measured`), the columns in memory (`loaded`) and the file of a definition each
fill such rows once. A check is then to parse, to find the row, and to word the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from localarea.classify.codes import MEANINGS, NEAR_BOUNDARY, NEAR_LIMIT
from localarea.options.minutes.encoding import NO_PLACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.classify.codes import Meaning
    from localarea.classify.directory import PlaceNames
    from localarea.classify.sentences import PostcodePlace


class PlaceRow(NamedTuple):
    """
    A postcode of the directory, with all that its verdict says.

    Attributes
    ----------
    easting, northing : int or None
        Metres in EPSG:27700; None if there is no grid reference, or it is on another
        grid (Northern Ireland).
    metres : float or None
        Distance to the boundary (m).
    tenths : int
        Tenths of a minute by road to the anchor, ``NOT_REACHED`` or ``NO_PLACE``.
    near : int
        Borderline flags: ``NEAR_BOUNDARY``, ``NEAR_LIMIT``, their sum, or 0.
    """

    place: PostcodePlace
    easting: int | None
    northing: int | None
    meaning: Meaning
    metres: float | None = None
    tenths: int = NO_PLACE
    near: int = 0


class Places(Protocol):
    """A source of rows."""

    def find(self, key: int) -> PlaceRow | None:
        """Look up one postcode; None if it is not in the directory."""

    def outward_counts(self, outward: str) -> tuple[int, int] | None:
        """
        Count the live postcodes of an outward code that are local, and that are not.

        None if the directory has no postcode with this outward code, live or not.
        """


class PlaceLists:
    """
    Codes that the positions in columns refer to, with their names.

    Parameters
    ----------
    endings : sequence of (int, int)
        First and last month (``yyyymm``) in which postcodes may have been withdrawn.
    """

    def __init__(
        self,
        names: PlaceNames,
        zones: Sequence[str],
        districts: Sequence[str],
        endings: Sequence[tuple[int, int]],
    ) -> None:
        self._names = names
        self._zones, self._districts, self._endings = zones, districts, endings
        self._known: dict[tuple[int, int, int], PostcodePlace] = {}

    def place(self, zone: int, district: int, ended: int) -> PostcodePlace:
        """Return the place at three positions, -1 for none; equal ones share it."""
        place = self._known.get((zone, district, ended))
        if place is None:
            place = self._known[zone, district, ended] = self._names.place_of(
                None if zone < 0 else self._zones[zone],
                None if district < 0 else self._districts[district],
                None if ended < 0 else self._endings[ended],
            )
        return place


@dataclass(frozen=True, slots=True, eq=False)
class PlaceColumns:
    """
    Rows as columns of one length, in the order of their keys.

    Attributes
    ----------
    lists : PlaceLists
        What positions refer to.
    zones, districts, ended : numpy.ndarray of int16
        Positions in the lists; -1 for none.
    eastings, northings : numpy.ndarray of int32
        Metres in EPSG:27700; -1 if there is no reference on this grid.
    metres : numpy.ndarray of int32
        Distance to the boundary (m); -1 for none.
    tenths : numpy.ndarray of int32
        Tenths of a minute by road; ``NOT_REACHED`` or ``NO_PLACE`` for none.
    codes : numpy.ndarray of uint8
        Verdict codes: positions in ``MEANINGS``.
    near : numpy.ndarray of uint8
        Borderline flags, which count where the verdict is borderline.
    """

    lists: PlaceLists = field(repr=False)
    zones: NDArray[np.int16]
    districts: NDArray[np.int16]
    ended: NDArray[np.int16]
    eastings: NDArray[np.int32]
    northings: NDArray[np.int32]
    metres: NDArray[np.int32]
    tenths: NDArray[np.int32]
    codes: NDArray[np.uint8]
    near: NDArray[np.uint8]

    def row(self, at: int) -> PlaceRow:
        """Return the row at a position."""
        east, metres = int(self.eastings[at]), int(self.metres[at])
        return PlaceRow(
            self.lists.place(int(self.zones[at]), int(self.districts[at]), int(self.ended[at])),
            easting=east if east >= 0 else None,
            northing=int(self.northings[at]) if east >= 0 else None,
            meaning=MEANINGS[self.codes[at]],
            metres=float(metres) if metres >= 0 else None,
            tenths=int(self.tenths[at]),
            near=int(self.near[at]),
        )


def near_flags(boundary: Boundary, metres: Any, tenths: Any) -> Any:
    """
    Return why postcodes would be borderline.

    Parameters
    ----------
    metres : float or numpy.ndarray
        Distance to the boundary (m); negative for none.
    tenths : int or numpy.ndarray of int
        Tenths of a minute by road that the limit applies to; negative for none.

    Returns
    -------
    int or numpy.ndarray of int
        ``NEAR_BOUNDARY``, ``NEAR_LIMIT``, their sum, or 0.
    """
    near = ((metres >= 0) & (metres <= boundary.borderline_m)) * NEAR_BOUNDARY
    if boundary.drive is not None:
        near = near + boundary.drive.near(tenths) * NEAR_LIMIT
    return near

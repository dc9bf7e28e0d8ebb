"""
Places held in memory for one boundary, for processes that answer many checks.

A single postcode is read from a part of the tables, which takes a millisecond, mostly for
the distance. Here every fact in the verdict of every postcode is in memory, so that one
check takes microseconds and ten thousand are looked up together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from localarea.classify.codes import MEANINGS
from localarea.classify.directory import Entry
from localarea.classify.far_distances import metres_of_many
from localarea.classify.index import read_points
from localarea.options.minutes.encoding import NO_PLACE, NOT_REACHED, PER_MINUTE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.classify.directory import Directory
    from localarea.classify.index import PostcodeIndex
    from localarea.classify.sentences import Place
    from localarea.classify.verdicts import VerdictIndex
    from localarea.datasets.store import DataStore
    from localarea.options.minutes.anchor_minutes import PostcodeMinutes

_BRITISH = frozenset("EWSM")  # countries on the British grid


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPlaces:
    """
    Location of every postcode, its distance from one boundary, and its minutes by road.

    Attributes
    ----------
    verdicts : VerdictIndex
        Verdict of each postcode.
    directory : Directory
        Supplies the names of zones and districts.
    eastings, northings : numpy.ndarray of int32, shape (n_postcodes,)
        Metres in EPSG:27700; -1 if there is no reference on this grid.
    metres : numpy.ndarray of int32, shape (n_postcodes,)
        Distance to the boundary (m); -1 for none.
    tenths : numpy.ndarray of int32, shape (n_postcodes,)
        Tenths of a minute by road; ``NOT_REACHED`` or ``NO_PLACE`` for none.
    """

    verdicts: VerdictIndex
    directory: Directory
    eastings: NDArray[np.int32]
    northings: NDArray[np.int32]
    metres: NDArray[np.int32]
    tenths: NDArray[np.int32]
    _places: dict[tuple[int, int, int], Place] = field(default_factory=dict)

    def entry(self, row: int) -> Entry:
        """
        Return a postcode with all its facts.

        Parameters
        ----------
        row : int
            Row of the postcode in the index.

        Returns
        -------
        Entry
            Entry with verdict, metres and minutes.
        """
        east, metres = int(self.eastings[row]), int(self.metres[row])
        tenths = int(self.tenths[row])
        return Entry(
            self.place(row),
            easting=east if east >= 0 else None,
            northing=int(self.northings[row]) if east >= 0 else None,
            meaning=MEANINGS[self.verdicts.codes[row]],
            metres=float(metres) if metres >= 0 else None,
            minutes=_minutes(tenths),
        )

    def place(self, row: int) -> Place:
        """Return the place of a postcode; those with equal zone, district and end share it."""
        index = self.verdicts.index
        at = int(index.zones[row]), int(index.districts[row]), int(index.ended[row])
        place = self._places.get(at)
        if place is None:
            zone, district, ended = at
            place = self._places[at] = self.directory.place_of(
                None if zone < 0 else index.zone_codes[zone],
                None if district < 0 else index.district_codes[district],
                None if ended < 0 else index.endings[ended],
            )
        return place


def measure_places(
    boundary: Boundary,
    directory: Directory,
    verdicts: VerdictIndex,
    minutes: PostcodeMinutes | None,
    *,
    store: DataStore | None = None,
) -> LoadedPlaces:
    """
    Measure the distance of every postcode; takes about two seconds.

    Parameters
    ----------
    verdicts : VerdictIndex
        Verdicts under the boundary.
    minutes : PostcodeMinutes or None
        Minutes by road; None leaves them out.

    Returns
    -------
    LoadedPlaces
        About 45 MB on top of the verdicts.
    """
    index = verdicts.index
    eastings, northings = british_points(index, store=store)
    tenths = minutes.all_tenths if minutes else np.full(len(eastings), NO_PLACE, np.int32)
    metres = metres_of_index(boundary, index, eastings, northings, store=store)
    return LoadedPlaces(verdicts, directory, eastings, northings, metres, tenths)


def british_points(
    index: PostcodeIndex, *, store: DataStore | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """
    Read the grid references on the British grid.

    Returns
    -------
    tuple of numpy.ndarray of int32
        Eastings and northings in metres, EPSG:27700; -1 for none. Each has shape
        (n_postcodes,).
    """
    eastings, northings = (np.array(column) for column in read_points(store))
    british = np.array([code[:1] in _BRITISH for code in index.district_codes] + [False])
    unplaced = ~british[index.districts] | (eastings < 0) | (northings < 0)
    eastings[unplaced] = northings[unplaced] = -1
    return eastings, northings


def metres_of_index(
    boundary: Boundary,
    index: PostcodeIndex,
    eastings: NDArray[np.int32],
    northings: NDArray[np.int32],
    *,
    store: DataStore | None = None,
) -> NDArray[np.int32]:
    """
    Measure the distance of every postcode that has a zone and a location.

    Parameters
    ----------
    index : PostcodeIndex
        The postcodes, in the boundary's zone system.
    eastings, northings : numpy.ndarray of int32, shape (n_postcodes,)
        Metres in EPSG:27700, -1 for none.

    Returns
    -------
    numpy.ndarray of int32, shape (n_postcodes,)
        Whole metres; -1 for none.
    """
    metres = np.full(len(eastings), -1, np.int32)
    rows = np.flatnonzero((index.zones >= 0) & (eastings >= 0))
    held = np.array([code in boundary.zones for code in index.zone_codes] + [False])
    inside = held[index.zones[rows]]
    metres[rows] = metres_of_many(boundary, eastings[rows], northings[rows], inside, store=store)
    return metres


def _minutes(tenths: int) -> float | None:
    if tenths == NO_PLACE:
        return None
    return math.inf if tenths == NOT_REACHED else tenths / PER_MINUTE

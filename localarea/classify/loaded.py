"""
Places held in memory for one boundary, for processes that answer many checks.

A single postcode is read from a part of the tables, which takes a millisecond, mostly for
the distance. Here every fact in the verdict of every postcode is in memory, so that one
check takes microseconds and ten thousand are looked up together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from localarea.classify.codes import MEANINGS, NEAR_BOUNDARY
from localarea.classify.directory import PlaceNames
from localarea.classify.distance import metres_of_many
from localarea.classify.index import read_points
from localarea.classify.place_rows import PlaceColumns, PlaceLists, PlaceRow
from localarea.geo.postcodes import outward_number
from localarea.options.minutes.encoding import NO_PLACE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.classify.index import PostcodeIndex
    from localarea.classify.verdicts import VerdictIndex
    from localarea.datasets.store import DataStore
    from localarea.options.minutes.anchor_minutes import PostcodeMinutes

_BRITISH = frozenset("EWSM")  # countries on the British grid
_BORDERLINE = np.array([meaning.borderline for meaning in MEANINGS])


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPlaces:
    """
    Every postcode in memory, as a source of rows.

    ``verdicts``: finds the row of each postcode, and counts those of outward codes.
    """

    verdicts: VerdictIndex
    columns: PlaceColumns

    def find(self, key: int) -> PlaceRow | None:
        """Look up one postcode; None if it is not in the directory."""
        row = self.verdicts.index.row_of(key)
        return None if row < 0 else self.columns.row(row)

    def outward_counts(self, outward: str) -> tuple[int, int] | None:
        """Count the live postcodes of an outward code that are local, and that are not."""
        block = self.verdicts.index.blocks[outward_number(outward)]
        if block < 0:
            return None
        local, not_local = self.verdicts.outward_counts[block].tolist()
        return local, not_local


class EveryPlace(Protocol):
    """Every postcode of a sealed directory."""

    def columns(self, *names: str) -> list[NDArray[Any]]:
        """Return columns of `PlaceColumns`; those that are not held are read together."""

    @property
    def verdicts(self) -> VerdictIndex:
        """The verdict of every postcode."""

    @property
    def loaded(self) -> LoadedPlaces:
        """All facts of every postcode; about 75 MB."""


class SealedDirectory(PlaceNames, ABC):
    """
    A directory that contains the verdict of every postcode, so that no tables are read.

    Published definitions implement it; the classifier depends on this interface alone.
    """

    @property
    @abstractmethod
    def opened(self) -> Any:
        """The published definition."""

    @property
    @abstractmethod
    def anchor(self) -> str:
        """District that minutes by road are measured from."""

    @property
    @abstractmethod
    def start(self) -> str:
        """Name of the point that minutes by road are counted from."""

    @property
    @abstractmethod
    def every(self) -> EveryPlace:
        """Every postcode, in columns that are read as they are needed."""

    @abstractmethod
    def find(self, key: int) -> PlaceRow | None:
        """Look up one postcode; None if it is not in the sealed directory."""

    @abstractmethod
    def outward_counts(self, outward: str) -> tuple[int, int] | None:
        """Count the live postcodes of an outward code that are local, and that are not."""

    @abstractmethod
    def elsewhere(self) -> tuple[Any, ...]:
        """
        Return how another process builds a classifier of the same directory.

        A callable and its arguments, as returned by ``__reduce__``.
        """


def measure_places(
    boundary: Boundary,
    names: PlaceNames,
    verdicts: VerdictIndex,
    minutes: PostcodeMinutes | None,
    *,
    store: DataStore | None = None,
) -> LoadedPlaces:
    """
    Measure the distance of every postcode; takes about two seconds.

    ``minutes``: minutes by road; None leaves them out. About 45 MB on top of the verdicts.
    """
    index = verdicts.index
    eastings, northings = british_points(index, store=store)
    tenths = minutes.all_tenths if minutes else np.full(len(eastings), NO_PLACE, np.int32)
    near = verdicts.near
    if near is None:
        near = _BORDERLINE[verdicts.codes] * np.uint8(NEAR_BOUNDARY)
    columns = PlaceColumns(
        lists_of(index, names),
        zones=index.zones,
        districts=index.districts,
        ended=index.ended,
        eastings=eastings,
        northings=northings,
        metres=metres_of_index(boundary, index, eastings, northings, store=store),
        tenths=tenths,
        codes=verdicts.codes,
        near=near,
    )
    return LoadedPlaces(verdicts, columns)


def lists_of(index: PostcodeIndex, names: PlaceNames) -> PlaceLists:
    """Return what the positions of an index refer to, with names."""
    return PlaceLists(names, index.zone_codes, index.district_codes, index.endings)


@lru_cache(maxsize=1)  # every boundary of one directory has the same
def british_points(
    index: PostcodeIndex, *, store: DataStore | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """
    Read the grid references on the British grid, which nobody may change.

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
    eastings.flags.writeable = northings.flags.writeable = False
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

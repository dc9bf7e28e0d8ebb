"""
What a process that answers many questions keeps ready for one boundary.

One postcode alone is read from a part of the tables; that takes a millisecond, most of it
for the distance. Here the directory is in memory and the boundary's lines are laid out, so
that one takes some tens of microseconds and ten thousand are looked up together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from localarea.classify.directory import Entry
from localarea.classify.far_distances import ManyDistances
from localarea.classify.index import read_points
from localarea.options.minutes import NO_PLACE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localarea.classify.boundary import Boundary
    from localarea.classify.directory import Directory
    from localarea.classify.index import PostcodeIndex
    from localarea.classify.reasons import Place
    from localarea.datasets.store import DataStore
    from localarea.options.minutes import PostcodeMinutes

_BRITISH = frozenset("EWSM")  # elsewhere the grid is another one


class ReadyPlaces:
    """
    Where every postcode lies, how far from one boundary, and how long by road.

    Parameters
    ----------
    boundary : Boundary
        The area.
    directory : Directory
        Which has the names of zones and districts.
    index : PostcodeIndex
        The postcodes, in the boundary's zone system.
    minutes : PostcodeMinutes or None
        Minutes by road; None leaves them out.
    store : DataStore or None
        Where the tables are; None means those that came with the package.
    """

    def __init__(
        self,
        boundary: Boundary,
        directory: Directory,
        index: PostcodeIndex,
        minutes: PostcodeMinutes | None,
        *,
        store: DataStore | None = None,
    ) -> None:
        self._index = index
        self._directory = directory
        self._inside = np.array([*(code in boundary.zones for code in index.zone_codes), False])
        self._eastings, self._northings = read_points(store)
        self._tenths = None if minutes is None else minutes.all_tenths
        self._distances = ManyDistances(boundary, store=store)
        self._places: dict[tuple[int, int, int], Place] = {}

    def find_one(self, key: int) -> tuple[Entry, int] | None:
        """
        Look one postcode up, without arrays: for one they take longer than the work.

        Parameters
        ----------
        key : int
            Its key.

        Returns
        -------
        (Entry, int) or None
            As :meth:`find` gives it.
        """
        row = self._index.row_of(key)
        if row < 0:
            return None
        zone, district = int(self._index.zones[row]), int(self._index.districts[row])
        east, north = int(self._eastings[row]), int(self._northings[row])
        metres = -1
        if zone >= 0 and east >= 0:
            metres = self._distances.metres_of_one(east, north, inside=bool(self._inside[zone]))
        tenths = NO_PLACE if self._tenths is None else int(self._tenths[row])
        ended = int(self._index.ended[row])
        return self._entry(zone, district, ended, east, north, metres, tenths)

    def find(self, keys: Sequence[int]) -> list[tuple[Entry, int] | None]:
        """
        Look postcodes up.

        Parameters
        ----------
        keys : sequence of int
            Their keys.

        Returns
        -------
        list of (Entry, int) or None
            The entry with its metres, and tenths of a minute as
            :meth:`localarea.options.minutes.PostcodeMinutes.tenths_of` gives them; None for
            what the directory does not have.
        """
        rows = self._index.rows_of(np.array(keys, np.uint32))
        there = rows[rows >= 0]
        zones, districts = self._index.zones[there], self._index.districts[there]
        east, north = self._eastings[there], self._northings[there]
        metres = np.full(len(there), -1, np.int32)
        measured = np.flatnonzero((zones >= 0) & (east >= 0))
        if len(measured):
            inside = self._inside[zones[measured]]
            metres[measured] = self._distances.metres(east[measured], north[measured], inside)
        tenths = np.full(len(there), NO_PLACE) if self._tenths is None else self._tenths[there]
        columns = (zones, districts, self._index.ended[there], east, north, metres, tenths)
        found = iter(zip(*(column.tolist() for column in columns), strict=True))
        return [None if row < 0 else self._entry(*next(found)) for row in rows.tolist()]

    def _entry(
        self, zone: int, district: int, ended: int, east: int, north: int, metres: int, tenths: int
    ) -> tuple[Entry, int]:
        place = self._place(zone, district, ended)
        known = east >= 0 and place.country in _BRITISH
        entry = Entry(
            place,
            easting=east if known else None,
            northing=north if known else None,
            metres=float(metres) if known and metres >= 0 else None,
        )
        return entry, tenths

    def _place(self, zone: int, district: int, ended: int) -> Place:
        at = zone, district, ended
        place = self._places.get(at)
        if place is None:
            index = self._index
            place = self._places[at] = self._directory.place_of(
                None if zone < 0 else index.zone_codes[zone],
                None if district < 0 else index.district_codes[district],
                None if ended < 0 else index.endings[ended],
            )
        return place

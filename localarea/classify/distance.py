"""
Distances from postcodes to the boundary.

The distance is to the nearest zone on the other side: from a place inside, to the nearest
zone outside, and the reverse. On land that is the distance to the boundary line; a coast
with only the sea beyond it does not count as a boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from localarea.datasets.nearby_zones import NearbyZones

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.datasets.store import DataStore

_PART: Final = 1 << 16  # points per batch, to limit the memory of geometries


class BoundaryDistance:
    """
    Distances to one boundary.

    Parameters
    ----------
    boundary : Boundary
        The area.
    store : DataStore or None
        Folder of the tables; None means those shipped with the package.
    """

    def __init__(self, boundary: Boundary, *, store: DataStore | None = None) -> None:
        self._boundary = boundary
        self._zones = NearbyZones(boundary.zone_system, store=store)

    def metres(self, easting: float, northing: float, *, inside: bool) -> float | None:
        """
        Measure the distance of one place, reading only the zones needed.

        Parameters
        ----------
        easting, northing : float
            Metres in EPSG:27700.
        inside : bool
            Whether its zone is in the area.

        Returns
        -------
        float or None
            Whole metres; None if there is no zone on the other side.
        """
        import shapely

        point = shapely.Point(easting, northing)
        best = float("inf")
        for least, group in self._zones.outwards_from(easting, northing):
            if least >= best:
                break
            other = group.shapes[self._other_side(group.codes, inside=inside)]
            if len(other):
                best = min(best, float(shapely.distance(other, point).min()))
        return round(best, 0) if best < float("inf") else None

    def _other_side(self, codes: tuple[str, ...], *, inside: bool) -> NDArray[np.bool_]:
        import numpy as np

        return np.array([(code in self._boundary.zones) != inside for code in codes], bool)

    def extent(self) -> tuple[float, float, float, float]:
        """
        Return the extent of the area, buffered by the borderline distance.

        West, south, east, north; metres in EPSG:27700. Inverted, so that nothing is within it, if
        the area has no zones.
        """
        import numpy as np
        import shapely

        margin = self._boundary.borderline_m
        bounds = [
            shapely.bounds(group.shapes[self._other_side(group.codes, inside=False)])
            for group in map(self._zones.group, self._groups_of_area())
        ]
        every = np.concatenate(bounds) if bounds else np.empty((0, 4))
        if not len(every):
            return float("inf"), float("inf"), float("-inf"), float("-inf")
        west, south = every[:, :2].min(axis=0) - margin
        east, north = every[:, 2:].max(axis=0) + margin
        return float(west), float(south), float(east), float(north)

    def _groups_of_area(self) -> list[int]:
        """Find the row groups with a zone of the area, the only ones to read."""
        zones = self._boundary.zones
        return [
            index
            for index in range(len(self._zones.extents))
            if not zones.isdisjoint(self._zones.codes(index))
        ]

    def borderline(
        self, eastings: NDArray[np.int32], northings: NDArray[np.int32], inside: NDArray[np.bool_]
    ) -> NDArray[np.bool_]:
        """
        Return which places are within the borderline distance.

        Parameters
        ----------
        eastings, northings : numpy.ndarray of int, shape (n,)
            Metres in EPSG:27700, all within :meth:`extent`.
        inside : numpy.ndarray of bool, shape (n,)
            Whether the zone of each is in the area.

        Returns
        -------
        numpy.ndarray of bool, shape (n,)
            True within that distance of a zone on the other side.
        """
        import numpy as np
        import shapely

        near = np.zeros(len(inside), bool)
        groups = list(self._zones.within(self.extent()))
        for side in (True, False):
            rows = np.flatnonzero(inside == side)
            other = [g.shapes[self._other_side(g.codes, inside=side)] for g in groups]
            if not len(rows) or not sum(map(len, other)):
                continue
            shapes = np.concatenate(other)
            # Rounded as in `metres`, so that both methods agree on every place.
            reach = np.nextafter(self._boundary.borderline_m + 0.5, 0)
            for start in range(0, len(rows), _PART):
                part = rows[start : start + _PART]
                tree = shapely.STRtree(shapely.points(eastings[part], northings[part]))
                _, found = tree.query(shapes, predicate="dwithin", distance=reach)
                near[part[np.unique(found)]] = True
        return near

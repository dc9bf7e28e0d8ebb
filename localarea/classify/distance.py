"""
Distances from postcodes to the boundary, of one (`BoundaryDistance`) and of many.

The distance is to the nearest zone on the other side: from a place inside, to the nearest
zone outside, and the reverse. On land that is the distance to the boundary line; a coast
with only the sea beyond it does not count as a boundary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.datasets.nearby_zones import NearbyZones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.datasets.store import DataStore

_PART: Final = 1 << 16  # points per batch, to limit the memory of geometries
_BATCH: Final = 200_000  # the same, where lines are indexed
_AROUND_M: Final = (
    20_000.0  # places inside farther than this from a zone outside are measured one by one
)


class BoundaryDistance:
    """Distances to one boundary."""

    def __init__(self, boundary: Boundary, *, store: DataStore | None = None) -> None:
        self._boundary = boundary
        self._zones = NearbyZones(boundary.zone_system, store=store)

    def metres(self, easting: float, northing: float, *, inside: bool) -> float | None:
        """
        Measure the distance of one place, reading only the zones needed.

        ``easting``, ``northing``: metres in EPSG:27700. ``inside``: whether its zone is in the
        area. Returns whole metres; None if there is no zone on the other side.
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
        return np.array([(code in self._boundary.zones) != inside for code in codes], bool)

    def extent(self) -> tuple[float, float, float, float]:
        """
        Return the extent of the area, buffered by the borderline distance.

        West, south, east, north; metres in EPSG:27700. Inverted, so that nothing is within it, if
        the area has no zones.
        """
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


def metres_of_many(
    boundary: Boundary,
    eastings: NDArray[np.int32],
    northings: NDArray[np.int32],
    inside: NDArray[np.bool_],
    *,
    store: DataStore | None = None,
) -> NDArray[np.int32]:
    """
    Measure many distances to the nearest zone on the other side.

    Parameters
    ----------
    eastings, northings : numpy.ndarray of int, shape (n,)
        Metres in EPSG:27700.
    inside : numpy.ndarray of bool, shape (n,)
        Whether the zone of each is in the area.

    Returns
    -------
    numpy.ndarray of int32, shape (n,)
        Whole metres; -1 where there is no zone on the other side.
    """
    return ManyDistances(boundary, store=store).metres(eastings, northings, inside)


class ManyDistances:
    """Measure distances to a boundary repeatedly, with its lines indexed once."""

    def __init__(self, boundary: Boundary, *, store: DataStore | None = None) -> None:
        self._exact = BoundaryDistance(boundary, store=store)
        west, south, east, north = self._exact.extent()
        around = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
        groups = list(NearbyZones(boundary.zone_system, store=store).within(around))
        shapes = np.array([shape for group in groups for shape in group.shapes], dtype=object)
        held = np.array([code in boundary.zones for group in groups for code in group.codes], bool)
        without = shapes[~held]
        self._sides = {
            True: _SegmentIndex(without[_intersects(without, around)]),
            False: _SegmentIndex(shapes[held]),
        }

    def metres(
        self, eastings: NDArray[np.int32], northings: NDArray[np.int32], inside: NDArray[np.bool_]
    ) -> NDArray[np.int32]:
        """
        Measure distances to the nearest zone on the other side.

        Returns
        -------
        numpy.ndarray of int32, shape (n,)
            Whole metres; -1 where there is no zone on the other side.
        """
        metres = np.full(len(inside), -1, np.int32)
        for side in (True, False):
            rows = np.flatnonzero(inside == side)
            if len(rows) and len(self._sides[side].shapes):
                metres[rows] = self._sides[side].nearest(eastings[rows], northings[rows])
        doubtful = np.flatnonzero(inside & ((metres < 0) | (metres > _AROUND_M)))
        for row in doubtful.tolist():
            place = float(eastings[row]), float(northings[row])
            found = self._exact.metres(*place, inside=True)
            metres[row] = -1 if found is None else int(found)
        return metres


def _intersects(
    shapes: NDArray[Any], extent: tuple[float, float, float, float]
) -> NDArray[np.bool_]:
    import shapely

    west, south, east, north = extent
    w, s, e, n = shapely.bounds(shapes).T
    found: NDArray[np.bool_] = (w <= east) & (e >= west) & (s <= north) & (n >= south)
    return found


class _SegmentIndex:
    """Index of the straight segments of outlines, for nearest-segment queries."""

    def __init__(self, shapes: NDArray[Any]) -> None:
        import shapely

        self.shapes = shapes
        if len(shapes):
            shapely.prepare(shapes)  # speeds up point-in-polygon tests
            self._areas = shapely.STRtree(shapes)
            self._extent = shapely.total_bounds(shapes).tolist()
            from localarea.geo.nearest_lines import NearestLines  # only where many are measured

            self._segments = NearestLines(_segments(shapes))

    def nearest(
        self, eastings: NDArray[np.int32], northings: NDArray[np.int32]
    ) -> NDArray[np.int32]:
        """Measure the distance to the nearest line; 0 within a shape."""
        import shapely

        # Rounds half to even, as round() does.
        metres = np.rint(self._segments.distances(eastings, northings)).astype(np.int32)
        west, south, east, north = self._extent
        beside = (eastings >= west) & (eastings <= east)
        near = np.flatnonzero(beside & (northings >= south) & (northings <= north))
        for start in range(0, len(near), _BATCH):
            rows = near[start : start + _BATCH]
            points = shapely.points(eastings[rows], northings[rows])
            at, area = self._areas.query(points)
            metres[rows[at[shapely.intersects(self.shapes[area], points[at])]]] = 0
        return metres


def _segments(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Split the outlines of shapes into straight segments."""
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.flatnonzero(ring[:-1] == ring[1:])
    return np.concatenate([points[starts], points[starts + 1]], axis=1)

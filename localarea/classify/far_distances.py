"""The distance of every postcode from the boundary at once, as ``BoundaryDistance`` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from localarea.classify.distance import BoundaryDistance
from localarea.datasets.nearby_zones import NearbyZones

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from localarea.classify.boundary import Boundary
    from localarea.datasets.store import DataStore

_AROUND_M: Final = (
    20_000.0  # a place inside is nearer than this to a zone outside, or is asked alone
)
_PART: Final = 200_000  # points at a time, for the memory of geometries


def metres_of_many(
    boundary: Boundary,
    eastings: NDArray[np.int32],
    northings: NDArray[np.int32],
    inside: NDArray[np.bool_],
    *,
    store: DataStore | None = None,
) -> NDArray[np.int32]:
    """
    Measure many distances: to the nearest zone on the other side, as for one postcode.

    Parameters
    ----------
    boundary : Boundary
        The area.
    eastings, northings : numpy.ndarray of int, shape (n,)
        Metres in EPSG:27700.
    inside : numpy.ndarray of bool, shape (n,)
        Whether the zone of each is in the area.
    store : DataStore or None
        Where the tables are; None means those that came with the package.

    Returns
    -------
    numpy.ndarray of int32, shape (n,)
        Whole metres; -1 when there is no zone on the other side.
    """
    zones = NearbyZones(boundary.zone_system, store=store)
    groups = [zones.group(i) for i in range(len(zones.extents))]
    shapes = np.concatenate([group.shapes for group in groups])
    held = np.array([code in boundary.zones for group in groups for code in group.codes], bool)
    metres = np.full(len(inside), -1, np.int32)
    west, south, east, north = BoundaryDistance(boundary, store=store).extent()
    for side in (True, False):
        rows = np.flatnonzero(inside == side)
        other = shapes[held != side]
        if side and len(other):
            around = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
            other = other[_meets(other, around)]
        if len(rows) and len(other):
            metres[rows] = _nearest(other, eastings[rows], northings[rows])
    doubtful = np.flatnonzero(inside & ((metres < 0) | (metres > _AROUND_M)))
    exact = BoundaryDistance(boundary, store=store)
    for row in doubtful.tolist():
        found = exact.metres(float(eastings[row]), float(northings[row]), inside=True)
        metres[row] = -1 if found is None else int(found)
    return metres


def _meets(shapes: NDArray[Any], extent: tuple[float, float, float, float]) -> NDArray[np.bool_]:
    import shapely

    west, south, east, north = extent
    w, s, e, n = shapely.bounds(shapes).T
    found: NDArray[np.bool_] = (w <= east) & (e >= west) & (s <= north) & (n >= south)
    return found


def _nearest(
    shapes: NDArray[Any], eastings: NDArray[np.int32], northings: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Measure to the nearest line of the shapes, and 0 for what lies within one."""
    import shapely

    lines = shapely.STRtree(_lines(shapes))
    found = np.empty(len(eastings), np.int32)
    for start in range(0, len(eastings), _PART):
        part = slice(start, start + _PART)
        points = shapely.points(eastings[part], northings[part])
        (rows, _), far = lines.query_nearest(points, return_distance=True, all_matches=False)
        metres = np.empty(len(points), np.int32)
        metres[rows] = np.rint(far)  # half to even, as round() does
        # The shapes are asked, for those that ask are prepared and answer in no time.
        metres[np.unique(shapely.STRtree(points).query(shapes, predicate="intersects")[1])] = 0
        found[part] = metres
    return found


def _lines(shapes: NDArray[Any]) -> NDArray[Any]:
    """Take the outlines of shapes apart into single straight lines."""
    import shapely

    rings = shapely.get_rings(shapely.get_parts(shapes))
    points, ring = shapely.get_coordinates(rings, return_index=True)
    starts = np.flatnonzero(ring[:-1] == ring[1:])
    lines: NDArray[Any] = shapely.linestrings(
        np.stack([points[starts], points[starts + 1]], axis=1)
    )
    return lines

"""Find the zone of a point: the polygon it lies in, or the nearest one close by."""

from __future__ import annotations

import numpy as np
import shapely

NEAREST_WITHIN_M = 1000.0  # piers, harbours and foreshore beyond the clipped coastline


def zone_of_points(
    easting: np.ndarray, northing: np.ndarray, polygons: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the index of each point's polygon, and whether the point lies inside it.

    -1 where no polygon lies within `NEAREST_WITHIN_M`. A point on a shared edge goes to the
    first of the polygons that touch it.
    """
    points = shapely.points(easting.astype(float), northing.astype(float))
    tree = shapely.STRtree(polygons)
    point, polygon = tree.query(points, predicate="intersects")
    found = np.full(len(points), len(polygons), dtype=np.int64)
    np.minimum.at(found, point, polygon)
    inside = found < len(polygons)
    found[~inside] = -1
    lost = np.flatnonzero(~inside)
    near = tree.query_nearest(points[lost], max_distance=NEAREST_WITHIN_M, all_matches=False)
    found[lost[near[0]]] = near[1]
    return found, inside

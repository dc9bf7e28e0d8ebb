"""Which zones are neighbours, and into how many parts a set of zones falls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray


def shared_borders(shapes: NDArray[Any]) -> sparse.csr_array[Any]:
    """
    Find the zones that share a border, and how long it is.

    Neighbours share their edges exactly, so the same stretch of line occurs in two
    zones. Zones that touch in a point only, or face each other across water, are no
    neighbours.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n_zones,)
        CRS EPSG:27700; unit metre; a valid coverage.

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (n_zones, n_zones)
        Length of the shared border in metres; symmetric, nothing on the diagonal.
    """
    stretches, owner = _stretches(shapes)
    order = np.lexsort(stretches.T)
    stretches, owner = stretches[order], owner[order]
    same = np.flatnonzero((stretches[1:] == stretches[:-1]).all(axis=1))
    one, other = owner[same], owner[same + 1]
    metres = np.hypot(*(stretches[same, 2:] - stretches[same, :2]).T)
    apart = one != other
    pair = (np.r_[one[apart], other[apart]], np.r_[other[apart], one[apart]])
    borders = sparse.coo_array((np.tile(metres[apart], 2), pair), shape=(len(shapes), len(shapes)))
    return borders.tocsr()  # the stretches of one border are added up here


def _stretches(shapes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Split outlines into segments: the two ends of each, and the zone it belongs to."""
    import shapely

    parts, zone = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    along = ring[1:] == ring[:-1]
    start, end = points[:-1][along], points[1:][along]
    backwards = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[backwards], end[backwards] = end[backwards], start[backwards]
    return np.hstack([start, end]), zone[part[ring[:-1][along]]]


def count_parts(borders: sparse.csr_array[Any], inside: NDArray[np.bool_]) -> int:
    """
    Count the groups of neighbouring zones.

    Parameters
    ----------
    borders : scipy.sparse.csr_array, shape (n_zones, n_zones)
        As :func:`shared_borders` gives it.
    inside : numpy.ndarray of bool, shape (n_zones,)
        The set of zones.

    Returns
    -------
    int
        1 when the set is contiguous, 0 when it is empty.
    """
    waiting = inside.copy()
    parts = 0
    while waiting.any():
        parts += 1
        reached = np.array([int(np.argmax(waiting))])
        while reached.size:  # spread from one zone to all that hang together with it
            waiting[reached] = False
            neighbours = np.unique(borders[reached].indices)
            reached = neighbours[waiting[neighbours]]
    return parts

"""Contiguity: shared borders of zones, and the number of parts of a set of zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TWO_FIT: Final = 1 << 31  # numbers below it fit two to 64 bits


def shared_borders(shapes: NDArray[Any]) -> sparse.csr_array[Any]:
    """
    Calculate the lengths of the borders that zones share.

    Neighbours share their edges exactly, so the same line segment occurs in two zones.
    Zones that touch only at a point, or face each other across water, are not
    neighbours.

    Parameters
    ----------
    shapes : numpy.ndarray of shapely geometries, shape (n_zones,)
        CRS EPSG:27700; unit metre; a valid coverage.

    Returns
    -------
    scipy.sparse.csr_array of float64, shape (n_zones, n_zones)
        Length of the shared border in metres; symmetric, with an empty diagonal.
    """
    stretches, owner = _segments(shapes)
    keys = _sorting_keys(stretches)
    order = np.lexsort(keys)
    alike = [ordered[1:] == ordered[:-1] for ordered in (key[order] for key in keys)]
    same = np.flatnonzero(np.logical_and.reduce(alike))
    one, other = owner[order[same]], owner[order[same + 1]]
    shared = stretches[order[same]]
    metres = np.hypot(*(shared[:, 2:] - shared[:, :2]).T)
    apart = one != other
    pair = (np.r_[one[apart], other[apart]], np.r_[other[apart], one[apart]])
    borders = sparse.coo_array((np.tile(metres[apart], 2), pair), shape=(len(shapes), len(shapes)))
    return borders.tocsr()  # sums the segments of each border


def _sorting_keys(stretches: NDArray[np.float64]) -> tuple[NDArray[Any], ...]:
    """
    Return what sorts segments by their ends: the last key first, as numpy's ``lexsort`` has it.

    Whole metres, as our zones have, fit two to a number, and are sorted in a third of the time.
    """
    whole = stretches.astype(np.int64)
    if not (whole == stretches).all() or (whole < 0).any() or (whole >= _TWO_FIT).any():
        return tuple(stretches.T)
    return whole[:, 1] * _TWO_FIT + whole[:, 0], whole[:, 3] * _TWO_FIT + whole[:, 2]


def _segments(shapes: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the two ends of every line segment of the outlines, and its zone."""
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
    Count the contiguous parts of a set of zones.

    Parameters
    ----------
    borders : scipy.sparse.csr_array, shape (n_zones, n_zones)
        From :func:`shared_borders`.

    Returns
    -------
    int
        1 if the set is contiguous, 0 if it is empty.
    """
    return len(pieces_of(borders, inside))


def pieces_of(borders: sparse.csr_array[Any], inside: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    """
    Split a set of zones into its contiguous parts.

    Parameters
    ----------
    borders : scipy.sparse.csr_array, shape (n_zones, n_zones)
        From :func:`shared_borders`.

    Returns
    -------
    list of numpy.ndarray of bool, shape (n_zones,)
        The parts, in the order of their first zones.
    """
    # A zone has some six neighbours: plain lists are quicker than a slice of the matrix each time.
    ends, beside = borders.indptr.tolist(), borders.indices.tolist()
    waiting = inside.tolist()
    pieces = []
    for first in np.flatnonzero(inside).tolist():
        if not waiting[first]:
            continue
        waiting[first] = False
        reached = [first]
        for zone in reached:  # which grows: from one zone to all that are connected with it
            for other in beside[ends[zone] : ends[zone + 1]]:
                if waiting[other]:
                    waiting[other] = False
                    reached.append(other)
        piece = np.zeros_like(inside)
        piece[reached] = True
        pieces.append(piece)
    return pieces

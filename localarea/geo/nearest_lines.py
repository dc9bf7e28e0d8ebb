"""
Distances from millions of points to the nearest of many line segments.

A packed R-tree (Kamel and Faloutsos, 1993), sorted here in Z-order (Morton, 1966) instead of
along the Hilbert curve. Shapely's tree gives the same answers in some eight microseconds a
point, which makes 20 seconds for the country's 2.4 million postcodes with a distance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CELLS: Final = 1 << 16  # along each side of the extent, for the Z-order


class NearestLines:
    """
    A spatial index of line segments.

    Parameters
    ----------
    lines : numpy.ndarray of float64, shape (m, 4)
        Start x, start y, end x, end y in any plane; m at least 1.

    Raises
    ------
    ValueError
        If there are none.
    """

    def __init__(self, lines: NDArray[np.float64]) -> None:
        from localarea.geo._nearest_kernel import LEAF

        if not len(lines):
            raise ValueError("lines must not be empty")
        boxes = np.stack(
            [
                np.minimum(lines[:, 0], lines[:, 2]),
                np.minimum(lines[:, 1], lines[:, 3]),
                np.maximum(lines[:, 0], lines[:, 2]),
                np.maximum(lines[:, 1], lines[:, 3]),
            ],
            axis=1,
        )
        order = np.argsort(_z_order(boxes), kind="stable")
        self._lines = np.ascontiguousarray(lines[order], np.float64)
        self._boxes = _tree(boxes[order], LEAF)

    def distances(self, xs: NDArray[np.int32], ys: NDArray[np.int32]) -> NDArray[np.float64]:
        """
        Calculate the distance from each point to its nearest line.

        Parameters
        ----------
        xs, ys : numpy.ndarray of int32, shape (n,)
            The points, in the plane of the lines.

        Returns
        -------
        numpy.ndarray of float64, shape (n,)
            Distances in the unit of the plane, equal to those of ``shapely.distance``.
        """
        from localarea.geo._nearest_kernel import nearest

        out = np.empty(len(xs), np.float64)
        nearest(xs, ys, self._lines, self._boxes, out)
        return out


def _z_order(boxes: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return the Morton code of the centre of each box."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    low = middles.min(axis=0)
    size = max(float((middles.max(axis=0) - low).max()), 1e-9)
    cells = ((middles - low) / size * (_CELLS - 1)).astype(np.uint64)
    return _spread(cells[:, 0]) | (_spread(cells[:, 1]) << np.uint64(1))


def _spread(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Insert a zero before each of the low sixteen bits."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << np.uint64(shift))) & np.uint64(mask)
    return values


def _tree(boxes: NDArray[np.float64], leaf: int) -> NDArray[np.float64]:
    """Build the tree bottom-up; the padding at the end is an empty box, near nothing."""
    leaves = 1
    while leaves * leaf < len(boxes):
        leaves *= 2
    full = np.full((leaves * leaf, 4), [np.inf, np.inf, -np.inf, -np.inf])
    full[: len(boxes)] = boxes
    tree = np.empty((2 * leaves, 4))
    tree[0] = 0
    tree[leaves:] = _union(full.reshape(leaves, leaf, 4))
    row = leaves // 2
    while row:
        tree[row : 2 * row] = _union(tree[2 * row : 4 * row].reshape(row, 2, 4))
        row //= 2
    return tree


def _union(groups: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([groups[:, :, :2].min(axis=1), groups[:, :, 2:].max(axis=1)], axis=1)

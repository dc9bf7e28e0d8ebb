"""Compiled search for the line segment nearest to each of many points. See ``nearest_lines``."""

from __future__ import annotations

from math import sqrt
from typing import Any, Final

import numba
import numpy as np

LEAF: Final = 8  # lines per leaf: a trade between boxes to open and lines to try
_STACK_SIZE: Final = 64  # a tree this deep would have more boxes than a machine has bytes
_SLACK: Final = 1 + 1e-12  # a box is passed over only where no rounding can make its line nearer


@numba.njit(cache=True, nogil=True, inline="always")
def _to_line(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Return the distance from a point to the segment AB, in the same steps as GEOS."""
    across, up = bx - ax, by - ay
    square = across * across + up * up
    along = -1.0 if square == 0 else ((x - ax) * across + (y - ay) * up) / square
    if along <= 0:
        return sqrt((x - ax) * (x - ax) + (y - ay) * (y - ay))
    if along >= 1:
        return sqrt((x - bx) * (x - bx) + (y - by) * (y - by))
    return abs(((ay - y) * across - (ax - x) * up) / square) * sqrt(square)


@numba.njit(cache=True, nogil=True, inline="always")
def _to_box(x: float, y: float, boxes: Any, node: int) -> float:
    """Return the squared distance from a point to a box."""
    across = max(boxes[node, 0] - x, x - boxes[node, 2], 0.0)
    up = max(boxes[node, 1] - y, y - boxes[node, 3], 0.0)
    square: float = across * across + up * up
    return square


@numba.njit(cache=True, nogil=True)
def nearest(xs: Any, ys: Any, lines: Any, boxes: Any, out: Any) -> None:  # noqa: C901 -- in parts it is a third slower
    """
    Calculate the distance from each point to its nearest line.

    Parameters
    ----------
    xs, ys : numpy.ndarray of float, shape (n,)
        The points. The search is fastest where consecutive points are close together, because
        the nearest line of one is tried first for the next.
    lines : numpy.ndarray of float64, shape (m, 4)
        Start x, start y, end x, end y, in the order of the boxes; m at least 1.
    boxes : numpy.ndarray of float64, shape (2 * k, 4)
        Min x, min y, max x, max y of each box. The children of box i are 2 i and 2 i + 1; the
        last k boxes hold ``LEAF`` lines each; box 0 is not used.
    out : numpy.ndarray of float64, shape (n,)
        Receives the distances.
    """
    first_leaf = boxes.shape[0] // 2
    stack = np.empty(_STACK_SIZE, np.int64)
    last = 0
    for row in range(xs.size):
        x, y = float(xs[row]), float(ys[row])
        best = _to_line(x, y, lines[last, 0], lines[last, 1], lines[last, 2], lines[last, 3])
        reach = best * best * _SLACK
        stack[0] = 1
        held = 1
        while held:
            held -= 1
            node = stack[held]
            if _to_box(x, y, boxes, node) > reach:
                continue
            while 0 < node < first_leaf:  # down to the nearest leaf, leaving the others for later
                near, far = 2 * node, 2 * node + 1
                to_near, to_far = _to_box(x, y, boxes, near), _to_box(x, y, boxes, far)
                if to_far < to_near:
                    near, far = far, near
                    to_near, to_far = to_far, to_near
                if to_far <= reach:
                    stack[held] = far
                    held += 1
                node = near if to_near <= reach else 0
            if not node:
                continue
            start = (node - first_leaf) * LEAF
            for at in range(start, min(start + LEAF, lines.shape[0])):
                ax, ay, bx, by = lines[at, 0], lines[at, 1], lines[at, 2], lines[at, 3]
                across = max(min(ax, bx) - x, x - max(ax, bx), 0.0)
                up = max(min(ay, by) - y, y - max(ay, by), 0.0)
                if across * across + up * up > reach:  # cheaper than the line itself
                    continue
                distance = _to_line(x, y, ax, ay, bx, by)
                if distance < best:
                    best, last = distance, at
                    reach = best * best * _SLACK
        out[row] = best

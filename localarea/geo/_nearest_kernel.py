"""The nearest of many straight lines to each of many points, compiled. See ``nearest_lines``."""

from __future__ import annotations

from math import sqrt
from typing import Any, Final

import numba
import numpy as np

LEAF: Final = 8  # lines in a box of the lowest row: fewer boxes to open against fewer lines to try
_DEEPEST: Final = 64  # of a tree: more boxes than a machine has bytes


@numba.njit(cache=True, nogil=True, inline="always")
def _to_line(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Measure from a point to a line from A to B, step for step as GEOS does."""
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
    """Return the squared distance to the nearest edge of a box."""
    across = max(boxes[node, 0] - x, x - boxes[node, 2], 0.0)
    up = max(boxes[node, 1] - y, y - boxes[node, 3], 0.0)
    square: float = across * across + up * up
    return square


@numba.njit(cache=True, nogil=True)
def nearest(xs: Any, ys: Any, lines: Any, boxes: Any, out: Any) -> None:
    """
    Measure from each point to the nearest line.

    Parameters
    ----------
    xs, ys : numpy.ndarray of float, shape (n,)
        The points. Those that follow one another are best near one another: the line that
        was nearest to one is the first that is tried for the next.
    lines : numpy.ndarray of float64, shape (m, 4)
        From x, y to x, y, in the order of the boxes; m at least 1.
    boxes : numpy.ndarray of float64, shape (2 * k, 4)
        West, south, east, north of each box: the children of box i are 2 i and 2 i + 1, the
        last k hold ``LEAF`` lines each, and box 0 is not used.
    out : numpy.ndarray of float64, shape (n,)
        Gets the distances.
    """
    first_leaf = boxes.shape[0] // 2
    stack = np.empty(_DEEPEST, np.int64)
    last = 0
    for row in range(xs.size):
        x, y = float(xs[row]), float(ys[row])
        best = _to_line(x, y, lines[last, 0], lines[last, 1], lines[last, 2], lines[last, 3])
        stack[0] = 1
        held = 1
        while held:
            held -= 1
            node = stack[held]
            if _to_box(x, y, boxes, node) >= best * best:
                continue
            if node < first_leaf:
                left, right = 2 * node, 2 * node + 1
                if _to_box(x, y, boxes, left) < _to_box(x, y, boxes, right):
                    left, right = right, left
                stack[held] = left
                stack[held + 1] = right  # the nearer is taken first
                held += 2
                continue
            start = (node - first_leaf) * LEAF
            for at in range(start, min(start + LEAF, lines.shape[0])):
                far = _to_line(x, y, lines[at, 0], lines[at, 1], lines[at, 2], lines[at, 3])
                if far < best:
                    best, last = far, at
        out[row] = best

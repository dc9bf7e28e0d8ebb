"""The lines of the arcs of a road graph, in two arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Shapes:
    """
    The line of every arc, from tail to head.

    Attributes
    ----------
    start : numpy.ndarray of int64, shape (n_arcs + 1,)
        Arc a has the corners ``start[a]`` up to ``start[a + 1]``.
    corners : numpy.ndarray, shape (n_corners, 2)
        Eastings and northings, EPSG:27700, metres.
    """

    start: np.ndarray
    corners: np.ndarray


def take_shapes(shapes: Shapes, arcs: np.ndarray) -> Shapes:
    """
    Return the lines of some arcs.

    Parameters
    ----------
    arcs : numpy.ndarray of int, shape (n_taken,)
        Arcs to return, in order.
    """
    counts = np.diff(shapes.start)[arcs]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    corner = np.arange(start[-1]) - np.repeat(start[:-1], counts)
    return Shapes(start, shapes.corners[np.repeat(shapes.start[arcs], counts) + corner])

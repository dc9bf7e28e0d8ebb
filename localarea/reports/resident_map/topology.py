"""Outlines of neighbouring areas as lines that are held once: a border belongs to both sides."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_GRID_M: Final = 0.01  # two corners closer than this are one


@dataclass(frozen=True, slots=True)
class Topology:
    """
    Areas by the lines that bound them.

    Attributes
    ----------
    arcs : numpy.ndarray of shapely.LineString, shape (n_arcs,)
        Lines between the places where three areas meet, in the plane of the areas.
    rings : tuple, shape (n_areas,)
        The rings of each area; a ring is the arcs along it in order, and ``~number`` (as in
        TopoJSON) means that the arc is followed backwards.
    owners : numpy.ndarray of int, shape (n_arcs, 2)
        The one or two areas beside each arc; -1 where nothing lies on the other side.
    """

    arcs: NDArray[np.object_]
    rings: tuple[tuple[tuple[int, ...], ...], ...]
    owners: NDArray[np.int64]

    def simplified(self, tolerances_m: NDArray[np.float64]) -> Topology:
        """Return the same areas with each arc simplified; its ends stay where they are."""
        light = self.arcs.copy()
        for tolerance in np.unique(tolerances_m):
            chosen = tolerances_m == tolerance
            light[chosen] = shapely.simplify(light[chosen], tolerance)
        return Topology(light, self.rings, self.owners)


def share_borders(areas: NDArray[np.object_]) -> Topology:
    """
    Find the lines that areas share.

    Parameters
    ----------
    areas : numpy.ndarray of shapely.Polygon or shapely.MultiPolygon
        A coverage: areas that touch share the corners of their border. Unit metre.
    """
    parts, part_owner = shapely.get_parts(areas, return_index=True)
    loops, loop_part = shapely.get_rings(parts, return_index=True)
    owner = part_owner[loop_part]
    points, loop_of = shapely.get_coordinates(loops, return_index=True)
    ids = _number_corners(points)
    ends = np.flatnonzero(np.diff(loop_of, append=-1)) + 1
    starts = np.concatenate([[0], ends[:-1]])
    junction = _junctions(ids, loop_of)
    cutter = _Cutter(points, ids)
    rings: list[list[tuple[int, ...]]] = [[] for _ in areas]
    for loop, (start, end) in enumerate(zip(starts, ends, strict=True)):
        pieces = _cut(ids[start : end - 1], junction, start)
        rings[owner[loop]].append(tuple(cutter.arc(piece, int(owner[loop])) for piece in pieces))
    owners = np.array([[*both, -1][:2] for both in cutter.owners], dtype=np.int64)
    lines = np.array([shapely.linestrings(points[at]) for at in cutter.corners], dtype=object)
    return Topology(lines, tuple(tuple(one) for one in rings), owners.reshape(-1, 2))


def _number_corners(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a number for each corner, the same for the same place."""
    cells = np.round(points / _GRID_M).astype(np.int64)
    low = cells.min(axis=0)
    keys = (cells[:, 0] - low[0]) * (int(np.ptp(cells[:, 1])) + 1) + cells[:, 1] - low[1]
    return np.unique(keys, return_inverse=True)[1].astype(np.int64)


def _junctions(ids: NDArray[np.int64], loop_of: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return for each corner whether more or fewer than two lines meet there."""
    along = loop_of[1:] == loop_of[:-1]
    one, other = ids[:-1][along], ids[1:][along]
    low, high = np.minimum(one, other), np.maximum(one, other)
    n = int(ids.max()) + 1
    edges = np.unique(low * n + high)
    degree = np.bincount(edges // n, minlength=n) + np.bincount(edges % n, minlength=n)
    return np.asarray(degree != 2, dtype=np.bool_)


def _cut(
    ids: NDArray[np.int64], junction: NDArray[np.bool_], start: int
) -> Sequence[NDArray[np.intp]]:
    """Cut a closed ring (its last corner left out) at junctions, as places among all corners."""
    at = np.arange(len(ids))
    cuts = np.flatnonzero(junction[ids])
    # A ring without a junction begins at its lowest corner, whichever side tells it.
    first = int(cuts[0]) if len(cuts) else int(ids.argmin())
    turned = np.concatenate([at[first:], at[:first], at[first : first + 1]]) + start
    breaks = [*((cuts - first) if len(cuts) else [0]), len(ids)]
    return [turned[a : b + 1] for a, b in pairwise(breaks)]


class _Cutter:
    """Collects the arcs, each once, with the areas beside it."""

    def __init__(self, points: NDArray[np.float64], ids: NDArray[np.int64]) -> None:
        self._points, self._ids = points, ids
        self._known: dict[bytes, int] = {}
        self.corners: list[NDArray[np.intp]] = []
        self.owners: list[list[int]] = []

    def arc(self, at: NDArray[np.intp], owner: int) -> int:
        """Return the number of an arc, or its complement if it is known the other way round."""
        line = self._ids[at]
        number, reverse = self._known.get(line.tobytes()), False
        if number is None:
            number = self._known.get(line[::-1].tobytes())
            reverse = number is not None
        if number is None:
            number = self._known[line.tobytes()] = len(self.corners)
            self.corners.append(at)
            self.owners.append([])
        if owner not in self.owners[number]:
            self.owners[number].append(owner)
        return ~number if reverse else number


def pack_lines(
    lines: NDArray[np.object_], origin: tuple[float, float], steps: tuple[float, float]
) -> list[list[int]]:
    """
    Pack lines as whole numbers: the first corner, then how far each next one is from it.

    Parameters
    ----------
    lines : numpy.ndarray of shapely.LineString
        In the units of ``steps``.
    origin, steps : tuple of float
        The place of 0, 0 and the size of the grid across and up.

    Returns
    -------
    list of list of int
        ``[x, y, dx, dy, dx, dy, ...]``; corners that fall together are told once, but a line
        keeps both its ends.
    """
    if not len(lines):
        return []
    points, line_of = shapely.get_coordinates(lines, return_index=True)
    cells = np.round((points - np.array(origin)) / np.array(steps)).astype(np.int64)
    first = np.diff(line_of, prepend=-1) != 0  # the corner of a line that is told by its place
    moves = np.where(first[:, None], cells, np.diff(cells, axis=0, prepend=cells[:1]))
    moved = moves.any(axis=1)
    starts = np.flatnonzero(first)
    still = np.add.reduceat(moved & ~first, starts) == 0
    told = first | moved
    told[starts[still] + 1] = True  # both ends of a line that is nowhere else
    ends = np.cumsum(np.add.reduceat(told, starts)) * 2
    numbers = moves[told].ravel().tolist()
    return [numbers[a:b] for a, b in pairwise([0, *ends.tolist()])]

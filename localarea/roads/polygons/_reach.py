"""Roads within a limit of minutes, cut where it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from localarea.roads.graph import RoadGraph

NO_TIME = 1e-9  # minutes; a road this short is reached whole


@dataclass(frozen=True, slots=True, eq=False)
class ReachedEdges:
    """
    Roads within a limit.

    Attributes
    ----------
    arcs : numpy.ndarray of int, shape (n,)
        Arcs reached in whole or in part; only one of two opposite arcs, if both are whole.
    share : numpy.ndarray, shape (n,)
        Share of each that is reached, from its tail, in (0, 1].
    lines : numpy.ndarray of shapely.LineString, shape (n,)
        The reached parts, EPSG:27700.
    """

    arcs: np.ndarray
    share: np.ndarray
    lines: np.ndarray

    def __eq__(self, other: object) -> bool:
        """Compare whole arrays, which have no single truth value themselves."""
        if not isinstance(other, ReachedEdges):
            return NotImplemented
        pairs = ((getattr(self, name), getattr(other, name)) for name in self.__slots__)
        return all(np.array_equal(mine, theirs) for mine, theirs in pairs)

    __hash__ = None  # type: ignore[assignment]  # arrays can change


def cut_edges(graph: RoadGraph, times: np.ndarray, limit: float) -> ReachedEdges:
    """
    Return the roads within a limit.

    Parameters
    ----------
    times : numpy.ndarray, shape (n_nodes,)
        Driving minutes to each node; `numpy.inf` if it was not reached.
    limit : float
        Driving minutes.

    Returns
    -------
    ReachedEdges
        Whole roads, and parts of roads from a reached end.
    """
    left = limit - times[graph.tails]
    share = left / np.maximum(graph.minutes, NO_TIME)
    arcs = np.flatnonzero((left > 0) & (share > 0))
    share = np.minimum(share[arcs], 1.0)
    keep = ~_turned_twin(graph, arcs, share)
    arcs, share = arcs[keep], share[keep]
    return ReachedEdges(arcs, share, _lines(graph, arcs, share))


def _turned_twin(graph: RoadGraph, arcs: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return a mask of arcs whose opposite is whole; of two whole arcs, only of the second."""
    tails, heads = graph.tails[arcs].astype(np.int64), graph.indices[arcs].astype(np.int64)
    length = np.round(graph.length_m[arcs]).astype(np.int64)
    whole = share >= 1
    there = (tails * graph.n_nodes + heads) * 1.0 + length / 1e7
    back = (heads * graph.n_nodes + tails) * 1.0 + length / 1e7
    twins: np.ndarray = (~whole | (tails > heads)) & np.isin(there, back[whole])
    return twins


def _lines(graph: RoadGraph, arcs: np.ndarray, share: np.ndarray) -> np.ndarray:
    lines: np.ndarray
    if graph.shapes is None:
        start = graph.points[graph.tails[arcs]]
        end = start + (graph.points[graph.indices[arcs]] - start) * share[:, None]
        lines = shapely.linestrings(np.stack([start, end], axis=1))
        return lines
    from localarea.roads.shapes import take_shapes

    taken = take_shapes(graph.shapes, arcs)
    owner = np.repeat(np.arange(len(arcs)), np.diff(taken.start))
    lines = shapely.linestrings(taken.corners, indices=owner)
    part = share < 1
    lines[part] = _beginning(lines[part], share[part])
    return lines


def _beginning(lines: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the first part of each line, by its share."""
    cut = [_cut(shapely.get_coordinates(a), s) for a, s in zip(lines, share, strict=True)]
    return np.array([shapely.LineString(c) for c in cut], dtype=object)


def _cut(corners: np.ndarray, share: float) -> np.ndarray:
    steps = np.hypot(*np.diff(corners, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    stop = along[-1] * share
    whole = int(np.searchsorted(along, stop, side="left"))
    before = corners[: max(whole, 1)]
    last = [np.interp(stop, along, corners[:, axis]) for axis in (0, 1)]
    return np.vstack([before, last])

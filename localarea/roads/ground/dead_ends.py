"""
Join the ends of major roads that stop just short of another.

The graph of major roads is broken at some junctions: a road ends beside the roundabout that it
leads to, and is joined to it only by a way round of many kilometres. One such gap, between the
A140 and the A47 south of Norwich, made every journey from there to Suffolk leave the road.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from localarea.roads.ground.land import Land

WIDEST_GAP_M: Final = 600.0  # about the width of a junction of two dual carriageways
# The way round must be this many kilometres, and so many times the gap longer, to be a gap.
ROUND_KM, ROUND_TIMES = 2.0, 3.0
MOST_WATER_M: Final = 100.0
DETOUR: Final = 1.2  # length of a joint as a multiple of the straight line
_BLOCK: Final = 100  # searches at a time: each needs an array as long as the nodes


def join_dead_ends(
    points: np.ndarray, edges: np.ndarray, km: np.ndarray, land: Land
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the joints that are missing between dead ends and the roads beside them.

    Parameters
    ----------
    points : numpy.ndarray, shape (n_nodes, 2)
        Nodes, EPSG:27700, metres.
    edges : numpy.ndarray of int, shape (n_edges, 2)
        Ends of each edge, each pair once; every edge is two-way.
    km : numpy.ndarray, shape (n_edges,)
        Length of each edge.

    Returns
    -------
    joints : numpy.ndarray of int, shape (n_joints, 2)
        Pairs of nodes, smaller first, sorted; at most one for each dead end.
    km : numpy.ndarray, shape (n_joints,)
        Length of each joint.
    """
    at_end, beside = _beside_dead_ends(points, edges)
    gap_km = np.hypot(*(points[at_end] - points[beside]).T) / 1000
    apart = _way_round(len(points), edges, km, at_end, beside) > ROUND_KM + ROUND_TIMES * gap_km
    at_end, beside, gap_km = at_end[apart], beside[apart], gap_km[apart]
    dry = land.water_on_the_way(points[at_end], points[beside]) <= MOST_WATER_M
    at_end, beside, gap_km = at_end[dry], beside[dry], gap_km[dry]
    order = np.lexsort((beside, gap_km, at_end))
    nearest = order[np.unique(at_end[order], return_index=True)[1]]
    joints = np.unique(np.sort(np.stack([at_end, beside], 1)[nearest], 1), axis=0)
    return joints, DETOUR * np.hypot(*(points[joints[:, 0]] - points[joints[:, 1]]).T) / 1000


def _beside_dead_ends(points: np.ndarray, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of a dead end and a node near it."""
    roads = np.bincount(edges.ravel(), minlength=len(points))
    dead, used = np.flatnonzero(roads == 1), np.flatnonzero(roads)
    if dead.size == 0:
        return dead, dead
    found = cKDTree(points[used]).query_ball_point(points[dead], WIDEST_GAP_M)
    at_end = np.repeat(dead, [len(one) for one in found])
    beside = used[np.concatenate(found).astype(np.int64)]
    return at_end[beside != at_end], beside[beside != at_end]


def _way_round(
    n_nodes: int, edges: np.ndarray, km: np.ndarray, starts: np.ndarray, ends: np.ndarray
) -> np.ndarray:
    """Return the kilometres by road between pairs of nodes, infinite where they are many."""
    u, v = edges.T
    graph = csr_array((np.tile(km + 1e-6, 2), (np.r_[u, v], np.r_[v, u])), shape=(n_nodes, n_nodes))
    limit = ROUND_KM + ROUND_TIMES * WIDEST_GAP_M / 1000
    away = np.full(len(starts), np.inf)
    sources = np.unique(starts)
    for first in range(0, len(sources), _BLOCK):
        block = sources[first : first + _BLOCK]
        found = dijkstra(graph, indices=block, limit=limit)
        here = np.flatnonzero(np.isin(starts, block))
        away[here] = found[np.searchsorted(block, starts[here]), ends[here]]
    return away

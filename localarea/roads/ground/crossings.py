"""
Bridges that the graph of major roads lacks, named one by one.

The source left out roads that asked a toll: both bridges over the Severn, that over the Tamar at
Saltash and that over the Cleddau end on each bank. Without them Cardiff is as far from Bristol as
Gloucester makes it, and a council beside an estuary loses what is across. An extract of
OpenStreetMap has them, and then nothing is added.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from collections.abc import Sequence

NEAR_M: Final = 300.0  # from a stated end to the node of the graph that is meant
ROUND_TIMES: Final = 2.0  # a way that is at most so many times as long is the crossing itself


@dataclass(frozen=True, slots=True)
class Crossing:
    """
    A road over water.

    Attributes
    ----------
    ends : tuple of two (float, float)
        Nodes that it joins, EPSG:27700, metres.
    km : float
        Length of the road from one to the other.
    dual, motorway : bool
        The kind of its carriageway.
    """

    ends: tuple[tuple[float, float], tuple[float, float]]
    km: float
    dual: bool = False
    motorway: bool = False


#: Lengths are straight lines between the ends, and a twentieth more where the road bends.
CROSSINGS: Final = (
    # M4, Prince of Wales Bridge, from the toll plaza at Rogiet to junction 22
    Crossing(((344_943.0, 187_427.0), (354_976.0, 185_771.0)), 10.2, dual=True, motorway=True),
    # M48, Severn Bridge, from Chepstow to junction 21 of the M4
    Crossing(((354_056.0, 191_340.0), (359_554.0, 186_177.0)), 7.9, dual=True, motorway=True),
    # A38, Tamar Bridge, from Saltash to Plymouth
    Crossing(((242_649.0, 59_362.0), (243_983.0, 58_766.0)), 1.5),
    # A477, Cleddau Bridge, from Neyland to Pembroke Dock
    Crossing(((197_253.0, 205_333.0), (197_498.0, 204_544.0)), 0.9),
    # A484, Loughor Bridge, from Llanelli to Gorseinon; no toll, but broken off all the same
    Crossing(((255_344.0, 198_322.0), (256_234.0, 197_962.0)), 1.0),
)


def add_crossings(
    points: np.ndarray, edges: pd.DataFrame, crossings: Sequence[Crossing] = CROSSINGS
) -> pd.DataFrame:
    """
    Add the roads over water that are missing among the major roads.

    Parameters
    ----------
    points : numpy.ndarray, shape (n_nodes, 2)
        Nodes, EPSG:27700, metres.
    edges : pandas.DataFrame
        Columns ``u``, ``v``, ``km``, ``dual``, ``motorway`` and ``surveyed``; two-way.

    Returns
    -------
    pandas.DataFrame
        The edges, with one more for each crossing whose ends are nodes and that has no way round
        of about its own length.
    """
    ends, km = edges[["u", "v"]].to_numpy(np.int64), edges["km"].to_numpy(float)
    used = np.unique(ends)
    rows = []
    for crossing in crossings:
        found = [_node_at(points, used, end) for end in crossing.ends]
        if None in found or found[0] == found[1]:
            continue
        u, v = sorted(node for node in found if node is not None)
        if not _is_joined(len(points), ends, km, u, v, ROUND_TIMES * crossing.km):
            kind = float(crossing.dual), float(crossing.motorway)
            rows.append((u, v, crossing.km, *kind, True))
    if not rows:
        return edges
    more = pd.DataFrame(rows, columns=["u", "v", "km", "dual", "motorway", "surveyed"])
    return pd.concat([edges, more], ignore_index=True)


def _node_at(points: np.ndarray, used: np.ndarray, end: tuple[float, float]) -> int | None:
    if used.size == 0:
        return None
    away = np.hypot(*(points[used] - end).T)
    nearest = int(np.argmin(away))
    return int(used[nearest]) if away[nearest] <= NEAR_M else None


def _is_joined(
    n_nodes: int, ends: np.ndarray, km: np.ndarray, u: int, v: int, limit: float
) -> bool:
    """Tell whether a way of at most so many kilometres leads from one node to another."""
    both = (np.r_[ends[:, 0], ends[:, 1]], np.r_[ends[:, 1], ends[:, 0]])
    graph = csr_array((np.tile(km + 1e-6, 2), both), shape=(n_nodes, n_nodes))
    return bool(np.isfinite(dijkstra(graph, indices=np.array([u]), limit=limit)[0, v]))

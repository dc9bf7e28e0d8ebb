"""
Build the tables of the embedded network: roads, and the variables of their speeds.

The tables hold measurements (length, settlement, kind of carriageway) and no speeds, which come
from `localarea.roads.speeds` when the graph is built, so that another speed model can use the same
tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from localarea.roads.ground.crossings import add_crossings
from localarea.roads.ground.dead_ends import join_dead_ends
from localarea.roads.ground.local_roads import gather_places, link_places
from localarea.roads.ground.settlement import measure_settlement

if TYPE_CHECKING:
    from localarea.roads.ground.land import Land
    from localarea.roads.ground.settlement import Settlement

MAJOR, LOCAL = "major", "local"


def make_network(
    nodes: pd.DataFrame,
    edges: pd.DataFrame,
    postcodes: np.ndarray,
    *,
    land: Land,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Combine major and local roads, and measure the variables of their speeds.

    Parameters
    ----------
    nodes : pandas.DataFrame
        Columns ``easting`` and ``northing`` (EPSG:27700, metres), in node order.
    edges : pandas.DataFrame
        Columns ``u``, ``v`` (node numbers, u < v), ``km``, ``dual``, ``motorway`` (shares of its
        length) and ``surveyed`` (whether they are known); two-way.
    postcodes : numpy.ndarray, shape (n, 2)
        Eastings and northings of live postcodes, between which local roads are inferred.

    Returns
    -------
    nodes : pandas.DataFrame
        ``easting``, ``northing`` (metres), ``near`` and ``wide`` (settlement); the nodes
        of the major roads come first, in their own order.
    edges : pandas.DataFrame
        ``u`` < ``v``, ``km``, ``kind`` (major, local), ``near``, ``wide`` (settlement
        along the edge), ``dual``, ``motorway`` (share, 0 to 1) and ``surveyed`` (whether
        the kind of carriageway is known); sorted by ``u`` and ``v``.
    """
    major = nodes[["easting", "northing"]].to_numpy(float)
    places = gather_places(postcodes)
    points = np.round(np.vstack([major, places]))
    settlement = measure_settlement(postcodes)
    links = link_places(points[: len(major)], points[len(major) :], land)
    rows = [
        _major_edges(points, _joined(points[: len(major)], edges, land), settlement),
        _local_edges(points, links, settlement),
    ]
    table = pd.concat(rows, ignore_index=True).sort_values(["u", "v"], ignore_index=True)
    read = settlement.at(points)
    return (
        pd.DataFrame(
            {
                "easting": points[:, 0].astype(np.int32),
                "northing": points[:, 1].astype(np.int32),
                "near": _rounded(read[:, 0]),
                "wide": _rounded(read[:, 1]),
            }
        ),
        table,
    )


def _joined(points: np.ndarray, edges: pd.DataFrame, land: Land) -> pd.DataFrame:
    """Add bridges that are missing, and joints between roads that end beside one another."""
    ends, km = edges[["u", "v"]].to_numpy(np.int64), edges["km"].to_numpy(float)
    joints, joint_km = join_dead_ends(points, ends, km, land)
    more = pd.DataFrame({"u": joints[:, 0], "v": joints[:, 1], "km": joint_km})
    more = more.assign(dual=0.0, motorway=0.0, surveyed=True)  # as single carriageways
    return add_crossings(points, pd.concat([edges, more], ignore_index=True))


def _major_edges(points: np.ndarray, edges: pd.DataFrame, settlement: Settlement) -> pd.DataFrame:
    ends, km = edges[["u", "v"]].to_numpy(np.int64), edges["km"].to_numpy(float)
    return _table(points, ends, km, settlement).assign(
        kind=MAJOR,
        dual=edges["dual"].to_numpy(np.float32),
        motorway=edges["motorway"].to_numpy(np.float32),
        surveyed=edges["surveyed"].to_numpy(bool),
    )


def _local_edges(points: np.ndarray, links: np.ndarray, settlement: Settlement) -> pd.DataFrame:
    km = np.hypot(*(points[links[:, 0]] - points[links[:, 1]]).T) / 1000
    zero = np.float32(0.0)
    return _table(points, links, km, settlement).assign(
        kind=LOCAL, dual=zero, motorway=zero, surveyed=False
    )


def _table(
    points: np.ndarray, ends: np.ndarray, km: np.ndarray, settlement: Settlement
) -> pd.DataFrame:
    along = settlement.along(points[ends[:, 0]], points[ends[:, 1]])
    return pd.DataFrame(
        {
            "u": ends[:, 0].astype(np.int32),
            "v": ends[:, 1].astype(np.int32),
            "km": np.round(km, 3),
            "near": _rounded(along[:, 0]),
            "wide": _rounded(along[:, 1]),
        }
    )


def _rounded(density: np.ndarray) -> np.ndarray:
    """Round to two decimals: more would be noise, and would not compress."""
    return np.round(density, 2).astype(np.float32)

"""The graph of major roads of Great Britain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from building.totals import require_total
from localarea.geo.datum_shifts import to_national_grid
from localarea.renewal.making.roads import edge_table, node_table

if TYPE_CHECKING:
    import pyarrow as pa

    from building.sources import Sources

# One corner of Normandy (Dieppe) came with the extract: no node of Great Britain is here.
DIEPPE_SOUTH_OF, DIEPPE_EAST_OF = 49.95, 1.0


def read_roads(sources: Sources) -> tuple[pa.Table, pa.Table]:
    """
    Read the nodes and edges, without loops and what lies in France.

    Nodes are numbered 0, 1, ... in published order, in EPSG:27700 to the metre; an edge
    stands once, with u < v, and is open both ways.
    """
    nodes = pd.read_csv(sources.file("roads/gb_highways_nodes.csv.gz")).sort_values("node")
    edges = pd.read_csv(sources.file("roads/gb_highways_edges.csv.gz"))
    require_total("roads_nodes", len(nodes), sources.totals.roads_nodes, "number of nodes")
    require_total("roads_edges", len(edges), sources.totals.roads_edges, "number of edges")
    one_way, other_way = edges[edges["u"] < edges["v"]], edges[edges["u"] > edges["v"]]
    require_total("roads_edges", len(other_way), len(one_way), "number of edges the other way")
    in_france = (nodes["lat"] < DIEPPE_SOUTH_OF) & (nodes["lon"] > DIEPPE_EAST_OF)
    nodes = nodes[~in_france]
    number = pd.Series(np.arange(len(nodes)), index=nodes["node"])
    ends = one_way.assign(u=one_way["u"].map(number), v=one_way["v"].map(number)).dropna()
    ends = ends.astype({"u": "int64", "v": "int64"}).sort_values(["u", "v"])
    points = to_national_grid(nodes["lon"].to_numpy(), nodes["lat"].to_numpy())
    return node_table(points), edge_table(ends)

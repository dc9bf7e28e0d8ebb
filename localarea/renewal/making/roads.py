"""Make the tables of major roads, and of the network with the local roads that join them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from localarea.renewal.making.columns import dictionary_column
from localarea.roads.ground.network_tables import make_network

if TYPE_CHECKING:
    import pandas as pd

    from localarea.roads.ground.land import Land


def node_table(points: np.ndarray) -> pa.Table:
    """Make the table of nodes: numbered 0, 1, ..., to the metre of EPSG:27700."""
    whole = np.round(points).astype(np.int64)
    return pa.table(
        {
            "node": pa.array(np.arange(len(points)), pa.int32()),
            "easting": pa.array(whole[:, 0], pa.int32()),
            "northing": pa.array(whole[:, 1], pa.int32()),
        }
    )


def edge_table(edges: pd.DataFrame) -> pa.Table:
    """Make the table of edges: ``u``, ``v`` (u < v) and ``km``, in the order given."""
    return pa.table(
        {
            "u": pa.array(edges["u"].to_numpy(), pa.int32()),
            "v": pa.array(edges["v"].to_numpy(), pa.int32()),
            "km": pa.array(edges["km"].to_numpy(), pa.float64()),
        }
    )


def network_tables(
    nodes: pd.DataFrame, edges: pd.DataFrame, postcodes: pd.DataFrame, land: Land
) -> tuple[pa.Table, pa.Table]:
    """
    Build the network: its nodes, and its edges with what speeds depend on.

    Parameters
    ----------
    nodes, edges : pandas.DataFrame
        Major roads, as `localarea.roads.ground.network_tables.make_network` takes them.
    postcodes : pandas.DataFrame
        ``easting``, ``northing``, ``status`` and ``msoa11cd`` of every postcode; those that are
        live and in a zone of 2011 tell where people live.
    """
    live = postcodes[
        (postcodes["status"] == "live")
        & postcodes["easting"].notna()
        & postcodes["msoa11cd"].notna()
    ]
    places = live[["easting", "northing"]].to_numpy(dtype=float)
    found_nodes, found_edges = make_network(nodes, edges, places, land=land)
    kinds = dictionary_column(found_edges["kind"])
    table = pa.Table.from_pandas(found_edges.drop(columns="kind"), preserve_index=False)
    return (
        pa.Table.from_pandas(found_nodes, preserve_index=False).replace_schema_metadata(),
        table.add_column(3, "kind", kinds).replace_schema_metadata(),
    )

"""The embedded graph of major roads of Great Britain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import pandas as pd


def read_road_nodes(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the nodes of the major roads.

    Returns
    -------
    pandas.DataFrame, shape (n_nodes, 3)
        ``node`` (0, 1, ...), ``easting`` and ``northing`` (int32, metres in EPSG:27700;
        accurate to about 100 m, because the source has three decimals of a degree).
    """
    frame: pd.DataFrame = (store or default_store()).read("roads_nodes").to_pandas()
    return frame


def read_road_edges(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the roads between nodes.

    Returns
    -------
    pandas.DataFrame, shape (n_edges, 3)
        ``u`` and ``v`` (nodes, u < v; every road is two-way) and ``km`` (kilometres along the
        road), sorted. Class, speed and direction are unknown.
    """
    frame: pd.DataFrame = (store or default_store()).read("roads_edges").to_pandas()
    return frame

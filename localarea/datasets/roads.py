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


def read_named_roads(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the lines of the strategic roads with their numbers.

    Returns
    -------
    pandas.DataFrame, shape (n_corners, 5)
        ``road`` (such as ``A12``), ``motorway``, ``line`` (0, 1, ... in each road), ``easting`` and
        ``northing`` (int32, metres in EPSG:27700), in the order along each line. The East of
        England alone; without rows in a folder of tables that has none.
    """
    import pandas as pd

    home = store or default_store()
    if "roads_named" not in home.registry:  # a folder made before the table was
        return pd.DataFrame(
            {name: [] for name in ("road", "motorway", "line", "easting", "northing")}
        )
    frame: pd.DataFrame = home.read("roads_named").to_pandas()
    return frame

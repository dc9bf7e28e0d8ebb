"""Districts of 2025 with their boundaries, and names of the districts of every year since 2014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa


def read_districts(*, store: DataStore | None = None) -> gpd.GeoDataFrame:
    """
    Read the local authority districts of England and Wales, 2025.

    Returns
    -------
    geopandas.GeoDataFrame
        ``name``, ``region`` (name of the region, or ``Wales``) and ``geometry`` (the
        union of the district's MSOA11 zones; CRS EPSG:27700; valid; neighbours share
        their edges), indexed by ``lad25cd`` in sorted order.
    """
    import geopandas as gpd

    frame = gpd.read_parquet((store or default_store()).path("districts_lad25"))
    frame["region"] = frame["region"].astype("str")
    return frame.set_index("lad25cd").sort_index()


def district_names(*, store: DataStore | None = None) -> pa.Table:
    """
    Read the names and codes of districts of every year, without pandas.

    Returns
    -------
    pyarrow.Table
        ``lad_cd``, ``name``, ``lad25cd`` (code of the current district, or of the one that it
        is now mostly part of), ``start`` and ``end`` (first and last year; null if before
        2014, or if it still exists), sorted by code. United Kingdom.
    """
    return (store or default_store()).read("districts_names")


def read_district_names(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the names and codes of districts of every year since 2014.

    Returns
    -------
    pandas.DataFrame
        The columns of `district_names`; years are Int32, missing where null.
    """
    frame: pd.DataFrame = district_names(store=store).to_pandas()
    years = {"start": "Int32", "end": "Int32"}
    return frame.astype({"lad25cd": "str"} | years)

"""Weighted centres of zones: the mean location of the people, or the postcodes, of each."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd


def read_centroids(
    system: Literal["msoa11", "msoa21"] = "msoa11", *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Read the weighted centre of each zone.

    For MSOA11, the population-weighted centroid of 2011. For MSOA21, for which our inputs
    have no centroids, the unweighted mean of the zone's live postcodes: close to a
    population-weighted centroid, but not one.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, 3)
        ``msoa11cd`` or ``msoa21cd`` (text), ``easting`` and ``northing`` (int32, metres in
        EPSG:27700), sorted.
    """
    frame: pd.DataFrame = (store or default_store()).read(f"centroids_{system}").to_pandas()
    return frame


def zone_centres(
    system: Literal["msoa11", "msoa21"] = "msoa11", *, store: DataStore | None = None
) -> Mapping[str, tuple[float, float]]:
    """
    Return easting and northing (EPSG:27700, metres) of each zone's weighted centre, by code.

    Read without pandas, once for each store.
    """
    return _centres(system, store or default_store())


@lru_cache(maxsize=2)  # one holds some 1.5 MB
def _centres(
    system: Literal["msoa11", "msoa21"], store: DataStore
) -> Mapping[str, tuple[float, float]]:
    table = store.read(f"centroids_{system}")
    columns = (table[name].to_pylist() for name in (f"{system}cd", "easting", "northing"))
    return {code: (float(x), float(y)) for code, x, y in zip(*columns, strict=True)}

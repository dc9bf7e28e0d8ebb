"""Weighted centres of zones: the mean location of the people, or the postcodes, of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import pandas as pd


def read_centroids(
    system: Literal["msoa11", "msoa21"] = "msoa11", *, store: DataStore | None = None
) -> pd.DataFrame:
    """
    Read the weighted centre of each zone.

    For MSOA11, the population-weighted centroid of 2011. For MSOA21, for which our inputs
    have no centroids, the unweighted mean of the zone's live postcodes: close to a
    population-weighted centroid, but not one.

    Parameters
    ----------
    system : {'msoa11', 'msoa21'}
        System and vintage of the zones.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, 3)
        ``msoa11cd`` or ``msoa21cd`` (text), ``easting`` and ``northing`` (int32, metres in
        EPSG:27700), sorted.
    """
    frame: pd.DataFrame = (store or default_store()).read(f"centroids_{system}").to_pandas()
    return frame

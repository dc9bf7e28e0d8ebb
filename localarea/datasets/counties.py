"""The county of each district of England, for areas that contracts may be reserved to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def counties(*, store: DataStore | None = None) -> pa.Table:
    """
    Read the county of each district of England of 2025, without pandas.

    Returns
    -------
    pyarrow.Table
        ``lad25cd``, ``county_cd`` and ``county`` (its name), sorted by district. A unitary
        authority and a London borough are their own county here.
    """
    return (store or default_store()).read("counties_lad25")


def read_counties(*, store: DataStore | None = None) -> pd.DataFrame:
    """Read the county of each district of England of 2025."""
    frame: pd.DataFrame = counties(store=store).to_pandas()
    return frame

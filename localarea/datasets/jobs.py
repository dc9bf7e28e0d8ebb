"""Employees by zone and industry, from the Business Register and Employment Survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.storage.arrow import text_frame
from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import pandas as pd


def read_jobs(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read employees by MSOA21 and industry, provisional, in the year of the table.

    Returns
    -------
    pandas.DataFrame, shape (130752, 3)
        ``msoa21cd`` and ``industry`` (text; 18 broad groups of SIC 2007) and
        ``employees`` (int32, rounded by the publisher; excludes farm agriculture and the
        self-employed), sorted.
    """
    table = (store or default_store()).read("jobs_msoa21_2024")
    return text_frame(table, ("msoa21cd", "industry"))

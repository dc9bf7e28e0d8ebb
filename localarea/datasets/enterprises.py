"""Active enterprises by district, from Business Demography."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import pandas as pd


def read_enterprises(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read active enterprises by district and year.

    Returns
    -------
    pandas.DataFrame, shape (n_districts * n_years, 3)
        ``lad25cd`` (text; districts that have since merged are summed), ``year`` (int16)
        and ``enterprises`` (int32, rounded by the publisher to 5), sorted. England and
        Wales.
    """
    frame: pd.DataFrame = (store or default_store()).read("enterprises_lad").to_pandas()
    return frame.astype({"lad25cd": "str"})

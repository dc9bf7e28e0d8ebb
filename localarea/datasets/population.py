"""Usual residents by zone, from the censuses of 2011 and 2021."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from localarea.datasets.store import DataStore, default_store
from localarea.errors import VintageError

if TYPE_CHECKING:
    import pandas as pd

TABLES = {("msoa11", 2011), ("msoa21", 2021)}


def read_population(
    system: Literal["msoa11", "msoa21"] = "msoa11",
    year: Literal[2011, 2021] = 2011,
    *,
    store: DataStore | None = None,
) -> pd.DataFrame:
    """
    Read the residents of each zone.

    Parameters
    ----------
    year : {2011, 2021}
        Census; each is available for the zones of its own year only.

    Returns
    -------
    pandas.DataFrame, shape (n_zones, 2)
        ``msoa11cd`` or ``msoa21cd`` (text) and ``residents`` (persons, int32), sorted.

    Raises
    ------
    VintageError
        If that year is not available for those zones.
    """
    if (system, year) not in TABLES:
        raise VintageError(
            f"there are no residents of {year} by {system}; use 2011 by msoa11 or 2021 by msoa21"
        )
    frame: pd.DataFrame = (store or default_store()).read(f"population_{system}_{year}").to_pandas()
    return frame

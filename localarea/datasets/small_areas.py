"""The small areas of the census of 2011: the LSOA and MSOA of each output area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localarea.datasets.store import DataStore, default_store

if TYPE_CHECKING:
    import pandas as pd


def read_oa11_lookup(*, store: DataStore | None = None) -> pd.DataFrame:
    """
    Read the zones of every output area of 2011 in England and Wales.

    The lookup of the ONS lists output areas by their postcodes. The 33 without a postcode have
    the zones of a neighbour in the order of codes (``placed`` is ``between`` or ``before``).

    Parameters
    ----------
    store : DataStore, optional
        Data store; the packaged tables by default.

    Returns
    -------
    pandas.DataFrame, shape (181408, 4)
        ``oa11cd``, ``lsoa11cd``, ``msoa11cd`` and ``placed`` (text), sorted by ``oa11cd``.
    """
    tables = store or default_store()
    areas: pd.DataFrame = tables.read("oa11_lookup").to_pandas()
    larger: pd.DataFrame = tables.read(
        "ttwa11_lookup", columns=["lsoa11cd", "msoa11cd"]
    ).to_pandas()
    msoa = larger.astype("str").set_index("lsoa11cd")["msoa11cd"]
    areas = areas.astype("str")
    areas.insert(2, "msoa11cd", areas["lsoa11cd"].map(msoa))
    return areas
